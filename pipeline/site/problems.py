"""Errors of the API as problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    422: "Unprocessable Content",
    429: "Too Many Requests",
}


def problem(_request: Request, error: Exception) -> Response:
    """An HTTP error as a problem document (RFC 9457)."""
    assert isinstance(error, StarletteHTTPException)
    return _problem_document(error.status_code, str(error.detail), dict(error.headers or {}))


def invalid(_request: Request, error: Exception) -> Response:
    """A request that does not fit the documented parameters, with each mistake."""
    assert isinstance(error, RequestValidationError)
    errors = [{"where": ".".join(map(str, e["loc"])), "expected": e["msg"]} for e in error.errors()]
    return _problem_document(422, "the request is not as documented", {}, errors=errors)


def _problem_document(status: int, detail: str, headers: dict[str, str], **more: Any) -> Response:
    content = {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status, "detail": detail}
    return JSONResponse(content | more, status, headers, media_type="application/problem+json")
