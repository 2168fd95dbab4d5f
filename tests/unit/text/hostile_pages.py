"""Pages made to hang, crash or fill whoever reads them; each is megabytes, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

MEGABYTE = 1_000_000
STORY = "The delegation is due in Samsun on Saturday, the ministry said in a statement on its site."


def _page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>Harbour</title>{head}</head><body>{body}</body></html>".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "ten megabytes of text": lambda: _page(f"<p>{STORY} " * (10 * MEGABYTE // 95)),
    "one paragraph of ten megabytes": lambda: _page("<p>" + "word " * (2 * MEGABYTE) + "</p>"),
    "one word of ten megabytes": lambda: _page("<p>" + "a" * (10 * MEGABYTE) + "</p>"),
    "nesting 100,000 deep": lambda: _page("<div>" * 100_000 + f"<p>{STORY}</p>"),
    "nested lists and tables": lambda: _page("<ul><li><table><tr><td>" * 40_000 + STORY),
    "a million attributes": lambda: _page("<p " + " ".join(f"a{n}=1" for n in range(MEGABYTE)) + f">{STORY}</p>"),
    "an attribute of ten megabytes": lambda: _page(f"<p class='{'comment ' * (MEGABYTE + 250_000)}'>{STORY}</p>"),
    "a million classes": lambda: _page("".join(f"<p class='c{n}'>{n}</p>" for n in range(300_000))),
    "an endless table": lambda: _page("<table>" + "<tr><td>1</td><td>2</td></tr>" * 300_000 + "</table>"),
    "a million links": lambda: _page("<a href=/>Tram line opens after years</a>" * 200_000),
    "unclosed bold": lambda: _page("<b><i><font>" * 200_000 + STORY),
    "entities": lambda: _page("&lt;" * (2 * MEGABYTE)),
    "entity bomb": lambda: (
        b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 100_000 + b'">]>' + _page("&b;" * 1000)
    ),
    "markers without end": lambda: _page("<p>" + "read more " * MEGABYTE + "</p>"),
    "spaces": lambda: _page("<p>Read also" + " " * (9 * MEGABYTE) + "x</p>"),
    "dashes in a title": lambda: _page(f"<h1>{'- ' * (2 * MEGABYTE)}</h1><p>{STORY}</p>"),
    "dates without end": lambda: _page("<h1>Harbour</h1>" + "<time>2031-05-</time>" * 200_000),
    "a deep description": lambda: _page("", "<script type='application/ld+json'>" + "[" * MEGABYTE + "</script>"),
    "a description of ten megabytes": lambda: _page(
        "",
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "'
        + "a " * (4 * MEGABYTE)
        + '"}</script>',
    ),
    "a script full of strings": lambda: _page("", "<script>" + '"<p' + '\\"' * (4 * MEGABYTE) + "</script>"),
    "datelines": lambda: _page("<p>" + "ANKARA " * MEGABYTE + "</p>"),
    "brackets": lambda: _page("<p>" + "(" * (5 * MEGABYTE) + STORY + "</p>"),
    "meta tags": lambda: _page("", "<meta name='author' content='by by by by'>" * 200_000),
    "charset": lambda: b"<meta charset='" + b"x" * (5 * MEGABYTE) + b"'>\xff\xfe\x00<p>" + STORY.encode(),
    "nothing but zeroes": lambda: b"\x00" * (10 * MEGABYTE),
    "random bytes": lambda: bytes(n * n % 251 for n in range(MEGABYTE)),
    "control references": lambda: _page("&#0;&#x1F;" * MEGABYTE),
}
