"""Changes as an Atom feed: one entry for each alert, never rewritten; a correction is an entry of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from pipeline.alerts.formats import mail
from pipeline.alerts.message import Sending, compose
from pipeline.alerts.style import Style
from pipeline.records import Notice

ATOM = "http://www.w3.org/2005/Atom"
THREAD = "http://purl.org/syndication/thread/1.0"
MOST = 100


def feed(notices: Sequence[Notice], style: Style, *, self_url: str, site: str = "", now: datetime) -> bytes:
    """The feed of some alerts, newest first. `self_url` is the address it is served at, without any token."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "thr": THREAD})
    _add(root, "id", f"urn:wirewatch:feed:{style.words.language}")
    _add(root, "title", "wirewatch")
    newest = max((notice.created_at for notice in notices), default=now)
    _add(root, "updated", _moment(newest))
    _link(root, "self", self_url)
    if site:
        _link(root, "alternate", site)
    author = etree.SubElement(root, f"{{{ATOM}}}author")
    _add(author, "name", "wirewatch")
    for notice in notices[:MOST]:
        root.append(_entry(notice, style, site))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body


def _entry(notice: Notice, style: Style, site: str) -> etree._Element:
    message = compose(notice, style, Sending(site=site))
    entry = etree.Element(f"{{{ATOM}}}entry")
    _add(entry, "id", f"urn:wirewatch:alert:{notice.key}")
    title = _add(entry, "title", message.subject)
    title.set("type", "text")
    _add(entry, "updated", _moment(notice.created_at))
    _add(entry, "published", _moment(notice.created_at))
    if site:
        _link(entry, "alternate", f"{site}/meetings/{notice.meeting_id}")
    if message.url:
        _link(entry, "via" if site else "alternate", message.url)
    if notice.amends:
        reply = etree.SubElement(entry, f"{{{THREAD}}}in-reply-to")
        reply.set("ref", f"urn:wirewatch:alert:{notice.amends}")
    category = etree.SubElement(entry, f"{{{ATOM}}}category")
    category.set("term", f"meeting.{notice.kind}")
    content = _add(entry, "content", mail.fragment(message))
    content.set("type", "html")
    return entry


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = text
    return element


def _link(parent: etree._Element, rel: str, url: str) -> None:
    element = etree.SubElement(parent, f"{{{ATOM}}}link")
    element.set("rel", rel)
    element.set("href", url)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
