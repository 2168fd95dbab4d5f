"""The outlets' HTML: four kinds of markup around the same article, with the furniture of real news sites.

Everything a reader is not looking for is there on purpose: navigation, cookie banner, share line, teasers between
the paragraphs, newsletter box, related links and readers' comments. A good extractor drops it all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from pipeline.demo.story import Comment, DatedText, DemoArticle, Outlet

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
}


@dataclass(frozen=True, slots=True)
class PageView:
    """One article as a reader sees it at one moment."""

    article: DemoArticle
    revision: DatedText
    address: str  # absolute URL of the page
    related: tuple[DemoArticle, ...]
    comments: tuple[Comment, ...]

    @property
    def outlet(self) -> Outlet:
        """Whose page it is."""
        return self.article.outlet


def comments_at(article: DemoArticle, now: datetime) -> tuple[Comment, ...]:
    """The readers' comments under `article` at `now`."""
    age = now - article.published
    return tuple(c for c in article.outlet.comments if timedelta(minutes=c.minutes) <= age)


def render_page(view: PageView) -> str:
    """The HTML document of one article."""
    body = _LAYOUTS[view.outlet.layout](view)
    return _document(view.outlet, view.revision.title, _metadata(view), body)


def render_front(outlet: Outlet, articles: Sequence[DemoArticle]) -> str:
    """The HTML document of an outlet's front page: its articles, newest first."""
    links = "\n".join(f"<h2>{_link(article)}</h2>" for article in articles)
    return _document(outlet, outlet.name, "", f"<main>{links}</main>")


def _document(outlet: Outlet, title: str, metadata: str, body: str) -> str:
    nav = "".join(
        f'<li><a href="/section/{number}">{escape(word)}</a></li>' for number, word in enumerate(outlet.nav, 1)
    )
    return f"""<!DOCTYPE html>
<html lang="{outlet.language}">
<head>
<meta charset="{outlet.encoding}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} | {escape(outlet.name)}</title>
<link rel="alternate" type="application/{outlet.feed}+xml" href="{outlet.feed_path}">
{metadata}
</head>
<body>
<div id="cookie-banner" class="cookie-consent" role="dialog">
<p>{escape(outlet.cookie)}</p><button>OK</button></div>
<header><a class="logo" href="/">{escape(outlet.name)}</a><nav><ul class="menu">{nav}</ul></nav></header>
{body}
<footer class="footer"><p>{escape(outlet.colophon)}</p></footer>
</body>
</html>
"""


def _metadata(view: PageView) -> str:
    local = view.article.published.astimezone(ZoneInfo(view.outlet.zone))
    lines = [
        f'<link rel="canonical" href="{escape(view.address)}">',
        '<meta property="og:type" content="article">',
        f'<meta property="og:title" content="{escape(view.revision.title)}">',
        f'<meta property="og:site_name" content="{escape(view.outlet.name)}">',
        f'<meta property="article:published_time" content="{local.isoformat()}">',
    ]
    if view.revision.note:
        changed = view.revision.at.astimezone(ZoneInfo(view.outlet.zone))
        lines.append(f'<meta property="article:modified_time" content="{changed.isoformat()}">')
    return "\n".join(lines)


def _wire(view: PageView) -> str:
    """An agency: flat blocks, no comments."""
    return f"""<div class="content-wrap">
<div class="b-breadcrumbs"><a href="/">{escape(view.article.section)}</a></div>
<h1 class="b-material__title">{escape(view.revision.title)}</h1>
<div class="b-material__date"><time datetime="{view.article.published.isoformat()}">{_stamp(view)}</time></div>
{_byline(view, "b-material__author")}
<div class="b-material__text">
{_paragraphs(view)}
{_note(view)}
</div>
{_share(view)}
{_newsletter(view)}
{_related(view)}
</div>"""


def _broadsheet(view: PageView) -> str:
    """A paper: semantic markup, JSON-LD, a newsletter box in the middle of the text, comments."""
    return f"""{_json_ld(view)}
<main><article class="story">
<header class="story-header"><p class="kicker">{escape(view.article.section)}</p>
<h1 itemprop="headline">{escape(view.revision.title)}</h1>
{_byline(view, "byline")}<time datetime="{view.article.published.isoformat()}">{_stamp(view)}</time>
{_share(view)}</header>
<div class="article-body" itemprop="articleBody">
{_paragraphs(view, between=_newsletter(view))}
{_note(view)}
</div></article>
<aside class="sidebar">{_related(view)}</aside>
{_comments(view, "section")}
</main>"""


