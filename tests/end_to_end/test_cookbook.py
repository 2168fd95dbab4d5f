"""Every recipe of the cookbook, answered by the analysts' role on what the demo leaves behind."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import drop_database
from documented_sql import PAGES, Shown, statements
from documented_sql import session as documented_session
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.demo.replay import DATABASE, Replay
from pipeline.demo.story import load_story
from pipeline.errors import ConfigurationError, DatabaseError
from pipeline.meetings.who.spelling import is_latin
from pipeline.settings import CHECKOUT, Settings, load_settings
from pipeline.sql_export.export import answer, export_view
from pipeline.sql_export.formats import Format
from pipeline.sql_export.queries import cookbook, find
from pipeline.sql_export.session import reading
from pipeline.store.calendar_entries import entries_after
from pipeline.store.notices import load_notices
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import open_engine, parse_url

ANSWERS = Path(__file__).parent / "cookbook_answers.txt"
NOW = datetime(2025, 10, 20, tzinfo=UTC)
RECIPES = cookbook(CHECKOUT / "sql" / "cookbook")
# In the demo every meeting of the past is reported, and no edit moves a date (tests/database/test_changes.py has one).
UNANSWERED = {"announced_and_never_held", "dates_changed_after_publication", "feeds_to_look_at"}
pytestmark = pytest.mark.xdist_group("cookbook")  # one demo serves them all


@pytest.fixture(scope="module")
def played(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of a database in which the demo was played to its end."""
    settings = load_settings(
        database_url=server.url("postgres"), data_dir=tmp_path_factory.mktemp("cookbook"), workers=1
    )
    with Replay(settings, load_story()) as replay:
        for _ in replay.steps():
            pass
        assert replay.outcome().differences == ()
    yield settings.model_copy(update={"database_url": server.url(DATABASE)})
    drop_database(server, DATABASE)


@pytest.fixture
def session(played: Settings) -> Iterator[Connection]:
    with reading(played) as session:
        yield session


def test_there_are_enough_questions() -> None:
    assert len(RECIPES) >= 25
    assert len({recipe.question for recipe in RECIPES}) == len(RECIPES)


@pytest.mark.parametrize("name", [recipe.name for recipe in RECIPES])
def test_a_recipe_answers_with_the_columns_it_names(name: str, session: Connection) -> None:
    recipe = find(RECIPES, name)
    announced = re.search(r"^-- Columns: (.+)$", recipe.statement, re.M)
    assert announced, "the second line names the columns"
    columns, batches = answer(session, recipe.statement)
    assert [column.name for column in columns] == announced[1].split(", ")
    assert bool(next(batches, None)) == (name not in UNANSWERED)


def test_the_answers_are_right_for_the_story(session: Connection) -> None:
    def rows(name: str) -> list[dict[str, object]]:
        columns, batches = answer(session, find(RECIPES, name).statement)
        return [dict(zip([c.name for c in columns], row, strict=True)) for rows in batches for row in rows]

    assert [row["change"] for row in rows("changes_of_plan")] == ["postponed", "cancelled", "rescheduled"]
    statuses = [row["status"] for row in rows("history_of_a_meeting")]
    assert statuses[0] == "scheduled"
    assert statuses[-2:] == ["postponed", "rescheduled"]
    assert all(row["latency"].total_seconds() < 3600 for row in rows("alert_latency"))  # type: ignore[attr-defined]


def expected_answers() -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            rows = answers.setdefault(line.removeprefix("== "), [])
        elif line and not line.startswith("#"):
            rows.append(line)
    return answers


@pytest.mark.parametrize("name", expected_answers())
def test_twenty_questions_have_the_answers_the_story_gives(name: str, session: Connection) -> None:
    columns, batches = answer(session, find(RECIPES, name).statement)
    shown = [
        number for number, column in enumerate(columns) if column.name not in ("meeting_id", "url", "quote_url")
    ]
    cells = ([row[number] for number in shown] for rows in batches for row in rows)
    found = [" | ".join("-" if value is None else str(value)[:60] for value in row) for row in cells]
    assert found == expected_answers()[name]


@pytest.mark.parametrize("view", ["meetings", "articles", "alerts", "feed_health"])
def test_a_view_in_every_format_has_the_same_rows(view: str, session: Connection) -> None:
    written = {}
    for form in Format:
        stream = io.BytesIO()
        count = export_view(session, view, form, stream)
        written[form] = (count, stream.getvalue())
    assert len({count for count, _ in written.values()}) == 1
    lines = [json.loads(line) for line in written[Format.JSONL][1].decode().splitlines()]
    table = list(csv.DictReader(io.StringIO(written[Format.CSV][1].decode("utf-8-sig"), newline="")))
    parquet = pq.read_table(io.BytesIO(written[Format.PARQUET][1]))
    assert len(lines) == len(table) == parquet.num_rows == written[Format.CSV][0] > 0
    assert list(lines[0]) == list(table[0]) == parquet.column_names


def test_a_view_that_is_none(session: Connection) -> None:
    with pytest.raises(DatabaseError, match=r"no view meeting;.* meetings"):
        export_view(session, "meeting", Format.CSV, io.BytesIO())


