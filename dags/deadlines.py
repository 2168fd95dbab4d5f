"""Log a run that misses its deadline. The triggerer imports this module, which does not import Airflow."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


async def missed(context: dict[str, Any] | None = None, **_: object) -> None:
    """Say in the triggerer's log which run is late; the page Browse → Deadlines lists it too."""
    run = (context or {}).get("dag_run") or {}
    log.error("%s run %s missed its deadline", run.get("dag_id", "a"), run.get("dag_run_id", "(unknown)"))
