"""Every verb with its module and the first line of its help: `wirewatch --help` imports none of them.

A module has `register`, which adds verbs to the app, or `app`, a group of verbs. tests/unit/test_documentation.py
compares the texts with what the modules say.
"""

from __future__ import annotations

from typing import NamedTuple


class CliVerb(NamedTuple):
    """Where a verb is, below pipeline.cli, and what it does."""

    module: str
    help: str


VERBS = {
    "run": CliVerb(
        "stages",
        "Run every stage once, in order; with --every, run them all until Ctrl-C (and upkeep once a day).",
    ),
    "poll": CliVerb("stages", "Ask every due feed and keep what it lists."),
    "fetch": CliVerb("stages", "Fetch every due page, politely, and keep its bytes."),
    "refetch": CliVerb(
        "stages", "Fetch known pages again when they are due, politely; only a changed text counts."
    ),
    "process": CliVerb("stages", "Turn fetched pages into articles, topics and meeting mentions."),
    "link": CliVerb("stages", "Group copies, follow meetings, raise alerts."),
    "notify": CliVerb("stages", "Deliver alerts to their channels."),
    "why": CliVerb(
        "why",
        "Explain what happened to an article, or how a meeting reached its state: why URL, why 12, why meeting 3.",
    ),
    "doctor": CliVerb(
        "doctor",
        "Look for what is wrong, each finding with its mend. Exit code 1 if something is ill; risks are allowed.",
    ),
    "status": CliVerb(
        "doctor", "Show the last poll, text and alert, queues by stage, feeds, deliveries and size."
    ),
    "ignore": CliVerb(
        "ignore", "Never save or fetch a page again, whichever feed lists it; what is kept of it stays."
    ),
    "site": CliVerb(
        "site",
        "Serve the pages, /health and the callback of WebSub hubs until Ctrl-C.",
    ),
    "upkeep": CliVerb(
        "upkeep",
        "Delete raw pages, logs and fingerprints past their retention; texts, meetings and alerts stay forever.",
    ),
    "reprocess": CliVerb(
        "reprocess",
        "Process kept pages again with today's extractor, rules and gazetteer; differences become new versions.",
    ),
    "demo": CliVerb(
        "demo", "Replay eight days of a fictional newsroom through the real stages, on a database of its own."
    ),
    "airflow": CliVerb(
        "airflow", "Run the scheduled ingestion: PostgreSQL and Airflow with the DAGs switched on, until Ctrl-C."
    ),
    "sql": CliVerb("sql_export", "Answer a question of the cookbook; without a name, list the questions."),
    "export": CliVerb(
        "sql_export",
        "Write a whole view: CSV or Excel that a spreadsheet opens safely, JSON Lines, or Parquet with types.",
    ),
    "import": CliVerb("import_archive", "Take in old news from archive files; it alerts no one."),
    "backup": CliVerb(
        "backup",
        "Write the whole database to FILE (pg_dump's custom format) from one snapshot, while all keeps running.",
    ),
    "restore": CliVerb("backup", "Load FILE into an empty database and migrate it."),
    "init": CliVerb(
        "init", "Write the configuration into a folder of yours, to edit: config/, and sql/ with --sql."
    ),
    "db": CliVerb("db", "Manage the database: start, stop, migrate, look inside."),
    "config": CliVerb("config", "Check and show the configuration."),
    "feeds": CliVerb("feeds", "List, watch, add, try, import and export feeds."),
    "copies": CliVerb(
        "copies",
        "Show a dispatch: its origin and its copies in order of time, with relation to the lead and changes.",
    ),
    "meetings": CliVerb("meetings", "Look at meetings, and correct wrong links by hand."),
    "alerts": CliVerb("alerts", "See what was told to whom, test channels, send again what was lost."),
    "watch": CliVerb("watch", "Who hears of what: add, list, try and mute watches."),
    "token": CliVerb("token", "Who may read feeds, calendars and the API from elsewhere."),
}
RENAMED = {"recheck": "refetch"}  # old name -> new name, for a release
