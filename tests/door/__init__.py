"""The door: `build.py` as a person without any preparation meets it."""
