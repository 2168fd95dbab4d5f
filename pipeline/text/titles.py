"""Choose the headline among the titles of a page, without the site's name, and separate its kicker."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html

from pipeline.language.letters import settled
from pipeline.text.normalise import words
from pipeline.text.signals import Signals, is_article, words_of

MAX_TITLE = 400  # characters; a headline of more is a paragraph in the wrong place
_SAME_SUBJECT = 0.5  # of the words: a heading below this is the name of the site or of another story
_SEPARATOR = re.compile(r"\s+[-–—|•·:»«‹›/~]{1,2}\s+|\s*[|ㅣ｜»]\s*|\s+[-–—]\s*|\s*[—–]\s+")
_SECTION_SEPARATOR = re.compile(r"\s*[-–—|•·»›/]\s*")
_KICKER = re.compile(
    r"kicker|over-?(?:line|head)|eyebrow|top-?line|dachzeile|pre-?title|over-?title|rubri[ck]|ust-?baslik"
    r"|topic|category|section",
    re.I,
)
_MASTHEAD = re.compile(r"(?:^|[\s_-])(?:logo|masthead|brand|site-?(?:name|title))(?=$|[\s_-])", re.I)
_BETWEEN = " |:/–—-•·"  # separators between a kicker and its title
_TWO_VOICES = 2
_SHORTEST = 8  # characters left of a title when a name is cut off


@dataclass(frozen=True, slots=True)
class Headline:
    """The title of an article and the line above it, where there is one."""

    title: str
    kicker: str = ""


def headline(tree: html.HtmlElement, signals: Signals, *, feed_title: str, url: str) -> Headline:
    """What the article is called: as its readers see it, and the feed's title where the page shows none."""
    names = [*_site_names(signals, url), *_front_links(tree)]
    sections = _sections(signals)
    told = [_without_section(title, sections) for title in _told(tree, signals, names)]
    feed = clean_title(feed_title, names)
    headings = [h1 for h1 in tree.iter("h1") if _text_of(h1) and not _is_masthead(h1, names)]
    main = _main_heading(headings, [*told, feed] if feed else told)
    if main is None:
        return Headline(feed or _agreed(told) or next(iter(told), ""))
    title = clean_title(_text_of(main), names)
    alone = not any(_one_in_other(title, other) for other in (*told, feed))
    if alone and (agreed := _agreed(told)):
        title, kicker = agreed, ""
    else:
        kicker, title = _parted(main, [*told, feed], names)
    if feed and _shared(title, feed) < _SAME_SUBJECT:
        title = feed  # the heading is of something else than what the feed announced
    return Headline(title, kicker)


def clean_title(title: str, names: Sequence[str]) -> str:
    """A title without the site's name before or behind it."""
    title = " ".join(settled(title).split())[:MAX_TITLE]
    cut = True
    while cut:
        cut = False
        for separator in _SEPARATOR.finditer(title):
            before, behind = title[: separator.start()].strip(), title[separator.end() :].strip()
            if _is_name(behind, names) and len(before) >= _SHORTEST:
                title, cut = before, True
                break
            if _is_name(before, names) and len(behind) >= _SHORTEST:
                title, cut = behind, True
                break
    return title


def _told(tree: html.HtmlElement, signals: Signals, names: Sequence[str]) -> Iterator[str]:
    """Titles the page states out of sight, best first: one for machines, one for sharing, one for the browser."""
    described = (
        text for thing in signals.objects if is_article(thing) for text in words_of(thing.get("headline"))
    )
    stated = (
        next(described, ""),
        signals.first("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title"),
        tree.findtext(".//title") or "",
    )
    for text in stated:
        cleaned = clean_title(entities.unescape(text), names)
        if cleaned and not _is_name(cleaned, names):
            yield cleaned


def _agreed(told: Sequence[str]) -> str:
    """The first title that another one repeats, with or without more around it; nothing where each differs."""
    pairs = ((title, other) for place, title in enumerate(told) for other in told[place + 1 :])
    return next((title for title, other in pairs if _one_in_other(title, other)), "")


def _one_in_other(one: str, other: str) -> bool:
    """Whether one title begins or ends the other: a section, a name or a date is all that is between them."""
    shorter, longer = sorted(("".join(words(one)), "".join(words(other))), key=len)
    return bool(shorter) and (longer.startswith(shorter) or longer.endswith(shorter))


def _main_heading(headings: Sequence[html.HtmlElement], told: Sequence[str]) -> html.HtmlElement | None:
    """The h1 that is about what the page says it is about; any single h1 where the page says nothing."""
    if not told:
        return headings[0] if len(headings) == 1 else None

    def likeness(h1: html.HtmlElement) -> float:
        return max(_shared(_text_of(h1), title) for title in told)

    def words_alike(h1: html.HtmlElement) -> int:
        said = set(words(_text_of(h1)))
        return max(len(said & set(words(title))) for title in told)

    same = [h1 for h1 in headings if any(words(_text_of(h1)) == words(title) for title in told)]
    if same:
        return same[0]
    like = [h1 for h1 in headings if likeness(h1) >= _SAME_SUBJECT]
    return max(like, key=words_alike, default=None)  # the name of the site is in the titles too, and shorter


