"""What a page is that holds little or no text: a wall, an error, a front page, a gallery."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from lxml import etree, html

from pipeline.text.signals import Signals, types

MAX_WALL = 1500  # characters of text: what says more is an article, even one about error 404


class PageKind(StrEnum):
    """Kinds of pages. The first four carry text that goes on."""

    ARTICLE = "article"
    FLASH = "flash"
    LIVE_BLOG = "live_blog"
    PAYWALL_STUB = "paywall_stub"  # the beginning of an article, and the rest for subscribers
    GALLERY = "gallery"  # pictures or a video without a text
    SECTION_PAGE = "section_page"
    CONSENT_WALL = "consent_wall"
    CHALLENGE = "challenge"
    SOFT_404 = "soft_404"
    LOGIN = "login"


def is_whole(kind: str, text_source: str) -> bool:
    """Whether a text is the article itself: not only its beginning, nor what a feed said in place of the page."""
    return kind != PageKind.PAYWALL_STUB and text_source not in ("feed", "summary")


_CHALLENGE = re.compile(
    r"just a moment|attention required|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you (?:a )?(?:human|robot)"
    r"|ddos[- ]?(?:protection|guard)|captcha|access (?:to this page has been )?denied"
    r"|request (?:was )?blocked|unusual traffic"
    r"|enable javascript and cookies|pardon our interruption|bot verification"
    r"|проверка (?:браузера|безопасности)|подтвердите, что (?:вы не робот|запросы)|вы не робот"
    r"|доступ (?:запрещ[её]н|ограничен)"
    r"|robot olmadığınızı|tarayıcınız kontrol ediliyor|güvenlik doğrulaması|erişim engellendi",
    re.I,
)
_CHALLENGE_MARKS = etree.XPath(
    "boolean(//*[contains(@id, 'cf-') or contains(@id, 'challenge') or contains(@class, 'captcha')"
    " or contains(@class, 'cf-') or contains(@src, 'captcha') or contains(@src, 'challenge-platform')])"
)
_NOT_FOUND = re.compile(
    r"\b404\b|page (?:was |could )?not (?:be )?found|not found\b"
    r"|(?:page|article|story|content) (?:you (?:are|were) looking for|is no longer|does ?n.t exist"
    r"|has been removed|is unavailable)"
    r"|(?:страница|материал|новость|статья) (?:не найден|удал[её]н|не существует)|запрашиваемая страница"
    r"|такой страницы нет"
    r"|sayfa(?:yı)? (?:bulunamadı|mevcut değil)|aradığınız (?:sayfa|içerik|haber)"
    r"|(?:içerik|haber) (?:bulunamadı|yayından kaldırıl|silinmiş)",
    re.I,
)
_CONSENT = re.compile(
    r"before you continue|we (?:value|care about|respect) your privacy"
    r"|(?:accept|manage|reject)(?: all)? cookies|your (?:privacy|cookie) (?:choices|settings)"
    r"|consent to (?:the )?(?:use|processing)|privacy preferences|our partners (?:store|use)"
    r"|использу(?:ем|ет) (?:файлы )?cookie|обработк[ау] персональных данных"
    r"|согласие на (?:использование|обработку)|принять все"
    r"|çerez(?:leri|ler)?\b.{0,40}(?:kabul|kullan|politika)|kişisel veri|gizliliğinize|aydınlatma metni|rıza",
    re.I,
)
_SUBSCRIBE = re.compile(
    r"(?:subscribe|sign up|log in|register|become a (?:member|subscriber)"
    r"|start your (?:free )?trial).{0,60}(?:to (?:read|continue|keep|access|unlock|view)|for full access)"
    r"|to (?:read|continue reading|access|unlock) (?:the (?:full|rest)|this (?:article|story))"
    r"|already a subscriber|subscribers? only|(?:exclusively|only) for subscribers|remaining free articles"
    r"|(?:чтобы|для того чтобы) (?:читать|прочитать|продолжить).{0,60}(?:подпи|оформ|войд|зарегистр)"
    r"|(?:полный текст|продолжение|материал).{0,40}(?:по подписке|для подписчиков)"
    r"|доступ(?:но|ен) (?:только )?(?:по подписке|подписчикам)|оформите подписку"
    r"|(?:devamını|tamamını|haberi).{0,40}(?:okumak|görmek) için.{0,60}(?:abone|üye|giriş)|sadece aboneler"
    r"|abonelere özel|abone olun ve",
    re.I,
)
_PASSWORD = etree.XPath("boolean(//input[@type='password'])")
_LISTS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})
_SHOWS = frozenset(
    {"ImageGallery", "VideoObject", "MediaGallery", "PodcastEpisode", "AudioObject", "VideoGallery"}
)
_SECTION_LINKS = 12  # headlines of other articles on one page


def kind_of_weak_page(
    tree: html.HtmlElement, signals: Signals, *, title: str, text: str, url: str
) -> PageKind | None:
    """What a page is whose text is no full article; None where nothing but the shortness speaks against it.

    Args:
        tree: the whole page, nothing cut; it is used up.
        signals: what it says of itself.
        title: its headline, cleaned.
        text: what the extractor made of it.
        url: where it was got.
    """
    name = f"{title} {tree.findtext('.//title') or ''}"
    about = bool(signals.article)
    guarded = _CHALLENGE_MARKS(tree)
    visible = _visible(tree)
    if len(visible) < MAX_WALL and (_CHALLENGE.search(name) or (guarded and _CHALLENGE.search(visible))):
        return PageKind.CHALLENGE
    if _NOT_FOUND.search(name) or (
        not about and _NOT_FOUND.search(visible[:MAX_WALL]) and len(text) < MAX_WALL / 3
    ):
        return PageKind.SOFT_404
    if len(_CONSENT.findall(visible)) >= 2 and _mostly(_CONSENT, visible, text):
        return PageKind.CONSENT_WALL
    if _closed(signals) or _SUBSCRIBE.search(visible):
        return PageKind.PAYWALL_STUB if about or signals.first("og:type") == "article" else _login(tree)
    if not about and _PASSWORD(tree) and len(text) < MAX_WALL / 3:
        return PageKind.LOGIN
    return _showcase(tree, signals, text, url)


def _showcase(tree: html.HtmlElement, signals: Signals, text: str, url: str) -> PageKind | None:
    """Pages made to lead on or to be looked at."""
    named = {name for thing in signals.objects for name in types(thing)}
    about = bool(signals.article) or signals.first("og:type") == "article"
    path = urlsplit(url).path.strip("/")
    if not about and (named & _LISTS or not path) and _headlines(tree) >= _SECTION_LINKS:
        return PageKind.SECTION_PAGE
    if len(text) < MAX_WALL / 5 and (named & _SHOWS or signals.first("og:type").startswith("video")):
        return PageKind.GALLERY
    return None


def _closed(signals: Signals) -> bool:
    """Whether the page says itself that its text is not free to read."""
    return str(signals.article.get("isAccessibleForFree", "")).lower() in ("false", "0", "no")


def _login(tree: html.HtmlElement) -> PageKind | None:
    return PageKind.LOGIN if _PASSWORD(tree) else None


def _mostly(pattern: re.Pattern[str], visible: str, text: str) -> bool:
    """Whether the little there is speaks of this: in the extracted text itself, or there is hardly more."""
    return bool(pattern.search(text)) or (len(text) < 250 and len(visible) < 2 * MAX_WALL)


def _headlines(tree: html.HtmlElement) -> int:
    return sum(1 for a in tree.iter("a") if len(" ".join(a.text_content().split())) > 30)


def _visible(tree: html.HtmlElement) -> str:
    etree.strip_elements(tree, "script", "style", "template", "head", with_tail=False)
    return " ".join(" ".join(tree.itertext()).split())
