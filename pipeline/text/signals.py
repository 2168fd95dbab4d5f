"""Collect a page's statements about itself once: JSON-LD, microdata, meta tags, links, <time>."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from pipeline.language.letters import settled
from pipeline.text.normalise import words

MAX_JSON = 2_000_000  # characters of one script; what is longer is an application's state, not a description
_MAX_DEPTH = 6
_MAX_OBJECTS = 200
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE = re.compile(r"(?:Article|BlogPosting|^Report|SocialMediaPosting|^Statement)$")
_ALIKE = 0.7  # of the words of the shorter headline
_LANGUAGE = re.compile(r"^[A-Za-z]{2}(?:[-_]|$)")
_LD = etree.XPath("//script[contains(@type, 'ld+json')]")
_META = etree.XPath("//meta[@content]")
_LINKS = etree.XPath("//link[@rel and @href]")
_ITEMPROPS = etree.XPath("//*[@itemprop]")
_TIMES = etree.XPath("//time")
# Comments, CDATA marks and commas before a closing bracket: what templates leave in JSON.
_JSON_DIRT = re.compile(r"^\s*(?://)?\s*<!(?:--|\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$|,(?=\s*[\]}])")


@dataclass(frozen=True, slots=True)
class Signals:
    """Statements of a page about itself. Nothing in here has been judged yet."""

    objects: tuple[dict[str, Any], ...] = ()  # JSON-LD, in the order of the page
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by property, name or itemprop, lower case
    items: dict[str, tuple[str, ...]] = field(default_factory=dict)  # microdata by itemprop
    links: dict[str, str] = field(default_factory=dict)  # amphtml, and hreflang as "alternate ru"
    canonical: tuple[str, ...] = ()  # every one that is stated
    times: tuple[html.HtmlElement, ...] = ()
    html_language: str = ""
    own: tuple[dict[str, Any], ...] = ()  # the JSON-LD objects that describe this page's article
    article: dict[str, Any] = field(
        default_factory=dict
    )  # the most detailed of them; empty if the page has no description

    @property
    def language(self) -> str:
        """The language the page declares: two letters, or nothing."""
        stated = words_of(self.article.get("inLanguage"))
        own = [name for name, target in self.links.items() if target.strip() in self.canonical[:1]]
        linked = (name.removeprefix("alternate ") for name in own if name.startswith("alternate "))
        names = (self.html_language, *stated, self.first("content-language", "og:locale", "language"), *linked)
        return next((name[:2].lower() for name in names if _LANGUAGE.match(name)), "")

    @property
    def stated_urls(self) -> tuple[str, ...]:
        """What the page calls its own address, canonical link first. Two that differ count for none."""
        canonical = tuple(dict.fromkeys(self.canonical))
        og = self.meta.get("og:url", ())[:1]
        return (*(canonical if len(canonical) == 1 else ()), *og)

    def first(self, *names: str) -> str:
        """The first meta tag of these names that says something."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")


