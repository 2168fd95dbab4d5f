"""`wirewatch config` on a copy of the shipped configuration, right and broken."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from pathlib import Path

import pytest
from alert_texts import NOTICE
from typer.testing import CliRunner

from pipeline.cli.config import app, schema_text
from pipeline.configuration import load_configuration
from pipeline.configuration.check import check_configuration
from pipeline.configuration.languages import page_languages
from pipeline.configuration.schemas import json_schemas
from pipeline.errors import ConfigurationError

CONFIG = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture
def config_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of config/ that the command uses."""
    copy = tmp_path / "config"
    shutil.copytree(CONFIG, copy)
    monkeypatch.setenv("WIREWATCH_CONFIG_DIR", str(copy))
    return copy


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_configuration_loads(config_dir: Path) -> None:
    configuration = load_configuration(config_dir)
    assert len(configuration.feeds) >= 45
    assert (
        configuration.topics.tag("Russian and Turkish presidents meet in Moscow", "", "en")[0].topic
        == "russia-turkey"
    )
    assert not configuration.alert_file.refused
    assert configuration.alerts.routes(NOTICE.facts())
    assert configuration.meetings.version


def test_check_reports_each_file_with_its_size(config_dir: Path) -> None:
    result = CliRunner().invoke(app, ["check"])
    assert result.exit_code == 0, result.output
    files = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("OK")]
    assert files == [
        *("config/feeds.yml", "config/topics.yml", "config/alerts.yml", "config/messages", "config/refetch.yml"),
        *(
            "config/languages/en",
            "config/languages/ru",
            "config/languages/tr",
            "config/languages/uk",
        ),
        *(f"config/languages/{code}" for code in page_languages(config_dir)),
        "config/gazetteer",
    ]
    assert "examples tried" in result.stdout


