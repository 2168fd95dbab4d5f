"""`wirewatch feeds` on a copy of the shipped feeds."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.feeds import app
from pipeline.configuration.check import check_configuration
from pipeline.errors import ConfigurationError, FeedError, FetchError
from pipeline.feeds.catalogue import FeedCatalogue
from pipeline.yaml_file import load

CONFIG = Path(__file__).resolve().parents[3] / "config"
NEW = [
    *("--key", "harbour", "--outlet", "Harbour: Gazette", "--language", "en", "--zone", "Europe/Istanbul"),
    *("--country", "TR", "--kind", "newspaper"),
]
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour</title>
<item><title>Minister [off] to the islands</title><link>/a</link><guid>1</guid>
<pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>
<item><title>No date</title><link>http://harbour.example/b</link><guid>2</guid></item>
<item><description>Nothing to open</description></item>
</channel></rss>"""


@pytest.fixture
def feeds_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "config"
    shutil.copytree(CONFIG, copy)
    monkeypatch.setenv("WIREWATCH_CONFIG_DIR", str(copy))
    return copy / "feeds.yml"


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_list(feeds_file: Path) -> None:
    document = json.loads(run("list", "--json").stdout)
    assert {"key", "url", "outlet", "language", "zone", "country", "kind", "enabled"} <= document[0].keys()
    lines = run("list").stdout.splitlines()
    assert lines[-1] == f"{len(document)} feeds, {sum(feed['enabled'] for feed in document)} enabled"
    assert any(line.startswith("tass-en ") and "https://tass.com/rss/v2.xml" in line for line in lines)


def test_add_appends_and_keeps_every_comment(feeds_file: Path) -> None:
    before, files = feeds_file.read_text(encoding="utf-8"), set(feeds_file.parent.iterdir())
    run("add", "https://harbour.example/rss", *NEW, "--agency", "HGA")
    after = feeds_file.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    feed = load(feeds_file, FeedCatalogue).feeds[-1]
    assert (feed.key, feed.outlet, feed.agency) == ("harbour", "Harbour: Gazette", "HGA")
    assert set(feeds_file.parent.iterdir()) == files


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["https://tass.com/rss/v2.xml", *NEW], "url: expected a unique value"),
        (["https://harbour.example/rss", *NEW, "--key", "tass-en"], "key: expected a unique value"),
        (["https://harbour.example/rss", *NEW, "--zone", "Europe/Istambul"], "did you mean Europe/Istanbul?"),
        (["ftp://harbour.example/rss", *NEW], "url: expected an address"),
    ],
)
def test_add_refuses_what_is_wrong_and_writes_nothing(
    feeds_file: Path, arguments: list[str], problem: str
) -> None:
    before = feeds_file.read_bytes()
    result = CliRunner().invoke(app, ["add", *arguments])
    assert isinstance(result.exception, ConfigurationError)
    assert any(problem in found for found in result.exception.problems)
    assert feeds_file.read_bytes() == before


def test_opml_goes_out_and_comes_back(feeds_file: Path, tmp_path: Path) -> None:
    document = tmp_path / "feeds.opml"
    run("export-opml", str(document))
    assert run("export-opml").stdout.encode() == document.read_bytes()
    size = len(load(feeds_file, FeedCatalogue).feeds)
    result = run("import-opml", str(document), code=1)
    assert result.stdout.splitlines()[-1].endswith(f"{size} outlines not used")
    only = "{key: a, url: 'https://a.example/', outlet: A, language: en, zone: UTC, country: GB, kind: online}"
    feeds_file.write_text(f"feeds:\n  - {only}\n", encoding="utf-8")
    run("import-opml", str(document))
    assert len(load(feeds_file, FeedCatalogue).feeds) == 1
    run("import-opml", str(document), "--write")
    shipped = load(CONFIG / "feeds.yml", FeedCatalogue).feeds
    assert sorted(load(feeds_file, FeedCatalogue).feeds[1:], key=lambda f: f.key) == sorted(
        shipped, key=lambda f: f.key
    )


ARTICLE = """<html><body><article><h1>Minister off to the islands</h1>
<p>The minister leaves for the islands on Monday, his office said in a statement.</p>
<p class="x7">Readers of this paper travel to the islands at half the price all summer.</p></article></body></html>"""


NO_FEED = b"<!doctype html><html><body>No feed</body></html>"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ARTICLE.encode() if self.path == "/a" else RSS.encode() if self.path == "/rss" else NO_FEED
        self.send_response(404 if self.path == "/gone" else 200)
        kind = "application/rss+xml" if self.path == "/rss" else "text/html"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def newsroom(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a server that the web client may reach although it is private."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host = f"127.0.0.1:{server.server_port}"
    monkeypatch.setenv("WIREWATCH_ALLOW_PRIVATE", host)
    yield f"http://{host}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_preview_shows_items_and_what_is_rejected_and_why(newsroom: str) -> None:
    lines = run("preview", f"{newsroom}/rss").stdout.splitlines()
    assert lines[0] == "rss  Harbour"
    assert any("2026-06-01 10:00Z" in line and "Minister [off] to the islands" in line for line in lines)
    assert any("not stated" in line and "http://harbour.example/b" in line for line in lines)
    assert any(line.startswith("rejected  ") for line in lines)
    assert lines[-1] == "2 items would be stored, 1 rejected"
    document = json.loads(run("preview", f"{newsroom}/rss", "--json").stdout)
    assert [item["url"] for item in document["items"]] == [f"{newsroom}/a", "http://harbour.example/b"]
    assert document["rejected"][0]["reason"]


def test_preview_reads_articles_and_shows_what_page_rules_change(newsroom: str, feeds_file: Path) -> None:
    shutil.copytree(CONFIG, feeds_file.parent, dirs_exist_ok=True)  # reading pages takes all of it
    lines = run("preview", f"{newsroom}/rss", "--pages", "1", "--exclude", "p.x7").stdout.splitlines()
    assert any(line.startswith("  text       flash from page, en, ") for line in lines)
    assert "  - Readers of this paper travel to the islands at half the price all summer." in lines
    document = json.loads(run("preview", f"{newsroom}/rss", "--pages", "1", "--json").stdout)
    assert document["pages"][0]["article"]["body"].endswith("all summer.")
    assert document["pages"][0]["removed"] == []
    broken = CliRunner().invoke(app, ["preview", f"{newsroom}/rss", "--exclude", "//p["])
    assert isinstance(broken.exception, ConfigurationError)


def test_page_rules_of_feeds_yml_are_checked(feeds_file: Path) -> None:
    text = feeds_file.read_text(encoding="utf-8").replace(
        "    outlet: TASS\n", "    outlet: TASS\n    page:\n      exclude: ['//p[']\n", 1
    )
    feeds_file.write_text(text, encoding="utf-8")
    (report,) = [report for report in check_configuration(feeds_file.parent) if report.name.endswith("feeds.yml")]
    assert "page.exclude[0]: expected XPath or a CSS selector" in report.problems[0]


def test_preview_of_no_feed_is_an_error(newsroom: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = CliRunner().invoke(app, ["preview", f"{newsroom}/page"])
    assert isinstance(page.exception, FeedError)
    gone = CliRunner().invoke(app, ["preview", f"{newsroom}/gone"])
    assert isinstance(gone.exception, FetchError)
    assert gone.exception.reason == "http_404"
    monkeypatch.delenv("WIREWATCH_ALLOW_PRIVATE")
    private = CliRunner().invoke(app, ["preview", f"{newsroom}/rss"])
    assert isinstance(private.exception, FetchError)
    assert private.exception.reason in {"forbidden_address", "forbidden_port"}
