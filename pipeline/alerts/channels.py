"""Where an alert goes, by kind of channel: at least once, with a key that lets receivers drop doubles."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_never

import aiohttp

from pipeline.alerts import message
from pipeline.alerts.rules import AppriseChannel, Channel, ConsoleChannel, FileChannel, WebhookChannel
from pipeline.errors import ConfigurationError, DeliveryError

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_WORTH_A_RETRY = frozenset({408, 425, 429})


def send(channel: Channel, key: str, payload: Mapping[str, Any], *, data_dir: Path) -> None:
    """Deliver one alert.

    Args:
        key: the alert's idempotency key, the same at every try.
        payload: the alert's facts.
        data_dir: what the path of a file channel is relative to.

    Raises:
        DeliveryError: not delivered; `.retry` says whether a later try can help.
    """
    match channel:
        case ConsoleChannel():
            # stderr: stdout belongs to the verb's own result, which may be JSON
            sys.stderr.write(f"{message.subject(payload)}\n{message.body(payload)}\n")
        case FileChannel():
            _append(data_dir / channel.path, key, payload)
        case AppriseChannel():
            _send_by_apprise(_address(channel), payload)
        case WebhookChannel():
            asyncio.run(_post(_address(channel), key, payload))
        case _:
            assert_never(channel)


def _append(path: Path, key: str, payload: Mapping[str, Any]) -> None:
    line = json.dumps({"key": key, **payload}, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DeliveryError(f"{path}: {error.strerror}", retry=True) from error


def _address(channel: AppriseChannel | WebhookChannel) -> str:
    try:
        return channel.address()
    except ConfigurationError as error:
        raise DeliveryError(str(error), retry=True) from error  # the operator can still set it


def _send_by_apprise(url: str, payload: Mapping[str, Any]) -> None:
    import apprise  # knows a hundred services and takes its time

    sender = apprise.Apprise()
    if not sender.add(url):
        raise DeliveryError("Apprise does not know this kind of address", retry=False)
    if not sender.notify(title=message.subject(payload), body=message.body(payload)):
        raise DeliveryError("the service did not take the message", retry=True)


async def _post(url: str, key: str, payload: Mapping[str, Any]) -> None:
    body = {"key": key, "subject": message.subject(payload), **payload}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.post(url, json=body, headers={"Idempotency-Key": key}, allow_redirects=False) as answer,
        ):
            status = answer.status
    except aiohttp.InvalidURL:
        raise DeliveryError("the address is not an http(s) URL", retry=False) from None  # it may be a secret
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DeliveryError(f"no answer: {type(error).__name__}", retry=True) from error
    if not 200 <= status < 300:
        raise DeliveryError(f"HTTP {status}", retry=status in _WORTH_A_RETRY or status >= 500)
