"""The demo as it is run: the bundled story through the real stages, exactly the expected alerts."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.demo.replay import ALERTS_FILE, DATABASE
from pipeline.demo.story import load_story
from pipeline.store.server.engine import open_engine, parse_url

PAGE = Path(__file__).parents[2] / "docs" / "copies.md"


@pytest.mark.slow
def test_the_demo_raises_every_expected_alert_and_no_other(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREWATCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WIREWATCH_WORKERS", "1")

    result = CliRunner().invoke(app, ["demo", "--once", "--json"], catch_exceptions=False)

    story = load_story()
    document = json.loads(result.stdout)
    assert document["differences"] == []
    assert result.exit_code == 0
    assert [alert["change"] for alert in document["alerts"]] == ["postponed", "cancelled", "rescheduled"]
    assert {urlsplit(alert["url"]).path for alert in document["alerts"]} == {
        next(a.path for a in story.articles if a.id == expected.article) for expected in story.alerts
    }
    counts = document["counts"]
    assert counts["articles"] == counts["items"] == len(story.articles)
    assert counts["versions"] == sum(len(article.revisions) for article in story.articles)
    assert counts["copies"] == sum(article.copy_of is not None for article in story.articles)
    assert counts["delivered"] == counts["alerts"] == len(story.alerts)
    assert counts["not_modified"] > counts["requests"] / 3  # conditional requests are sent and answered
    delivered = (tmp_path / ALERTS_FILE).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["data"]["change"]["kind"] for line in delivered] == [
        "postponed",
        "cancelled",
        "rescheduled",
    ]

    demo = parse_url(database_url).set(database=DATABASE)
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", demo.render_as_string(hide_password=False))
    sample = re.search(r"^    dispatch .*?(?=^\S)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert sample
    first, *_ = paragraphs = sample.group().strip().split("\n\n")
    engine = open_engine(demo)
    with engine.connect() as conn:
        title = first.splitlines()[0].split("  ", 1)[1]
        url = conn.scalars(text("SELECT url FROM wirewatch.articles WHERE title = :title"), {"title": title}).one()
    engine.dispose()
    shown = _words(CliRunner().invoke(app, ["copies", url], catch_exceptions=False).stdout)
    assert [paragraph for paragraph in paragraphs if _words(paragraph) not in shown] == []


def _words(printed: str) -> str:
    """Without what is another one in every run, and without the lines it is broken into."""
    return " ".join(re.sub(r"http://\S+|\baddress\b|(?<=^dispatch )\d+", "", printed.strip()).split())
