"""``--store`` and ``--store-limit`` → what is asked of a build."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kommunalnews.cli.options import Asked, options
from kommunalnews.requests import STORE_LIMIT


@click.command()
@options("store_limit")
def _limit(store_limit: int) -> None:
    click.echo(store_limit)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GB", 2 * 10**9),
        ("2 GB", 2 * 10**9),
        ("500MB", 500 * 10**6),
        ("500mb", 500 * 10**6),
        ("2GiB", 2 << 30),
        ("1.5GiB", 3 << 29),
        ("1,5 GiB", 3 << 29),
        ("1T", 10**12),
        ("64k", 64_000),
        ("64KiB", 65_536),
        ("4096", 4096),
        ("4096B", 4096),
        ("0", 0),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert CliRunner().invoke(_limit, ["--store-limit", text]).output == f"{size}\n"


def test_without_an_option_the_limit_is_that_of_requests() -> None:
    assert CliRunner().invoke(_limit, []).output == f"{STORE_LIMIT}\n"
    assert Asked(source=Path()).request().store_limit == STORE_LIMIT


@pytest.mark.parametrize("text", ["", "much", "-1", "2GBB", "1.GB", "2 G B", "1e9", "GB", "2iB"])
def test_what_is_no_size_is_a_usage_error(text: str) -> None:
    done = CliRunner().invoke(_limit, ["--store-limit", text])
    assert done.exit_code == 2
    assert f"“{text}” is no size. Write it like 500MB or 2GiB." in done.output


def test_a_url_is_asked_for_behind_the_usual_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / ".cache" / "kommunalnews")
    request = Asked(source=tmp_path, store="s3://bucket/place").request()
    assert (request.cache, request.store) == (folder, "s3://bucket/place")
    monkeypatch.setenv("KOMMUNALNEWS_STORE", "s3://bucket/other")
    request = Asked(source=tmp_path).request()
    assert (request.cache, request.store) == (folder, "s3://bucket/other")
    request = Asked(source=tmp_path, store=(tmp_path / "shared").as_uri()).request()
    assert (request.cache, request.store) == (folder, (tmp_path / "shared").as_uri())
    request = Asked(source=tmp_path, store=str(tmp_path / "mine")).request()
    assert (request.cache, request.store) == (str(tmp_path / "mine"), "")
    request = Asked(source=tmp_path, cache=False).request()
    assert (request.cache, request.store) == ("", "")


def test_entries_are_dated_by_the_clock_and_not_by_now(tmp_path: Path) -> None:
    request = Asked(source=tmp_path, now="2030-01-01T00:00Z").request()
    assert 0 < request.clock < request.now


def test_a_usage_error_names_where_the_url_stood_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNALNEWS_STORE", "gs://user:secret@bucket/place")
    with pytest.raises(click.BadParameter) as fault:
        Asked(source=tmp_path).request()
    assert fault.value.param_hint == "KOMMUNALNEWS_STORE"
    assert "secret" not in fault.value.message
