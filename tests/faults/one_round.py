"""Run all stages once at a given moment, after saying "ready": what the kill test starts and kills.

Arguments: database URL, config folder, data folder, host:port of the newsroom, ISO time.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from pipeline.stages.line import Context, run_once
from pipeline.stages.running.last_good import configuration_in_force
from pipeline.store.server.engine import connect

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from staging import worker_settings


def main(database_url: str, config_dir: str, data_dir: str, private: str, now: str) -> None:
    settings = worker_settings(database_url, config_dir, data_dir, private, batch=5)
    engine = connect(settings)
    with Context(
        settings, engine, configuration_in_force(engine, settings.config_dir, datetime.fromisoformat(now))
    ) as ctx:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        run_once(ctx, datetime.fromisoformat(now))
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
