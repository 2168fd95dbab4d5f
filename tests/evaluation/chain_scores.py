"""How a played chain compares with its labels: which alerts are right, how the meeting stands, who was linked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

from tests.evaluation.chain_data import Chain, ChainText, ExpectedAlert
from tests.evaluation.chain_runs import Played, Raised, Read, Standing

_OPTIONAL = frozenset(
    {"at_risk", "reinstated", "contested", "date_set"}
)  # neither wanted nor wrong, says the data's README
_CHANGES = frozenset({"cancelled", "postponed", "rescheduled", "denied"})
_SAME_CHANGE = timedelta(days=14)  # an alert this near on a text that tells of the change is about that change

Link = tuple[str, int | None]  # the chain a text belongs to, and the meeting it was linked to


@dataclass(frozen=True, slots=True)
class AlertScore:
    """The alerts of one chain, or of several, against those expected."""

    hits: tuple[tuple[ExpectedAlert, Raised], ...] = ()
    missed: tuple[ExpectedAlert, ...] = ()
    doubles: tuple[Raised, ...] = ()
    false: tuple[Raised, ...] = ()

    @classmethod
    def total(cls, scores: Iterable[AlertScore]) -> AlertScore:
        """All of them together."""
        each = list(scores)
        return cls(
            tuple(hit for score in each for hit in score.hits),
            tuple(missed for score in each for missed in score.missed),
            tuple(double for score in each for double in score.doubles),
            tuple(false for score in each for false in score.false),
        )

    @property
    def doubled(self) -> int:
        """Alerts beyond the first of a change."""
        return len(self.doubles)

    @property
    def raised(self) -> int:
        """All alerts, the optional kinds aside."""
        return len(self.hits) + len(self.doubles) + len(self.false)

    @property
    def precision(self) -> float:
        """Right alerts over all; a doubled one is wrong. 1 where none was raised."""
        return len(self.hits) / self.raised if self.raised else 1.0

    @property
    def recall(self) -> float:
        """Right alerts over all expected. 1 where none was expected."""
        expected = len(self.hits) + len(self.missed)
        return len(self.hits) / expected if expected else 1.0

    @property
    def changes(self) -> Counter[str]:
        """What was alerted, whatever text brought it."""
        return Counter(alert.change for alert in (*(a for _, a in self.hits), *self.doubles, *self.false))


def alert_score(chain: Chain, played: Played) -> AlertScore:
    """Match the alerts raised on the texts of a chain to those expected: by text, then by change and time."""
    texts = {text.id: text for text in chain.texts}
    left = [
        replace(alert, text=text)
        for alert in played.alerts
        if (text := next((t for t in (alert.text, alert.amended_by) if t in texts), None)) is not None
        if alert.change not in _OPTIONAL and _may_be_of(alert, chain, played)
    ]
    hits: list[tuple[ExpectedAlert, Raised]] = []
    missed: list[ExpectedAlert] = []
    for exact in (True, False):
        wanted = list(chain.alerts) if exact else missed
        missed = []
        for expected in wanted:
            fitting = [a for a in left if _is_of(a, expected, texts[a.text], exact=exact)]
            if not fitting:
                missed.append(expected)
                continue
            best = min(fitting, key=lambda a: abs(texts[a.text].published - expected.published))
            left.remove(best)
            hits.append((expected, best))
    doubles = [a for a in left if any(_is_of(a, expected, texts[a.text], exact=False) for expected, _ in hits)]
    false = [a for a in left if a not in doubles]
    return AlertScore(
        tuple(hit for hit in hits if not hit[0].optional),
        tuple(expected for expected in missed if not expected.optional),
        tuple(doubles),
        tuple(false),
    )


def _may_be_of(alert: Raised, chain: Chain, played: Played) -> bool:
    """A text of two chains tells of two meetings: its alert counts where the parties are those of the chain."""
    if alert.text not in chain.shared:
        return True
    parties = played.meetings[alert.meeting].countries if alert.meeting in played.meetings else frozenset()
    return parties <= chain.countries or chain.countries <= parties


def _is_of(alert: Raised, expected: ExpectedAlert, text: ChainText, *, exact: bool) -> bool:
    if not expected.is_told_by(alert.change):
        return False
    if exact:
        return alert.text == expected.at
    return not text.statuses.isdisjoint(_CHANGES) and abs(text.published - expected.published) <= _SAME_CHANGE


def standing_alerts(chain: Chain, played: Played) -> Counter[tuple[str, ...]]:
    """The alerted changes of each meeting the chain's texts tell of, as they stand when every report is in."""
    return Counter(
        played.told[meeting].alerted for meeting in _meetings_of(chain, played) if meeting in played.told
    )


