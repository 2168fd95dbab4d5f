"""The format and length limit of each service, and how it counts. Measured for docs/alerts.md.

The quote is cut, never the message: dates, number and link always arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.alerts.formats import markdown, plain
from pipeline.alerts.message import Message
from pipeline.alerts.outside import cut

_LONG_URL = 300
_QUOTES = (600, 300, 120, 0)  # characters of the quote, from the most on


def characters(text: str) -> int:
    """Code points."""
    return len(text)


def utf16(text: str) -> int:
    """Units of UTF-16, as Telegram and Discord count."""
    return len(text.encode("utf-16-le")) // 2


def octets(text: str) -> int:
    """Bytes of UTF-8, as ntfy counts."""
    return len(text.encode())


@dataclass(frozen=True, slots=True)
class Service:
    """How Apprise is to be handed a message for one service."""

    body_format: str  # Apprise's word for it: text, markdown, html
    limit: int  # of the body; of title and body together where the title is empty
    titled: bool  # False: the title goes into the body, for the service marks it up
    write: Callable[[Message], str]
    brief: Callable[[Message], str]
    measure: Callable[[str], int] = characters
    expands: Callable[[str], str] = str  # what Apprise makes of the text before it is counted


def _spaced(message: Message) -> str:
    return markdown.text(message, blank_lines=True)


def _plain_body(message: Message) -> str:
    return plain.text(message, with_subject=False)


def _silent(message: Message) -> str:
    """Plain text for services that ring @room or @all in it; the title is a line of its own."""
    return _plain_body(message).replace("@", "@\u200b")


def _silent_brief(message: Message) -> str:
    return plain.brief(message).replace("@", "@\u200b")


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(limit: int, *, titled: bool = True, measure: Callable[[str], int] = characters) -> Service:
    write = _plain_body if titled else plain.text
    return Service("text", limit, titled, write, plain.brief, measure)


def _markdown(limit: int, measure: Callable[[str], int] = characters, *, spaced: bool = False) -> Service:
    write = _spaced if spaced else markdown.text
    return Service("markdown", limit, False, write, markdown.brief, measure)


_OTHER = Service("text", 1000, True, _silent, _silent_brief)
SERVICES: dict[str, Service] = {
    **dict.fromkeys(("tgram",), replace(_text(3900, titled=False, measure=utf16), expands=_entities)),
    **dict.fromkeys(("slack",), replace(_text(30_000), expands=_entities)),
    **dict.fromkeys(("discord",), _markdown(1900, utf16)),
    **dict.fromkeys(("mmost", "mmosts"), _markdown(3900)),
    **dict.fromkeys(("matrix", "matrixs"), Service("text", 30_000, True, _silent, _silent_brief)),
    **dict.fromkeys(("workflow", "workflows", "msteams"), _markdown(990, spaced=True)),
    **dict.fromkeys(("rocket", "rockets"), _markdown(990)),
    **dict.fromkeys(("wxteams", "webex"), _markdown(990)),
    **dict.fromkeys(("gchat",), _markdown(3900)),
    **dict.fromkeys(("ntfy", "ntfys"), _text(3900, measure=octets)),
    **dict.fromkeys(("gotify", "gotifys"), _text(30_000)),
    **dict.fromkeys(("pover",), _text(1000)),
    **dict.fromkeys(("signal", "signals"), _text(30_000, titled=False)),
    **dict.fromkeys(("mailto", "mailtos"), _text(30_000)),
}


def service_of(url: str) -> Service:
    """The service an Apprise address is of; careful defaults for one that is not listed."""
    return SERVICES.get(url.partition("://")[0].lower(), _OTHER)


def fitted(service: Service, compose: Callable[[int], Message]) -> str:
    """The body for a service, within its limit: `compose` gives the message with a quote of so many characters."""
    longest = compose(_QUOTES[0])
    for most in _QUOTES:
        message = compose(most)
        for shorter in (message, replace(message, sources=(), against=message.against[:1])):
            body = service.write(shorter)
            if service.measure(service.expands(body)) <= service.limit:
                return body
    return _bare(service, longest)


def _bare(service: Service, message: Message) -> str:
    """GazetteerNames so long that even the shortest form is too long: cut them, keep the change and the links."""
    for most in (200, 100, 40, 10):
        people = cut(message.people, most)
        short = replace(message, people=people, place=cut(message.place, most), outlet=cut(message.outlet, most))
        body = service.brief(short)
        if service.measure(service.expands(body)) <= service.limit:
            return body
    url = message.url if len(message.url) <= _LONG_URL else ""
    return service.brief(replace(message, people="", place="", outlet="", url=url))
