"""Pages that show a message as its client would: read back from the payload, never from our own objects."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from typing import Any

import feedparser
from icalendar import Calendar

_CSS = """
body{margin:0;font:15px/1.45 "Segoe UI","Helvetica Neue",Arial,sans-serif;background:#fff;color:#1d1c1d}
.slack{padding:18px 22px;max-width:680px;display:flex;gap:10px}.slack .icon{width:36px;height:36px;border-radius:6px;
background:#1264a3;color:#fff;font-weight:700;display:grid;place-items:center;flex:none}.slack h3{margin:6px 0;font-size:18px}
.slack .who{font-weight:900}.slack .app{background:#ddd;font-size:10px;border-radius:2px;padding:1px 3px}
.slack .time{color:#616061;font-size:12px}.slack p{margin:0 0 8px;white-space:pre-wrap}
.slack blockquote{border-left:4px solid #ddd;margin:0 0 8px;padding-left:12px}.slack a{color:#1264a3;text-decoration:none}
.slack .btn{display:inline-block;border:1px solid #bbb;border-radius:4px;padding:5px 12px;font-weight:700;margin-bottom:6px}
.slack .ctx{color:#616061;font-size:12px}
.term{background:#16181d;color:#e6e6e6;padding:14px 18px;font:14px/1.5 "DejaVu Sans Mono",monospace;white-space:pre-wrap;
width:860px}.term .dim{color:#8a919e}
.reader{display:flex;height:640px}.reader .list{width:330px;border-right:1px solid #ddd;background:#f7f7f8}
.reader .item{padding:10px 14px;border-bottom:1px solid #e4e4e6}.reader .item b{display:block;font-size:14px}
.reader .item.on{background:#e3ecfb}.reader small{color:#666}.reader .view{flex:1;padding:16px 22px;overflow:hidden}
.reader h1{font-size:20px;margin:0 0 4px}
.cal{padding:16px;width:860px}.cal table{border-collapse:collapse;width:100%;table-layout:fixed}.cal td,.cal th{
border:1px solid #dcdcdc;vertical-align:top;height:86px;padding:4px;font-size:12px}.cal th{height:auto;background:#f5f5f5}
.cal .ev{border-radius:4px;padding:2px 5px;margin:2px 0;background:#d6e4ff;font-size:12px;line-height:1.25}
.cal .TENTATIVE{background:#fff3cd;border:1px dashed #d9a400}.cal .CANCELLED{background:#fbdcdc;text-decoration:line-through}
.cal .out{color:#bbb}
"""


def page(body: str) -> str:
    """A whole document."""
    return f'<!doctype html><meta charset="utf-8"><style>{_CSS}</style>{body}'


def slack(payload: dict[str, Any]) -> str:
    """The blocks of an incoming webhook."""
    blocks = "".join(_BLOCKS[block["type"]](block) for block in payload["blocks"])
    head = '<span class="who">wirewatch</span> <span class="app">APP</span> <span class="time">14:07</span>'
    return page(f'<div class="slack"><div class="icon">W</div><div>{head}{blocks}</div></div>')


def _rich(block: dict[str, Any]) -> str:
    parts = []
    for part in block["elements"]:
        tag = "blockquote" if part["type"] == "rich_text_quote" else "p"
        parts.append(f"<{tag}>{''.join(_element(one) for one in part['elements'])}</{tag}>")
    return "".join(parts)


def _element(one: dict[str, Any]) -> str:
    text = escape(one["text"])
    if one["type"] == "link":
        return f'<a href="{escape(one["url"])}">{text}</a>'
    style = one.get("style", {})
    text = f"<b>{text}</b>" if style.get("bold") else text
    return f"<i>{text}</i>" if style.get("italic") else text


_BLOCKS = {
    "header": lambda block: f"<h3>{escape(block['text']['text'])}</h3>",
    "rich_text": _rich,
    "actions": lambda block: "".join(
        f'<span class="btn">{escape(one["text"]["text"])}</span>' for one in block["elements"]
    ),
    "context": lambda block: f'<div class="ctx">{escape(block["elements"][0]["text"])}</div>',
}


def terminal(text: str) -> str:
    """What a console shows; a terminal interprets escapes, of which there are none."""
    prompt = '<span class="dim">$ wirewatch run --every 30s</span>\n'
    return page(f'<div class="term">{prompt}{escape(text)}</div>')


def reader(feed: bytes) -> str:
    """An Atom reader: titles at the left, the first entry at the right, its HTML as feedparser cleans it."""
    entries = feedparser.parse(feed).entries
    items = "".join(
        f'<div class="item{" on" if n == 0 else ""}"><b>{escape(e.title)}</b><small>{escape(e.published)}</small></div>'
        for n, e in enumerate(entries)
    )
    first = entries[0]
    view = f"<h1>{escape(first.title)}</h1><small>{escape(first.published)}</small>{first.content[0].value}"
    return page(f'<div class="reader"><div class="list">{items}</div><div class="view">{view}</div></div>')


def month(calendar: bytes, first: date) -> str:
    """A month of an iCalendar file, as clients draw it: the status shows in colour, if at all."""
    events = list(Calendar.from_ical(calendar).walk("VEVENT"))
    start = first - timedelta(days=first.weekday())
    rows = []
    for week in range(5):
        cells = [_cell(start + timedelta(days=7 * week + n), first, events) for n in range(7)]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    names = "".join(f"<th>{(start + timedelta(days=n)):%a}</th>" for n in range(7))
    title = f"<h2>{first:%B %Y}</h2>"
    return page(f'<div class="cal">{title}<table><tr>{names}</tr>{"".join(rows)}</table></div>')


def _cell(day: date, first: date, events: list[Any]) -> str:
    here = [event for event in events if event["DTSTART"].dt <= day < event["DTEND"].dt]
    marks = "".join(f'<div class="ev {event["STATUS"]}">{escape(str(event["SUMMARY"]))}</div>' for event in here)
    return f'<td class="{"" if day.month == first.month else "out"}">{day.day}{marks}</td>'
