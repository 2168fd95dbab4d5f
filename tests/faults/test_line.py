"""A sample of the faults of the resident line: `make faults` is the whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from faults.line import run


@pytest.mark.long
@pytest.mark.timeout(900)
def test_under_faults_the_line_loses_and_doubles_nothing_and_lives() -> None:
    with tempfile.TemporaryDirectory(prefix="ww-f-") as folder:  # short: there is a socket in it
        verdict = run(Path(folder), count=40, seed=5)
    assert verdict.faults.total() == 40
    assert verdict.clean, "\n".join(verdict.lines())
