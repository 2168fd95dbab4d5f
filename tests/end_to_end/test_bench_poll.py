"""The polling benchmark on few feeds: everything is polled by four processes, and distances are kept."""

from __future__ import annotations

import pytest

from pipeline.settings import load_settings
from tests.bench.poll import bench


@pytest.mark.slow
def test_four_processes_poll_everything_once_a_round() -> None:
    report = bench(60, load_settings(host_delay_s=0.5, domain_delay_s=0.2))
    rounds, spacing, outcomes = report.figures
    assert [row[1] for row in rounds.rows] == [60, 60]
    assert [row[5] for row in spacing.rows] == [0, 0, 0, 0]
    counted = {row[0]: row[1:] for row in outcomes.rows}
    assert counted["items_new"] == (900, 3)
    assert counted["new_items"] == (60, 3)
    assert counted["not_modified"] == (0, 30)
    assert counted["unchanged"] == (0, 27)
    assert {goal.name: goal.met for goal in report.goals}["feeds not polled in the warm round"]
