"""`wirewatch copies`: a dispatch by an address or a number; witnesses and stories around it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_article
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.stages.line import STAGES

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
BODY = (
    "ANKARA, May 8 (Reuters) - Foreign Minister Sokolov will visit Istanbul on 14 May for talks with his Turkish "
    "counterpart, the ministry said on Thursday.\nThe two sides intend to discuss grain shipments through the straits "
    "and the repair of a gas terminal near Samsun which was damaged by a storm in February.\nOfficials said that "
    "preparatory consultations had been under way for several weeks and that experts had exchanged drafts."
)
SHORT = (
    BODY.split("\n", 1)[0].replace("ANKARA, May 8 (Reuters) - ", "")
    + "\n"
    + BODY.split("\n")[1].replace("intend", "plan")
)
UPDATE = BODY.replace("14 May", "16 May")


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Engine:
    for n, (url, body) in enumerate(
        [("http://a/long", BODY), ("http://b/short", SHORT), ("http://c/update", UPDATE)]
    ):
        store_article(engine, url, body, published=NOW - timedelta(hours=5 - n))
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        STAGES["link"](ctx, NOW)
    return engine


def run(database_url: str, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["copies", *arguments], env={"WIREWATCH_DATABASE_URL": database_url})
    assert result.exit_code == code, result.output
    return result.output


def test_a_dispatch_is_shown_with_origin_kinds_and_changes(desk: Engine, database_url: str) -> None:
    shown = run(database_url, "http://b/short")
    assert "origin: Reuters; 2 copies" in shown
    assert "Reuters: origin (dateline, 0.97)" in shown
    assert "shortened" in shown
    assert "[-intend-] {+plan+}" in shown
    assert "update: dispatch" in shown


def test_the_same_as_json_by_address_and_by_number(desk: Engine, database_url: str) -> None:
    document = json.loads(run(database_url, "http://a/long", "--json"))
    assert (document["origin"], [c["kind"] for c in document["copies"]]) == ("Reuters", ["lead", "shortened"])
    assert {"gone": "intend", "new": "plan"} in document["copies"][1]["changes"]
    lead, shortened = document["copies"]
    assert lead.keys() == shortened.keys()
    assert not {"body", "other_body"} & lead.keys()
    assert json.loads(run(database_url, str(document["id"]), "--json")) == document
    assert [r["is"] for r in document["related"]] == ["update"]


def test_what_is_not_known_is_said(desk: Engine, database_url: str) -> None:
    run(database_url, "http://nowhere/", code=1)
    run(database_url, "99999999999999999999999", code=1)


def test_a_dispatch_and_its_update_are_one_story(desk: Engine) -> None:
    with desk.connect() as conn:
        stories = conn.execute(text("SELECT dispatches, articles FROM wirewatch.stories")).all()
    assert [tuple(row) for row in stories] == [(2, 3)]
