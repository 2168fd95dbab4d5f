"""Slack's blocks: text from outside goes into literal elements, never in mrkdwn."""

from __future__ import annotations

from typing import Any

from pipeline.alerts.message import Message
from pipeline.alerts.outside import cut

_Json = dict[str, Any]
_HEADER = 150  # characters, Slack's limit


def escape(text: str) -> str:
    """Text as Slack's message text: the three characters that begin its markup become entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def payload(message: Message) -> _Json:
    """The body of a POST to an incoming webhook."""
    blocks: list[_Json] = [
        {"type": "header", "text": _plain(cut(message.subject.rsplit(" · ", 1)[0], _HEADER))},
        {"type": "rich_text", "elements": _rich(message)},
    ]
    if message.page:
        button = {"type": "button", "text": _plain(f"{message.words.labels.open} #{message.number}")}
        blocks.append({"type": "actions", "elements": [button | {"url": message.page}]})
    foot = " · ".join(filter(None, (message.command, message.watch, message.key)))
    blocks.append({"type": "context", "elements": [_plain(foot)]})
    return {"text": escape(message.subject), "unfurl_links": False, "unfurl_media": False, "blocks": blocks}


def _rich(message: Message) -> list[_Json]:
    labels = message.words.labels
    change: list[_Json] = [_text(banner + "\n", italic=True) for banner in message.banners]
    if message.correction:
        change.append(_text(f"{labels.correction}: {message.correction}\n", bold=True))
    if message.was:
        change += [_text(f"{labels.was} "), _text(message.was), _text(f"  →  {labels.now} ")]
    change.append(_text(message.now, bold=True))
    rows = [
        (label, value) for label, value in message.rows() if label not in (labels.was, labels.now, labels.when)
    ]
    facts: list[_Json] = []
    for label, value in [*rows, *message.standing()]:
        facts += [_text(f"{label}: ", bold=True), _text(f"{value}\n")]
    facts[-1] = _text(facts[-1]["text"].rstrip("\n"))
    found: list[_Json] = [_section(change), _section(facts)]
    if message.quote:
        found.append({"type": "rich_text_quote", "elements": [_text(message.words.quoted(message.quote))]})
    return [*found, _section(_credit(message))]


def _credit(message: Message) -> list[_Json]:
    rest = f" ({message.host}), {message.when}"
    if not message.url:
        return [_text(message.outlet + rest)]
    return [{"type": "link", "url": message.url, "text": message.outlet or message.host}, _text(rest)]


def _section(elements: list[_Json]) -> _Json:
    return {"type": "rich_text_section", "elements": elements}


def _text(text: str, **style: bool) -> _Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _plain(text: str) -> _Json:
    return {"type": "plain_text", "text": text or " ", "emoji": False}