def last_alerts(chain: Chain, played: Played) -> Counter[tuple[str, ...]]:
    """The last of them for each meeting."""
    return Counter(alerted[-1:] for alerted in standing_alerts(chain, played).elements())


def _meetings_of(chain: Chain, played: Played) -> set[int]:
    ids = {text.id for text in chain.texts}
    return {read.meeting for read in played.mentions if read.text in ids and read.meeting is not None}


@dataclass(frozen=True, slots=True)
class Final:
    """How the meeting of a chain stands, and which of the labelled values are right."""

    found: Mapping[str, str | None]
    right: Mapping[str, bool]


def final(chain: Chain, played: Played) -> Final:
    """Compare the meeting that most texts of the chain speak of with the labelled end."""
    meeting = _main_meeting(chain, played)
    if meeting is None:
        return Final({}, dict.fromkeys(chain.final, False))
    off = meeting.status == "cancelled"  # the labels give the day of what is off as its previous day
    previous = (meeting.date,) if off and meeting.date else meeting.previous
    found = {
        "status": meeting.status,
        "date": None if off else meeting.date,
        "previous_date": previous[0] if previous else None,
        "place": meeting.place,
    }
    return Final(found, {key: found.get(key) == wanted for key, wanted in chain.final.items()})


def _main_meeting(chain: Chain, played: Played) -> Standing | None:
    """The meeting most texts of the chain were linked to; of two equal ones that with the later reports."""
    reports: Counter[int] = Counter()
    last: dict[int, int] = {}
    for number, text in enumerate(chain.texts):
        meetings = {m.meeting for m in _of_chain(chain, text, played) if m.meeting is not None}
        reports.update(meetings)
        last.update(dict.fromkeys(meetings, number))
    found = max(reports, key=lambda meeting: (reports[meeting], last[meeting]), default=None)
    return None if found is None else played.meetings[found]


def main_mentions(chains: Iterable[Chain], played: Played) -> list[Link]:
    """For each text of the chains that tell of one meeting: its chain, and what its mention of it was linked to.

    Texts in which nothing of the meeting was read are the concern of `eval meetings`, not of linking.
    """
    links: list[Link] = []
    for chain in chains:
        if chain.is_one_meeting:
            for text in chain.texts:
                if mentions := _of_chain(chain, text, played):
                    best = max(mentions, key=lambda m: (m.status in text.statuses, m.confidence))
                    links.append((chain.name, best.meeting))
    return links


def _of_chain(chain: Chain, text: ChainText, played: Played) -> list[Read]:
    """What was read in a text of meetings between parties that may be the chain's."""
    return [
        mention
        for mention in played.mentions
        if mention.text == text.id
        if mention.countries <= chain.countries or chain.countries <= mention.countries
    ]


def pairwise(links: Sequence[Link]) -> tuple[float, float]:
    """Precision and recall over all pairs of texts: are two of one chain in one meeting, and only they?"""
    same = wanted = found = 0
    for (chain, meeting), (other, meeting_too) in combinations(links, 2):
        together = meeting is not None and meeting == meeting_too
        wanted += chain == other
        found += together
        same += together and chain == other
    return same / found if found else 1.0, same / wanted if wanted else 1.0


def b_cubed(links: Sequence[Link]) -> tuple[float, float]:
    """Mean over the texts: how pure is its meeting, and how much of its chain is in it?"""
    if not links:
        return 1.0, 1.0
    # A text linked to no meeting for certain stands alone.
    alone = [
        (chain, ("text", n) if found is None else ("meeting", found)) for n, (chain, found) in enumerate(links)
    ]
    chains, meetings, both = Counter(c for c, _ in alone), Counter(m for _, m in alone), Counter(alone)
    precision = sum(both[link] / meetings[link[1]] for link in alone) / len(alone)
    recall = sum(both[link] / chains[link[0]] for link in alone) / len(alone)
    return precision, recall
