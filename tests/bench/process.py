"""`python -m tests.bench process`: the CPU each part of the stage takes, against bare trafilatura in the same run."""

from __future__ import annotations

import logging
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import trafilatura

from pipeline.configuration import Configuration
from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.errors import ExtractError, ItemError
from pipeline.records import Article, PageHints
from pipeline.text.body import own_text
from pipeline.text.byline import byline_of
from pipeline.text.extract import extract_article
from pipeline.text.furniture import cut_furniture
from pipeline.text.language import detect_language
from pipeline.text.normalise import text_hash
from pipeline.text.page import parse_page
from pipeline.text.published import dates_of
from pipeline.text.signals import read_signals
from pipeline.text.standfirst import standfirst
from pipeline.text.titles import headline
from tests.evaluation.extract_pages import LabelledPage, load_labelled
from tests.evaluation.report import Figures, Goal, Report, data_version, facts_of_run

WHOLE, BARE = "process, whole", "trafilatura.bare_extraction(with_metadata=True)"


class _Clock:
    """CPU seconds by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self.spent[name] += time.process_time() - started


def bench(data: Path, configuration: Configuration, *, now: datetime, rounds: int = 1) -> Report:
    """Time every page of `data`/html on one core: the stage as a whole, its parts, and bare trafilatura.

    The three are measured page by page in turn, so that a busy machine slows all of them alike.

    Raises:
        EvaluationDataError: the pages are not there.
    """
    started = time.monotonic()
    pages = load_labelled(data / "html")
    clock = _Clock()
    sides: tuple[tuple[str, Callable[[LabelledPage], None]], ...] = (
        (BARE, _bare),
        (WHOLE, lambda page: _whole(page, configuration)),
    )
    logging.disable(logging.CRITICAL)  # trafilatura logs every page it cannot read
    try:
        for page in pages[:3]:  # caches, profiles and patterns are made at the first pages
            _whole(page, configuration)
        for number, page in enumerate(pages * rounds):
            # Who reads a page first finds it in no cache: up to a sixth of its time.
            for name, read in sides if number % 2 else reversed(sides):
                with clock.part(name):
                    read(page)
            _parts(page, configuration, clock)
    finally:
        logging.disable(logging.NOTSET)
    count = len(pages) * rounds
    whole, bare = clock.spent[WHOLE], clock.spent[BARE]
    rows = tuple((name, 1000 * spent / count, spent / whole, count / spent) for name, spent in clock.spent.items())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(len(page.html) for page in pages) / len(pages) / 1024
    return Report(
        what="bench process",
        figures=(Figures("CPU on one core", ("part", "ms/page", "of the whole", "pages/s"), rows),),
        goals=(Goal("CPU of the stage, of bare trafilatura's", whole / bare, 1.0, at_least=False),),
        facts=facts_of_run(
            now,
            time.monotonic() - started,
            data=data_version([data / "html" / page.name for page in pages]),
            pages=count,
            mean_kB=round(size),
            peak_MB=round(peak),
        ),
    )


def _hints(page: LabelledPage) -> PageHints:
    return PageHints(url=page.url, fetched_at=page.fetched_at)


def _bare(page: LabelledPage) -> None:
    trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True)


def _whole(page: LabelledPage, configuration: Configuration) -> None:
    try:
        article = extract_article(page.html, content_type=None, hints=_hints(page))
    except ExtractError:
        return
    configuration.find_in(article)


def _parts(page: LabelledPage, configuration: Configuration, clock: _Clock) -> None:
    with clock.part("parse"):
        tree = parse_page(page.html, content_type=None)
    with clock.part("signals"):
        signals = read_signals(tree)
    with clock.part("title, byline"):
        title = headline(tree, signals, feed_title="", url=page.url).title
        byline_of(tree, signals)
    with clock.part("dates"):
        dates_of(
            tree, signals, url=page.url, zone="UTC", feed=None, not_after=page.fetched_at, last_resort=lambda: None
        )
    with clock.part("furniture"):
        cut_furniture(tree)
    with clock.part("standfirst"):
        standfirst(tree, signals)
    with clock.part("text"):
        text = own_text(tree, signals).text
    with clock.part("language"):
        language, confidence = detect_language(text)
    _rest(Article(title, text, None, "none", "UTC", language, confidence), configuration, clock)


def _rest(article: Article, configuration: Configuration, clock: _Clock) -> None:
    with clock.part("fingerprint"):
        text_hash(article.title, article.body)
        make_fingerprint(article.body, article.title, article.language)
    with clock.part("topics"):
        configuration.topics.tag(article.title, article.body, article.language)
    with clock.part("mentions"):
        try:
            configuration.meetings.read(article)
        except ItemError:
            return  # the stage counts it; here only the time matters
