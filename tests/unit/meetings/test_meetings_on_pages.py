"""Pages whose layout, letters or posts once made a wrong meeting of them: read whole, from bytes to mentions."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from pipeline.errors import ExtractError
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, PageHints
from pipeline.text.extract import extract_article

FETCHED = datetime(2031, 5, 8, 12, tzinfo=UTC)  # a Thursday

PLANS = {
    "en": (
        "Georgian minister due in Ankara",
        "Georgian Foreign Minister Levan Beridze will visit Ankara on 14 May for talks with his Turkish counterpart, his "
        "ministry said.",
        "The visit of Georgian Foreign Minister Levan Beridze to Ankara was cancelled days ago, my neighbour drives the bus.",
    ),
    "ru": (
        "Министр Грузии приедет в Анкару",
        "Министр иностранных дел Грузии Леван Беридзе посетит Анкару 14 мая и проведёт переговоры с турецким коллегой, "
        "сообщили в министерстве.",
        "Визит министра иностранных дел Грузии Левана Беридзе в Анкару отменён ещё на той неделе, сосед возит их автобус.",
    ),
    "tr": (
        "Gürcistanlı bakan Ankara'ya geliyor",
        "Gürcistan Dışişleri Bakanı Levan Beridze, Türk mevkidaşıyla görüşmek üzere 14 Mayıs'ta Ankara'yı ziyaret edecek, "
        "bakanlık açıkladı.",
        "Gürcistan Dışişleri Bakanı Levan Beridze'nin Ankara ziyareti geçen hafta iptal edildi, komşum otobüslerini kullanıyor.",
    ),
}
BELOW = {
    "a discussion by its class": "<div class='thread-talk replies-7'><p>{rumour}</p></div>",
    "votes and a nickname": "<div class=z4><div><b>deniz_61</b><p>{rumour}</p><button>▲ 14</button><button>▼ 2</button></div></div>",
    "a folded section": "<details><summary>3 comments</summary><p>{rumour}</p></details>",
    "a teaser with its heading": "<div class=k3><h3>More on this</h3><div><a href='/n/9'>Ankara</a><p>{rumour}</p></div></div>",
    "schema.org": "<div itemprop=comment itemscope itemtype='https://schema.org/UserComments'><p>{rumour}</p></div>",
}


def page(body: str, *, title: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def extract(html: bytes, language: str = "", **hints: object) -> Article:
    known = {
        "url": "https://liman.example/n/17",
        "language": language,
        "fetched_at": FETCHED,
        "published": FETCHED,
        **hints,
    }
    return extract_article(html, content_type="text/html", hints=PageHints(**known))  # type: ignore[arg-type]


def claims(reader: MeetingReader, article: Article) -> list[tuple[str, str | None]]:
    """(status, the day it is of) of each mention; of a change the day that was planned before."""
    found = []
    for mention in reader.read(article):
        day = mention.previous_when or mention.when
        found.append((str(mention.status), day and day.edtf))
    return found


@pytest.mark.parametrize("language", PLANS)
@pytest.mark.parametrize("below", BELOW)
def test_a_rumour_below_the_story_cancels_nothing(reader: MeetingReader, below: str, language: str) -> None:
    title, plan, rumour = PLANS[language]
    body = f"<div class=haber><h1>{title}</h1><div class=d1><p>{plan}</p></div>{BELOW[below].format(rumour=rumour)}</div>"
    article = extract(page(body, title=title), language)
    assert rumour not in article.body
    assert claims(reader, article) == [("scheduled", "2031-05-14")]


@pytest.mark.parametrize("language", PLANS)
def test_the_same_words_in_the_story_do_cancel(reader: MeetingReader, language: str) -> None:
    title, _, told = PLANS[language]
    article = extract(page(f"<article><h1>{title}</h1><p>{told}</p></article>", title=title), language)
    assert [status for status, _ in claims(reader, article)] == ["cancelled"]


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "Polish foreign minister's visit to Ankara planned for 14 May is cancelled"),
        ("ru", "СРОЧНО: Визит главы МИД Польши в Анкару, намеченный на 14 мая, отменён"),
        ("tr", "Polonya Dışişleri Bakanı'nın 14 Mayıs'ta planlanan Ankara ziyareti iptal edildi"),
    ],
)
@pytest.mark.parametrize(
    "layout", ["<main><h1>{t}</h1></main>", "<header><a href=/>Liman</a></header><h2>{t}</h2><time>12:00</time>"]
)
def test_a_headline_alone_is_a_flash_that_cancels(
    reader: MeetingReader, layout: str, language: str, headline: str
) -> None:
    article = extract(page(layout.format(t=headline), title=headline), language)
    assert (article.kind, article.body) == ("flash", headline)
    assert claims(reader, article) == [("cancelled", "2031-05-14")]


@pytest.mark.parametrize(
    ("language", "posts", "expected"),
    [
        (
            "ru",
            (
                ("2031-05-08", "Визит министра иностранных дел Польши в Анкару, запланированный на завтра, отложен, сообщил МИД Турции."),
                ("2031-05-05", "Министры готовятся к насыщенной неделе: зерно, энергетика и туризм остаются в центре внимания столицы."),
            ),
            ("postponed", "2031-05-09"),
        ),
        (
            "tr",
            (
                ("2031-05-08", "Polonya Dışişleri Bakanı'nın yarın yapılması planlanan Ankara ziyareti ertelendi, Dışişleri açıkladı."),
                ("2031-05-05", "Bakanlar yoğun bir haftaya hazırlanıyor; tahıl, enerji ve turizm bu bahar başkentin gündeminde kalacak."),
            ),
            ("postponed", "2031-05-09"),
        ),
        (
            "en",
            (
                ("2031-05-08", "The delegations have arrived, and the flags of both countries have been put up in front of the ministry."),
                ("2031-05-05", "The Polish foreign minister will visit Ankara tomorrow, the Turkish Foreign Ministry said in a statement."),
            ),
            ("scheduled", "2031-05-06"),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("described", [True, False])
def test_tomorrow_in_a_live_blog_is_the_day_after_its_post(
    reader: MeetingReader,
    described: bool,
    language: str,
    posts: tuple[tuple[str, str], ...],
    expected: tuple[str, str],
) -> None:
    title = "Live 5-8"
    updates = [
        {"@type": "BlogPosting", "articleBody": text, "datePublished": f"{day}T09:00:00+03:00"}
        for day, text in posts
    ]
    said = {
        "@type": "LiveBlogPosting",
        "headline": title,
        "datePublished": "2031-05-05T08:00:00+03:00",
        "liveBlogUpdate": updates,
    }
    head = f"<script type='application/ld+json'>{json.dumps(said)}</script>" if described else ""
    stamp = "" if described else "<time datetime='{day}T09:00:00+03:00'>09:00</time>"
    shown = "".join(f"<article>{stamp.format(day=day)}<h2>Note</h2><p>{text}</p></article>" for day, text in posts)
    article = extract(
        page(f"<h1>{title}</h1><div>{shown}</div>", title=title, head=head), language, published=None
    )
    assert article.kind == "live_blog"
    assert claims(reader, article) == [expected]


@pytest.mark.parametrize("language", PLANS)
def test_letters_taken_apart_are_put_together_before_anything_is_read(
    reader: MeetingReader, language: str
) -> None:
    title, plan, _ = PLANS[language]
    whole, apart = (
        extract(page(unicodedata.normalize(form, f"<article><h1>{title}</h1><p>{plan}</p></article>"), title=title), language)
        for form in ("NFC", "NFD")
    )  # fmt: skip
    assert apart.body == whole.body == plan
    assert claims(reader, apart) == claims(reader, whole) == [("scheduled", "2031-05-14")]
    quote = reader.read(apart)[0].quote
    assert apart.body[quote.span.start : quote.span.end] == quote.text


@pytest.mark.parametrize(
    ("language", "name", "teaser"),
    [
        ("ru", "Политика", "МИД отложил переговоры номер {n} и назовёт новую дату через неделю или две, сообщили в ведомстве."),
        ("tr", "Dünya", "Bakanlık {n} numaralı görüşmeyi erteledi ve yeni tarihi bir iki hafta içinde açıklayacağını bildirdi."),
    ],
)  # fmt: skip
def test_a_section_is_no_article_and_cancels_nothing(language: str, name: str, teaser: str) -> None:
    cards = "".join(
        f"<li><a href='/h/{n}'><h3>{name} {n}</h3></a><p>{teaser.format(n=n)}</p></li>" for n in range(14)
    )
    html = page(f"<h1>{name}</h1><ul>{cards}</ul>", title=name)
    with pytest.raises(ExtractError) as caught:
        extract(html, language, url="https://liman.example/politika", published=None)
    assert caught.value.reason == "section_page"
