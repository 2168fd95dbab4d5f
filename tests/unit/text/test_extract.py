"""Pages of our own making, with the furniture real outlets put around an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from pipeline.errors import ExtractError
from pipeline.records import PageHints
from pipeline.text.body import BodyText, mostly_labels, without_labels
from pipeline.text.extract import FeedText, extract_article
from pipeline.text.lines import clean_lines

FETCHED = datetime(2031, 5, 8, 12, 0, tzinfo=UTC)
PARAGRAPHS = (
    "The delegation led by Foreign Minister Grigory Sokolov is due in Istanbul on Saturday, the ministry said.",
    "Talks will cover grain shipments through the straits and the repair of the gas terminal near Samsun.",
    "A spokesman for the Turkish side said the agenda had been agreed during a telephone call last week.",
)


def page(body: str, *, head: str = "", title: str = "Sokolov to visit Istanbul", declared: str = "utf-8") -> bytes:
    return f"""<!doctype html><html><head><meta charset="{declared}">
    <title>{title} | Bosphorus Daily</title>{head}</head>
    <body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
    <div class="cookie-banner">We use cookies to improve your experience. Accept all?</div>
    <main><article><h1>{title}</h1>{body}</article></main>
    <aside class="related"><h3>Read also</h3><ul><li><a href="/x">Lira slips again</a></li></ul></aside>
    <footer>© Bosphorus Daily. All rights reserved.</footer></body></html>""".encode(declared)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def hints(**changes: object) -> PageHints:
    return PageHints(url="http://bosphorus.example/a", language="en", fetched_at=FETCHED, **changes)  # type: ignore[arg-type]


def test_the_body_is_the_article_and_nothing_around_it() -> None:
    article = extract_article(page(paragraphs(*PARAGRAPHS)), content_type="text/html", hints=hints())
    assert article.body.split("\n")[-3:] == list(PARAGRAPHS)
    for furniture in ("cookies", "Lira slips", "All rights reserved", "Home"):
        assert furniture not in article.body
    assert article.title == "Sokolov to visit Istanbul"
    assert article.language == "en"


@pytest.mark.parametrize(
    "marker",
    [
        "Dear readers, please sign in if you want to comment on this article.",
        "Comments (14)",
        "Leave a comment",
        "Комментарии (3)",
        "Чтобы оставить комментарий, войдите на сайт",
        "Yorumlar",
        "Yorum yapabilmek için üye girişi yapmalısınız",
    ],
)
def test_readers_comments_never_reach_the_body(marker: str) -> None:
    chatter = (
        "Everyone knows the visit was cancelled because of the weather, believe me, I read it in the tea leaves.",
    )
    article = extract_article(
        page(paragraphs(*PARAGRAPHS, marker, *chatter)), content_type="text/html", hints=hints()
    )
    assert PARAGRAPHS[-1] in article.body
    assert "tea leaves" not in article.body
    assert marker not in article.body


def test_the_word_comment_inside_a_sentence_does_not_cut() -> None:
    said = "Comments by the minister on the delay were brief, and the embassy refused to add a comment of its own."
    article = extract_article(
        page(paragraphs(PARAGRAPHS[0], said, PARAGRAPHS[2])), content_type=None, hints=hints()
    )
    assert PARAGRAPHS[2] in article.body


def test_a_time_on_the_page_keeps_its_zone_and_beats_the_feed() -> None:
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", '
        '"datePublished": "2031-05-07T23:30:00+03:00"}]}</script>'
    )
    article = extract_article(
        page(paragraphs(*PARAGRAPHS), head=head),
        content_type=None,
        hints=hints(published=datetime(2031, 5, 8, 9, tzinfo=UTC)),
    )
    assert article.published_at == datetime(2031, 5, 7, 20, 30, tzinfo=UTC)
    assert (article.published_source, article.published_precision) == ("json_ld", "second")
    assert article.published_offset == "+03:00"


def test_a_line_tells_of_the_last_change() -> None:
    head = '<meta property="article:published_time" content="2031-05-07T10:00:00+03:00">'
    body = "<p>UPDATED 14:05</p>" + paragraphs(*PARAGRAPHS)
    article = extract_article(page(body, head=head), content_type=None, hints=hints(zone="Europe/Istanbul"))
    assert article.modified_at == datetime(2031, 5, 7, 11, 5, tzinfo=UTC)
    assert article.body.split("\n") == list(PARAGRAPHS)


def test_a_line_with_a_moment_nobody_can_mean_loses_no_article() -> None:
    head = '<meta property="article:published_time" content="2031-05-07T10:00:00+03:00">'
    body = "<p>Last updated: 01/01/0001 00:00</p>" + paragraphs(*PARAGRAPHS)
    article = extract_article(page(body, head=head), content_type=None, hints=hints(zone="Europe/Istanbul"))
    assert article.modified_at is None
    assert PARAGRAPHS[-1] in article.body


def test_a_naive_time_is_read_in_the_outlets_zone() -> None:
    head = '<meta property="article:published_time" content="2031-05-07T23:30:00">'
    article = extract_article(
        page(paragraphs(*PARAGRAPHS), head=head), content_type=None, hints=hints(zone="Europe/Istanbul")
    )
    assert article.published_at == datetime(2031, 5, 7, 20, 30, tzinfo=UTC)


def test_a_date_after_the_fetch_is_not_believed() -> None:
    head = '<meta property="article:published_time" content="2031-06-01T10:00:00Z">'
    article = extract_article(page(paragraphs(*PARAGRAPHS), head=head), content_type=None, hints=hints())
    assert (article.published_at, article.published_source, article.published_precision) == (
        FETCHED,
        "seen",
        "seen",
    )


def test_the_feeds_time_beats_a_bare_day_on_the_page() -> None:
    head = '<meta property="article:published_time" content="2031-05-07">'
    feed_time = datetime(2031, 5, 7, 18, 5, tzinfo=UTC)
    with_feed = extract_article(
        page(paragraphs(*PARAGRAPHS), head=head), content_type=None, hints=hints(published=feed_time)
    )
    without = extract_article(page(paragraphs(*PARAGRAPHS), head=head), content_type=None, hints=hints())
    assert (with_feed.published_at, with_feed.published_source) == (feed_time, "feed")
    assert (without.published_at, without.published_source) == (datetime(2031, 5, 7, tzinfo=UTC), "meta")
    assert without.published_precision == "day"


def test_broken_json_on_the_page_does_not_hide_the_other_signals() -> None:
    head = (
        '<script type="application/ld+json">{"datePublished": </script>'
        '<meta property="article:published_time" content="2031-05-07T10:00:00Z">'
    )
    article = extract_article(page(paragraphs(*PARAGRAPHS), head=head), content_type=None, hints=hints())
    assert article.published_source == "meta"


def test_a_page_without_text_falls_back_to_the_feed() -> None:
    empty = page("<p>Subscribe</p>")
    full = extract_article(
        empty, content_type=None, hints=hints(), feed=FeedText(content_html=paragraphs(*PARAGRAPHS))
    )
    assert full.body.split("\n") == list(PARAGRAPHS)
    assert full.text_source == "feed"
    flash = extract_article(
        b"", content_type=None, hints=hints(title="Flash"), feed=FeedText(summary=PARAGRAPHS[0])
    )
    assert flash.body == PARAGRAPHS[0]
    assert (flash.text_source, flash.kind) == ("summary", "flash")


def test_nothing_anywhere_is_an_error_with_a_reason() -> None:
    with pytest.raises(ExtractError) as caught:
        extract_article(page("<p>Subscribe</p>", title="Istanbul"), content_type=None, hints=hints())
    assert caught.value.reason == "no_text"
    with pytest.raises(ExtractError) as caught:
        extract_article(b"  \n", content_type=None, hints=hints())
    assert caught.value.reason == "no_text"


def test_windows_1251_is_read_by_its_header_even_against_the_pages_own_words() -> None:
    text = (
        "Министр иностранных дел Григорий Соколов прибудет в Стамбул в субботу, сообщили в министерстве.",
        "Переговоры коснутся поставок зерна через проливы и ремонта газового терминала близ Самсуна.",
    )
    article = extract_article(
        page(paragraphs(*text), title="Соколов едет в Стамбул", declared="windows-1251"),
        content_type="text/html; charset=windows-1251",
        hints=PageHints(url="http://x.example/", language="ru", fetched_at=FETCHED),
    )
    assert text[1] in article.body
    assert article.language == "ru"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_give_an_article_or_a_reason(body: bytes) -> None:
    try:
        article = extract_article(body, content_type=None, hints=hints())
    except ExtractError as error:
        assert error.reason in {"no_text", "not_html", "extractor_failed", "soft_404"}  # noqa: PT017
    else:
        assert article.body


def test_a_framework_called_widget_is_not_cut_with_the_article_in_it() -> None:
    lines = "".join(f"<div>Line {number} of a short poem</div>" for number in range(30))
    page = f"<html><body><h1>A poem</h1><div class='widget Blog'><div class='post-body'>{lines}</div></div></body></html>"
    article = extract_article(page.encode(), content_type=None, hints=PageHints(url="http://harbour.example/a"))
    assert "Line 29 of a short poem" in article.body


def test_menus_taken_for_the_text_are_left_out_by_a_slower_look() -> None:
    story = "\n".join(
        f"{n}. The visit is put off until the roof of the town hall has been mended." for n in range(4)
    )
    menus = "\n".join(f"Office {n}" for n in range(200))
    paragraphs = "".join(f"<p>{line}</p>" for line in story.split("\n"))
    tree = html.document_fromstring(f"<html><body><h1>Visit put off</h1><div>{paragraphs}</div></body></html>")
    taken = BodyText(f"{menus}\n{story}", "page")
    assert mostly_labels(taken.text)
    assert without_labels(tree, taken) == BodyText(story, "readability")


def test_a_text_of_short_lines_stays_where_the_slower_look_loses_sentences() -> None:
    poem = "\n".join(f"Line {n} of a poem" for n in range(200))
    taken = BodyText(f"{poem}\nAnd a last line that is long enough to be told from the labels of a menu.", "page")
    assert without_labels(html.document_fromstring("<html><body><p>Elsewhere</p></body></html>"), taken) is taken


def test_sentences_without_spaces_between_words_are_not_cut_as_labels() -> None:
    text = "訪問は土曜日に延期された。\n大臣は来週戻る予定だという。\n会談の場所はまだ決まっていない。"
    assert clean_lines(text, title="訪問延期", author="") == text
