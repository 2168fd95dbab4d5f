"""Error pages: refusals that name their reason to the user."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """Answered with `status` and a page that says why."""

    def __init__(self, status: int, reason: str, *, hint: str = "") -> None:
        super().__init__(reason)
        self.status, self.reason, self.hint = status, reason, hint
