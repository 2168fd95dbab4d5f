"""Feed files read by us and by feedparser alone, side by side, and both held against what the files expect."""

from __future__ import annotations

import calendar
import csv
import io
import time
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from pipeline.errors import FeedError
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.plain_text import to_plain
from pipeline.records import FeedItem, ParsedFeed
from tests.evaluation.feed_expectations import UnknownError, expectation, holds
from tests.evaluation.report import Case, EvaluationDataError, Figures, Goal, Report, data_version, facts_of_run

_BASE = "https://feed.invalid/"
_SLOW_S = 10.0
_NOW = datetime(2100, 1, 1, tzinfo=UTC)  # no date of the files is to come


@dataclass(frozen=True, slots=True)
class _Read:
    """One file as both read it. `ours` is None where we refused it, for `reason`."""

    name: str
    ours: ParsedFeed | None
    reason: str
    seconds: float
    theirs: feedparser.FeedParserDict
    their_seconds: float
    crash: str = ""


def evaluate(data: Path) -> Report:
    """Read every file of data/feeds.

    Raises:
        EvaluationDataError: the folder or its index is not there.
    """
    began = time.monotonic()
    index = data / "feeds" / "index.tsv"
    if not index.is_file():
        raise EvaluationDataError(f"{index} is not there")
    with index.open(encoding="utf-8", newline="") as lines:
        described = {row["file"]: row for row in csv.DictReader(lines, delimiter="\t")}
    paths = [data / "feeds" / name for name in sorted(described)]
    reads = [_read(path) for path in paths]
    cases: list[Case] = []
    survival = _survival(reads, cases)
    expected, share = _expected(paths, reads, cases)
    counts = _counts(reads, described, cases)
    agreement, agreed = _agreement(reads, cases)
    unexplained = sum(
        1 for one in reads if one.ours and not one.ours.items and not one.ours.rejected and _listed(one)
    )
    goals = (
        Goal(
            "crashes and files over 10 s", sum(bool(one.crash) or one.seconds > _SLOW_S for one in reads), 0, False
        ),
        Goal("files with neither items nor a reason", unexplained, 0, at_least=False),
        Goal("expectations met", share, 1.0),
        Goal("links and dates as feedparser has them, where the file is well-formed", agreed, 0.99),
    )
    facts = facts_of_run(datetime.now(UTC), time.monotonic() - began, data=data_version(paths), files=len(paths))
    return Report("feeds", (survival, expected, counts, agreement), goals, tuple(cases), facts)


def _read(path: Path) -> _Read:
    body = path.read_bytes()
    ours, reason, crash = None, "", ""
    started = time.process_time()
    try:
        ours = parse_feed(body, url=_BASE, content_type=None, now=_NOW)
    except FeedError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - this is what is counted here
        crash = repr(error)
    seconds = time.process_time() - started
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = feedparser.parse(io.BytesIO(body))
    return _Read(path.name, ours, reason, seconds, theirs, time.process_time() - started, crash)


def _items(one: _Read) -> tuple[FeedItem, ...]:
    return one.ours.items if one.ours else ()


def _listed(one: _Read) -> list[feedparser.FeedParserDict]:
    entries: list[feedparser.FeedParserDict] = one.theirs.entries
    return entries


def _survival(reads: Sequence[_Read], cases: list[Case]) -> Figures:
    """What came out at all."""
    for one in reads:
        if one.reason or one.crash:
            cases.append(Case("refused", one.name, f"{len(_listed(one))} by feedparser", one.reason or one.crash))
        elif one.ours and one.ours.rejected:
            reasons = Counter(rejected.reason for rejected in one.ours.rejected)
            got = ", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items()))
            cases.append(Case("rejected", one.name, f"{len(_listed(one))} by feedparser", got))
    ours = [one.ours for one in reads if one.ours]
    items = [item for feed in ours for item in feed.items]
    theirs = [entry for one in reads for entry in _listed(one)]
    return Figures(
        "What is read",
        ("", "wirewatch", "feedparser alone"),
        (
            ("files with items", sum(bool(feed.items) for feed in ours), sum(bool(_listed(o)) for o in reads)),
            ("files with a reason instead", sum(not _items(o) and bool(_why(o)) for o in reads), None),
            ("crashes", sum(bool(o.crash) for o in reads), 0),
            ("items with an absolute http(s) link", len(items), sum(_is_absolute(e) for e in theirs)),
            ("entries", len(items) + sum(len(f.rejected) for f in ours), len(theirs)),
            ("items with a date", sum(map(bool, map(_date, items))), sum(map(bool, map(_their_date, theirs)))),
            ("identities twice in one feed", sum(_doubled([i.identity for i in f.items]) for f in ours),
             sum(_doubled([str(e.get("id") or e.get("link")) for e in _listed(o)]) for o in reads)),
            ("seconds of CPU", sum(o.seconds for o in reads), sum(o.their_seconds for o in reads)),
            ("slowest file, seconds", max(o.seconds for o in reads), max(o.their_seconds for o in reads)),
        ),
    )  # fmt: skip