def test_every_mistake_of_every_file_is_listed_at_once(config_dir: Path) -> None:
    edit(config_dir / "feeds.yml", "language: en", "language: english")
    edit(config_dir / "feeds.yml", "kind: agency", "kind: agncy")
    edit(config_dir / "topics.yml", "title: Russia and Turkey\n", "tittle: Russia and Turkey\n")
    edit(config_dir / "alerts.yml", "channels: [console, file]", "channels: [console, fax]")
    (config_dir / "languages" / "ru" / "dates.yml").unlink()
    cities = config_dir / "gazetteer" / "cities.csv"
    cities.write_text(cities.read_text(encoding="utf-8") + "Atlantis,XX\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config_dir)
    places = [problem.split(": ")[0].rsplit(":", 1)[0] for problem in caught.value.problems]
    assert places == [
        *("config/feeds.yml", "config/feeds.yml", "config/topics.yml", "config/topics.yml"),
        *("config/languages/ru/dates.yml", "config/gazetteer/cities.csv"),
    ], "a mistake of alerts.yml stops nothing"
    result = CliRunner().invoke(app, ["check"])
    assert result.exit_code == 1
    *problems, count = result.stderr.splitlines()
    assert count == "7 problems"
    assert [p for p in problems if not p.startswith("config/alerts.yml:")] == caught.value.problems
    assert "OK  config/languages/en " in result.stdout
    machine = CliRunner().invoke(app, ["check", "--json"])
    assert machine.exit_code == 1
    document = json.loads(machine.stdout)
    assert not document["ok"]
    assert [p for file in document["files"] for p in file["problems"]] == problems


def test_an_example_that_comes_out_wrong_is_named_with_its_line(config_dir: Path) -> None:
    path = config_dir / "topics.yml"
    edit(path, "        - title: Russia and China sign agreement", "        - title: Putin calls Erdogan")
    line = path.read_text(encoding="utf-8").splitlines().index("        - title: Putin calls Erdogan") + 1
    (report,) = [report for report in check_configuration(config_dir) if report.problems]
    assert report.problems == (
        f"config/topics.yml:{line}: russia-turkey: "
        "expected this example not to get the topic ('Putin calls Erdogan')",
    )


def test_an_example_of_a_verb_that_comes_out_wrong_is_named_with_its_line(config_dir: Path) -> None:
    path = config_dir / "languages" / "uk" / "verbs.csv"
    edit(path, "Президент Чехії відвідає Польщу", "Президент Чехії любить Польщу")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(at for at, text in enumerate(lines, start=1) if "любить" in text)
    (report,) = [report for report in check_configuration(config_dir) if report.problems]
    assert report.problems == (
        f"config/languages/uk/verbs.csv:{line}: відвідати: "
        "expected this verb to tell of a meeting in this example ('Президент Чехії любить Польщу')",
    )


def test_a_watch_for_nobody_is_a_mistake_that_stops_nothing(config_dir: Path) -> None:
    edit(config_dir / "alerts.yml", "  - name: everything", "  - name: everything\n    who: [Lavrof]")
    lines = (config_dir / "alerts.yml").read_text(encoding="utf-8").splitlines()
    problem = (
        f"config/alerts.yml:{lines.index('    who: [Lavrof]') + 1}: watches[0].who[0]: "
        "expected a name of the gazetteer, did you mean lavrov? (got 'Lavrof')"
    )
    configuration = load_configuration(config_dir)
    assert configuration.alert_file.refused == (problem,)
    assert configuration.alerts.routes(NOTICE.facts()), "everything into the alert file"
    assert [p for report in check_configuration(config_dir) for p in report.problems] == [problem]


def test_a_mistake_of_the_gazetteer_is_told_once(config_dir: Path) -> None:
    people = config_dir / "gazetteer" / "people.csv"
    people.write_text(people.read_text(encoding="utf-8") + "nobody,,Nobody,,,\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config_dir)
    (problem,) = caught.value.problems
    result = CliRunner().invoke(app, ["check"])
    assert result.stderr.splitlines() == [problem, "1 problem"]
    assert re.search(r"^OK  config/topics\.yml .* examples not tried$", result.stdout, re.M)


def test_a_language_that_is_not_whole_is_a_mistake(config_dir: Path) -> None:
    (config_dir / "languages" / "fi").mkdir()
    (report,) = [report for report in check_configuration(config_dir) if report.problems]
    assert report.name == "config/languages/fi"
    tables = (
        "verbs",
        "forms",
        "stance",
        "bodies",
        "not_official",
        "series",
        "parties",
        "names",
        "pages",
        "copies",
        "people",
    )
    files = ("dates.yml", *(f"{table}.csv" for table in tables))
    assert {problem.split(": ")[0] for problem in report.problems} == {
        *(f"config/languages/fi/{name}:1" for name in files),
        "config/meetings/fi.yml:1",
    }
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config_dir)
    assert tuple(caught.value.problems) == report.problems


def test_what_nobody_reads_in_a_language_is_a_mistake(config_dir: Path) -> None:
    (config_dir / "languages" / "ru" / "verb.csv").touch()
    (config_dir / "languages" / "Klingon").mkdir()
    assert [problem for report in check_configuration(config_dir) for problem in report.problems] == [
        "config/languages/Klingon: expected a folder named after a language code, such as `uk`"
    ]
    (config_dir / "languages" / "Klingon").rmdir()
    assert [problem for report in check_configuration(config_dir) for problem in report.problems] == [
        "config/languages/ru/verb.csv: expected one of dates.yml, parties.csv, verbs.csv, forms.csv, stance.csv, bodies.csv, not_official.csv, series.csv, pages.csv, copies.csv, people.csv"
    ]


def test_a_lexicon_in_the_wrong_file_is_a_mistake(config_dir: Path) -> None:
    shutil.copy(config_dir / "meetings" / "en.yml", config_dir / "meetings" / "ru.yml")
    with pytest.raises(
        ConfigurationError, match=r"^config/meetings/ru\.yml:\d+: language: expected ru \(got 'en'\)$"
    ):
        load_configuration(config_dir)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "1: expected a header and rows (got an empty table)"),
        (b"name,country\n", "1: expected a header and rows (got an empty table)"),
        (b'name,country\n"a,b\n', "1: expected a CSV file: unexpected end of data"),
        (b"name,country\nM\xfcnchen,DE\n", "1: expected UTF-8 text"),
        (b"name,country\na,b\na,b,c\n", "3: expected 2 cells (got 3)"),
    ],
)
def test_broken_tables(config_dir: Path, content: bytes, problem: str) -> None:
    (config_dir / "gazetteer" / "cities.csv").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config_dir)
    assert caught.value.problems == [f"config/gazetteer/cities.csv:{problem}"]


