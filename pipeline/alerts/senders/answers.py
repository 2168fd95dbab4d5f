"""Notes the answers of services to Apprise, which gives neither code nor header, nor why a connection failed.

Its plugins ask through requests; while we listen, what requests sends for us is noted on the way. Apprise sends in
threads of its own and hands its context on to them: a context variable says for whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.alerts.delivery import of_status
from pipeline.errors import DeliveryError
from pipeline.http_headers import retry_after_s


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One answer, or the reason why there was none: `no connection`, `certificate`, `silence`."""

    status: int = 0
    retry_after_s: float | None = None
    is_page: bool = False
    missing: str = ""

    def failure(self) -> DeliveryError | None:
        """How a message failed whose last answer this was; None where nothing speaks against it."""
        if self.missing == "no connection":
            return DeliveryError("no connection to the service", kind="down")
        if self.missing == "certificate":
            return DeliveryError("the certificate is not valid for this host", kind="misconfigured")
        if self.missing:
            return DeliveryError("the service gave no answer", kind="unsure")
        code = str(self.status)
        if not 200 <= self.status < 300:
            kind = of_status(self.status, self.retry_after_s)
            said = f"the service answered {code}"
            return DeliveryError(said, kind=kind, code=code, retry_after_s=self.retry_after_s)
        if self.is_page:
            # A login page or a parked domain answers 200 to anything: the message was not taken.
            return DeliveryError(f"the service answered {code} with a web page", kind="misconfigured", code=code)
        return None


_notes: ContextVar[list[HttpAnswer] | None] = ContextVar("answers of a service", default=None)


@contextmanager
def listening() -> Iterator[list[HttpAnswer]]:
    """The answers to what requests sends from here until the block ends, oldest first."""
    _listen_to_requests()
    answers: list[HttpAnswer] = []
    token = _notes.set(answers)
    try:
        yield answers
    finally:
        _notes.reset(token)


def _listen_to_requests() -> None:
    from requests import Session

    send = Session.send
    if getattr(send, "notes_answers", False):
        return

    def noting(session: Session, request: Any, **options: Any) -> Any:
        answers = _notes.get()
        if answers is None:
            return send(session, request, **options)
        try:
            response = send(session, request, **options)
        except Exception as error:
            answers.append(HttpAnswer(missing=_reason(error)))
            raise
        answers.append(_answer(response))
        return response

    noting.notes_answers = True  # type: ignore[attr-defined]
    Session.send = noting  # type: ignore[method-assign, assignment]


def _answer(response: Any) -> HttpAnswer:
    kind = response.headers.get("Content-Type", "")
    is_page = kind.startswith("text/html") and response.content.lstrip()[:1] == b"<"
    return HttpAnswer(
        response.status_code, retry_after_s(response.headers.get("Retry-After", ""), datetime.now(UTC)), is_page
    )


def _reason(error: Exception) -> str:
    from requests.exceptions import ConnectTimeout, SSLError
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, SSLError):
        return "certificate"
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, ConnectTimeout) or isinstance(cause, NewConnectionError):
        return "no connection"
    return "silence"
