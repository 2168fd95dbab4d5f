"""The five articles the project starts from, in every order of arrival."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

import pytest

from pipeline.meetings.follow.linker import Candidate, Fit, link
from pipeline.meetings.follow.timeline import Timeline
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, Evidence, MeetingState
from tests.evaluation.data import data_folder

DATA = data_folder()

pytestmark = pytest.mark.skipif(not (DATA / "seeds").is_dir(), reason="the seed articles are not on this machine")


def articles() -> dict[str, Article]:
    """The seeds by their number, without furniture and comments, at noon of the day they were published."""
    found = {}
    for line in (DATA / "seeds" / "seeds.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = (DATA / "seeds" / record["file"]).read_text(encoding="utf-8").split("Dear reader")[0]
        title = record["title"] or ""
        body = text.split(title, 1)[1] if title else text
        at = datetime.fromisoformat(record["published"]).replace(hour=12, tzinfo=UTC)
        found[record["file"][:3]] = Article(title, body.strip(), at, "page", "UTC", "en", 1.0)
    return found


class Archive:
    """Meetings as the store keeps them: evidence by meeting, alerts as differences of states."""

    def __init__(self, reader: MeetingReader) -> None:
        self._reader = reader
        self._meetings: dict[int, list[Evidence]] = {}
        self._last = 0
        self.alerts: list[tuple[str, str, str]] = []

    def take(self, name: str, article: Article) -> None:
        assert article.published_at is not None
        for mention in self._reader.read(article):
            self._last += 1
            new = Evidence(self._last, mention, article.published_at, name, self._last)
            candidates = [
                Candidate(key, Timeline(seen).state, max(e.published_at for e in seen))
                for key, seen in self._meetings.items()
            ]
            found = link(new, candidates)
            key = found.meeting_id if found and found.fit == Fit.SURE else len(self._meetings) + 1
            told = len(Timeline(self._meetings.get(key, ())).changes)
            self._meetings.setdefault(key, []).append(new)
            changes = Timeline(self._meetings[key]).changes
            self.alerts += [(name, change.kind, mention.quote.text) for change in changes[told:]]

    def states(self) -> dict[str, MeetingState]:
        states = [Timeline(seen).state for seen in self._meetings.values()]
        return {self._line(state): state for state in states}

    @staticmethod
    def _line(state: MeetingState) -> str:
        people = "+".join(sorted(person.id.split(".")[-1] for person in state.participants))
        when = state.when.edtf if state.when else "-"
        return f"{people} {state.status} {state.place.name if state.place else '-'} {when}"


def test_each_seed(reader: MeetingReader) -> None:
    told = {
        name: sorted(
            f"{'+'.join(sorted(p.id.split('.')[-1] for p in m.participants))} {m.status}"
            f" {m.place.name if m.place else '-'} {m.when.edtf if m.when else '-'}"
            for m in reader.read(article)
            if m.countries != ("TR", "US")  # a trip to a United Nations assembly, neither right nor wrong
        )
        for name, article in articles().items()
    }
    assert told == {
        "000": ["lavrov+shoigu scheduled Istanbul 2020-06-14", "zarif scheduled Turkey 2020-06-14"],
        "001": ["lavrov+shoigu scheduled Istanbul 2020-06-14", "zarif scheduled Turkey 2020-06-14"],
        "002": ["cavusoglu+lavrov held - 2020-06-14", "lavrov+shoigu postponed Turkey -"],
        "003": ["erdogan+putin scheduled Sochi [2021-09-17..2021-09-30]"],
        "004": ["erdogan+putin scheduled Moscow -", "erdogan+putin+rouhani scheduled Ankara 2019-09-16"],
    }


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_one_postponement_in_any_order(reader: MeetingReader, order: tuple[int, ...]) -> None:
    archive = Archive(reader)
    seeds = list(articles().items())
    for number in order:
        archive.take(*seeds[number])
    states = archive.states()
    assert {line for line in states if "TR.US" not in line and "New York" not in line} == {
        "lavrov+shoigu postponed Istanbul -",
        "zarif scheduled Turkey 2020-06-14",
        "cavusoglu+lavrov held - 2020-06-14",
        "erdogan+putin scheduled Sochi [2021-09-17..2021-09-30]",
        "erdogan+putin scheduled Moscow -",
        "erdogan+putin+rouhani scheduled Ankara 2019-09-16",
    }
    postponed = states["lavrov+shoigu postponed Istanbul -"]
    assert [when.edtf for when in postponed.previous] == ["2020-06-14"]
    assert [(name, changed) for name, changed, _ in archive.alerts] == [("002", "postponed")]
    assert "new date" in archive.alerts[0][2]


def test_quotes_stand_where_they_say(reader: MeetingReader) -> None:
    for article in articles().values():
        for mention in reader.read(article):
            span = mention.quote.span
            assert getattr(article, span.field)[span.start : span.end] == mention.quote.text
