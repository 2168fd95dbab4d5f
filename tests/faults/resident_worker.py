"""The resident line on one database, its clock standing still: what `tests.faults.line` breaks.

Arguments: database URL, config folder, data folder, host:port of the newsroom, ISO time, seconds to work.
SIGUSR1 puts the clock two days ahead for a second, as a wrong NTP server does.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.configuration import load_configuration
from pipeline.log import configure_logging
from pipeline.operate.resident import Line
from pipeline.settings import load_settings
from pipeline.stages.line import Context
from pipeline.store.server.engine import connect

JUMP, JUMP_LASTS_S = timedelta(days=2), 1.0


def main(database_url: str, config_dir: str, data_dir: str, private: str, now: str, seconds: str) -> None:
    """Work for `seconds`, after saying "ready"."""
    settings = load_settings(
        database_url=database_url,
        config_dir=Path(config_dir),
        data_dir=Path(data_dir),
        allow_private=private,
        workers=1,
        batch=3,
        lease_s=1,
        host_delay_s=0,
    )
    configure_logging("error")  # to stderr: no one reads stdout after "ready", and a full pipe would stop the line
    jumped_until = 0.0

    def jump(_signal: int, _frame: object) -> None:
        nonlocal jumped_until
        jumped_until = time.monotonic() + JUMP_LASTS_S

    def clock() -> datetime:
        return datetime.fromisoformat(now) + (JUMP if time.monotonic() < jumped_until else timedelta(0))

    signal.signal(signal.SIGUSR1, jump)
    engine = connect(settings)
    with Context(settings, engine, load_configuration(settings.config_dir)) as ctx:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        Line(ctx, 0.5, clock=clock).run(threading.Event(), seconds=float(seconds))
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
