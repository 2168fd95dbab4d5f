"""Other extractors on the same pages: what ours must not be worse than. They belong to the development tools."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import trafilatura
from lxml import etree

from pipeline.errors import ExtractError
from pipeline.records import PageHints
from pipeline.text.extract import extract_article
from pipeline.text.page import decode_page
from tests.evaluation.extract_pages import Extracted, LabelledPage

Extractor = Callable[[LabelledPage], Extracted]
OURS = "wirewatch"
# What the others raise at pages they cannot read; newspaper asks for more packages at some languages.
_FAILURES = (ExtractError, etree.LxmlError, ValueError, AssertionError, AttributeError, TypeError, ImportError)


def extractors() -> dict[str, Extractor]:
    """Ours and every other one that is installed, by name."""
    found: dict[str, Extractor] = {
        OURS: _ours,
        "trafilatura": _trafilatura,
        "trafilatura fast": partial(_trafilatura, fast=True),
        "trafilatura precision": partial(_trafilatura, favor_precision=True),
    }
    others = {"readability": _readability, "newspaper": _newspaper, "resiliparse": _resiliparse}
    return found | {name: run for name, run in others.items() if importlib.util.find_spec(name)}


def timed(extractor: Extractor, page: LabelledPage) -> Extracted:
    """One extraction with its CPU seconds; a failure is an empty text with its reason."""
    started = time.process_time()
    with _quiet():
        try:
            result = extractor(page)
        except _FAILURES as error:
            result = Extracted("", failure=f"{type(error).__name__}: {error}"[:200])
    return replace(result, seconds=time.process_time() - started)


def _ours(page: LabelledPage) -> Extracted:
    hints = PageHints(url=page.url, fetched_at=page.fetched_at)
    article = extract_article(page.html, content_type=None, hints=hints)
    return Extracted(
        article.body,
        article.title,
        article.published_at,
        article.published_offset,
        article.published_precision == "day",
        article.byline,
    )


def _trafilatura(page: LabelledPage, **options: Any) -> Extracted:
    document: Any = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True, **options)
    if document is None:
        return Extracted("", failure="nothing found")
    day = datetime.fromisoformat(document.date).replace(tzinfo=UTC) if document.date else None
    return Extracted(document.text or "", document.title or "", day, "", True, document.author or "")


def _readability(page: LabelledPage) -> Extracted:
    from lxml import html

    document = importlib.import_module("readability").Document(decode_page(page.html, None))
    text = "\n".join(html.fromstring(document.summary()).itertext())
    return Extracted(text, document.short_title() or "")


def _newspaper(page: LabelledPage) -> Extracted:
    newspaper = importlib.import_module("newspaper")
    article = newspaper.Article(page.url, fetch_images=False)
    article.download(input_html=decode_page(page.html, None))
    article.parse()
    at = article.publish_date
    at = at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
    return Extracted(article.text, article.title, at, author=", ".join(article.authors))


def _resiliparse(page: LabelledPage) -> Extracted:
    extract = importlib.import_module("resiliparse.extract.html2text")
    text = extract.extract_plain_text(decode_page(page.html, None), main_content=True, alt_texts=False)
    return Extracted(text)


@contextmanager
def _quiet() -> Iterator[None]:
    """The others warn and log about pages they cannot read; the table says it."""
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
