"""Where a story ends, what a flash is, which box is the lead: small pages, one for each kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.errors import ExtractError
from pipeline.records import Article, PageHints
from pipeline.text.byline import is_name_and_date
from pipeline.text.ending import Cut
from pipeline.text.extract import FeedText, extract_article

NOW = datetime(2031, 5, 8, 12, tzinfo=UTC)
STORY = (
    "The foreign minister of Georgia will be in Trabzon on 14 May for talks on the border crossings, his ministry said.",
    "Experts of both sides have worked on the papers for weeks, and most of the wording is agreed, an official added.",
)
RUMOUR = (
    "That trip to Trabzon was called off days ago, my brother-in-law drives the ministry's bus and told me so."
)


def read(
    body: str, *, title: str = "Georgian minister due in Trabzon", head: str = "", **hints: object
) -> Article:
    page = f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    known = {"url": "http://harbour.example/news/17", "fetched_at": NOW, **hints}
    return extract_article(page.encode(), content_type=None, hints=PageHints(**known))  # type: ignore[arg-type]


def story(*after: str) -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in STORY)
    return f"<div class=haber><h1>Georgian minister due in Trabzon</h1><div class=d1>{paragraphs}</div>{''.join(after)}</div>"


@pytest.mark.parametrize(
    "section",
    [
        f'<div class="discussion"><p>{RUMOUR}</p></div>',
        f'<div class="x1"><div><b>ali_53</b><p>{RUMOUR}</p><button>Reply</button></div></div>',
        f"<h4>What our readers say</h4><p>{RUMOUR}</p>",
        f'<div id="haber-yorum-kutusu"><p>{RUMOUR}</p></div>',
        f'<section aria-label="Reader comments"><p>{RUMOUR}</p></section>',
        f"<details><summary>2 comments so far</summary><p>{RUMOUR}</p></details>",
        f"<div hidden><p>{RUMOUR}</p></div>",
        f"<h3>Мнения читателей</h3><div class=m><p>{RUMOUR}</p></div>",
        f"<h3>Okur görüşleri</h3><div class=m><p>{RUMOUR}</p></div>",
        f"<div class=q><div><b>ali_53</b> <span>2 hours ago</span><p>{RUMOUR}</p></div></div>",
        f"<ul class=q><li><div>Ayşe K. · 14:05</div><p>{RUMOUR}</p></li><li><div>Can · 13:50</div><p>Yes.</p></li></ul>",
        f'<div class=q><h3>Earlier</h3><div><a href="/news/9">Trip to Trabzon</a><p>{RUMOUR}</p></div></div>',
    ],
)
def test_nothing_below_the_story_is_its_text(section: str) -> None:
    assert read(story(section)).body.split("\n") == list(STORY)


def test_what_was_cut_is_told_with_its_rule() -> None:
    cuts: list[Cut] = []
    page = f"<html><body>{story(f'<div class=replies><p>{RUMOUR}</p></div>')}</body></html>"
    extract_article(page.encode(), content_type=None, hints=PageHints(url="http://harbour.example/a"), cuts=cuts)
    assert [(cut.rule, cut.text[:9]) for cut in cuts] == [("readers' box by name", "That trip")]


def test_a_line_left_out_of_the_text_is_told_too() -> None:
    cuts: list[Cut] = []
    page = f"<html><body>{story('<p>Subscribe to our newsletter to get the latest stories from the harbour.</p>')}</body></html>"
    article = extract_article(
        page.encode(), content_type=None, hints=PageHints(url="http://harbour.example/a"), cuts=cuts
    )
    assert article.body.split("\n") == list(STORY)
    assert ("line that is no part of the story", "Subscribe") in [(cut.rule, cut.text[:9]) for cut in cuts]
    assert not [cut for cut in cuts if cut.rule.startswith("line that") and cut.text in article.body]


@pytest.mark.parametrize("name", ["teaser-content", "widget-text", "author-text", "tags-content", "share-text"])
def test_the_lead_in_a_box_with_an_unlucky_name_is_kept(name: str) -> None:
    rest = "".join(f"<p>{text} {text}</p>" for text in STORY)
    body = f"<h1>Georgian minister due in Trabzon</h1><article><div class={name}><p>{STORY[0]}</p></div><div>{rest}</div></article>"
    assert STORY[0] in read(body).body.split("\n")


def test_a_list_of_teasers_is_no_article() -> None:
    cards = "".join(
        f"<div class=card><a href='/h/{n}'><h3>Talks number {n}</h3></a><p>The ministry put off talks number {n} and will "
        "name a new day in a week or two.</p></div>"
        for n in range(12)
    )
    with pytest.raises(ExtractError) as caught:
        read(f"<h1>World</h1><div>{cards}</div>", title="World", url="http://harbour.example/world")
    assert caught.value.reason == "section_page"


def test_a_page_that_is_its_headline_is_a_flash() -> None:
    title = "URGENT: Georgian minister's trip to Trabzon on 14 May is off"
    flash = read(f"<header><a href='/'>Home</a></header><h1>{title}</h1><footer>© Harbour</footer>", title=title)
    assert (flash.kind, flash.text_source, flash.body) == ("flash", "title", title)


def test_the_feeds_headline_speaks_where_the_page_cannot_be_had() -> None:
    hints = PageHints(url="http://harbour.example/a", title="Georgian minister's trip is off", fetched_at=NOW)
    flash = extract_article(b"", content_type=None, hints=hints, feed=FeedText())
    assert (flash.kind, flash.text_source, flash.body) == (
        "flash",
        "feed_title",
        "Georgian minister's trip is off",
    )


@pytest.mark.parametrize(
    "layout",
    [
        "<article><h1>{t}</h1><span class=tarih>08.05.2031 11:25</span><p>{p}</p></article>",
        "<div><h1>{t}</h1><time>8 May 2031, 11:25</time><div>{p}</div></div>",
        "<article><h1>{t}</h1><div class=meta>By Nino Beridze</div><div class=meta>Updated: 08.05.2031 11:25</div><p>{p}</p></article>",
        "<article><p>{p}</p><h1>{t}</h1></article><p>08.05.2031 11:25</p>",
    ],
)
def test_headline_and_date_are_no_part_of_a_one_paragraph_text(layout: str) -> None:
    title = "Georgian minister due in Trabzon"
    assert read(layout.format(t=title, p=STORY[0]), title=title).body == STORY[0]


def test_posts_headed_by_a_time_are_a_live_blog_with_a_time_each() -> None:
    posts = "".join(
        f"<div class=e><time datetime='2031-05-0{day}T09:00:00+03:00'>09:00</time><h3>Note {day}</h3><p>{text}</p></div>"
        for day, text in ((8, STORY[0]), (6, STORY[1]))
    )
    blog = read(f"<h1>Live: talks of the week</h1><div>{posts}</div>", title="Live: talks of the week")
    assert blog.kind == "live_blog"
    assert [post.posted_at and post.posted_at.day for post in blog.posts] == [8, 6]
    assert blog.body[blog.posts[1].start : blog.posts[1].end] == f"Note 6\n{STORY[1]}"


def test_letters_are_composed_and_nothing_unseen_is_kept() -> None:
    said = "Bas\u0327bakan C\u0327elik'in An\u00adka\u200bra'daki go\u0308ru\u0308s\u0327mesi c\u0327ars\u0327amba gu\u0308nu\u0308ne ertelendi, dedi so\u0308zcu\u0308."
    body = read(f"<article><h1>Ertelendi mi</h1><p>{said}</p><p>{STORY[1]}</p></article>").body
    assert body.startswith("Başbakan Çelik'in Ankara'daki görüşmesi çarşamba gününe ertelendi")


def test_a_text_that_was_not_decoded_is_a_counted_failure() -> None:
    with pytest.raises(ExtractError) as caught:
        read(
            f"<article><h1>G\ufffd\ufffdrg\ufffd\ufffd</h1><p>{STORY[0]}</p></article>",
            title="G\ufffd\ufffdrg\ufffd\ufffd",
        )
    assert caught.value.reason == "garbled_text"


@pytest.mark.parametrize(("label", "charset"), [("utf-8", "cp1251"), ("iso-8859-1", "cp1251"), ("", "koi8-r")])
def test_the_bytes_and_not_the_label_say_the_character_set(label: str, charset: str) -> None:
    text = "Визит министра в Трабзон, намеченный на четырнадцатое мая, перенесён по просьбе грузинской стороны, сообщил МИД."
    page = f"<html><head><title>Визит перенесён</title></head><body><h1>Визит министра перенесён</h1><p>{text}</p></body></html>"
    header = f"text/html; charset={label}" if label else "text/html"
    article = extract_article(page.encode(charset), content_type=header, hints=PageHints(url="http://x.example/a"))
    assert (article.title, article.body) == ("Визит министра перенесён", text)


@pytest.mark.parametrize(
    "line", ["Nino Beridze – 20.05.2031, 09:40", "20 мая 2031 | Нино Беридзе", "Ankara, 20 Mayıs 2031"]
)
def test_a_name_beside_a_date_is_no_part_of_the_text(line: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in STORY)
    body = f"<div class=top><h1>Georgian minister due in Trabzon</h1></div><p class=sig>{line}</p><div class=entry>{paragraphs}</div>"
    assert read(body).body.split("\n") == list(STORY)


def test_a_sentence_that_begins_with_a_name_and_a_date_is_told() -> None:
    assert not is_name_and_date("Levan Beridze – 20 May is his day in Trabzon, he said")
    assert not is_name_and_date("talks – 20 May 2031")


@pytest.mark.parametrize(
    "wrapper", ["<div class=head>{h}</div>", "<div><div>{h}</div></div>", "<table><tr><td>{h}</td></tr></table>"]
)
def test_a_headline_alone_in_its_box_is_seen_and_the_readers_below_are_cut(wrapper: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in STORY)
    below = f"<div class=z9><h3>23 replies</h3><div class=r><p>{RUMOUR}</p></div></div>"
    heading = wrapper.format(h="<h1>Georgian minister due in Trabzon</h1>")
    assert read(f"{heading}<div class=d1>{paragraphs}</div>{below}").body.split("\n") == list(STORY)
