"""The doctor finds each planted fault, names its mend, and finds nothing in a sound installation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.operate.doctor import machine
from pipeline.operate.doctor.examine import examine, is_well
from pipeline.operate.doctor.finding import Finding, Severity
from pipeline.settings import CHECKOUT, Settings, load_settings
from pipeline.store.server.engine import open_engine

_FEED = text("""
    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, last_polled_at,
                            last_success_at, last_items, last_new_item_at, created_at)
    VALUES (:key, :url, 'Wire', '', 'en', 'UTC', 'INT', 'agency', true, now(), now(), 5, now(), now())
""")
PROXY = {"HTTP_PROXY": "http://proxy.example:3128"}


class Patient:
    """An installation of its own, and what the doctor says of it."""

    def __init__(self, folder: Path, database_url: str, engine: Engine) -> None:
        self.folder, self.engine, self.url = folder, engine, database_url
        self.config = folder / "config"
        shutil.copytree(CHECKOUT / "config", self.config)
        self.options: dict[str, Any] = {}
        self.environment: dict[str, str] = {}
        self.clock_off = timedelta(0)
        (folder / "data").mkdir(mode=0o700)

    @property
    def settings(self) -> Settings:
        chosen = {
            "database_url": self.url, "config_dir": self.config, "data_dir": self.folder / "data", "workers": 1,
            "contact": "desk@example.org",
        }  # fmt: skip
        return load_settings(**{**chosen, **self.options})

    def run(self, statement: str) -> None:
        with self.engine.begin() as conn:
            conn.execute(text(statement))

    def findings(self) -> list[Finding]:
        return examine(self.settings, lambda: datetime.now(UTC) + self.clock_off, self.environment)

    def feed(self, key: str = "wire") -> None:
        with self.engine.begin() as conn:
            conn.execute(_FEED, {"key": key, "url": f"https://{key}.example/rss"})


@pytest.fixture
def patient(tmp_path: Path, database_url: str, engine: Engine) -> Patient:
    return Patient(tmp_path, database_url, engine)


def alerts_yml(patient: Patient, channel: str) -> None:
    (patient.config / "alerts.yml").write_text(
        f"channels:\n  - name: desk\n{channel}rules:\n  - name: all\n    channels: [desk]\n"
    )


def plant_typo(patient: Patient) -> None:
    (patient.config / "alerts.yml").write_text("chanels: []\n")


def plant_unset_address(patient: Patient) -> None:
    alerts_yml(patient, "    kind: webhook\n    url_env: DESK_ADDRESS\n")


def plant_deaf_channel(patient: Patient) -> None:
    alerts_yml(patient, "    kind: webhook\n    url: http://127.0.0.1:9/hook\n")


def plant_dead_delivery(patient: Patient) -> None:
    with patient.engine.begin() as conn:
        conn.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # the alert's meeting does not matter here
        conn.execute(
            text(
                "INSERT INTO store.alert_delivery (alert_id, channel, state, attempts, last_error)"
                " VALUES (1, 'desk', 'dead', 13, '404 Not Found')"
            )
        )


def plant_stuck_queue(patient: Patient) -> None:
    patient.run(
        "INSERT INTO store.work (stage, subject_id, due_at) VALUES ('process', 1, now() - interval '1 hour')"
    )


def plant_failing_row(patient: Patient) -> None:
    patient.run(
        "INSERT INTO store.work (stage, subject_id, due_at, failures) VALUES ('fetch', 1, now() + interval '1 h', 3)"
    )


def plant_failing_feed(patient: Patient) -> None:
    patient.run("UPDATE store.feed SET error_count = 4, failing_since = now(), last_error = 'dns'")


def plant_poll_in_the_future(patient: Patient) -> None:
    patient.run("UPDATE store.feed SET last_polled_at = now() + interval '2 days'")


def plant_stalled_ingest(patient: Patient) -> None:
    patient.run(
        "INSERT INTO store.poll (feed_id, polled_at, reason, items, new_items, rejected, bytes, elapsed_ms, detail)"
        " SELECT id, now(), 'not_modified', 0, 0, 0, 0, 0, '' FROM store.feed"
    )


def plant_wrong_clock(patient: Patient) -> None:
    patient.clock_off = timedelta(minutes=3)


def plant_old_schema(patient: Patient) -> None:
    patient.run("UPDATE store.alembic_version SET version_num = '0009'")


def plant_newer_schema(patient: Patient) -> None:
    patient.run("UPDATE store.alembic_version SET version_num = '9999'")


def plant_lost_server(patient: Patient) -> None:
    patient.options["database_url"] = "postgresql://nobody@127.0.0.1:9/nowhere"


def plant_proxy(patient: Patient) -> None:
    patient.environment = PROXY


def plant_open_files(patient: Patient) -> None:
    alerts = patient.folder / "data" / "alerts.jsonl"
    alerts.write_text("{}\n")
    alerts.chmod(0o644)


def plant_no_contact(patient: Patient) -> None:
    patient.options["contact"] = Settings.model_fields["contact"].default


def plant_plain_http(patient: Patient) -> None:
    patient.options["site_url"] = "http://news.example"


def plant_open_site(patient: Patient) -> None:
    patient.options["site_host"] = "0.0.0.0"  # noqa: S104 - that is the fault


def plant_file_on_an_absent_machine(patient: Patient) -> None:
    alerts_yml(patient, "    kind: file\n")
    patient.run(
        "INSERT INTO store.alert_channel (name, machine, machine_name, machine_seen_at)"
        " VALUES ('desk', 'another', 'desk-2 (/srv/news)', now() - interval '1 hour')"
    )
    plant_dead_delivery(patient)
    patient.run("UPDATE store.alert_delivery SET state = 'pending'")
    patient.run(
        "INSERT INTO store.work (stage, subject_id, due_at, machine)"
        " SELECT 'notify', id, now(), 'another' FROM store.alert_delivery"
    )


TOGETHER = (
    (plant_deaf_channel, "channels", Severity.RISK, "cannot be reached"),
    (plant_dead_delivery, "deliveries", Severity.ILL, "404 Not Found"),
    (plant_stuck_queue, "queues", Severity.ILL, "process: 1 due, the oldest for 60 minutes"),
    (plant_failing_row, "retries", Severity.RISK, "fetch: 1 failed"),
    (plant_failing_feed, "feeds", Severity.RISK, "1 failing"),
    (plant_poll_in_the_future, "clock", Severity.ILL, "in the future"),
    (plant_stalled_ingest, "ingest", Severity.ILL, "no text has come yet"),
    (plant_proxy, "proxy", Severity.RISK, "NO_PROXY lacks 127.0.0.1, localhost"),
    (plant_open_files, "files", Severity.RISK, "alerts.jsonl"),
    (plant_no_contact, "contact", Severity.RISK, "cannot reach"),
    (plant_plain_http, "tls", Severity.RISK, "without TLS"),
    (plant_open_site, "site", Severity.RISK, "for everybody"),
)
ALONE = (
    (plant_typo, "config", Severity.ILL, "chanels"),
    (plant_unset_address, "channels", Severity.ILL, "DESK_ADDRESS"),
    (
        plant_file_on_an_absent_machine,
        "channels",
        Severity.ILL,
        "desk: its file lies on desk-2 (/srv/news), not seen",
    ),
    (plant_wrong_clock, "clock", Severity.ILL, "ahead of the database server"),
    (plant_old_schema, "migrations", Severity.ILL, "lacks 0010"),
    (plant_newer_schema, "migrations", Severity.ILL, "9999"),
    (plant_lost_server, "database", Severity.ILL, "no connection"),
)


def assert_found(findings: list[Finding], check: str, severity: Severity, words: str) -> None:
    found = [one for one in findings if one.check == check and one.severity is severity]
    assert any(words in one.what for one in found), (check, findings)
    assert all(one.mend for one in found)


def test_a_dozen_faults_at_once_are_all_found(patient: Patient) -> None:
    patient.feed()
    for plant, *_ in TOGETHER:
        plant(patient)
    findings = patient.findings()
    for _, check, severity, words in TOGETHER:
        assert_found(findings, check, severity, words)


@pytest.mark.parametrize(
    ("plant", "check", "severity", "words"), ALONE, ids=[plant.__name__ for plant, *_ in ALONE]
)
def test_a_fault_that_hides_others_is_found(
    patient: Patient, plant: Callable[[Patient], None], check: str, severity: Severity, words: str
) -> None:
    plant(patient)
    assert_found(patient.findings(), check, severity, words)


def test_a_machine_without_network_is_told_from_a_feed_that_fails(patient: Patient) -> None:
    patient.feed("wire")
    patient.feed("herald")
    patient.run(
        "UPDATE store.feed SET error_count = 1, last_error = 'dns_failure: wire.example' WHERE key = 'wire'"
    )
    assert [one for one in patient.findings() if one.check == "network"] == []  # the other feed answers
    patient.run("UPDATE store.feed SET error_count = 1, last_error = 'http_404: Not Found' WHERE key = 'herald'")
    assert [one for one in patient.findings() if one.check == "network"] == []  # its server was reached
    patient.run("UPDATE store.feed SET last_error = 'connect_timeout: 10 s' WHERE key = 'herald'")
    assert_found(
        patient.findings(),
        "network",
        Severity.ILL,
        "none of 2 feeds can be reached (connect_timeout, dns_failure)",
    )


def test_a_sound_installation_is_well(patient: Patient) -> None:
    findings = patient.findings()
    assert is_well(findings)
    assert {one.check for one in findings} >= {
        "config",
        "disk",
        "memory",
        "migrations",
        "clock",
        "queues",
        "analyst",
    }
    assert [one for one in findings if one.severity is Severity.RISK] == []


def test_an_airflow_database_that_cannot_be_opened_is_no_silence(patient: Patient) -> None:
    with patient.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as admin:
        admin.exec_driver_sql("CREATE DATABASE airflow ALLOW_CONNECTIONS false")
        try:
            assert_found(patient.findings(), "airflow", Severity.RISK, "cannot be opened")
        finally:
            admin.exec_driver_sql("DROP DATABASE airflow")


@pytest.fixture
def airflow_tables(patient: Patient) -> Iterator[Engine]:
    """Airflow's database beside ours, with the two tables that the doctor asks."""
    admin = patient.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    admin.exec_driver_sql("CREATE DATABASE airflow")
    beside = open_engine(patient.engine.url.set(database="airflow"))
    with beside.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE dag (dag_id text, is_paused boolean)")
        conn.exec_driver_sql("INSERT INTO dag VALUES ('ingest', false), ('upkeep', false), ('reprocess', true)")
        conn.exec_driver_sql("CREATE TABLE job (job_type text, latest_heartbeat timestamptz)")
        conn.exec_driver_sql("INSERT INTO job VALUES ('SchedulerJob', now()), ('TriggererJob', now())")
    yield beside
    beside.dispose()
    admin.exec_driver_sql("DROP DATABASE airflow WITH (FORCE)")
    admin.close()


