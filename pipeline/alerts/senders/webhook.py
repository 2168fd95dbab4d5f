"""HTTP POSTs: signed JSON as Standard Webhooks 1.0.0 has it, and Slack's blocks. Redirects are never followed."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import aiohttp

from pipeline import __version__
from pipeline.alerts.delivery import of_status
from pipeline.alerts.formats import slack
from pipeline.alerts.receivers import SlackChannel, WebhookChannel
from pipeline.alerts.senders.outgoing import Outgoing
from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.http_headers import retry_after_s

_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=8)
_SECRET = "whsec_"  # noqa: S105 - the prefix of every secret
_LEAST_SECRET = 24  # bytes
USER_AGENT = f"wirewatch/{__version__}"
_EXPECTED = ("the address", "http(s)")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature: HMAC-SHA256 over id, time and the very bytes that are sent.

    Raises:
        ConfigurationError: the secret is not whsec_ and base64 of 24 bytes or more.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _LEAST_SECRET:
        raise ConfigurationError(["the secret of a webhook: expected whsec_ and base64 of at least 24 bytes"])
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def send(channel: WebhookChannel, outgoing: Outgoing) -> None:
    """POST the document of version 1.

    Raises:
        DeliveryError: with the class of the error.
    """
    body = json.dumps(outgoing.document, ensure_ascii=False, separators=(",", ":")).encode()
    message_id, now = outgoing.key.replace(".", "-"), int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "Idempotency-Key": message_id,
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "X-Wirewatch-Attempt": str(outgoing.attempt),
    }
    try:
        address, secret = channel.address(), channel.key()
        if secret is not None:
            headers["webhook-signature"] = signature(secret, message_id, now, body)
    except ConfigurationError as error:
        raise DeliveryError(str(error), kind="misconfigured") from None
    asyncio.run(_post(address, body, headers))


def send_to_slack(channel: SlackChannel, outgoing: Outgoing) -> None:
    """POST the message as blocks to an incoming webhook of Slack.

    Raises:
        DeliveryError: with the class of the error.
    """
    if outgoing.compose is None or outgoing.bare:
        content: dict[str, Any] = {"text": slack.escape(outgoing.text)[:30_000], "mrkdwn": False}
    else:
        content = slack.payload(outgoing.compose(600))
    try:
        address = channel.address()
    except ConfigurationError as error:
        raise DeliveryError(str(error), kind="misconfigured") from None
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": USER_AGENT}
    asyncio.run(_post(address, json.dumps(content, ensure_ascii=False).encode(), headers))


async def _post(address: str, body: bytes, headers: dict[str, str]) -> None:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.post(address, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            status, said = answer.status, answer.headers.get("Retry-After", "")
            kind_of_body = answer.headers.get("Content-Type", "")
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError):
        # The address may be a secret: it is never named, nor is the error that quotes it.
        raise DeliveryError("the address is not an http(s) URL", kind="misconfigured") from None
    except aiohttp.ClientConnectorCertificateError:
        raise DeliveryError("the certificate is not valid for this host", kind="misconfigured") from None
    except aiohttp.ClientConnectorError as error:
        raise DeliveryError(f"no connection: {type(error).__name__}", kind="down") from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DeliveryError(f"no answer: {type(error).__name__}", kind="unsure") from None
    after = retry_after_s(said, datetime.now(UTC))
    if not 200 <= status < 300:
        raise DeliveryError(f"HTTP {status}", kind=of_status(status, after), code=str(status), retry_after_s=after)
    if kind_of_body.startswith("text/html") and "slack" not in address:
        # A login page or a parked domain answers 200 to anything: the message was not delivered.
        raise DeliveryError("HTTP 200 with a web page", kind="misconfigured", code="200")
