"""Plain text: for mail, terminals, and every service that shows text as it is."""

from __future__ import annotations

from pipeline.alerts.message import Message


def text(message: Message, *, with_subject: bool = True) -> str:
    """The whole message, label: value; every line of it inert."""
    lines = [message.subject, ""] if with_subject else []
    return "\n".join([*lines, *body(message)]) + "\n"


def body(message: Message) -> list[str]:
    """The lines below the subject."""
    labels = message.words.labels
    lines = [*message.banners, *([f"{labels.correction}: {message.correction}"] if message.correction else [])]
    lines += [""] if lines else []
    lines += [f"{label}: {value}" for label, value in message.rows()]
    if message.quote:
        lines += ["", message.words.quoted(message.quote)]
    lines += [f"— {message.outlet} ({message.host}), {message.when}", message.url]
    lines += ["", *(f"{label}: {value}" for label, value in message.standing())]
    lines += ["", f"{labels.check}: {message.page or message.command}"]
    lines += [f"  {message.command}"] if message.page else []
    return lines


def brief(message: Message) -> str:
    """What is never left out: the word, who, the dates, the meeting's number, the source and the link."""
    links = [address for address in (message.url, message.page) if address]
    return "\n".join([message.subject, *message.banners, f"— {message.outlet}, {message.when}", *links])
