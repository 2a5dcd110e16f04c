"""Claims about site.yaml."""

import pytest

from kommunalnews.config import Config, SectionConfig, language_of, parse_config
from kommunalnews.diagnostics import Diagnostic

SOUND = "title: Portal\nbase_url: https://example.org/news\nsections: [Panorama, {name: Politik, description: Räte}]\n"


def faults(text: str) -> tuple[Diagnostic, ...]:
    config, diagnostics = parse_config(text, "content/site.yaml")
    assert config is None
    assert all(diagnostic.is_error for diagnostic in diagnostics)
    return diagnostics


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in faults(text)]


def test_three_fields_are_a_site() -> None:
    config, diagnostics = parse_config(SOUND, "content/site.yaml")
    assert diagnostics == ()
    assert config == Config(
        title="Portal",
        base_url="https://example.org/news/",
        sections=(SectionConfig("Panorama"), SectionConfig("Politik", "Räte")),
    )


def test_everything_wrong_is_said_at_once() -> None:
    text = "titel: x\nbase_url: example.org\nsections: []\npage_size: 0\nfeed_size: viele\nfragments: ssl\n"
    text += "timezone: Europe/Berln\nemail: nobody\npdf: ja\nlanguage: deutsch!\n"
    assert sorted(codes(text)) == sorted(
        [
            *("unknown-field", "base-url", "field-empty", "field-range", "field-type", "field-choice"),
            *("time-zone", "email-form", "field-choice", "language", "field-missing"),
        ]
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("timezone: ../../etc/passwd", "time-zone"),
        ("timezone: Europe", "time-zone"),
        ("page_size: 501", "field-range"),
        ("page_size: -1", "field-range"),
        ("page_size: ２０", "field-type"),
        ("menus: {main: [{label: x}]}", "menu-entry"),
        ("menus: {main: [{label: x, page: impressum, url: /x/}]}", "menu-entry"),
        ("menus: {footer: [{label: x, url: 'javascript:x'}]}", "link-form"),
        ("menus: {footer: [{label: x, url: //evil.example}]}", "link-form"),
        ("menus: {side: []}", "unknown-field"),
        ("websub: mailto:hub@example.org", "security-address"),
        ("websub: https://", "security-address"),
        ("websub: 'https://hub.example.org/\"><x>'", "security-address"),
        ("websub: https://u:p@hub.example.org/", "security-address"),
        ("websub: https://hub.example.org/%zz", "security-address"),
        ("security: {contact: 'https://', expires: 2027-01-01}", "security-address"),
        ("security: {contact: 'dns:example.org', expires: 2027-01-01}", "security-address"),
        ("security: {contact: 'tel:+', expires: 2027-01-01}", "security-address"),
        ("security: {contact: 'mailto:', expires: 2027-01-01}", "security-address"),
        ("security: {contact: 'mailto:a@b', expires: 2027-01-01}", "email-form"),
        ("security: {contact: a@b.de, policy: 'mailto:a@b.de', expires: 2027-01-01}", "security-address"),
        ("security: {contact: a@b.de, encryption: 'openpgp4fpr:', expires: 2027-01-01}", "security-address"),
    ],
)
def test_each_setting_is_checked_at_its_line(line: str, code: str) -> None:
    (found,) = faults(SOUND + line)
    assert (found.code, found.location.line) == (code, 4)


@pytest.mark.parametrize(
    "line",
    [
        "websub: https://hub.example.org:8443/?topic=%20x",
        "security: {contact: 'https://example.org/~a/#b', expires: 2027-01-01}",
        "security: {contact: 'tel:+49-631-1234', expires: 2027-01-01}",
        "security: {contact: 'mailto:a@b.de?subject=x', expires: 2027-01-01}",
        "security: {contact: a@b.de, encryption: 'openpgp4fpr:5f2de5521c63a801ab59', expires: 2027-01-01}",
        "security: {contact: a@b.de, encryption: 'dns:x._openpgpkey.b.de?type=OPENPGPKEY', expires: 2027-01-01}",
    ],
)
def test_addresses_that_the_standards_allow_are_sound(line: str) -> None:
    assert parse_config(SOUND + line, "content/site.yaml")[1] == ()


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("expires: 2027-06-01", "2027-06-01T00:00:00+02:00"),
        ("expires: 2027-06-01T00:00:00Z", "2027-06-01T02:00:00+02:00"),
        ("expires: 2027-06-01}\ntimezone: America/New_York\nmenus: {", "2027-06-01T00:00:00-04:00"),
    ],
)
def test_security_contacts_expire_by_the_clock_of_the_portal(line: str, iso: str) -> None:
    config, diagnostics = parse_config(f"{SOUND}security: {{contact: a@b.de, {line}}}\n", "content/site.yaml")
    assert diagnostics == ()
    assert config is not None
    assert config.security is not None
    assert config.security.expires.iso == iso


def test_sections_must_not_share_an_address() -> None:
    text = "title: x\nbase_url: https://x.de/\nsections: [Köln, koeln, {name: Bonn, slug: Köln}]\n"
    assert codes(text) == ["slug-form"]
    assert codes(text.replace(", {name: Bonn, slug: Köln}", "")) == ["section-twice"]


def test_two_sections_of_one_name_are_an_error_even_with_two_slugs() -> None:
    config, diagnostics = parse_config(SOUND.replace("Politik,", "Panorama, slug: zwei,"), "content/site.yaml")
    assert config is None
    assert [diagnostic.code for diagnostic in diagnostics] == ["section-twice"]


def test_menu_entries_lead_to_pages_or_addresses() -> None:
    line = "menus: {main: [{label: a, page: impressum}, {label: b, url: /archiv/}, {label: c, url: https://x.de/}]}"
    config, diagnostics = parse_config(SOUND + line, "content/site.yaml")
    assert diagnostics == ()
    assert config is not None
    assert len(config.menus.main) == 3


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("language: en\n", "en"),
        ('title: "x\nlanguage: "de-AT" # x\n', "de-AT"),
        ("title: x\n", "de"),
        ("  language: en\n", "de"),
        ("language: [en]\n", "de"),
    ],
)
def test_the_language_is_found_in_faulty_settings_too(text: str, language: str) -> None:
    assert language_of(text) == language


def test_an_empty_file_lacks_what_a_site_needs() -> None:
    assert codes("") == ["field-missing"] * 3
