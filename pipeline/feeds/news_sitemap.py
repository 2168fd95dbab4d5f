"""Parse Google News sitemaps: a site's pages of the last two days, with title and date. Other sitemaps are
rejected."""

from __future__ import annotations

from lxml import etree

from pipeline.errors import FeedError
from pipeline.feeds.document import Outline
from pipeline.feeds.entries import Draft, FeedDocument, Stamp
from pipeline.records import Rejected


def read_news_sitemap(outline: Outline) -> FeedDocument:
    """Entries with news in them; the others are counted.

    Raises:
        FeedError: sitemap_without_news.
    """
    # Lenient, as sitemaps come from templates, too; nothing is fetched and no entity is left to resolve.
    parser = etree.XMLParser(recover=True, no_network=True, resolve_entities=False, encoding="utf-8")
    drafts: list[Draft] = []
    rejected: list[Rejected] = []
    title = ""
    for entry in outline.entries():
        tree = etree.fromstring(outline.opening + entry + outline.closing, parser)
        fields = _fields(tree) if tree is not None else {}
        if "title" not in fields or not fields.get("loc"):
            rejected.append(Rejected("item_without_news", fields.get("loc", "")[:200]))
            continue
        title = title or fields.get("name", "")
        drafts.append(
            Draft(
                guid=fields["loc"],
                link=fields["loc"],
                title=fields["title"],
                published=Stamp(fields.get("publication_date", "")),
                updated=Stamp(fields.get("lastmod", "")),
            )
        )
    if not drafts and outline.spans:
        raise FeedError("sitemap_without_news", f"{len(outline.spans)} addresses, none with title and date")
    return FeedDocument("sitemap", title, drafts, rejected)


def _fields(tree: etree._Element) -> dict[str, str]:
    """The texts of an entry by local name; images have titles, too, but at a deeper level."""
    fields: dict[str, str] = {}
    for node in tree.iter(etree.Element):
        parent = node.getparent()
        if parent is not None and _local(parent) in ("url", "news", "publication"):
            fields.setdefault(_local(node), (node.text or "").strip())
    return fields


def _local(node: etree._Element) -> str:
    """The name without its vocabulary, declared or not."""
    return str(node.tag).rpartition("}")[2].rpartition(":")[2]
