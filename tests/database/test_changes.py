"""An edit is recorded with what it changed, as the page that was looked at again says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from local_web import Entry, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.settings import CHECKOUT
from pipeline.stages.line import STAGES, run_once

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
PARAGRAPHS = (
    "Russian Foreign Minister Grigory Sokolov will visit Istanbul on 28 May for talks with his counterpart.",
    "The two sides intend to discuss grain shipments through the straits, the ministry in Ankara said in a statement.",
    "Experts of both countries had exchanged drafts for several weeks, according to officials who took part in it.",
)


def page(title: str, *paragraphs: str) -> Reply:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Reply(
        f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}"
        "</article></body></html>".encode()
    )


def test_an_edit_is_recorded_sentence_by_sentence(engine: Engine, tmp_path: Path) -> None:
    with serve() as web:
        published = NOW - timedelta(minutes=5)
        link = web.url("/story.html")
        web.pages["/wire.rss"] = rss(
            [Entry(link, format_datetime(published), "UPDATE 1-Sokolov to visit Istanbul")]
        )
        web.pages["/story.html"] = page("UPDATE 1-Sokolov to visit Istanbul", *PARAGRAPHS)
        with stage_context(engine, tmp_path, [source("wire", web.url("/wire.rss"))], private=web.host) as ctx:
            run_once(ctx, NOW)
            moved = PARAGRAPHS[0].replace("28 May", "30 May")
            note = "Correction: an earlier version of this report gave another day for the visit of the minister."
            web.pages["/story.html"] = page("UPDATE 1-Sokolov to visit Istanbul", moved, *PARAGRAPHS[1:], note)
            later = NOW + timedelta(minutes=20)
            STAGES["refetch"](ctx, later)
            assert STAGES["process"](ctx, later).counts["text_changed"] == 1
    with engine.connect() as conn:
        first, fact, marker = conn.execute(
            text("SELECT * FROM wirewatch.article_changes ORDER BY version, change_number")
        ).all()
    assert (first.version, first.kind, first.marker, first.change) == (1, "first", "update", None)
    assert (fact.version, fact.kind, fact.facts_changed, fact.facts) == (2, "fact", ["date"], ["date"])
    assert (fact.old_text, fact.new_text) == (PARAGRAPHS[0], moved)
    assert (fact.old_version_id, fact.changed_at) == (first.version_id, later)
    assert fact.lag == later - published
    assert (marker.change, marker.marker, marker.old_text, marker.new_text) == ("marker", "correction", None, note)
    assert not fact.extractor_changed
    recipe = (CHECKOUT / "sql/cookbook/dates_changed_after_publication.sql").read_text(encoding="utf-8")
    with engine.connect() as conn:
        conn.execute(text("SET search_path = wirewatch"))
        assert [row.new_text for row in conn.exec_driver_sql(recipe)] == [moved]
        changes = conn.execute(
            text("SELECT what, change, about FROM changes WHERE what = 'edit' ORDER BY change")
        ).all()
    assert [tuple(row) for row in changes] == [
        ("edit", "correction", fact.title),
        ("edit", "date", fact.title),
    ]
