"""Page models: everything a template may see, and nothing else.

Models are plain frozen values with finished addresses and unformatted moments. Other articles appear only as
``Teaser``: a changed body cannot touch a neighbour, a changed headline touches just the pages that show it.
Addresses named ``href`` start with ``/`` (with the base path already in front); ``url`` is absolute.
"""

from kommunalnews.pages.articles import ArticlePage, Correction, Layout, PrintPage
from kommunalnews.pages.frame import Chrome, Footer, Head, Masthead, TeaserBlock, VendorBlock
from kommunalnews.pages.issues import (
    Book,
    BookArticle,
    BookFile,
    BoundChapter,
    IssueArticle,
    IssueCard,
    IssueChapter,
    IssueIndexPage,
    IssuePage,
    IssuePrintPage,
)
from kommunalnews.pages.lists import (
    HomePage,
    ListPage,
    Map,
    MapMark,
    MapState,
    Neighbour,
    SectionBlock,
    TermIndexPage,
    VendorIndexPage,
    VendorPage,
)
from kommunalnews.pages.machine import (
    Feed,
    FeedItem,
    Redirects,
    Robots,
    SecurityText,
    ServerRules,
    Sitemap,
    SitemapEntry,
    SitemapIndex,
    WebManifest,
)
from kommunalnews.pages.pieces import Author, Body, Fragment, Link, Picture, Point, Teaser, Term, Vendor
from kommunalnews.pages.standing import (
    AliasPage,
    CorrectionNote,
    CorrectionsPage,
    CreditedArticle,
    CreditGroup,
    CreditsPage,
    MessagePage,
    NewsletterIndexPage,
    NewsletterPage,
    SearchPage,
    StandingPage,
)

__all__ = [
    "AliasPage",
    "ArticlePage",
    "Author",
    "Body",
    "Book",
    "BookArticle",
    "BookFile",
    "BoundChapter",
    "Chrome",
    "Correction",
    "CorrectionNote",
    "CorrectionsPage",
    "CreditGroup",
    "CreditedArticle",
    "CreditsPage",
    "Feed",
    "FeedItem",
    "Footer",
    "Fragment",
    "Head",
    "HomePage",
    "IssueArticle",
    "IssueCard",
    "IssueChapter",
    "IssueIndexPage",
    "IssuePage",
    "IssuePrintPage",
    "Layout",
    "Link",
    "ListPage",
    "Map",
    "MapMark",
    "MapState",
    "Masthead",
    "MessagePage",
    "Neighbour",
    "NewsletterIndexPage",
    "NewsletterPage",
    "Page",
    "Picture",
    "Point",
    "PrintPage",
    "Redirects",
    "Robots",
    "SearchPage",
    "SectionBlock",
    "SecurityText",
    "ServerRules",
    "Sitemap",
    "SitemapEntry",
    "SitemapIndex",
    "StandingPage",
    "Teaser",
    "TeaserBlock",
    "Term",
    "TermIndexPage",
    "Vendor",
    "VendorBlock",
    "VendorIndexPage",
    "VendorPage",
    "WebManifest",
]

Page = (
    ArticlePage
    | PrintPage
    | HomePage
    | ListPage
    | TermIndexPage
    | VendorPage
    | VendorIndexPage
    | StandingPage
    | CorrectionsPage
    | IssuePage
    | IssueIndexPage
    | IssuePrintPage
    | Book
    | BookArticle
    | CreditsPage
    | SearchPage
    | MessagePage
    | NewsletterPage
    | NewsletterIndexPage
    | AliasPage
    | Redirects
    | Feed
    | Sitemap
    | SitemapIndex
    | Robots
    | ServerRules
    | SecurityText
    | WebManifest
    | Masthead
    | Footer
    | TeaserBlock
    | VendorBlock
    | Chrome
)
