"""`wirewatch feeds preview --pages`: what extraction would give, before a feed is added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from typer.testing import CliRunner, Result

from pipeline.cli.app import app

VISIT = (
    "Russian Foreign Minister Grigory Sokolov will visit Istanbul on 14 May for talks with his Turkish counterpart.",
    "The two sides intend to discuss grain shipments through the straits, the ministry in Ankara said in a statement.",
    "This is a developing story, more details to follow.",
)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWeb]:
    with serve() as web:
        monkeypatch.setenv("WIREWATCH_ALLOW_PRIVATE", web.host)
        published = format_datetime(datetime.now(UTC) - timedelta(hours=1))
        paths = ("/visit?utm_source=feed", "/gone", "/film")
        web.pages["/feed"] = rss([Entry(web.url(path), published, "Talks [soon]") for path in paths])
        links = '<link rel="canonical" href="/the-visit">'
        body = "".join(f"<p>{line}</p>" for line in VISIT)
        page = f"<html><head>{links}</head><body><article>{body}</article></body></html>"
        web.pages["/visit"] = Reply(page.encode())
        web.pages["/film"] = Reply(b"xx", headers={"Content-Type": "video/mp4"})
        yield web


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["feeds", "preview", *arguments])
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def test_each_page_says_what_would_be_kept_or_why_nothing(web: LocalWeb) -> None:
    shown = run(web.url("/feed"), "--pages", "3").stdout
    assert "3 items would be stored, 0 rejected" in shown
    assert "title      Talks [soon]" in shown
    assert "promises more" in shown
    assert f"is also    {web.url('/the-visit')}" in shown
    assert "meeting    scheduled" in shown
    assert "nothing: http_404: status 404" in shown
    assert "nothing: not_a_page: video/mp4" in shown


def test_the_same_for_machines(web: LocalWeb) -> None:
    document = json.loads(run(web.url("/feed"), "--pages", "2", "--json").stdout)
    visit, gone = document["pages"]
    assert visit["url"] == web.url("/visit")
    assert visit["article"]["body"].startswith("Russian Foreign Minister")
    assert visit["mentions"][0]["quote"]["text"].startswith("Russian Foreign Minister")
    assert gone["reason"] == "http_404"


def test_without_the_option_no_page_is_asked_for(web: LocalWeb) -> None:
    assert "pages" not in json.loads(run(web.url("/feed"), "--json").stdout)
    assert set(web.asked) <= {"/feed", "/robots.txt"}
