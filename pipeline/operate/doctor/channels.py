"""Checks of the channels alerts go to: an address that can be used, and something that answers there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

from yarl import URL

from pipeline.alerts.receivers import WebhookChannel
from pipeline.alerts.rules import AlertRules
from pipeline.errors import ConfigurationError
from pipeline.operate.doctor.finding import Finding, ill, risk, well

_PORTS = {"http": 80, "https": 443}
_TIMEOUT_S = 3.0


def channels(rules: AlertRules) -> Iterator[Finding]:
    """Each channel: whether its address is there, and whether a webhook's host takes connections."""
    sound = 0
    for channel in rules.channels:
        address = getattr(channel, "address", None)
        if address is None:
            sound += 1
            continue
        try:
            url = address()
        except ConfigurationError as error:
            yield ill("channels", "; ".join(error.problems), "set the variable where wirewatch runs")
            continue
        if isinstance(channel, WebhookChannel) and (problem := _unreachable(url)):
            yield risk("channels", f"{channel.name}: {problem}", f"wirewatch alerts test {channel.name}")
            continue
        sound += 1
    if sound == len(rules.channels):
        yield well("channels", f"{sound} channels can be used")


def _unreachable(address: str) -> str:
    """Why the host of a webhook cannot be reached, "" if it can."""
    with suppress(ValueError):
        url = URL(address)
        if url.host and url.scheme in _PORTS:
            try:
                socket.create_connection((url.host, url.port or _PORTS[url.scheme]), _TIMEOUT_S).close()
            except OSError as error:
                return f"{url.host} cannot be reached ({error.strerror or error})"
            return ""
    return "its address is no http or https URL"
