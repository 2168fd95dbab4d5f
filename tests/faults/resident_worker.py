"""The resident line on one database: what `tests.faults.line` breaks. Its clock is the file `clock` of its folder.

Arguments: database URL, config folder, data folder, host:port of the newsroom, seconds to work. SIGUSR1 puts the
clock two days ahead for a second, as a wrong NTP server does.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.log import configure_logging
from pipeline.operate.resident import Line
from pipeline.stages.line import Context
from pipeline.stages.running.last_good import configuration_in_force
from pipeline.store.server.engine import connect

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from staging import worker_settings

JUMP, JUMP_LASTS_S = timedelta(days=2), 1.0


def main(database_url: str, config_dir: str, data_dir: str, private: str, seconds: str) -> None:
    """Work for `seconds`, after saying "ready"."""
    settings = worker_settings(database_url, config_dir, data_dir, private, batch=3)
    configure_logging("error")  # to stderr: no one reads stdout after "ready", and a full pipe would stop the line
    jumped_until = 0.0

    def jump(_signal: int, _frame: object) -> None:
        nonlocal jumped_until
        jumped_until = time.monotonic() + JUMP_LASTS_S

    def clock() -> datetime:
        now = datetime.fromisoformat((Path(data_dir) / "clock").read_text())
        return now + (JUMP if time.monotonic() < jumped_until else timedelta(0))

    signal.signal(signal.SIGUSR1, jump)
    engine = connect(settings)
    with Context(settings, engine, configuration_in_force(engine, settings.config_dir, clock())) as ctx:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        Line(ctx, 0.5, clock=clock).run(threading.Event(), seconds=float(seconds))
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
