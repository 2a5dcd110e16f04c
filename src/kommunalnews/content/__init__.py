"""Files become articles, pages, vendors and authors."""
