"""A message as an HTML mail: tables and inline style, no pictures, no scripts, nothing loaded from anywhere."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, select_autoescape

from pipeline.alerts.message import Message

# Text on, background of and edge of the title, by how loud the change is meant to look.
_CALM = ("#1e40af", "#dbeafe", "#60a5fa")
_COLOURS = {
    "postponed": ("#92400e", "#fef3c7", "#fbbf24"),
    "at_risk": ("#92400e", "#fef3c7", "#fbbf24"),
    "contested": ("#92400e", "#fef3c7", "#fbbf24"),
    "silently_edited": ("#92400e", "#fef3c7", "#fbbf24"),
    "cancelled": ("#991b1b", "#fee2e2", "#f87171"),
    "will_not_attend": ("#991b1b", "#fee2e2", "#f87171"),
    "rescheduled": ("#6b21a8", "#f3e8ff", "#c084fc"),
    "date_set": ("#6b21a8", "#f3e8ff", "#c084fc"),
    "place_changed": ("#6b21a8", "#f3e8ff", "#c084fc"),
    "held": ("#166534", "#dcfce7", "#4ade80"),
    "retracted": ("#374151", "#e5e7eb", "#9ca3af"),
    "lapsed": ("#374151", "#e5e7eb", "#9ca3af"),
}
_TEMPLATES = Environment(
    autoescape=select_autoescape(default_for_string=True, default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGE = _TEMPLATES.from_string(files(__package__).joinpath("mail.html").read_text(encoding="utf-8"))


def page(message: Message, *, mute_url: str = "") -> str:
    """The whole HTML document of a mail."""
    dark, light, edge = _COLOURS.get(message.kind, _CALM)
    rows = [(a, b) for a, b in message.rows() if a not in _moved(message)]
    return _PAGE.render(
        m=message,
        w=message.words,
        l=message.words.labels,
        rows=rows,
        dark=dark,
        light=light,
        edge=edge,
        mute=mute_url,
    )


def fragment(message: Message) -> str:
    """The message as a piece of HTML for Atom and JSON feeds: paragraphs, a quote, one link."""
    rows = "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in (*message.rows(), *message.standing()))
    notes = [*message.banners, *([message.correction] if message.correction else [])]
    said = "".join(f"<p><strong>{escape(note)}</strong></p>" for note in notes)
    language = escape(message.quote_language or "und")
    quote = f'<blockquote lang="{language}" dir="auto">{escape(message.words.quoted(message.quote))}</blockquote>'
    outlet = f"<bdi>{escape(message.outlet)}</bdi>"
    name = f'<a href="{escape(message.url)}">{outlet}</a>' if message.url else outlet
    credit = f"<p>{name} ({escape(message.host)}), {escape(message.when)}</p>"
    check = f"<p><code>{escape(message.command)}</code></p>"
    return f"{said}<dl>{rows}</dl>{quote if message.quote else ''}{credit}{check}"


def _moved(message: Message) -> tuple[str, ...]:
    labels = message.words.labels
    return labels.was, labels.now, labels.when
