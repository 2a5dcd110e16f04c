"""Claims about slugs, addresses and output paths."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommunalnews import urls
from kommunalnews.diagnostics import Problem


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Kaiserslautern: Tochter für die Digitalisierung", "kaiserslautern-tochter-fuer-die-digitalisierung"),
        ("Ämter & Örtchen", "aemter-und-oertchen"),
        ("Straße STRAẞE", "strasse-strasse"),
        ("Bürger*innen, Bürger:innen", "buerger-innen-buerger-innen"),
        ("Digitali\u00adsierung", "digitalisierung"),
        ("Wie geht’s?", "wie-gehts"),
        ("§ 5 kostet 100 %", "paragraf-5-kostet-100-prozent"),
        ("北京 Москва", "bei-jing-moskva"),
        ("A&amp;B", "a-und-amp-b"),
    ],
)
def test_slugs_are_german(text: str, slug: str) -> None:
    assert urls.slugify(text) == slug


def test_decomposed_umlauts_make_the_same_slug() -> None:
    assert urls.slugify(unicodedata.normalize("NFD", "Köln über")) == "koeln-ueber"


@pytest.mark.parametrize("text", ["", "🎉", "---", "\u200b"])
def test_a_slug_is_never_empty(text: str) -> None:
    assert urls.slugify(text).startswith("x-")


def test_texts_without_letters_get_different_slugs() -> None:
    assert urls.slugify("🎉") != urls.slugify("🎈")


def test_long_slugs_end_with_a_whole_word() -> None:
    slug = urls.slugify("Verwaltungsmodernisierung " * 9)
    assert len(slug) <= urls.SLUG_LENGTH
    assert set(slug.split("-")) == {"verwaltungsmodernisierung"}


@given(st.text(max_size=200))
def test_slugs_are_idempotent_and_plain(text: str) -> None:
    slug = urls.slugify(text)
    assert urls.slugify(slug) == slug
    assert urls.slug_problem(slug) is None
    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_the_kicker_leads_the_slug_but_is_not_said_twice() -> None:
    assert urls.article_slug("Bonn", "Parken per App") == "bonn-parken-per-app"
    assert urls.article_slug("Bonn", "Bonn: Parken per App") == "bonn-parken-per-app"
    assert urls.article_slug(" ", "Parken") == "parken"


def test_addresses_are_as_the_architecture_says() -> None:
    article = urls.article(2017, "kaiserslautern-tochter")
    assert article == "/meldungen/2017/kaiserslautern-tochter/"
    assert urls.print_view(article) == article + "druck.html"
    assert urls.pdf(article) == article + "kaiserslautern-tochter.pdf"
    assert urls.section("panorama") == "/bereiche/panorama/"
    assert urls.tag("smart-city") == "/stichworte/smart-city/"
    assert urls.place("bonn") == "/orte/bonn/"
    assert urls.author("bs") == "/autoren/bs/"
    assert urls.archive_year(2017) == "/archiv/2017/"
    assert urls.archive_month(2017, 3) == "/archiv/2017/03/"
    assert urls.vendor("stella") == "/anbieter/stella/"
    assert urls.page("hilfe/suche") == "/hilfe/suche/"
    assert urls.list_page(urls.SECTIONS, 3) == "/bereiche/seite/3/"
    assert urls.feed("/", "atom") == "/atom.xml"
    assert urls.feed("/orte/bonn/", "json") == "/orte/bonn/feed.json"
    assert urls.fragment("mehr/panorama") == "/fragmente/mehr/panorama.html"
    assert urls.picture("Mein Rathaus", "0123456789abcdef", ".JPG") == "/bilder/mein-rathaus-01234567.jpg"
    assert urls.attachment("Satzung", "0123456789abcdef", ".pdf") == "/dateien/satzung-01234567.pdf"
    assert urls.sitemap_part(2) == "/sitemap-2.xml"
    assert urls.search_shard("2017-1") == "/suche/index/2017-1/pagefind.pf_meta"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", "index.html"),
        ("/x/", "x/index.html"),
        ("/alt", "alt/index.html"),
        ("/a.xml", "a.xml"),
        ("/_redirects", "_redirects"),
    ],
)
def test_every_address_is_a_file(address: str, path: str) -> None:
    assert urls.output_path(address) == path


def test_a_base_path_stands_before_every_address() -> None:
    base = urls.Base("https://example.org/news/")
    assert (base.path, base.origin) == ("/news/", "https://example.org")
    assert base.href("/orte/bonn/") == "/news/orte/bonn/"
    assert base.url("/") == "https://example.org/news/"
    assert urls.Base("https://example.org/").href("/") == "/"


def test_addresses_are_percent_encoded_once() -> None:
    base = urls.Base("https://example.org/")
    assert base.href("/köln 100%/?/", "größe") == "/k%C3%B6ln%20100%25/%3F/#gr%C3%B6%C3%9Fe"


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://example.org", "https://example.org/"),
        ("http://Example.org:8000/a//b", "http://example.org:8000/a/b/"),
        ("https://some_one.github.io/My-portal_1.0/~x", "https://some_one.github.io/My-portal_1.0/~x/"),
        ("HTTPS://[::1]:8443", "https://[::1]:8443/"),
    ],
)
def test_base_urls_end_with_one_slash(text: str, base: str) -> None:
    assert urls.checked_base_url(text) == base


@pytest.mark.parametrize(
    "text",
    [
        *("", "example.org", "ftp://example.org", "https://", "https://a/?x", "https://a/#x", "https://a:x/"),
        *("https://u:p@a/", "https://köln.de/", "https://a/../b", "https://a/ b", "https://[/", "https://a/<b>"),
        *("https://a\n/", "https://a..b/", "https://a:/", "https://%61/", "https://a;b/", "https://a:0/"),
        *(
            "https://a/;",
            "https://a/$x",
            "https://a/(b",
            "https://a/c++",
            "https://a/*",
            "https://a/:b",
            "https://a/%20",
        ),
    ],
)
def test_base_urls_that_no_site_can_have_are_refused(text: str) -> None:
    assert isinstance(urls.checked_base_url(text), Problem)


def test_a_base_url_with_an_umlaut_is_told_in_ascii() -> None:
    found = urls.checked_base_url("http://münchen.example/")
    assert isinstance(found, Problem)
    assert found.hint.format(**found.arguments) == "Write the host in ASCII: xn--mnchen-3ya.example"
    other = urls.checked_base_url("http://straße.example/")
    assert isinstance(other, Problem)
    assert "remedy" not in other.arguments


@pytest.mark.parametrize("text", ["/alt/seite.html", "/alt/", "/a"])
def test_old_addresses_stay_as_they_were(text: str) -> None:
    assert urls.safe_alias(text) == text


def test_old_addresses_are_decoded_and_composed() -> None:
    assert urls.safe_alias("/K%C3%B6ln/") == urls.safe_alias(unicodedata.normalize("NFD", "/Köln/")) == "/Köln/"


@pytest.mark.parametrize(
    "text",
    [
        *("/", "alt", "//evil.org/", "https://x.de/", "/a//b", "/../x", "/a/%2e%2e/b", "/./a", "/a?b=1", "/a#b"),
        *("/a\\b", "/a%00b", "/a\nb", "/a%ff", "/" + "x" * 300, ""),
    ],
)
def test_old_addresses_that_lead_elsewhere_are_refused(text: str) -> None:
    assert isinstance(urls.safe_alias(text), Problem)
    assert urls.alias_problem(text) is not None


@given(st.text(max_size=50))
def test_no_alias_ever_leaves_the_output_folder(text: str) -> None:
    address = urls.safe_alias("/" + text)
    if isinstance(address, str):
        assert ".." not in urls.output_path(address).split("/")
        assert not urls.output_path(address).startswith("/")


@given(st.text(max_size=50))
def test_collision_keys_ignore_case_and_composition(text: str) -> None:
    key = urls.collision_key(text)
    assert urls.collision_key(key) == key
    assert urls.collision_key(unicodedata.normalize("NFD", text)) == key
    assert urls.collision_key(unicodedata.normalize("NFC", text)) == key


def test_paths_that_a_mac_takes_for_one_collide() -> None:
    assert urls.collision_key("Köln/A") == urls.collision_key(unicodedata.normalize("NFD", "KÖLN/a"))


@pytest.mark.parametrize(
    "text",
    [
        *("www.kaiserslautern.de", "https://x.de/a?b#c", "http://x.de:8080/", "stadt.example/seite"),
        *("mailto:a@b.de", "tel:+49 30 123", "https://köln.de/ä"),
    ],
)
def test_links_may_lead_out(text: str) -> None:
    assert urls.link_problem(text) is None


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "file:///etc/passwd", "a b", "kein-link", "https://"],
)
def test_links_with_other_schemes_are_refused(text: str) -> None:
    found = urls.link_problem(text)
    assert found is not None
    assert found.code == "link-form"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('https://v.example/?b="x"', 'has the character “"”, which an address'),
        ("https://exa mple.com/", "has a space in it"),
        ("www.v.example/a b", "has a space in it"),
        ("mailto:<a@b.de>", "has the character “<”"),
        ("tel:+49 30.1", "has the character “.”, which a telephone number"),
        ("https://", "is not an address"),
        ("ftp://a.de/ b", "begin with “ftp:” are not allowed"),
    ],
)
def test_a_refused_link_says_what_is_wrong_with_it(text: str, said: str) -> None:
    found = urls.link_problem(text)
    assert found is not None
    assert said in found.message.format(**found.arguments)


def test_a_hostile_link_is_refused_at_once() -> None:
    assert urls.link_problem("mailto:" + "@" * 60_000 + " ") is not None


def test_e_mail_addresses_are_looked_at_loosely() -> None:
    assert urls.email_problem("redaktion+x@stadt.example") is None
    assert urls.email_problem("redaktion at stadt.example") is not None
    assert urls.email_problem("@" * 300) is not None
