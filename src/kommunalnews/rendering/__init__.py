"""Recipes become bytes. This half sees recipes and texts by digest, never the site or its sources."""
