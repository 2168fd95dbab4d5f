"""One stage, with everything it needs, from the environment: what a task of the DAGs does."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.configuration import load_configuration
from pipeline.settings import load_settings
from pipeline.stages import STAGES, Context
from pipeline.store.engine import connect
from pipeline.store.migrate import require_current


def run_stage(name: str, **overrides: object) -> dict[str, int]:
    """Run one stage now and return its counts by reason."""
    settings = load_settings(**overrides)
    configuration = load_configuration(settings.config_dir)
    engine = connect(settings)
    try:
        require_current(engine, settings.sql_dir)
        with Context(settings, engine, configuration) as ctx:
            return STAGES[name](ctx, datetime.now(UTC)).counts
    finally:
        engine.dispose()
