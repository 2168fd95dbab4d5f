"""Turn network errors and HTTP statuses into a FetchError with a stable reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import aiohttp

from pipeline.errors import FetchError
from pipeline.http_headers import retry_after_s

# First match wins, so subclasses come before their bases. For each of these, a later retry can help.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientHttpProxyError, "proxy_failed"),
    (aiohttp.ClientProxyConnectionError, "proxy_failed"),
    (aiohttp.ConnectionTimeoutError, "connect_timeout"),
    (aiohttp.ServerTimeoutError, "read_timeout"),
    (TimeoutError, "total_timeout"),
    (aiohttp.ClientConnectorDNSError, "dns_failure"),
    (aiohttp.ClientSSLError, "tls_error"),
    (aiohttp.ClientConnectorCertificateError, "tls_error"),
    (aiohttp.ClientConnectorError, "connect_failed"),
    (aiohttp.ClientError, "protocol_error"),
    (OSError, "protocol_error"),
)
_OWN_REASON = frozenset({401, 403, 404, 410, 429})
_RETRIED_4XX = frozenset({408, 421, 425, 429})


def from_exception(error: aiohttp.ClientError | OSError) -> FetchError:
    """The failure behind an exception of the HTTP library or the system."""
    if isinstance(error, aiohttp.InvalidURL):
        return FetchError("bad_url", str(error), retry=False)
    reason = next(name for kind, name in _REASONS if isinstance(error, kind))
    return FetchError(reason, str(error) or type(error).__name__, retry=True)


def from_status(status: int, headers: Mapping[str, str], now: datetime) -> FetchError:
    """The failure behind an HTTP status that is neither a page nor a redirect."""
    if headers.get("cf-mitigated", "").strip().lower() == "challenge":
        reason, retry = "challenge", True  # a temporary puzzle for browsers: it says nothing about the page
    elif 400 <= status < 500:
        reason = f"http_{status}" if status in _OWN_REASON else "http_4xx"
        retry = status in _RETRIED_4XX
    elif 500 <= status < 600:
        reason, retry = "http_5xx", True
    elif status in (204, 205):
        reason, retry = "empty_body", True
    else:
        reason, retry = "protocol_error", True
    return FetchError(
        reason,
        f"status {status}",
        retry=retry,
        status=status,
        retry_after_s=retry_after_s(headers.get("retry-after", ""), now),
    )
