"""A comment left in the body makes a false alert: none of 42 pages with comment sections may leak a word of them."""

from __future__ import annotations

import pytest
from comment_pages import CommentPage, comment_pages

from pipeline.records import PageHints
from pipeline.text.comments import cut_comments
from pipeline.text.extract import extract_article


@pytest.mark.parametrize("page", comment_pages(), ids=lambda page: f"{page.language}-{page.system}")
def test_no_reader_speaks_in_the_article(page: CommentPage) -> None:
    article = extract_article(page.html, content_type=None, hints=PageHints(url="http://harbour.example/a"))
    assert article.body.split("\n") == list(page.paragraphs)
    assert article.title == page.title
    assert article.language == page.language


def test_a_marker_above_the_text_cuts_only_itself() -> None:
    spoken = "The minister spoke to reporters at the airport of Samsun on Tuesday."
    assert cut_comments(f"Comments (3)\n{spoken}\nHe left.") == f"{spoken}\nHe left."
    assert cut_comments(f"{spoken}\nComments (3)\nHe lies.") == spoken
