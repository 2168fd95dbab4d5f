"""Every error wirewatch raises on purpose. All derive from WirewatchError: the CLI prints it and exits 1.

An ItemError (a feed, page or text that cannot be used) always has a `reason`: a short stable word in snake_case,
counted in the `outcome` table.
"""

from __future__ import annotations


class WirewatchError(Exception):
    """Base of every error raised on purpose."""


class ConfigurationError(WirewatchError):
    """A configuration file or variable is wrong.

    `problems` lists each mistake as one line: ``file:line: where: what was expected``.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class DatabaseError(WirewatchError):
    """The PostgreSQL server cannot be used as it is."""


class DatabaseStartError(DatabaseError):
    """The embedded server did not start."""


class DatabaseVersionError(DatabaseError):
    """The server is older than wirewatch supports."""


class DatabaseBehindError(DatabaseError):
    """The schema is older (or newer) than this version of wirewatch."""


class PartitionInUseError(DatabaseError):
    """Another session locks a partition, or the table it belongs to, for longer than we wait."""


class LeaseLostError(DatabaseError):
    """The lease ran out and another worker owns the row now: the work must be rolled back, not saved."""


class ItemError(WirewatchError):
    """One feed, page or text cannot be used. It becomes one counted outcome; the rest goes on."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(reason, detail)  # as given: errors travel between processes

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


class FetchError(ItemError):
    """The web gave no usable answer.

    `retry` says whether asking again later can help; `status` is the HTTP status when there was one;
    `retry_after_s` what the server asked for, in seconds.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        retry: bool,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(reason, detail)
        self.retry = retry
        self.status = status
        self.retry_after_s = retry_after_s


class NotNowError(WirewatchError):
    """We may not ask the host right now, by its own wish or our manners, or we lack memory. Nothing was sent.

    `reason` is host_paused, host_busy, gave_way or memory_full; asking again after `retry_after_s` is right.
    """

    def __init__(self, reason: str, detail: str, *, retry_after_s: float) -> None:
        self.reason = reason
        self.retry_after_s = retry_after_s
        super().__init__(f"{reason}: {detail}")


class FeedError(ItemError):
    """The bytes are not a feed that can be read."""


class ExtractError(ItemError):
    """The page has no article text."""


class LineEndedError(WirewatchError):
    """The resident line was asked to end before its time."""


class ReprocessError(WirewatchError):
    """Kept pages cannot be reprocessed as requested; nothing is half done."""


class RulingError(WirewatchError):
    """A decision about a meeting cannot be made as requested."""


class DeliveryError(WirewatchError):
    """A channel did not take a message.

    `kind` is the class of the error (alerts/delivery.py), `code` what the service answered, `retry_after_s`
    how long it wants to be left alone, in seconds.
    """

    def __init__(
        self, message: str, *, kind: str = "down", code: str | None = None, retry_after_s: float | None = None
    ) -> None:
        self.kind = kind
        self.code = code
        self.retry_after_s = retry_after_s
        super().__init__(message)
