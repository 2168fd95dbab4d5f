"""What a page says of where its text comes from and in which language it is."""

from __future__ import annotations

import json

import pytest
from lxml import html

from pipeline.text.byline import credited_agency
from pipeline.text.signals import Signals, read_signals


def of(head: str) -> Signals:
    return read_signals(html.document_fromstring(f"<html><head>{head}</head><body><p>Text</p></body></html>"))


def described(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


@pytest.mark.parametrize(
    ("head", "byline", "agency"),
    [
        (described(isBasedOn="https://www.reuters.com/world/1"), "", "Reuters"),
        (described(isBasedOn=["https://harbour.example/a", {"@id": "https://tass.ru/1"}]), "", "TASS"),
        (described(isBasedOn={"@type": "NewsArticle", "publisher": {"name": "Anadolu Ajansı"}}), "", "Anadolu"),
        (described(sourceOrganization={"@type": "Organization", "name": "Interfax"}), "", "Interfax"),
        (described(author={"name": "AFP"}), "AFP", "AFP"),
        ("<meta name='original-source' content='https://apnews.com/article/1'>", "", "AP"),
        (described(isBasedOn="https://harbour.example/a", author={"name": "Reuter Kaya"}), "Reuter Kaya", ""),
        (described(isBasedOn=[None, 7, [], "http://[", {"url": 3}]), "", ""),
        ("", "", ""),
    ],
)
def test_the_agency_a_page_credits(head: str, byline: str, agency: str) -> None:
    assert credited_agency(of(head), byline) == agency


def test_the_language_of_the_link_to_itself_is_the_pages() -> None:
    own = "http://harbour.example/ru/a"
    links = f"<link rel='canonical' href='{own}'><link rel='alternate' hreflang='x-default' href='{own}'>"
    assert of(f"{links}<link rel='alternate' hreflang='tr' href='http://harbour.example/tr/a'>").language == ""
    assert of(f"{links}<link rel='alternate' hreflang='ru-RU' href='{own}'>").language == "ru"
