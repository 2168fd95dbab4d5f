"""CPU seconds that a command takes before and while it does almost nothing: what a person waits for each time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import DatabaseError
from pipeline.settings import Settings
from pipeline.stages.line import STAGES
from pipeline.store.server.scratch import fresh_database
from tests.evaluation.report import Figures, Goal, Report, facts_of_run
from tests.staging import config_with, source

DATABASE = "wirewatch_bench_startup"
ROUNDS = 5
# Arguments, and the most CPU seconds they may take.
COMMANDS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("--help",), 0.4),
    (("--version",), 0.4),
    (("meetings", "list"), 0.8),
    *(((stage,), 1.0 if stage == "process" else 0.6) for stage in STAGES),  # with nothing due
)
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"  # an installed package has its bytecode
# The entry point as the installed script calls it.
_MAIN = "import sys; from pipeline.cli.app import main; sys.argv[0] = 'wirewatch'; sys.exit(main())"


def bench(settings: Settings, rounds: int = ROUNDS) -> Report:
    """Run each command several times in processes of its own. Raises DatabaseError as `connect` does."""
    began = time.monotonic()
    engine = fresh_database(settings, DATABASE)
    address = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    rows, goals = [], []
    with tempfile.TemporaryDirectory(prefix="wirewatch-startup-") as scratch:
        feed = source("none", "http://127.0.0.1:9/feed", enabled=False)
        said = {"WIREWATCH_DATABASE_URL": address, "WIREWATCH_CONFIG_DIR": str(config_with(Path(scratch), [feed]))}
        for arguments, most in COMMANDS:
            taken = sorted(_cpu_seconds(arguments, said) for _ in range(rounds + 1))[:rounds]  # the first is cold
            name, median = " ".join(arguments), statistics.median(taken)
            rows.append((name, min(taken), median, max(taken)))
            goals.append(Goal(f"{name}: CPU seconds", median, most, at_least=False))
    return Report(
        what="Start-up",
        figures=(Figures("CPU seconds of one command", ("command", "least", "median", "most"), tuple(rows)),),
        goals=tuple(goals),
        facts=facts_of_run(datetime.now(UTC), time.monotonic() - began, rounds=rounds),
    )


def _cpu_seconds(arguments: Sequence[str], variables: Mapping[str, str]) -> float:
    before = os.times()
    ended = subprocess.run(
        [sys.executable, "-c", _MAIN, *arguments],
        env={name: value for name, value in os.environ.items() if name != _NO_BYTECODE} | dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    after = os.times()
    if ended.returncode:
        raise DatabaseError(f"wirewatch {' '.join(arguments)} failed: {ended.stderr.strip()}")
    return after.children_user - before.children_user + after.children_system - before.children_system
