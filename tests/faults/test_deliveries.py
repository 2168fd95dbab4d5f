"""A sample of the delivery faults: `python -m tests.faults.deliveries --count 1000` is the whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.deliveries import run
from sqlalchemy import Engine


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_under_faults_nothing_is_lost_and_repeats_are_marked(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    verdict = run(engine, database_url, tmp_path, count=20, seed=3)
    assert verdict.faults.total() >= 20
    assert verdict.clean, "\n".join(verdict.lines())
    assert verdict.repeats > 0, "some of the faults come after the message arrived"