def test_a_paused_dag_and_a_silent_scheduler_are_found(patient: Patient, airflow_tables: Engine) -> None:
    assert is_well(patient.findings())
    with airflow_tables.begin() as conn:
        conn.exec_driver_sql("UPDATE dag SET is_paused = true WHERE dag_id = 'ingest'")
        conn.exec_driver_sql(
            "UPDATE job SET latest_heartbeat = now() - interval '1 hour' WHERE job_type = 'SchedulerJob'"
        )
    findings = patient.findings()
    assert_found(findings, "dags", Severity.ILL, "paused: ingest")
    assert_found(findings, "airflow", Severity.ILL, "no heartbeat of SchedulerJob")


def test_scarce_memory_is_found(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    free = machine.psutil.virtual_memory()._replace(available=100 << 20)
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: free)
    (found,) = machine.memory(patient.settings)
    assert (found.severity, "100 MiB" in found.what) == (Severity.ILL, True)


def test_a_full_disk_is_found(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(100 << 30, 100 << 30, 200 << 20)  # type: ignore[attr-defined]
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage)
    (found,) = machine.disk(patient.settings)
    assert (found.severity, "200 MiB" in found.what) == (Severity.ILL, True)


def test_the_verbs_speak_json_and_exit_by_what_they_found(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("DATABASE_URL", patient.url), ("CONFIG_DIR", patient.config), ("CONTACT", "a@b.example")):
        monkeypatch.setenv(f"WIREWATCH_{name}", str(value))
    runner = CliRunner()
    sound = runner.invoke(app, ["doctor", "--json"])
    assert sound.exit_code == 0, sound.output
    assert {"check", "severity", "what", "mend"} == set(json.loads(sound.stdout)[0])
    plant_stuck_queue(patient)
    ill = runner.invoke(app, ["doctor"])
    assert ill.exit_code == 1
    assert "ILL  queues" in ill.stdout
    report = json.loads(runner.invoke(app, ["status", "--json"]).stdout)
    assert report["backlog"][0]["stage"] == "process"
    assert "process" in runner.invoke(app, ["status"]).stdout
