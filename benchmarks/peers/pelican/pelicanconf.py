"""The same portal for Pelican, as far as its own taxonomies and feeds reach."""

AUTHOR = "Messportal"
SITENAME = "Messportal"
SITEURL = "https://www.example.org"
PATH = "content"
OUTPUT_PATH = "public"
THEME = "theme"
THEME_STATIC_DIR = "."
THEME_STATIC_PATHS = ["static"]
STATIC_PATHS: list[str] = []
ARTICLE_PATHS = [""]
TIMEZONE = "Europe/Berlin"
DEFAULT_LANG = "de"
DEFAULT_DATE_FORMAT = "%d.%m.%Y"
WITH_FUTURE_DATES = True
READERS = {"html": None, "rst": None}
MARKDOWN = {"extension_configs": {"markdown.extensions.extra": {}, "markdown.extensions.meta": {}}}
DELETE_OUTPUT_DIRECTORY = False

ARTICLE_URL = "meldungen/{date:%Y}/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_URL + "index.html"
CATEGORY_URL = "bereiche/{slug}/"
CATEGORY_SAVE_AS = CATEGORY_URL + "index.html"
CATEGORIES_SAVE_AS = "bereiche/index.html"
TAG_URL = "stichworte/{slug}/"
TAG_SAVE_AS = TAG_URL + "index.html"
TAGS_SAVE_AS = "stichworte/index.html"
AUTHOR_URL = "autoren/{slug}/"
AUTHOR_SAVE_AS = AUTHOR_URL + "index.html"
AUTHORS_SAVE_AS = "autoren/index.html"
ARCHIVES_SAVE_AS = "archiv/index.html"
YEAR_ARCHIVE_URL = "archiv/{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = YEAR_ARCHIVE_URL + "index.html"
MONTH_ARCHIVE_URL = "archiv/{date:%Y}/{date:%m}/"
MONTH_ARCHIVE_SAVE_AS = MONTH_ARCHIVE_URL + "index.html"

DEFAULT_PAGINATION = 20
PAGINATED_TEMPLATES = {"tag": None, "category": None, "author": None}
PAGINATION_PATTERNS = [
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/seite/{number}/", "{base_name}/seite/{number}/index.html"),
]

FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
FEED_ATOM = "atom.xml"
FEED_RSS = "rss.xml"
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = "bereiche/{slug}/atom.xml"
CATEGORY_FEED_RSS = "bereiche/{slug}/rss.xml"
TAG_FEED_ATOM = "stichworte/{slug}/atom.xml"
TAG_FEED_RSS = "stichworte/{slug}/rss.xml"
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None

DIRECT_TEMPLATES = [
    "index",
    "categories",
    "tags",
    "authors",
    "archives",
    "sitemap",
    "search",
    "searchindex",
    "notfound",
]
SITEMAP_SAVE_AS = "sitemap.xml"
SEARCH_SAVE_AS = "suche/index.html"
SEARCHINDEX_SAVE_AS = "suche/index.json"
NOTFOUND_SAVE_AS = "404.html"
SECTIONS = [
    ("Panorama", "panorama"),
    ("Politik", "politik"),
    ("Infrastruktur", "infrastruktur"),
    ("Portale", "portale"),
    ("IT-Sicherheit", "it-sicherheit"),
    ("Organisation", "organisation"),
]
MARKS = {"Birte Sandhorst": "bs", "Mara Lind": "ml"}
