"""`python -m tests.evaluation extract`: our extraction and that of others on labelled pages, in one run."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.evaluation.extract_baselines import OURS, extractors, timed
from tests.evaluation.extract_languages import language_figures
from tests.evaluation.extract_pages import (
    Extracted,
    LabelledPage,
    agreed_headline,
    has,
    load_labelled,
    losses,
    near_title,
    same_author,
    same_day,
    same_headline,
    same_moment,
    same_title,
    score,
)
from tests.evaluation.report import Case, Cell, Figures, Goal, Report, data_version, facts_of_run
from tests.evaluation.shares import mean

NEWS = ("fundus", "article-extraction-benchmark", "newspaper4k")  # sets of news pages with whole texts
SMALLEST_SET = 20  # pages; in smaller sets one page decides
BARE = "trafilatura"
Judge = Callable[[LabelledPage, Extracted], bool]


@dataclass(frozen=True)
class _Pair:
    page: LabelledPage
    got: Extracted


def evaluate(data: Path, *, now: datetime, only_ours: bool = False) -> Report:
    """Score every extractor on the pages of `data`/html.

    Args:
        data: folder with the labelled data.
        now: when this is run.
        only_ours: leave the others out, for the short way round.

    Raises:
        EvaluationDataError: the pages are not there.
    """
    started = time.monotonic()
    pages = load_labelled(data / "html")
    runs = {name: run for name, run in extractors().items() if name == OURS or not only_ours}
    results: dict[str, list[_Pair]] = {name: [] for name in runs}
    for page in pages:
        for name, run in runs.items():
            results[name].append(_Pair(page, timed(run, page)))
    files = [data / "html" / page.name for page in pages]
    return Report(
        what="eval extract",
        figures=(
            _by_extractor(results),
            _by_set(results),
            _by_half(results[OURS]),
            _by_language(results[OURS]),
            *([] if only_ours else [language_figures(data)]),
        ),
        goals=tuple(_goals(results)),
        cases=tuple(_cases(results[OURS])),
        facts=facts_of_run(now, time.monotonic() - started, data=data_version(files), pages=len(pages)),
    )


def _by_extractor(results: Mapping[str, Sequence[_Pair]]) -> Figures:
    columns = (
        "extractor", "precision", "recall", "F1", "F1 news", "must contain", "must not", "title", "headline",
        "agreed", "near", "day", "zone", "author", "failed", "ms/page",
    )  # fmt: skip
    return Figures("By extractor", columns, tuple((name, *_row(pairs)) for name, pairs in results.items()))


def _row(pairs: Sequence[_Pair]) -> tuple[Cell, ...]:
    """A row of the table without its name.

    Three ways to be right about a title, each wider than the one before: the label word for word; the same but for
    what is set off at an end ("headline"); or another wording two voices of the page agree on ("agreed").
    """
    scored = [score(pair.page.text, pair.got.text) for pair in pairs if pair.page.text is not None]
    return (
        mean([s.precision for s in scored]),
        mean([s.recall for s in scored]),
        mean([s.f1 for s in scored]),
        _f1([pair for pair in pairs if pair.page.source in NEWS]),
        mean([has(p.got.text, part) for p in pairs for part in p.page.contains]),
        mean([not has(p.got.text, part) for p in pairs for part in p.page.excludes]),
        _share(pairs, _has_title, lambda page, got: same_title(page.title, got.title)),
        _share(pairs, _has_title, lambda page, got: same_headline(page.title, got.title)),
        _share(pairs, _has_title, lambda page, got: agreed_headline(page, got.title)),
        _share(pairs, _has_title, lambda page, got: near_title(page.title, got.title)),
        _share(pairs, lambda page: page.published is not None, same_day),
        _share(pairs, _has_zone, same_moment),
        _share(pairs, lambda page: bool(page.authors), same_author),
        sum(bool(pair.got.failure) for pair in pairs),
        1000 * sum(pair.got.seconds for pair in pairs) / len(pairs) if pairs else None,
    )


def _by_set(results: Mapping[str, Sequence[_Pair]]) -> Figures:
    """Token F1 on each set and on both halves of the pages, which were divided by host before any was read."""
    names = {pair.page.source for pair in results[OURS] if pair.page.text is not None}
    groups: dict[str, Callable[[LabelledPage], bool]] = {
        name: lambda page, name=name: page.source == name  # type: ignore[misc]
        for name in sorted(names)
    }
    groups |= {"half a": lambda page: page.half == "a", "half b": lambda page: page.half == "b"}
    rows = []
    for name, belongs in groups.items():
        chosen = {run: [pair for pair in pairs if belongs(pair.page)] for run, pairs in results.items()}
        whole = sum(pair.page.text is not None for pair in chosen[OURS])
        rows.append((name, whole, *(_f1(pairs) for pairs in chosen.values())))
    return Figures("Token F1 by set", ("set", "pages", *results), tuple(rows))


def _by_half(pairs: Sequence[_Pair]) -> Figures:
    """Both halves: the misses of half a are read when rules are written, those of half b are not."""
    columns = ("half", "pages", "F1", "must not", "title", "headline", "day", "zone")
    rows = []
    for half in "ab":
        chosen = [pair for pair in pairs if pair.page.half == half]
        row = _row(chosen)
        rows.append((half, len(chosen), row[2], row[5], row[6], row[7], row[10], row[11]))
    return Figures("wirewatch by half", columns, tuple(rows))


def _by_language(pairs: Sequence[_Pair]) -> Figures:
    by: dict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        by[pair.page.language].append(pair)
    columns = ("language", "pages", "precision", "recall", "F1", "title", "agreed", "day", "zone")
    rows = []
    for language, group in sorted(by.items(), key=lambda item: -len(item[1])):
        row = _row(group)
        rows.append((language, len(group), *row[:3], row[6], row[8], row[10], row[11]))
    return Figures("wirewatch by language", columns, tuple(rows))


def _goals(results: Mapping[str, Sequence[_Pair]]) -> Iterator[Goal]:
    ours = results[OURS]
    if BARE in results:
        news = [pair for pair in results[BARE] if pair.page.source in NEWS]
        yield Goal("F1 on news, bare trafilatura + 0.01", _known(_f1(_news(ours))), _known(_f1(news)) + 0.01)
        for name in sorted({pair.page.source for pair in ours}):
            mine = [pair for pair in ours if pair.page.source == name and pair.page.text is not None]
            theirs = [pair for pair in results[BARE] if pair.page.source == name]
            if len(mine) >= SMALLEST_SET:
                yield Goal(f"F1 on {name}, bare trafilatura", _known(_f1(mine)), _known(_f1(theirs)))
        best = max(_known(_f1(_news(pairs))) for name, pairs in results.items() if name != OURS)
        yield Goal("F1 on news, best of the others", _known(_f1(_news(ours))), best)
    row = _row(ours)
    yield Goal("title, the label word for word", _known(row[6]), 0.97)
    yield Goal("title, a wording the page agrees on", _known(row[8]), 0.97)
    yield Goal("publication day", _known(row[10]), 0.95)
    yield Goal("zone, where stated", _known(row[11]), 0.95)
    late = sum(bool(p.got.published and p.page.fetched_at and p.got.published > p.page.fetched_at) for p in ours)
    yield Goal("dates after the fetch", late, 0, at_least=False)


def _cases(pairs: Sequence[_Pair]) -> Iterator[Case]:
    """Every single loss of ours, for people to read."""
    for page, got in ((pair.page, pair.got) for pair in pairs):
        if got.failure:
            yield Case("failed", page.name, "", got.failure)
        for line in losses(page.text or "", got.text):
            yield Case("lost", page.name, line[:100], "")
        yield from (Case("lost", page.name, part[:100], "") for part in page.contains if not has(got.text, part))
        yield from (Case("leaked", page.name, "", part[:100]) for part in page.excludes if has(got.text, part))
        if page.title and not same_title(page.title, got.title):
            agreed = "other wording" if agreed_headline(page, got.title) else "title"
            yield Case(agreed, page.name, page.title[:100], got.title[:100])
        if page.published and not same_day(page, got):
            yield Case("day", page.name, str(page.published), str(got.published))
        elif _has_zone(page) and not same_moment(page, got):
            yield Case("zone", page.name, str(page.published), str(got.published))


def _news(pairs: Sequence[_Pair]) -> list[_Pair]:
    return [pair for pair in pairs if pair.page.source in NEWS]


def _f1(pairs: Sequence[_Pair]) -> float | None:
    return mean([score(pair.page.text, pair.got.text).f1 for pair in pairs if pair.page.text is not None])


def _share(pairs: Sequence[_Pair], counts: Callable[[LabelledPage], bool], right: Judge) -> float | None:
    return mean([right(pair.page, pair.got) for pair in pairs if counts(pair.page)])


def _has_title(page: LabelledPage) -> bool:
    return bool(page.title)


def _has_zone(page: LabelledPage) -> bool:
    return page.published is not None and page.published.tzinfo is not None and not page.day_only


def _known(value: Cell) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