def test_an_empty_folder_misses_every_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(tmp_path / "nothing")
    assert len(caught.value.problems) == 10
    assert all(re.search("expected a (readable file|folder)", problem) for problem in caught.value.problems)


def test_the_committed_schemas_are_current() -> None:
    for name, content in json_schemas().items():
        path = CONFIG / "schema" / f"{name}.json"
        assert path.read_text(encoding="utf-8") == schema_text(content), "run: wirewatch config schema --write"
    assert {path.stem for path in (CONFIG / "schema").iterdir()} == set(json_schemas())


def test_schema_prints_and_writes(config_dir: Path) -> None:
    shutil.rmtree(config_dir / "schema")
    result = CliRunner().invoke(app, ["schema"])
    assert set(json.loads(result.stdout)) == {"feeds", "topics", "alerts", "dates", "meetings", "refetch"}
    assert not (config_dir / "schema").exists()
    assert CliRunner().invoke(app, ["schema", "--write"]).exit_code == 0
    written = json.loads((config_dir / "schema" / "feeds.json").read_text(encoding="utf-8"))
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "RU" in written["$defs"]["FeedSource"]["properties"]["country"]["enum"]


def test_show_masks_the_password_and_names_the_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://desk:hunter2@db.example/wire")
    monkeypatch.setenv("WIREWATCH_BATCH", "7")
    result = CliRunner().invoke(app, ["show"])
    assert result.exit_code == 0
    assert "hunter2" not in result.output
    assert "postgresql://desk:***@db.example/wire" in result.stdout
    rows = {row["variable"]: row for row in json.loads(CliRunner().invoke(app, ["show", "--json"]).stdout)}
    assert rows["WIREWATCH_BATCH"] == {"variable": "WIREWATCH_BATCH", "value": 7, "from": "environment"}
    assert rows["WIREWATCH_LEASE_S"]["from"] == "default"
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "hunter2")
    assert "hunter2" not in CliRunner().invoke(app, ["show"]).output


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("meetings/de.yml", "a language begins with its folder languages/de/"),
        ("rereading.yml", "it is called refetch.yml now"),
        ("topic.yml", "did you mean topics.yml?"),
        ("gazetteer/peoples.csv", "did you mean people.csv?"),
    ],
)
def test_a_file_that_nothing_reads_is_a_mistake(config_dir: Path, name: str, hint: str) -> None:
    (config_dir / name).write_text("language: de\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config_dir)
    (problem,) = caught.value.problems
    assert problem.startswith(f"config/{name}: nothing reads this file")
    assert hint in problem
    result = CliRunner().invoke(app, ["check"])
    assert (result.exit_code, problem in result.stderr) == (1, True)


def test_notes_and_copies_beside_the_configuration_are_no_mistake(config_dir: Path) -> None:
    for name in ("notes.md", "feeds.yml.orig", "meetings/.en.yml.swp"):
        (config_dir / name).write_text("mine", encoding="utf-8")
    assert load_configuration(config_dir).feeds


def test_the_configuration_can_be_handed_to_worker_processes() -> None:
    whole = load_configuration(CONFIG)
    assert pickle.loads(pickle.dumps(whole)).topics.version == whole.topics.version  # noqa: S301 - our own bytes
