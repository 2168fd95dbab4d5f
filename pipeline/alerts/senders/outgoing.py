"""The input of a sender: the message in every form it may need, and its receiver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipeline.alerts.message import Message


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a message belongs: ids of the messages before it in this conversation, oldest first."""

    root: str = ""  # of the meeting; never sent itself, so that all its messages share it
    before: tuple[str, ...] = ()  # keys of alerts of this meeting that this receiver has


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one receiver. `compose` gives it with a quote of at most so many characters."""

    key: str  # the same at every try
    subject: str
    text: str
    document: dict[str, Any]  # the JSON of version 1
    compose: Callable[[int], Message] | None = None  # None: a digest, a heartbeat or a test, which is text only
    html: str = ""
    bare: bool = False  # the service refused the whole message: subject and link only
    attempt: int = 1
    thread: Conversation = field(default_factory=Conversation)
    host: str = "wirewatch.invalid"  # in Message-ID
    unsubscribe: str = ""  # https address that ends this watch for this receiver; "" where it has no address
