"""The log goes to the stderr of the moment, one JSON object a line."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from pipeline.log import configure_logging


def test_a_line_after_stderr_was_replaced_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", first)
    configure_logging("info")
    log = structlog.get_logger()
    log.info("one")
    assert json.loads(first.getvalue())["event"] == "one"
    first.close()
    monkeypatch.setattr("sys.stderr", second)
    log.warning("two", feed=7)
    log.debug("never seen")
    (line,) = second.getvalue().splitlines()
    assert {"event": "two", "feed": 7, "level": "warning"}.items() <= json.loads(line).items()
