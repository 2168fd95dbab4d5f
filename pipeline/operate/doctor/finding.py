"""One thing the doctor found, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is: `ill` stops or silences something, `risk` may do so later, `well` is for the record."""

    WELL = "well"
    RISK = "risk"
    ILL = "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what is so, and what to do about it ("" where nothing is to be done)."""

    check: str
    severity: Severity
    what: str
    mend: str = ""


def well(check: str, what: str) -> Finding:
    """A check that found nothing wrong."""
    return Finding(check, Severity.WELL, what)


def risk(check: str, what: str, mend: str) -> Finding:
    """Something that may go wrong later."""
    return Finding(check, Severity.RISK, what, mend)


def ill(check: str, what: str, mend: str) -> Finding:
    """Something that stops or silences the pipeline, or a part of it, now."""
    return Finding(check, Severity.ILL, what, mend)