def _why(one: _Read) -> str:
    if one.ours is None:
        return one.reason
    return one.ours.rejected[0].reason if one.ours.rejected else "" if _listed(one) else "a feed without items"


def _doubled(identities: Sequence[str]) -> int:
    return len(identities) - len(set(identities))


def _is_absolute(entry: feedparser.FeedParserDict) -> bool:
    return str(entry.get("link", "")).startswith(("http://", "https://"))


def _date(item: FeedItem) -> datetime | None:
    return item.published or item.updated


def _their_date(entry: feedparser.FeedParserDict) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):
        return None


def _expected(paths: Sequence[Path], reads: Sequence[_Read], cases: list[Case]) -> tuple[Figures, float]:
    """The expressions in feedparser's own test files, about what we keep."""
    met = {"wirewatch": 0, "feedparser alone": 0}
    asked = foreign = 0
    for path, one in zip(paths, reads, strict=True):
        expression = expectation(path.read_bytes())
        if expression is None:
            continue
        try:
            ours = holds(expression, _as_dictionary(one))
        except UnknownError:
            foreign += 1
            continue
        asked += 1
        met["wirewatch"] += ours
        try:
            met["feedparser alone"] += holds(expression, one.theirs)
        except UnknownError as error:
            cases.append(Case("feedparser", one.name, expression, str(error)))
        if not ours:
            cases.append(Case("expectation", one.name, expression, str(_as_dictionary(one))[:200]))
    rows = tuple((who, n, asked, n / max(asked, 1)) for who, n in met.items())
    return (
        Figures(
            f"Expectations met ({foreign} more are about fields that are not stored)",
            ("", "met", "of", "share"),
            rows,
        ),
        met["wirewatch"] / max(asked, 1),
    )


def _as_dictionary(one: _Read) -> dict[str, Any]:
    """Our reading in feedparser's words, as far as we keep what they name."""
    entries = []
    for item in _items(one):
        entry: dict[str, Any] = {
            "title": item.title,
            "link": item.url,
            "id": item.identity,
            "summary": item.summary,
            "description": item.summary,
        }
        for name, moment in (("published_parsed", item.published), ("updated_parsed", item.updated)):
            if moment is not None:
                entry[name] = tuple(moment.utctimetuple())
        entries.append(entry)
    feed = {"title": one.ours.title, "link": one.ours.link} if one.ours else {}
    return {"feed": feed, "entries": entries}


def _counts(reads: Sequence[_Read], described: Mapping[str, Mapping[str, str]], cases: list[Case]) -> Figures:
    """Entries found against the number the index counted with expat and regular expressions."""
    kinds: dict[str, list[int]] = {}
    for one in reads:
        counted = int(described[one.name]["items"] or 0)
        found = len(_items(one)) + (
            sum(r.reason.startswith("item_") for r in one.ours.rejected) if one.ours else 0
        )
        row = kinds.setdefault(described[one.name]["kind"], [0, 0, 0, 0])
        for position, value in enumerate((1, found == counted, len(_listed(one)) == counted, counted)):
            row[position] += value
        if found != counted:
            cases.append(Case("count", one.name, f"{counted} entries", f"{found}; feedparser {len(_listed(one))}"))
    columns = ("kind", "files", "same number: wirewatch", "same number: feedparser", "entries in all")
    return Figures(
        "Entries, against the index of the files", columns, tuple((k, *v) for k, v in sorted(kinds.items()))
    )


def _agreement(reads: Sequence[_Read], cases: list[Case]) -> tuple[Figures, float]:
    """On well-formed files the library is a second opinion: entry by entry, by their links."""
    same: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for one in reads:
        if one.theirs.get("bozo") or not one.ours or not _listed(one):
            continue
        # FeedBurner's links only count clicks: the library gives the article's own beside them.
        theirs = {
            str(entry.get("feedburner_origlink") or entry.get("link")): entry
            for entry in _listed(one)
            if _is_absolute(entry)
        }
        ours = {item.url: item for item in one.ours.items}
        for link, entry in theirs.items():
            item = ours.get(link.replace(" ", "%20"))
            results = {"link": item is not None}
            if item is not None:
                results["title"] = item.title == to_plain(str(entry.get("title", "")))[:1000]
                if (moment := _their_date(entry)) is not None:
                    results["date"] = _date(item) == moment
            for what, right in results.items():
                seen[what] += 1
                same[what] += right
                if not right:
                    expected = {"link": link, "title": entry.get("title"), "date": _their_date(entry)}[what]
                    got = "no such item" if item is None else {"title": item.title, "date": _date(item)}[what]
                    cases.append(Case(what, one.name, str(expected), str(got)))
    rows = tuple(
        (what, same[what], seen[what], same[what] / max(seen[what], 1)) for what in ("link", "title", "date")
    )
    counted = seen["link"] + seen["date"]
    return (
        Figures("The same as feedparser, entries of well-formed files", ("", "same", "of", "share"), rows),
        (same["link"] + same["date"]) / max(counted, 1),
    )
