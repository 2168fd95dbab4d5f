"""`wirewatch why` on a story that went through all stages, and on what was never an article."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import newsdesk
import pytest
from click.testing import Result
from local_web import LocalWeb, Reply, serve
from sqlalchemy import Engine, text
from staging import stage_context
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.stages.line import run_once


@dataclass
class Told:
    """A database in which the whole story stands, and the command."""

    engine: Engine
    web: LocalWeb

    def why(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["why", *arguments])

    def document(self, *arguments: str) -> Any:
        return json.loads(self.why(*arguments, "--json").stdout)

    def number(self, query: str) -> str:
        with self.engine.connect() as conn:
            return str(conn.scalars(text(query)).one())


@pytest.fixture
def told(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    with serve() as web:
        feeds = newsdesk.put_up(web)[:1]
        web.pages["/nordic-wire/3.html"] = Reply(b"", 403)
        page = web.pages["/nordic-wire/1.html"]
        assert isinstance(page, Reply)
        readers = b"<div class='comments'><p>I heard that they will meet in Ankara after all.</p></div></body>"
        web.pages["/nordic-wire/1.html"] = Reply(page.body.replace(b"</body>", readers))
        with stage_context(engine, tmp_path, feeds, private=web.host) as ctx:
            run_once(ctx, newsdesk.NOW)
        monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
        yield Told(engine, web)


def test_an_article_is_followed_from_the_feed_to_the_alert(told: Told) -> None:
    result = told.why(told.web.url("/nordic-wire/1.html"))
    assert result.exit_code == 0, result.output
    stages = [line.split()[0] for line in result.stdout.splitlines()[1:] if not line.startswith("   ")]
    assert list(dict.fromkeys(stages)) == ["poll", "fetch", "process", "link", "state", "alert", "waiting"]
    assert "Nordic Wire (nordic-wire) listed it: Sokolov's visit to Istanbul postponed" in result.stdout
    assert "fetched, status 200" in result.stdout
    assert "has been postponed" in result.stdout
    assert "file: " in result.stdout or "console: " in result.stdout
    assert "for the next fetch, because of " in result.stdout


def test_the_same_for_machines_by_address_and_by_number(told: Told) -> None:
    (by_address,) = told.document(told.web.url("/nordic-wire/1.html"))
    (by_number,) = told.document(str(by_address["article"]["id"]))
    (with_tracking,) = told.document(told.web.url("/nordic-wire/1.html?utm_source=x"))
    assert by_address == by_number == with_tracking
    (mention,) = [m for m in by_address["mentions"] if m["status"] == "postponed"]
    assert mention["meeting_id"] is not None
    assert by_address["alerts"][0]["change"] == "postponed"
    assert by_address["fetches"][0]["outcome"] == "fetched"
    assert by_address["next_refetch"]["why"]


def test_what_was_left_out_of_the_page_is_shown_with_its_rule(told: Told) -> None:
    address = told.web.url("/nordic-wire/1.html")
    (found,) = told.document(address)
    assert [cut["rule"] for cut in found["left_out"]] == ["comments by name"]
    assert "left out (comments by name): I heard that they will meet" in " ".join(told.why(address).stdout.split())


def test_a_page_that_could_not_be_had_says_so(told: Told) -> None:
    result = told.why(told.web.url("/nordic-wire/3.html"))
    assert "http 403, status 403" in result.stdout
    assert "not used" in result.stdout
    assert "for the next fetch, because of age" in result.stdout  # the feed's headline stands in meanwhile


def test_a_meeting_from_its_sentences_to_its_state(told: Told) -> None:
    number = told.number("SELECT meeting_id FROM wirewatch.meetings")
    result = told.why("meeting", number)
    assert result.exit_code == 0, result.output
    assert result.stdout.index("began the meeting") < result.stdout.index("linked with")
    assert "postponed, no day stated, Istanbul, a change: postponed" in result.stdout
    document = told.document("meeting", number)
    assert [state["status"] for state in document["states"]] == ["scheduled", "postponed"]
    proofs = {row["mention_id"] for row in document["evidence"]}
    assert {state["proof_mention_id"] for state in document["states"]} <= proofs


def test_what_no_feed_listed_is_explained_as_far_as_it_can_be(told: Told) -> None:
    result = told.why(told.web.url("/nowhere.html"))
    assert result.exit_code == 1
    assert "no feed has listed" in result.stderr
    assert "feed of that host: nordic-wire" in result.stdout
    assert not told.document(told.web.url("/nowhere.html"))["known"]


def test_a_reason_that_names_an_address_is_shown(told: Told) -> None:
    with told.engine.begin() as conn:
        conn.execute(
            text("""INSERT INTO store.outcome (stage, reason, subject, detail, times, first_at, last_at)
                    VALUES ('poll', 'item_with_bad_url', 'http://[broken', 'http://[broken: no host', 3, now(), now())""")
        )
    result = told.why("http://[broken")
    assert "poll: item_with_bad_url, 3 times" in result.stdout


@pytest.mark.parametrize("arguments", [["meeting"], ["12", "7"]])
def test_what_was_not_asked_properly(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["why", *arguments]).exit_code == 2


def test_unknown_numbers(told: Told) -> None:
    assert told.why("99999").exit_code == 1
    assert told.why("meeting", "99999").exit_code == 1
    assert told.document("meeting", "99999") == {"known": False}


def test_a_page_that_is_ignored_says_so(told: Told) -> None:
    url = told.web.url("/nordic-wire/5.html")
    for address in (url, "https://quay.example/quiz"):
        ignored = CliRunner().invoke(app, ["ignore", address, "--because", "a weekly quiz"])
        assert ignored.exit_code == 0, ignored.output
    shown = told.why(url)
    assert "ignored: a weekly quiz" in shown.stdout
    assert "the page is not fetched any more" in shown.stdout
    assert "a weekly quiz" in told.why("https://quay.example/quiz").stdout
    assert CliRunner().invoke(app, ["ignore", url, "--undo"]).exit_code == 0
    assert "waiting" in told.why(url).stdout
    assert "the page is not fetched any more" not in told.why(url).stdout


def test_ignoring_what_is_no_address(told: Told) -> None:
    assert CliRunner().invoke(app, ["ignore", "quiz"]).exit_code == 2
