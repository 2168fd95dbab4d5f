"""Dates and pauses in HTTP headers: whatever a server writes there, a value or None and no error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.http_headers import http_date, retry_after_s

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0), (" 30 ", 30.0), ("Tue, 01 Dec 2026 12:00:30 GMT", 30.0), ("Tue, 01 Dec 2026 12:00:30", 30.0),
        ("Tue, 01 Dec 2026 11:00:00 GMT", 0.0), ("soon", None), ("", None), ("-5", None), ("\u00b2", None),
        ("1234567890", None),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,5} \d\d:\d\d:\d\d [+-]\d{1,9}"))
def test_any_value_is_a_date_with_a_zone_or_none(value: str) -> None:
    found = http_date(value)
    assert found is None or found.tzinfo is not None
    assert (retry_after_s(value, NOW) or 0) >= 0
