"""`python -m tests.evaluation layouts`: pages made from parts, whose text, headline and date are known."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import ExtractError
from pipeline.records import Article, PageHints
from pipeline.text.extract import extract_article
from tests.evaluation.layout_pages import LayoutPage, layout_pages
from tests.evaluation.layout_pages_second import second_layouts
from tests.evaluation.layout_pages_third import third_layouts
from tests.evaluation.report import Case, Cell, Figures, Goal, Report, facts_of_run
from tests.evaluation.shares import mean

KINDS = (
    "headline in the body",
    "date in the body",
    "comment or teaser in the body",
    "lead lost",
    "paragraph lost",
    "flash lost",
    "headline wrong",
    "day wrong",
)
_MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class _Read:
    page: LayoutPage
    faults: tuple[str, ...]
    got: str


def evaluate(*, now: datetime, every: int = 1) -> Report:
    """Extract each page and compare with what it was made from.

    Args:
        now: when this is run.
        every: take each so-manieth page, for a quick look.
    """
    started = time.monotonic()
    made = {"first": layout_pages(), "second": second_layouts(), "third": third_layouts()}
    batches = {name: _score(pages, every) for name, pages in made.items()}
    count = sum(map(len, batches.values()))
    return Report(
        what="eval layouts",
        figures=(_by_fault(batches), *(_by_part(name, reads) for name, reads in batches.items())),
        goals=tuple(_goals(batches)),
        cases=tuple(_cases(batches))[:_MOST_CASES],
        facts=facts_of_run(now, time.monotonic() - started, pages=count),
    )


def faults_of(page: LayoutPage) -> tuple[tuple[str, ...], str]:
    """What went wrong on a page, and the text that came out of it, or the reason why none did."""
    hints = PageHints(url="https://liman.example/haber/8", zone="Europe/Istanbul", fetched_at=page.fetched_at)
    try:
        article = extract_article(page.html, content_type="text/html; charset=utf-8", hints=hints)
    except ExtractError as error:
        return ("lead lost" if page.paragraphs else "flash lost",), error.reason
    return tuple(name for name, holds in _FAULTS.items() if holds(page, article)), article.body


def _lost_lead(page: LayoutPage, article: Article) -> bool:
    return bool(page.paragraphs) and page.paragraphs[0] not in article.body


def _lost_paragraph(page: LayoutPage, article: Article) -> bool:
    return any(text not in article.body for text in page.paragraphs[1:])


def _wrong_day(page: LayoutPage, article: Article) -> bool:
    if article.published_source == "seen":
        return page.dated
    return article.published_at is None or article.published_at.date() != page.day


_FAULTS: dict[str, Callable[[LayoutPage, Article], bool]] = {
    "headline in the body": lambda page, article: bool(page.paragraphs) and page.title in article.body,
    "date in the body": lambda page, article: any(mark in article.body for mark in page.marks),
    "comment or teaser in the body": lambda page, article: bool(page.intruder) and page.intruder in article.body,
    "lead lost": _lost_lead,
    "paragraph lost": _lost_paragraph,
    "flash lost": lambda page, article: not page.paragraphs and page.title not in article.body,
    "headline wrong": lambda page, article: article.title != page.title,
    "day wrong": _wrong_day,
}


def _score(pages: Iterable[LayoutPage], every: int) -> list[_Read]:
    return [_Read(page, *faults_of(page)) for place, page in enumerate(pages) if place % every == 0]


def _by_fault(batches: dict[str, list[_Read]]) -> Figures:
    counts = {name: Counter(fault for read in reads for fault in read.faults) for name, reads in batches.items()}
    rows: list[tuple[Cell, ...]] = [(kind, *(count[kind] for count in counts.values())) for kind in KINDS]
    rows.append(("pages", *map(len, batches.values())))
    rows.append(("pages without a fault", *(sum(not read.faults for read in reads) for reads in batches.values())))
    return Figures("Faults by kind", ("fault", *batches), tuple(rows))


def _by_part(batch: str, reads: list[_Read]) -> Figures:
    """Share of pages without a fault by each part they were made from."""
    parts = sorted({part for read in reads for part in read.page.parts})
    rows = []
    for part in parts:
        made = [read for read in reads if part in read.page.parts]
        rows.append((part, len(made), mean([not read.faults for read in made])))
    return Figures(f"Without a fault, by part, {batch} batch", ("part", "pages", "share"), tuple(rows))


def _goals(batches: dict[str, list[_Read]]) -> Iterator[Goal]:
    for name, reads in batches.items():
        count = Counter(fault for read in reads for fault in read.faults)
        headings = count["headline in the body"] + count["date in the body"]
        yield Goal(f"headline or date in the body, {name}", headings, 0, at_least=False)
        yield Goal(f"comments in the body, {name}", count["comment or teaser in the body"], 0, at_least=False)
        yield Goal(f"lead lost, {name}", count["lead lost"], 0, at_least=False)
        yield Goal(f"flashes lost, {name}", count["flash lost"], 0, at_least=False)


def _cases(batches: dict[str, list[_Read]]) -> Iterator[Case]:
    for name, reads in batches.items():
        for read in reads:
            for fault in read.faults:
                yield Case(fault, f"{name}: {read.page.name}", read.page.title, read.got[:200])
