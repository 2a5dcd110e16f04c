"""What every test of PDFs needs."""

from pathlib import Path

import pytest
from conftest import missing

from kommunalnews.rendering import pdf


@pytest.fixture(scope="session")
def fontconfig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fontconfig of the tests that typeset in this process."""
    return pdf.write_fontconfig(tmp_path_factory.mktemp("fonts"))


@pytest.fixture(autouse=True)
def _pango() -> None:
    """Skip where WeasyPrint cannot work."""
    try:
        import weasyprint  # noqa: F401
    except OSError as fault:
        missing(f"WeasyPrint cannot work: {fault}")
