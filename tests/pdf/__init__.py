"""The PDFs: what they hold, what they may load, and that they are the same everywhere."""
