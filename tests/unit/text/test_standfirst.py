"""The lines between headline and text come first in the body, once, and are not looked for where they cannot be."""

from __future__ import annotations

import pytest

from pipeline.records import Article, PageHints
from pipeline.text.extract import extract_article

LEAD = "The minister will not come to Samsun on Saturday, his office said; the talks wait until autumn."
STORY = (
    "The delegation was to arrive by sea in the morning and to sign an agreement on the ferry line. "
    "The mayor had ordered the quay to be painted, and the band had practised two anthems for a week. "
)
PARAGRAPHS = "".join(f"<p>{number}. {STORY}</p>" for number in range(8))


def read(body: str, description: str = LEAD) -> Article:
    page = (
        f"<html><head><title>Minister stays away</title><meta name='description' content='{description}'></head>"
        f"<body><article><h1>Minister stays away</h1>{body}</article></body></html>"
    )
    return extract_article(page.encode(), content_type=None, hints=PageHints(url="http://harbour.example/a"))


@pytest.mark.parametrize(
    "block",
    [
        f"<header><h2 class='deck'>{LEAD}</h2></header>",
        f"<div><span><em>{LEAD}</em></span></div>",
        f"<header><div>{LEAD}</div></header>",
    ],
)
def test_a_standfirst_is_the_first_paragraph_once(block: str) -> None:
    article = read(block + PARAGRAPHS)
    assert article.body.startswith(f"{LEAD}\n0. The delegation")
    assert article.body.count("wait until autumn") == 1


def test_a_description_cut_short_still_finds_the_whole_standfirst() -> None:
    assert read(f"<header><h2>{LEAD}</h2></header>{PARAGRAPHS}", f"{LEAD[:70]}…").body.startswith(LEAD)


def test_a_description_nobody_can_see_is_no_part_of_the_text() -> None:
    assert LEAD not in read(PARAGRAPHS).body


def test_a_description_of_the_site_at_the_foot_of_the_page_is_none_either() -> None:
    assert LEAD not in read(f"{PARAGRAPHS}</article><div><h4>{LEAD}</h4></div><article>").body


def test_the_dateline_is_read_from_the_text_under_the_standfirst() -> None:
    article = read(f"<header><h2>{LEAD}</h2></header><p>SAMSUN, June 13 (HG) - {STORY}</p>{PARAGRAPHS}")
    assert article.body.startswith(LEAD)
    assert article.dateline_place == "Samsun"
