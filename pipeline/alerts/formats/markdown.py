"""Markdown as Discord, Mattermost, Teams, Webex, Rocket.Chat and Google Chat read it: outside text is escaped.

Addresses stand in angle brackets, which all of them keep whole. Outside text never begins a line. A zero-width
space behind each @ keeps a quote from ringing a whole team.
"""

from __future__ import annotations

import re

from pipeline.alerts.message import Message

_MARKS = re.compile(r"([\\`*_\[\]~|<>#&])")
_AT = "@\u200b"


def escape(text: str) -> str:
    """Outside text as literal text of a Markdown document, without any mention."""
    return _MARKS.sub(r"\\\1", text).replace("@", _AT)


def text(message: Message, *, blank_lines: bool = False) -> str:
    """The whole message; with `blank_lines` for services that join single lines."""
    labels = message.words.labels
    lines = [f"**{escape(message.subject)}**"]
    lines += [f"**{escape(banner)}**" for banner in message.banners]
    lines += [f"{labels.correction}: {escape(message.correction)}"] if message.correction else []
    lines += [f"**{label}:** {escape(value)}" for label, value in message.rows()]
    if message.quote:
        lines += ["", f"> {message.words.quoted(escape(message.quote))}", ""]
    lines += [f"— {escape(message.outlet)} ({escape(message.host)}), {message.when}", _address(message.url)]
    lines += [f"**{label}:** {escape(value)}" for label, value in message.standing()]
    lines += [f"**{labels.check}:** {_address(message.page)} `{message.command}`"]
    return ("\n\n" if blank_lines else "\n").join(line for line in lines if line or not blank_lines)


def brief(message: Message) -> str:
    """What is never left out."""
    addresses = [_address(a) for a in (message.url, message.page) if a]
    said = [escape(line) for line in (message.subject, *message.banners)]
    return "\n\n".join([*said, f"— {escape(message.outlet)}, {message.when}", *addresses])


def _address(url: str) -> str:
    return f"<{url}>" if url else ""