def _portal(view: PageView) -> str:
    """A portal: divs, a teaser to another story between the paragraphs, comments."""
    teaser = "".join(
        f'<div class="read-also"><span>{escape(view.outlet.related)}:</span> {_link(article)}</div>'
        for article in view.related[:1]
    )
    return f"""<div class="page"><div class="col-left">
<div class="news-detail"><h1>{escape(view.revision.title)}</h1>
<div class="news-info"><span class="date">{_stamp(view)}</span>{_byline(view, "author")}</div>
<div class="news-text">
{_paragraphs(view, between=teaser)}
{_note(view)}
</div>
{_share(view)}
</div>
{_comments(view, "div")}
</div><div class="col-right">{_related(view)}{_newsletter(view)}</div></div>"""


def _blog(view: PageView) -> str:
    """A small site on a blog engine."""
    return f"""<div id="content" class="site-content"><article class="post type-post">
<header class="entry-header"><h1 class="entry-title">{escape(view.revision.title)}</h1>
<div class="entry-meta"><time class="entry-date published" datetime="{view.article.published.isoformat()}">
{_stamp(view)}</time>{_byline(view, "author vcard")}</div></header>
<div class="entry-content">
{_paragraphs(view)}
{_note(view)}
</div>
<footer class="entry-footer">{_share(view)}</footer></article>
{_related(view)}
{_comments(view, "section")}
</div>
<div id="secondary" class="widget-area">{_newsletter(view)}</div>"""


_LAYOUTS: dict[str, Callable[[PageView], str]] = {
    "wire": _wire,
    "broadsheet": _broadsheet,
    "portal": _portal,
    "blog": _blog,
}


def _paragraphs(view: PageView, between: str = "") -> str:
    """The text, with `between` after the second paragraph."""
    texts = [f"<p>{escape(text, quote=False)}</p>" for text in view.revision.paragraphs]
    return "\n".join([*texts[:2], between, *texts[2:]] if between else texts)


def _note(view: PageView) -> str:
    return f'<p class="correction"><em>{escape(view.revision.note)}</em></p>' if view.revision.note else ""


def _byline(view: PageView, css: str) -> str:
    return f'<span class="{css}">{escape(view.article.byline)}</span>' if view.article.byline else ""


def _share(view: PageView) -> str:
    return f'<div class="share social-links">{escape(view.outlet.share)}</div>'


def _newsletter(view: PageView) -> str:
    text = escape(view.outlet.newsletter)
    return f'<div class="newsletter-box promo"><p>{text}</p><form><input type="email"></form></div>'


def _related(view: PageView) -> str:
    items = "".join(f"<li>{_link(article)}</li>" for article in view.related)
    return f'<div class="related-links"><h3>{escape(view.outlet.related)}</h3><ul>{items}</ul></div>'


def _link(article: DemoArticle) -> str:
    return f'<a href="{escape(article.path)}">{escape(article.revisions[0].title)}</a>'


def _comments(view: PageView, tag: str) -> str:
    if not view.comments:
        return ""
    items = "".join(
        f'<li class="comment"><b class="comment-author">{escape(comment.name)}</b> '
        f'<div class="comment-text"><p>{escape(comment.text)}</p></div></li>'
        for comment in view.comments
    )
    heading = escape(view.outlet.comments_heading)
    return f'<{tag} id="comments" class="comments"><h3>{heading}</h3><ol class="commentlist">{items}</ol></{tag}>'


def _json_ld(view: PageView) -> str:
    zone = ZoneInfo(view.outlet.zone)
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": view.revision.title,
        "mainEntityOfPage": view.address,
        "datePublished": view.article.published.astimezone(zone).isoformat(),
        "dateModified": view.revision.at.astimezone(zone).isoformat(),
        "author": [{"@type": "Person", "name": view.article.byline or view.outlet.name}],
        "publisher": {"@type": "NewsMediaOrganization", "name": view.outlet.name},
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _stamp(view: PageView) -> str:
    """The date line as the outlet prints it, in its zone and language."""
    local = view.article.published.astimezone(ZoneInfo(view.outlet.zone))
    month = _MONTHS[view.outlet.language].split()[local.month - 1]
    return f"{local.day} {month} {local.year}, {local:%H:%M}"
