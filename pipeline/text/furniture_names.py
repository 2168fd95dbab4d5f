"""Names of boxes in a page: advertisements, sharing, captions, and the story's own by unlucky names."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import html

from pipeline.text.boxes import name_of, whole_text
from pipeline.text.comments import opens_comments

_BODY = re.compile(r"(?:^|\s)(?:(?:entry|post)-(?:content|body)|(?:article|story)(?:-|__)?body)(?:$|\s)", re.I)
_CALLED = re.compile(
    r"""(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:
        related|relatedposts?|recommend(?:ed|ation|ations)?|more-?(?:on|stories|news|from)|also-?(?:read|like)
      | read-?(?:more|also|next|on)|see-?also|most-?(?:read|popular|viewed)|popular|trending
         |latest-?(?:news|stories)
      | outbrain|taboola|mgid|smi2|criteo|dianomi|nativo|zergnet|ad|ads|adv|advert(?:s|isement|ising)?|adsbygoogle
      | dfp|gpt-ad|sponsor(?:ed|s)?|promo(?:box|ted|tion|s)?|commercial|banner
      | newsletters?|subscri(?:be|ption|ptions)|signup|sign-up|mailing-?list|donat(?:e|ion|ions)
      | shar(?:e|ing|e-?bar|e-?buttons?|e-?tools|ethis)|social(?:-?(?:share|links|icons|media|bar))?|addthis
         |sociable
      | cookies?|consent|gdpr|cmp|onetrust|privacy-?banner
      | breadcrumbs?|bread-crumbs?|pagination|pager|skip-?link|toc|table-of-contents
      | tag-?(?:s|list|cloud)|keywords|post-tags|topics-?list|hashtags
      | byline-bio|author-?(?:bio|box|card|info|description|about)|about-?(?:the-?)?author|contributor-?bio
      | paywall-?(?:prompt|message|box)|piano|tp-modal|regwall|subscriber-?only
      | print-?only|sr-only|visually-?hidden|screen-?reader(?:-text)?|hidden-print
      | copyright|disclaimer
    )(?=$|[\s_\d-]|[A-Z])
    | (?:^|\s)(?:side-?bar|widget-area|widget)(?:$|\s)""",
    re.X,
)
_CAPTIONS = re.compile(
    r"(?:^|[\s_-])(?:wp-caption-text|(?:image|photo|picture|media|gallery|figure)-?(?:caption|credits?"
    r"|copyright|legend|desc)"
    r"|caption(?:-?text)?|credits?|photo-?credit|figcaption)(?=$|[\s_-])",
    re.I,
)
_POSTS = re.compile(
    r"twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video)|telegram-post|bluesky-embed"
)
# Consent, newsletters, subscriptions, navigation: never the first words of a story.
_NEVER_A_LEAD = re.compile(
    r"cookie|consent|gdpr|cmp|onetrust|newsletter|subscri|signup|sign-up|donat|paywall|regwall|bread-?crumb|pagination|pager"
    r"|skip|toc|adsbygoogle|outbrain|taboola|print-?only|sr-only|screen-?reader|copyright|disclaimer|related|recommend|most-?read",
    re.I,
)
_UNLUCKY = re.compile(
    r"teaser|author|tags|tag-list|shar|social|viral|banner|widget|button|byline|embed|next-|-stories|rating|meta|attachment|slide"
    r"|overlay|options|expand|syndication|premium|message|permission|menu|bar|-icon|viewport|elated|nav|more-on|footer|promo|hide",
    re.I,
)
BOXES = ("div", "section", "aside", "ul", "ol", "dl", "table", "p", "span", "nav", "header", "footer", "form",
          "blockquote", "a", "h2", "h3", "h4", "h5", "li", "details", "figure")  # fmt: skip


def is_never_a_lead(element: html.HtmlElement) -> bool:
    """Whether a box is called what the first words of a story never are: consent, newsletter, navigation."""
    return bool(_NEVER_A_LEAD.search(name_of(element)))


def rename(block: html.HtmlElement) -> None:
    """Take unlucky names off the boxes around the story's first words, which trafilatura would drop."""
    for box in (block, *block.iterancestors()):
        if box.tag in ("body", "html", "main"):
            return
        if _UNLUCKY.search(f"{box.get('class', '')} {box.get('id', '')}"):
            box.attrib.pop("class", None)
            box.attrib.pop("id", None)


def sign(element: html.HtmlElement) -> str:
    """What the name of a box says it is: post, furniture, caption, or nothing."""
    name = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag == "blockquote":
        return "post" if _POSTS.search(name) else ""
    said = {_named(part) for part in name.split()}
    return "furniture" if "furniture" in said else "caption" if "caption" in said else ""


def leads_to_comments(element: html.HtmlElement) -> bool:
    """Whether it is the button that leads to the comments, which may stand above the text; not their heading."""
    return element.tag == "a" and opens_comments(whole_text(element))


@lru_cache(maxsize=20_000)
def _named(name: str) -> str:
    if _CALLED.search(name):
        return "furniture"
    return "caption" if _CAPTIONS.search(name) else ""


def holds_a_body(element: html.HtmlElement) -> bool:
    """Whether a box holds one thing that is called the body of an article; a list of teasers holds several."""
    named = (
        box.get("itemprop") == "articleBody" or _BODY.search(box.get("class", "")) for box in element.iter("div")
    )
    return sum(map(bool, named)) == 1
