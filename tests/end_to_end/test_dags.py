"""The DAGs as Airflow sees them, and one run of ingest inside `dag.test()`."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import small_press
from local_web import serve
from sqlalchemy import Engine, text
from staging import config_with, stage_context

from pipeline.settings import CHECKOUT
from pipeline.stages.line import run_once

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.xdist_group("airflow"),
    pytest.mark.skipif(importlib.util.find_spec("airflow") is None, reason="Apache Airflow is not installed"),
]
LINE = {
    "poll": ["fetch"], "fetch": ["refetch"], "refetch": ["process"], "process": ["link"], "link": ["notify"],
    "notify": [],
}  # fmt: skip

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Runs dag_facts.py with an Airflow of its own on SQLite."""
    home = tmp_path_factory.mktemp("airflow")

    def run(what: str, *form: str, **variables: str) -> dict[str, Any]:
        environment = {
            **os.environ,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
            "PYTHONPATH": str(CHECKOUT / "dags"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
            **variables,
        }
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("dag_facts.py")), *what.split(), *form],
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout.splitlines()[-1]))

    return run


@pytest.fixture(scope="module")
def facts(ask: Ask) -> dict[str, Any]:
    """Parsed once for all tests below."""
    return ask("facts", WIREWATCH_WORKERS="2")


def test_every_file_parses_and_none_pulls_in_the_pipeline(facts: dict[str, Any]) -> None:
    assert facts["import_errors"] == {}
    assert facts["pipeline_modules"] == []
    assert set(facts["dags"]) == {"ingest", "stages", "reprocess", "upkeep"}


def test_ingest_is_one_resident_task_whose_runs_overlap(facts: dict[str, Any]) -> None:
    ingest = facts["dags"]["ingest"]
    assert ingest["edges"] == {"line": []}
    assert (ingest["catchup"], ingest["max_active_runs"]) == (False, 2)
    assert min(ingest["retries"].values()) >= 3
    assert ingest["timeout_s"] == 2800
    assert ingest["deadlines"] == [[1400.0, "deadlines.missed"]]


def test_each_stage_is_a_task_of_its_own_when_asked_for(facts: dict[str, Any]) -> None:
    stages = facts["dags"]["stages"]
    assert stages["edges"] == LINE
    assert stages["mapped"] == ["process"]
    assert stages["schedule"] is None
    assert set(stages["triggers"].values()) == {"all_done"}, "delivery waits for no failed stage"


def test_upkeep_runs_daily_and_reprocess_when_asked(facts: dict[str, Any]) -> None:
    upkeep, reprocess = facts["dags"]["upkeep"], facts["dags"]["reprocess"]
    assert upkeep["edges"] == {"clean_up": []}
    assert (upkeep["catchup"], upkeep["max_active_runs"], upkeep["schedule"]) == (False, 1, "23 3 * * *")
    assert reprocess["edges"] == {"read_again": []}
    assert reprocess["schedule"] is None
    assert reprocess["params"] == {"since": None, "until": None, "stage": "process", "feed": None, "dry_run": True}


def test_the_docstring_is_the_manual(facts: dict[str, Any]) -> None:
    for name, dag in facts["dags"].items():
        assert dag["doc"], name
        assert dag["doc"].startswith(f"# {name}")
        assert all(dag["task_docs"].values()), f"a task of {name} has no docstring"


def test_the_deadline_callback_names_the_late_run(caplog: pytest.LogCaptureFixture) -> None:
    spec = importlib.util.spec_from_file_location("deadlines", CHECKOUT / "dags" / "deadlines.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with caplog.at_level(logging.ERROR):
        asyncio.run(module.missed(context={"dag_run": {"dag_id": "ingest", "dag_run_id": "scheduled__1"}}))
        asyncio.run(module.missed())
    assert "ingest run scheduled__1 missed its deadline" in caplog.text


def test_a_run_of_ingest_works_for_its_time(ask: Ask, engine: Engine, database_url: str, tmp_path: Path) -> None:
    with serve() as web:
        feeds = small_press.put_up(web)
        result = ask(
            "run ingest",
            WIREWATCH_DATABASE_URL=database_url,
            WIREWATCH_CONFIG_DIR=str(config_with(tmp_path, feeds)),
            WIREWATCH_DATA_DIR=str(tmp_path),
            WIREWATCH_ALLOW_PRIVATE=web.host,
            WIREWATCH_HOST_DELAY_S="0",
            WIREWATCH_WORKERS="1",
            WIREWATCH_LINE_S="20",
        )
    assert result["tasks"] == {"line[-1]": "success"}
    counts = result["returned"]["line"]
    assert {"poll", "fetch", "process", "link"} <= set(counts)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM store.article_version")) == 2


def test_one_run_does_the_work_of_all_stages(ask: Ask, engine: Engine, database_url: str, tmp_path: Path) -> None:
    with serve() as web:
        feeds = small_press.put_up(web)
        result = ask(
            "run stages",
            WIREWATCH_DATABASE_URL=database_url,
            WIREWATCH_CONFIG_DIR=str(config_with(tmp_path, feeds)),
            WIREWATCH_DATA_DIR=str(tmp_path),
            WIREWATCH_ALLOW_PRIVATE=web.host,
            WIREWATCH_HOST_DELAY_S="0",
            WIREWATCH_WORKERS="2",
        )
    assert result["state"] == "success"
    assert set(result["tasks"]) == {
        "poll[-1]",
        "fetch[-1]",
        "refetch[-1]",
        "process[0]",
        "process[1]",
        "link[-1]",
        "notify[-1]",
    }
    assert set(result["tasks"].values()) == {"success"}
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM store.article_version")) == 2
        assert connection.scalar(text("SELECT count(*) FROM store.wire_member")) == 2


def test_upkeep_and_reprocess_run_as_dags(ask: Ask, engine: Engine, database_url: str, tmp_path: Path) -> None:
    with serve() as web:
        feeds = small_press.put_up(web)
        with stage_context(engine, tmp_path, feeds, private=web.host) as ctx:
            run_once(ctx, datetime.now(UTC) - timedelta(minutes=20))
    (tmp_path / "dag").mkdir()
    variables = {
        "WIREWATCH_DATABASE_URL": database_url,
        "WIREWATCH_CONFIG_DIR": str(config_with(tmp_path / "dag", feeds)),
        "WIREWATCH_DATA_DIR": str(tmp_path),
    }
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO store.stop_key VALUES (1, now() - interval '15 days')"))
    upkeep = ask("run upkeep", **variables)
    assert upkeep["tasks"] == {"clean_up[-1]": "success"}
    assert upkeep["returned"]["clean_up"]["stop_keys"] == 1

    with engine.begin() as connection:
        connection.execute(text("SET LOCAL wirewatch.retention = 'on'"))
        connection.execute(text("DELETE FROM store.topic_tag"))
    form = {"since": "2020-01-01T00:00:00Z"}
    shown = ask("run reprocess", json.dumps(form), **variables)["returned"]["read_again"]
    assert shown["counts"]["pages_read"] == 2
    with engine.connect() as connection:
        versions = text("SELECT count(*) FROM store.article_version")
        assert connection.scalar(versions) == 2, "the form shows the differences, unless it is told to apply them"
        done = ask("run reprocess", json.dumps(form | {"dry_run": False}), **variables)
        assert done["tasks"] == {"read_again[-1]": "success"}
        assert connection.scalar(versions) == 2 + shown["counts"].get("versions", 0)
