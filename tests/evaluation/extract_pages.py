"""The labelled pages of html/ and how one extraction of a page is scored against its labels."""

from __future__ import annotations

import gzip
import html as entities
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.text.page import parse_page
from pipeline.text.signals import is_article, read_signals, words_of
from tests.evaluation.report import EvaluationDataError

# Languages written without spaces are compared character by character.
_TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
_NEAR = 0.7
_SET_OFF = re.compile(r"[-–—|:·•»«/~@*ㅣ]")
_TWO_VOICES = 2
_CLOCK_SLACK = timedelta(days=1)  # the crawler's clock is in a zone nobody stated


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """One page with what people, or a parser made for its site, say is in it."""

    name: str
    source: str  # the set it comes from
    url: str
    language: str  # a guess
    html: bytes
    text: str | None  # the whole text; None where only fragments are known
    contains: tuple[str, ...]
    excludes: tuple[str, ...]
    title: str
    published: datetime | None  # naive where the label has no zone
    day_only: bool
    authors: tuple[str, ...]
    fetched_at: datetime | None

    @property
    def half(self) -> str:
        """ "a" or "b", by the host: pages of one site never stand in both."""
        host = urlsplit(self.url).hostname or self.name
        return "ab"[sha256(host.encode()).digest()[0] % 2]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one extractor made of a page."""

    text: str
    title: str = ""
    published: datetime | None = None
    offset: str = ""  # the zone as the page states it
    day_only: bool = False
    author: str = ""
    failure: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Token precision, recall and F1 of one page."""

    precision: float
    recall: float
    f1: float


def load_labelled(folder: Path) -> list[LabelledPage]:
    """Every page of the folder html/.

    Raises:
        EvaluationDataError: the folder or a page is not there, or a row is not in the schema.
    """
    index = folder / "index.jsonl"
    try:
        rows = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]
        return [_page(folder, row) for row in rows]
    except OSError as error:
        raise EvaluationDataError(f"{error.filename}: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise EvaluationDataError(f"{index}: {type(error).__name__}: {error}") from error


def _page(folder: Path, row: dict[str, Any]) -> LabelledPage:
    raw = (folder / row["file"]).read_bytes()
    extra = row.get("extra", {})
    stated = row.get("expected_published") or extra.get("date") or ""
    crawled = row.get("crawled")
    fetched = datetime.fromisoformat(crawled).replace(tzinfo=UTC) + _CLOCK_SLACK if crawled else None
    published = datetime.fromisoformat(stated) if stated else None
    if published and fetched and published.replace(tzinfo=UTC) > fetched:
        published = None  # the label has day and month exchanged: nothing is published after it was fetched
    authors = row.get("expected_authors") or extra.get("author") or ()
    text = row.get("expected_text")
    return LabelledPage(
        name=row["file"],
        source=row["file"].split("/")[0],
        url=str(row["url"]) if str(row.get("url")).startswith("http") else f"https://{row['file']}.example/",
        language=row.get("lang_guess", "und"),
        html=gzip.decompress(raw) if row["file"].endswith(".gz") else raw,
        text=None if row["file"].startswith("goose3") else text,  # goose3 labels only how a text begins
        contains=tuple(row.get("must_contain") or ()),
        excludes=tuple(row.get("must_not_contain") or ()),
        title=row.get("expected_title") or extra.get("title") or "",
        published=published,
        day_only=len(stated) == len("2031-05-07") or "00:00:00" in stated,
        authors=(authors,) if isinstance(authors, str) else tuple(authors),
        fetched_at=fetched,
    )


def score(expected: str, got: str) -> Scores:
    """How well the words agree, as bags: order does not count, repetition does."""
    wanted, found = Counter(_tokens(expected)), Counter(_tokens(got))
    common = (wanted & found).total()
    precision = common / found.total() if found else 0.0
    recall = common / wanted.total() if wanted else 0.0
    both = precision + recall
    return Scores(precision, recall, 2 * precision * recall / both if both else 0.0)


def same_title(expected: str, got: str) -> bool:
    """Whether two titles are the same words."""
    return _tokens(expected) == _tokens(got)


def same_headline(expected: str, got: str) -> bool:
    """Whether two titles are the same words but for a part set off at one end: site, section, kicker, date."""
    texts = (unicodedata.normalize("NFKC", entities.unescape(title)).lower() for title in (expected, got))
    (_, shorter), (long, longer) = sorted(((t, list(_TOKEN.finditer(t))) for t in texts), key=lambda p: len(p[1]))
    count, more = len(shorter), len(longer) - len(shorter)
    if not shorter or count < more:
        return False
    wanted, words = [w.group() for w in shorter], [w.group() for w in longer]
    if not more:
        return wanted == words
    behind = words[:count] == wanted and long[longer[count - 1].end() : longer[count].start()]
    before = words[more:] == wanted and long[longer[more - 1].end() : longer[more].start()]
    return any(gap and _SET_OFF.search(gap) for gap in (behind, before))


def stated_titles(page: LabelledPage) -> list[set[str]]:
    """What each voice of the page calls it: for machines, for sharing, for the browser, for the reader."""
    tree = parse_page(page.html, content_type=None)
    signals = read_signals(tree)
    described = {
        text for thing in signals.objects if is_article(thing) for text in words_of(thing.get("headline"))
    }
    shared = {text for name in ("og:title", "twitter:title") for text in signals.meta.get(name, ())}
    shown = {h1.text_content() for h1 in tree.iter("h1")}
    return [described, shared, {tree.findtext(".//title") or ""}, shown]


def agreed_headline(page: LabelledPage, got: str) -> bool:
    """Whether a title is the labelled headline, or another wording of it that two voices of the page agree on.

    Labels come from one parser for each site, which takes the headline from one place; where a page words it
    differently elsewhere, the label is one of two right answers.
    """
    if same_headline(page.title, got):
        return True
    voices = stated_titles(page)

    def voices_for(title: str) -> int:
        return sum(any(same_headline(text, title) for text in voice) for voice in voices)

    return voices_for(page.title) >= 1 and voices_for(got) >= _TWO_VOICES


def has(text: str, fragment: str) -> bool:
    """Whether a fragment stands in a text, white space aside."""
    return _squeeze(fragment) in _squeeze(text)


def near_title(expected: str, got: str) -> bool:
    """Whether two titles are nearly the same words: sites give one headline in two or three wordings."""
    return score(expected, got).f1 >= _NEAR


def same_day(page: LabelledPage, got: Extracted) -> bool:
    """Whether the day of publication is right, in the zone of the label, or the one the page states."""
    assert page.published is not None
    if got.published is None:
        return False
    stated = datetime.fromisoformat(f"2000-01-01T00:00{got.offset}").tzinfo
    there = got.published.astimezone(page.published.tzinfo or stated or UTC)
    return there.date() == page.published.date()


def same_moment(page: LabelledPage, got: Extracted) -> bool:
    """Whether the very minute is right, which it is not where the zone was lost."""
    assert page.published is not None
    return got.published is not None and abs(got.published - page.published) < timedelta(minutes=1)


def same_author(page: LabelledPage, got: Extracted) -> bool:
    """Whether every labelled author is named."""
    named = set(_tokens(got.author))
    return all(set(_tokens(author)) <= named for author in page.authors)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def _squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def losses(expected: str, got: str) -> Iterator[str]:
    """Lines of the expected text most of whose words are not in the one that was got."""
    found = set(_tokens(got))
    for line in expected.split("\n"):
        words = _tokens(line)
        if len(words) > 4 and sum(word in found for word in words) < len(words) / 2:
            yield line.strip()