def read_signals(tree: html.HtmlElement, url: str = "") -> Signals:
    """Gather what a page says of itself. A block that cannot be read says nothing; the others still count.

    Args:
        tree: the page.
        url: its address, which distinguishes its own description from those of the articles it links to.
    """
    objects = tuple(_json_ld(tree))
    meta = _meta(tree)
    canonical = tuple(link.get("href").strip() for link in _LINKS(tree) if _is_canonical(link))
    own = _own(
        [thing for thing in objects if is_article(thing)], tree, meta, {url, *canonical, *meta.get("og:url", ())}
    )
    return Signals(
        objects=objects,
        meta=meta,
        items=_items(tree),
        links=_link_targets(tree),
        canonical=canonical,
        times=tuple(_TIMES(tree)),
        html_language=(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip(),
        own=own,
        article=max(own, key=_substance, default={}),
    )


def _own(
    articles: list[dict[str, Any]], tree: html.HtmlElement, meta: dict[str, tuple[str, ...]], addresses: set[str]
) -> tuple[dict[str, Any], ...]:
    """Of several articles a page describes, those that have its headline or its address; all where none has."""
    if len(articles) < 2:
        return tuple(articles)
    headings = [h1.text_content() for h1 in tree.iter("h1")]
    names = [words(name) for name in (*headings, *meta.get("og:title", ()), tree.findtext(".//title") or "")]
    places = {_bare(address) for address in addresses if address}
    own = [thing for thing in articles if _is_named(thing, names) or not places.isdisjoint(_addresses(thing))]
    return tuple(own or articles)


def _is_named(thing: dict[str, Any], names: list[list[str]]) -> bool:
    said = [word for text in words_of(thing.get("headline"))[:1] for word in words(text)]
    return bool(said) and any(
        name and len(set(said) & set(name)) >= _ALIKE * min(len(set(said)), len(set(name))) for name in names
    )


def _addresses(thing: dict[str, Any]) -> set[str]:
    page = thing.get("mainEntityOfPage")
    stated = (thing.get("url"), thing.get("@id"), page.get("@id") if isinstance(page, dict) else page)
    return {_bare(address) for address in stated if isinstance(address, str) and address.strip()}


def _bare(address: str) -> str:
    """An address without scheme, www, fragment and closing slash, for comparing."""
    return re.sub(r"^https?://(?:www\.)?|#.*$|/+$", "", address.strip().lower())


def types(thing: dict[str, Any]) -> tuple[str, ...]:
    """The schema.org types of a JSON-LD object, without their address."""
    stated = thing.get("@type", ())
    names = (stated,) if isinstance(stated, str) else stated if isinstance(stated, list) else ()
    return tuple(str(name).rsplit("/", 1)[-1] for name in names)


def is_article(thing: dict[str, Any]) -> bool:
    """Whether a JSON-LD object describes an article of any kind, a live blog included."""
    return any(_ARTICLE.search(name) for name in types(thing))


def words_of(value: Any) -> list[str]:
    """The strings of a JSON-LD value: itself, or the names in it; schema.org allows one, many and objects."""
    if isinstance(value, str):
        text = settled(value).strip()
        return [text] if text else []
    if isinstance(value, dict):
        return words_of(value.get("name"))
    if isinstance(value, list):
        return [word for one in value[:20] for word in words_of(one)]
    return []


def _substance(thing: dict[str, Any]) -> int:
    """An article's own description says more of it than a teaser's does."""
    return sum(
        1 for name in ("headline", "datePublished", "articleBody", "author", "dateModified") if thing.get(name)
    )


def _json_ld(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    count = 0
    for script in _LD(tree):
        text = script.text or ""
        if len(text) > MAX_JSON:
            continue
        for thing in _objects(_loads(text), 0):
            count += 1
            if count > _MAX_OBJECTS:
                return
            yield thing


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_JSON_DIRT.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Typed objects at the top, in graphs, and what a page says it is about; not the teasers inside lists."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, list):
        for one in node:
            yield from _objects(one, depth + 1)
    elif isinstance(node, dict):
        if types(node):
            yield node
        for name in _CONTAINERS:
            if isinstance(node.get(name), dict | list):
                yield from _objects(node[name], depth + 1)


def _meta(tree: html.HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for tag in _META(tree):
        value = tag.get("content").strip()
        names = {tag.get("property"), tag.get("name"), tag.get("itemprop"), tag.get("http-equiv")}
        for name in filter(None, names):
            found[name.lower()] = (*found.get(name.lower(), ()), value)
    return found


def _items(tree: html.HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for element in _ITEMPROPS(tree):
        value = element.get("content") or element.get("datetime")
        for name in element.get("itemprop").split():
            if name == "articleBody":
                continue  # the body is read from the tree
            text = value or " ".join(element.text_content().split())[:500]
            found[name] = (*found.get(name, ()), text)
    return found


def _is_canonical(link: html.HtmlElement) -> bool:
    return "canonical" in link.get("rel").lower().split()


def _link_targets(tree: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for link in _LINKS(tree):
        for rel in link.get("rel").lower().split():
            if rel == "alternate" and link.get("hreflang"):
                found.setdefault(f"alternate {link.get('hreflang').lower()}", link.get("href"))
            elif rel == "amphtml":
                found.setdefault(rel, link.get("href"))
    return found
