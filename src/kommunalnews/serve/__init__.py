"""Source folder → the site in a browser, rebuilt on every change.

The server only reads files and never builds: each build is a child process, so a page always answers at once, memory
stays flat and a stopped build leaves nothing behind. The site goes into a folder of its own, never into ``public/``.
"""

from kommunalnews.serve.running import ServeOptions, address, listen, serve

__all__ = ["ServeOptions", "address", "listen", "serve"]
