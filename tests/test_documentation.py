"""The documentation is built without a warning, reads nothing from outside, and works in a browser.

Building it takes as long as a tenth of all other tests, so it is built once, for the tests of the browser.
"""

from __future__ import annotations

import html.parser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOADING = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going"]
    command += ["-d", str(out / "trees"), str(ROOT / "docs"), str(out / "pages")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return out / "pages"


class Loaded(html.parser.HTMLParser):
    """What a browser would fetch for a page, links that a reader may follow left out."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if value and (tag, name) in LOADING]


@pytest.mark.real
def test_every_page_is_built_and_loads_nothing_from_outside(pages: Path) -> None:
    built = sorted(pages.rglob("*.html"))
    assert {path.relative_to(pages).as_posix() for path in built} >= {"index.html", "reference/index.html"}
    for page in built:
        reader = Loaded()
        reader.feed(page.read_text("utf-8"))
        assert reader.addresses, f"{page} has no style sheet"
        assert [address for address in reader.addresses if "//" in address] == [], page


def browser() -> str:
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    if not found:
        pytest.skip("needs Chromium on the path (Debian: apt-get install chromium)")
    return found[0]


@pytest.mark.real
def test_search_finds_a_page_in_a_real_browser_without_a_server(pages: Path, tmp_path: Path) -> None:
    """Search is made by script from an index beside the pages: the part that a build alone does not show to work."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=20000")
    private = (f"--user-data-dir={tmp_path}", "--host-resolver-rules=MAP * ~NOTFOUND")
    address = f"{(pages / 'search.html').as_uri()}?q=contributing"
    result = subprocess.run(
        [browser(), *options, *private, "--dump-dom", address], capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    assert 'href="contributing.html' in result.stdout.split('id="search-results"')[1]


def test_every_shipped_policy_has_its_page() -> None:
    listed = (ROOT / "docs" / "policies" / "index.md").read_text("utf-8")
    for readme in (ROOT / "policies").glob("*/README.md"):
        assert f"\n{readme.parent.name}\n" in listed
        assert (ROOT / "docs" / "policies" / f"{readme.parent.name}.md").is_file()