def _is_masthead(h1: html.HtmlElement, names: Sequence[str]) -> bool:
    """Whether a heading is the name of the site: by its name or words, or as a link to the front page."""
    if _MASTHEAD.search(f"{h1.get('class')} {h1.get('id')}") or _is_name(_text_of(h1), names):
        return True
    return _leads_to_front(h1)


def _front_links(tree: html.HtmlElement) -> Iterator[str]:
    """What headings that lead to the front page say: the name of the site, or its motto."""
    for h1 in tree.iter("h1"):
        if _leads_to_front(h1) and (name := "".join(words(_text_of(h1)))):
            yield name


def _leads_to_front(h1: html.HtmlElement) -> bool:
    link = next(h1.iter("a"), None)
    return link is not None and _text_of(link) == _text_of(h1) and _is_front(link.get("href", ""))


def _is_front(address: str) -> bool:
    parts = urlsplit(address) if address.startswith(("http://", "https://", "/")) else None
    return parts is not None and not parts.path.strip("/") and not parts.query


def _sections(signals: Signals) -> frozenset[str]:
    """Names of the section an article is in, as its page states them."""
    stated = (
        signals.first("article:section", "og:article:section"),
        *words_of(signals.article.get("articleSection")),
    )
    return frozenset(name for name in ("".join(words(one)) for one in stated) if name)


def _without_section(title: str, sections: frozenset[str]) -> str:
    """A title without the section's name set off behind it."""
    for separator in _SECTION_SEPARATOR.finditer(title):
        before, behind = title[: separator.start()].strip(), title[separator.end() :]
        if "".join(words(behind)) in sections and len(before) >= _SHORTEST:
            return before
    return title


def _parted(main: html.HtmlElement, told: Sequence[str], names: Sequence[str]) -> tuple[str, str]:
    """A heading as kicker and title.

    What the page says in the same words elsewhere is the title as it is. Else the kicker is the line above the
    title: an element of its own that the title lacks elsewhere, or what is set off before a title two voices agree
    on. It is cut off before the site's name is, which may be all it says. A line below the title is a deck.
    """
    text = _text_of(main)
    whole = clean_title(text, names)
    said = [words(title) for title in told]
    if words(whole) in said:
        return "", whole
    for child in main.iterdescendants():
        part = _text_of(child)
        rest = clean_title(text[len(part) :].strip(_BETWEEN), names)
        if not part or not rest:
            continue
        if text.startswith(part) and (_KICKER.search(child.get("class", "")) or words(rest) in said):
            kicker = part.strip(_BETWEEN)
            return "" if _is_name(kicker, names) else kicker, rest
        above = text[: -len(part)].strip()
        if text.endswith(part) and words(above) in said:
            return "", above
    return _set_off(whole, said) or ("", whole)


def _set_off(whole: str, said: Sequence[list[str]]) -> tuple[str, str] | None:
    """Kicker and title where at least two voices give the part behind a separator, and no more, as the title."""
    for separator in _SEPARATOR.finditer(whole):
        behind = whole[separator.end() :].strip()
        if said.count(words(behind)) >= _TWO_VOICES:
            return whole[: separator.start()].strip(_BETWEEN), behind
    return None


def _shared(one: str, other: str) -> float:
    """The share of the shorter title's words that the other has too."""
    first, second = set(words(one)), set(words(other))
    fewest = min(len(first), len(second))
    return len(first & second) / fewest if fewest else 0.0


def _site_names(signals: Signals, url: str) -> list[str]:
    publishers = (name for thing in signals.objects for name in words_of(thing.get("publisher")))
    sites = (name for thing in signals.objects if "WebSite" in str(thing.get("@type")) for name in words_of(thing))
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    stated = (*signals.meta.get("og:site_name", ()), signals.first("application-name"), *publishers, *sites)
    names = ("".join(words(name)) for name in (*stated, host, host.rsplit(".", 1)[0]) if name)
    called = "".join(words(signals.first("og:title")))  # templates put the headline where the name belongs
    return [name for name in names if name != called]


def _is_name(part: str, names: Sequence[str]) -> bool:
    squeezed = "".join(words(part))
    if not squeezed:
        return True
    return any(squeezed == name or (len(squeezed) > 3 and (name in squeezed or squeezed in name)
               and len(squeezed) < 2.5 * len(name)) for name in names if len(name) > 2)  # fmt: skip


def _text_of(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())[:MAX_TITLE]
