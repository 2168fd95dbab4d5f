"""`wirewatch backup` and `wirewatch restore`."""

from __future__ import annotations

from pathlib import Path

import typer

from pipeline.cli.console import err
from pipeline.settings import load_settings
from pipeline.store.server import backup as store
from pipeline.store.server.engine import connect


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(backup)
    app.command()(restore)


def backup(file: Path) -> None:
    """Write the whole database to FILE (pg_dump's custom format) from one snapshot, while all keeps running."""
    engine = connect(load_settings())
    try:
        written = store.backup(engine, file)
        err.print(f"{file}: {written.tables} tables, {written.size:,} bytes, read back and whole", markup=False)
    finally:
        engine.dispose()


def restore(file: Path) -> None:
    """Load FILE into an empty database and migrate it."""
    settings = load_settings()
    engine = connect(settings)
    try:
        applied = store.restore(engine, file, settings.sql_dir)
    finally:
        engine.dispose()
    err.print("restored" + (f", and applied {', '.join(applied)}" if applied else ""))