def test_the_session_cannot_write(session: Connection) -> None:
    with pytest.raises(DatabaseError, match="DELETE"):
        answer(session, "DELETE FROM store.alert RETURNING id")


def test_what_a_statement_does_by_the_way_is_refused_too(session: Connection) -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"):
        answer(session, "SELECT setval('store.alert_id_seq', 1)")


def test_the_verbs(played: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", str(played.database_url))

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "Who announced each meeting first?" in run("sql")
    assert "postponed" in run("sql", "changes_of")
    assert run("sql", "changes_of_plan", "--source") == find(RECIPES, "changes_of_plan").statement
    assert len(run("sql", "changes_of_plan", "--format", "jsonl").splitlines()) == 3
    file = tmp_path / "meetings.parquet"
    run("export", "meetings", "--format", "parquet", "--output", str(file))
    assert pq.read_table(file).num_rows == len(run("export", "meetings", "--format", "jsonl").splitlines())
    assert list(tmp_path.iterdir()) == [file]


ASKED = [
    (("meetings", "list", "--person", "Мехраби"), "Dariush Mehrabi"),
    (("meetings", "list", "--person", "соколова"), "Sokolov"),
    (("meetings", "show", "1"), "rescheduled"),
    (("meetings", "calendar", "2025-10"), "<svg"),
    (("alerts", "list"), "postponed"),
    (("copies", "1"), "one witness"),
    (("why", "1"), "article 1"),
    (("why", "meeting", "1"), "rescheduled"),
    (("status",), "delivered"),
    (("feeds", "health"), "ok"),
    (("sql", "changes_of_plan"), "postponed"),
    (("export", "meetings", "--format", "jsonl"), "rescheduled"),
]


@pytest.mark.usefixtures("played")
def test_a_person_has_one_name_in_each_language_wherever_meetings_are_shown(played: Settings) -> None:
    """The demo spells one minister Aydinoglu and Aydınoğlu, another in two alphabets under two ids."""
    shown: dict[tuple[str, str], set[str]] = defaultdict(set)
    engine = open_engine(parse_url(str(played.database_url)))
    listed = text("""
        SELECT DISTINCT id, name FROM (
            SELECT unnest(participant_ids) AS id, unnest(participants) AS name FROM wirewatch.meetings
             UNION ALL SELECT unnest(participant_ids), unnest(participants) FROM wirewatch.meeting_history
             UNION ALL SELECT person_id, name FROM wirewatch.meeting_people
             UNION ALL SELECT person_id, name_en FROM wirewatch.people) AS each
         WHERE id LIKE 'per:%'""")
    with engine.connect() as conn:
        for row in conn.execute(listed):
            shown[row.id, "en"].add(row.name)
        alerts = load_notices(conn, conn.scalars(text("SELECT id FROM store.alert")).all(), now=NOW).values()
        for told in (*alerts, *entries_after(conn, after=0, limit=100)):
            for person in told.participants:
                for language in ("en", "ru", "tr"):
                    shown[person.id, language].add(person.name_in(language))
        aliases = dict(conn.execute(text("SELECT name, person_id FROM wirewatch.spellings")).all())
    engine.dispose()
    assert {each: names for each, names in shown.items() if len(names) > 1} == {}
    assert shown["per:tr.aydinoglu", "en"] == {"Kemal Aydinoglu"}
    assert shown["per:tr.aydinoglu", "tr"] == {"Kemal Aydınoğlu"}
    assert all(is_latin(name) for (_, language), names in shown.items() for name in names if language != "ru")
    assert aliases["Kemal Aydınoğlu"] == "per:tr.aydinoglu", "other spellings stay searchable"


@pytest.mark.parametrize(("words", "expected"), ASKED)
def test_every_verb_that_asks_can_be_asked_about_the_demo(
    words: tuple[str, ...], expected: str, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", server.url("postgres"))
    result = CliRunner().invoke(app, [*words, "--database", "demo"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert expected in result.stdout


def test_a_name_that_is_not_clear() -> None:
    with pytest.raises(ConfigurationError, match=r"several recipes match.*meetings_by_place"):
        find(RECIPES, "meetings")
    with pytest.raises(ConfigurationError, match="no such recipe"):
        find(RECIPES, "weather")


@pytest.mark.parametrize("page", PAGES)
def test_the_sql_of_a_page_runs(page: str, session: Connection) -> None:
    shown = list(statements(page))
    assert shown
    for statement in shown:
        assert session.execute(text(statement.replace(":", "\\:"))).keys(), statement


@pytest.mark.parametrize("shown", list(documented_session()), ids=lambda shown: shown.columns[0])
def test_the_session_of_the_sql_page_is_what_the_demo_answers(shown: Shown, session: Connection) -> None:
    columns = ", ".join(f'CAST("{name}" AS text)' for name in shown.columns)
    rows = session.execute(text(f"SELECT {columns} FROM ({shown.statement}) AS shown"))
    found = tuple(tuple((value or "").strip() for value in row) for row in rows)
    assert found == shown.rows
