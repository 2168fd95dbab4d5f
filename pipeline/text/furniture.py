"""What stands around an article and inside it without being it: cut from the tree before the text is read.

Three kinds of sign, each independent of the site: what a box is called (class, id, role), what it is made of
(nothing but links), and what it says ("Read also", «Читайте также», "İlgili haberler").
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree, html

from pipeline.text.comments import opens_comments
from pipeline.text.phrases import LONGEST_INSERT, is_insert, opens_furniture

_FRAME = 0.25  # a box with more of the page's prose than this is the page's frame, whatever it is called
_ONLY_LINKS = 0.9
_LINK_CHARS = 20  # shorter links are names and buttons
_PROSE_CHARS = 60  # a run of text this long is somebody's sentence, not a menu
_DEAD_TAGS = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "applet", "canvas", "video",
    "audio", "map", "select", "button", "input", "textarea", "dialog", "menu", "noindex", "frameset",
)  # fmt: skip
_COMMENTS = re.compile(
    r"(?:^|\s)(?:[\w-]*[_-])?(?:comments?|user-?comments?"
    r"|reader-?comments?)(?:[_-]?(?:list|section|area|thread|form|box|wrap(?:per)?"
    r"|container|block|holder|content|feed|stream|tree|widget|respond|panel|module))?(?:$|\s)"
    r"|(?:^|\s)(?:commentlist|disqus\w*|dsq-\w+|fb-comments|hypercomments\w*|cackle\w*|vk_comments"
    r"|vuukle\w*|coral\w*"
    r"|spot-?im\w*|viafoura\w*|livefyre\w*|remark42|giscus|utterances|isso-thread|yorum(?:lar)?(?:[_-]\w+)?"
    r"|respond)(?:$|\s)",
    re.I,
)
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
_BOXES = ("div", "section", "aside", "ul", "ol", "dl", "table", "p", "span", "nav", "header", "footer", "form",
          "blockquote", "a", "h2", "h3", "h4", "h5", "li", "details")  # fmt: skip
_BLOCKS = ("p", "li", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "td", "section", "aside")


def cut_furniture(tree: html.HtmlElement) -> None:
    """Take out everything that is certainly no part of an article."""
    etree.strip_elements(tree, *_DEAD_TAGS, with_tail=False)
    whole = prose(tree)
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        if _goes(element, whole):
            element.drop_tree()
        elif element.tag in _BLOCKS and not any(child.tag in _BLOCKS for child in element.iterdescendants()):
            _look_at_block(element)
        else:
            waiting.extend(element)


def _goes(element: html.HtmlElement, whole: int) -> bool:
    if element.tag not in _BOXES:
        return False
    sign = _sign(element)
    if sign and not _is_frame(element, sign, whole):
        return True
    return (element.tag in ("ul", "ol") and _is_list_of_links(element)) or _leads_to_comments(element)


def _sign(element: html.HtmlElement) -> str:
    """What the name of a box says it is: comments, post, furniture, or nothing."""
    if element.get("itemprop") == "comment":
        return "comments"
    name = f"{element.get('class', '')} {element.get('id', '')}"
    return _named(name, element.tag == "blockquote") if len(name) > 1 else ""


def _leads_to_comments(element: html.HtmlElement) -> bool:
    """Whether it is the button that leads to the comments, which may stand above the text; not their heading."""
    return element.tag == "a" and opens_comments(element.text_content())


@lru_cache(maxsize=20_000)
def _named(name: str, is_quote: bool) -> str:
    if is_quote:
        return "post" if _POSTS.search(name) else ""
    if _COMMENTS.search(name):
        return "comments"
    return "furniture" if _CALLED.search(name) or _CAPTIONS.search(name) else ""


def _is_frame(element: html.HtmlElement, sign: str, whole: int) -> bool:
    """Whether a box is too much of the page to be what its name says. Readers may write more than the article."""
    if sign == "comments":
        return next(element.iter("h1"), None) is not None
    return prose(element) > whole * _FRAME or _holds_a_body(element)


def _holds_a_body(element: html.HtmlElement) -> bool:
    """Whether a box holds one thing that is called the body of an article; a list of teasers holds several."""
    named = (
        box.get("itemprop") == "articleBody" or _BODY.search(box.get("class", "")) for box in element.iter("div")
    )
    return sum(map(bool, named)) == 1


def prose(element: html.HtmlElement) -> int:
    """Characters in runs of text long enough to be somebody's sentences."""
    runs = (len(text.strip()) for text in element.itertext() if len(text) > _PROSE_CHARS)
    return sum(length for length in runs if length > _PROSE_CHARS)


def _look_at_block(block: html.HtmlElement) -> None:
    """Lines that lead elsewhere: "Read also: …", and paragraphs made of a link alone."""
    for link in list(block.iter("a")):
        if _leads_to_comments(link):
            link.drop_tree()
    text = " ".join(block.text_content().split())
    if not text or len(text) > LONGEST_INSERT:
        return
    share = _link_share(block, text)
    if is_insert(text, share) or (share > _ONLY_LINKS and block.tag != "li" and len(text) > _LINK_CHARS):
        block.drop_tree()
    elif opens_furniture(text):
        following = block.getnext()
        if following is not None and following.tag in ("ul", "ol"):
            following.drop_tree()
        block.drop_tree()


def _is_list_of_links(element: html.HtmlElement) -> bool:
    """Headlines of other articles one under the other, where an article's own list has words around its links."""
    text = " ".join(element.text_content().split())
    items = sum(1 for _ in element.iter("li"))
    return bool(items) and len(text) > items * _LINK_CHARS and _link_share(element, text) > _ONLY_LINKS


def _link_share(element: html.HtmlElement, text: str) -> float:
    linked = sum(len(" ".join(a.text_content().split())) for a in element.iter("a"))
    return linked / len(text) if text else 0.0
