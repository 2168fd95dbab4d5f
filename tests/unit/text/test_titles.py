from __future__ import annotations

import pytest
from lxml import html

from pipeline.text.signals import read_signals
from pipeline.text.titles import Headline, clean_title, headline

NAMES = ["harbourgazette", "harbourexample", "harbour"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sokolov to visit Samsun | Harbour Gazette", "Sokolov to visit Samsun"),
        ("Harbour Gazette: World - Sokolov to visit Samsun", "Sokolov to visit Samsun"),
        ("Harbour Gazette » Sokolov to visit Samsun", "Sokolov to visit Samsun"),
        ("Sokolov – the man who came late – Harbour Gazette", "Sokolov – the man who came late"),
        ("Tram line 3 opens - at last", "Tram line 3 opens - at last"),
    ],
)
def test_the_sites_name_is_cut_and_nothing_else(title: str, expected: str) -> None:
    assert clean_title(title, NAMES) == expected


def of(page: str, feed: str = "") -> Headline:
    tree = html.document_fromstring(page)
    return headline(tree, read_signals(tree), feed_title=feed, url="http://www.harbour.example/a")


def test_the_kicker_is_told_apart() -> None:
    page = "<title>Sokolov stays at home</title><h1><span class='kicker'>Straits</span> <span>Sokolov stays at home</span></h1>"
    assert of(page) == Headline("Sokolov stays at home", "Straits")


def test_a_kicker_by_its_name_is_told_apart_where_no_other_signal_speaks() -> None:
    page = "<h1><span class='kicker'>Straits</span> <span>Sokolov stays at home</span></h1>"
    assert of(page) == Headline("Sokolov stays at home", "Straits")


def test_the_heading_of_the_site_is_not_the_headline() -> None:
    page = "<title>Sokolov stays at home | Harbour Gazette</title><meta property='og:site_name' content='Harbour Gazette'><h1>Harbour Gazette</h1><h2>Sokolov stays at home</h2>"
    assert of(page).title == "Sokolov stays at home"


def test_the_feeds_title_wins_over_a_heading_about_something_else() -> None:
    assert of("<h1>World news</h1>", "Sokolov stays at home").title == "Sokolov stays at home"


def test_a_heading_is_outvoted_by_signals_that_agree() -> None:
    page = "<title>Sokolov stays at home - Harbour Gazette</title><meta property='og:title' content='Sokolov stays at home'><h1>Sokolov says no to Samsun, stays away</h1>"
    assert of(page).title == "Sokolov stays at home"


def test_a_heading_stays_where_a_single_signal_words_it_otherwise() -> None:
    page = "<title>Sokolov says no to Samsun | Harbour Gazette</title><meta property='og:title' content='Sokolov stays at home'><h1>Sokolov says no to Samsun</h1>"
    assert of(page).title == "Sokolov says no to Samsun"


def test_the_logo_is_no_headline_even_where_the_title_names_the_site() -> None:
    page = "<title>Sokolov stays at home :: Straits Weblog</title><h1 class='topbar__logo'>Straits Weblog</h1><h2>Sokolov stays at home</h2>"
    assert of(page).title == "Sokolov stays at home :: Straits Weblog"


def test_a_name_of_the_site_that_is_the_headline_cuts_nothing() -> None:
    page = "<meta property='og:site_name' content='Sokolov stays at home'><meta property='og:title' content='Sokolov stays at home'><h1 class='Hidden'>Good morning</h1><h1>Sokolov stays at home</h1>"
    assert of(page).title == "Sokolov stays at home"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("<span class='kicker'>HBR | </span>Sokolov stays at home", Headline("Sokolov stays at home")),
        (
            "<span class='kicker'>Straits</span> Sokolov stays at home | HBR",
            Headline("Sokolov stays at home", "Straits"),
        ),
        (
            "<span class='kicker'>Straits:</span> Sokolov stays at home",
            Headline("Sokolov stays at home", "Straits"),
        ),
        ("HBR | Sokolov stays at home", Headline("Sokolov stays at home")),
    ],
)
def test_the_kicker_and_the_sites_name_are_cut_off_a_heading_whole(heading: str, expected: Headline) -> None:
    assert of(f"<meta property='og:site_name' content='HBR'><h1>{heading}</h1>") == expected


def test_a_heading_that_leads_to_the_front_page_is_the_sites_motto() -> None:
    page = "<title>Sokolov stays at home | News from the straits</title><h1><a href='https://harbour.example/'>News from the straits</a></h1>"
    assert of(page).title == "Sokolov stays at home"


@pytest.mark.parametrize(
    "below",
    ["<small>What his ministry said on Friday</small>", "<a href='/samsun'>Harbour Gazette Samsun</a>"],
)
def test_a_line_below_the_title_within_the_heading_is_no_part_of_it(below: str) -> None:
    page = f"<title>Sokolov stays at home</title><h1><span>Sokolov stays at home</span> {below}</h1>"
    assert of(page).title == "Sokolov stays at home"


def test_what_is_set_off_before_a_title_two_signals_agree_on_is_its_kicker() -> None:
    page = "<title>Sokolov stays at home - Harbour Gazette</title><meta property='og:title' content='Sokolov stays at home'><h1>“No time” / Sokolov stays at home</h1>"
    assert of(page) == Headline("Sokolov stays at home", "“No time”")


def test_of_two_headings_the_one_the_page_repeats_is_the_headline() -> None:
    page = "<title>Sokolov stays at home - World - Straits News</title><meta property='og:title' content='Sokolov stays at home'><h1>World - Straits News</h1><h1>Sokolov stays at home</h1>"
    assert of(page).title == "Sokolov stays at home"


def test_the_section_set_off_behind_a_title_is_cut() -> None:
    page = "<meta property='og:title' content='Sokolov stays at home-Politics'><meta property='article:section' content='Politics'>"
    assert of(page).title == "Sokolov stays at home"
