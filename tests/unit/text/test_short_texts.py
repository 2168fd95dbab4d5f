"""Short articles on pages with much around them: nothing of them is lost, and nothing foreign stands above them."""

from __future__ import annotations

from pipeline.records import Article, PageHints
from pipeline.text.extract import extract_article

MENU = "<ul class='menu'>" + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(12)) + "</ul>"
LEAD = "The port of Velmora has been closed to all ships since Monday morning because of the strike."
SECOND = "Port workers want higher wages and say that they will not go back before the ministry talks to them."


def read(html: str) -> Article:
    hints = PageHints(url="https://herald.example/news/port-closed")
    return extract_article(html.encode(), content_type="text/html; charset=utf-8", hints=hints)


def test_a_line_break_of_the_source_does_not_cut_a_sentence() -> None:
    wrapped = LEAD.replace(" ships", "\nships").replace(" because", "\n because")
    page = (
        f"<body>{MENU}<h1>Port of Velmora stays closed</h1><div class='post-body'><div><span>{wrapped}<br/></span>"
        f"</div><div><span>{SECOND}</span></div></div></body>"
    )
    assert read(page).body == f"{LEAD}\n{SECOND}"


def test_looking_without_the_headline_loses_no_paragraph() -> None:
    page = (
        f"<body>{MENU}<h1>Port of Velmora stays closed</h1><div class='meta'>Herald</div>"
        f"<div class='post-body post-content'>\n<div style='text-align: justify'><span>{LEAD}<br/></span></div>"
        f"<span> </span><div class='reader'><div><a href='/p.jpg'><img src='/p.jpg'/></a></div>"
        f"<div><span><span>{SECOND} {SECOND} {SECOND}</span></span></div></div></div></body>"
    )
    assert SECOND in read(page).body
    assert LEAD in read(page).body


def test_a_name_that_looks_like_a_word_of_consent_makes_no_wall() -> None:
    page = (
        "<body><h1>Arrizabal</h1><p>Arrizabalaga signs for Velmora, and Arrizabalaga will play on Sunday, says the "
        f"club of the port.</p><p>Arrizabalaga flew in on Friday evening.</p><p>{LEAD}</p></body>"
    )
    assert "Arrizabalaga signs" in read(page).body


def test_a_menu_is_no_part_of_a_short_text() -> None:
    body = read(f"<body>{MENU}<h1>Port of Velmora stays closed</h1><div>{LEAD}<br>{SECOND}</div></body>").body
    assert "Section" not in body
    assert LEAD in body


def test_the_footer_is_no_standfirst() -> None:
    about = "The Velmora Herald brings you the news of the coast, the port and the islands every day of the week."
    page = (
        f"<head><meta name='description' content='{about}'></head><body><h1>Port of Velmora stays closed</h1>"
        f"<article><p>{LEAD}</p><p>{SECOND}</p></article><footer><div>{about} Copyright Herald.</div></footer>"
        f"<div><p>{LEAD} {SECOND} {LEAD} {SECOND}</p></div></body>"
    )
    assert not read(page).body.startswith(about)


def test_a_page_of_one_line_without_a_headline_is_a_text() -> None:
    assert read(f"<ol><li><p>{LEAD[:-1]}</p></li></ol>").body.removeprefix("- ") == LEAD[:-1]


def test_the_heading_with_most_words_of_the_title_is_the_headline() -> None:
    page = (
        "<head><title>Ships wait outside Velmora for days · Herald</title></head><body><h1>Herald</h1>"
        f"<article><h1>Velmora: ships wait outside for days</h1><p>{LEAD} {SECOND}</p></article></body>"
    )
    assert read(page).title == "Velmora: ships wait outside for days"


def test_a_headline_said_in_the_same_words_elsewhere_keeps_its_beginning() -> None:
    page = (
        "<head><meta property='og:title' content='Strike: Ships wait outside Velmora'><title>Strike: Ships wait outside "
        "Velmora</title></head><body><h1><span class='kicker'>Strike:</span> Ships wait outside Velmora</h1>"
        f"<article><p>{LEAD} {SECOND}</p></article></body>"
    )
    assert read(page).title == "Strike: Ships wait outside Velmora"


def test_a_date_with_a_month_of_another_language_is_read() -> None:
    for written in ("23. Juli 2031", "23 juillet 2031", "23 de julio de 2031", "23 липня 2031"):
        page = (
            f"<body><div><h1>Port of Velmora stays closed</h1><p>{written}</p><p>{LEAD} {SECOND}</p></div></body>"
        )
        at = read(page).published_at
        assert at is not None, written
        assert (at.year, at.month, at.day) == (2031, 7, 23), written
