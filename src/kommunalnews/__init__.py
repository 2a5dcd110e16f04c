"""Markdown → a static news portal: pages, print views, PDFs, feeds, sitemaps and search.

The design is told in ARCHITECTURE.md; `kommunalnews.build` reads as its short version.
"""

__version__ = "0.1.0"
