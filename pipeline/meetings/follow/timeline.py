"""One meeting over time: its state is a pure fold over the evidence, in the order it was published.

A text that arrives late, or twice, or in another order therefore gives the same state and the same changes. What
comes in order is folded in at once; only what comes late has the whole meeting folded again.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipeline.meetings.follow.changes import Flag
from pipeline.meetings.follow.meeting_progress import Course
from pipeline.meetings.follow.transitions import take_in
from pipeline.meetings.statuses import CHANGES, LIVE, PLANS
from pipeline.records import Evidence, MeetingChange, MeetingMention, MeetingState, MeetingStatus, Place, When

GRACE = timedelta(days=2)  # this long after its last day, a meeting without a report that it was held has lapsed
_DEVELOPMENTS = CHANGES | {MeetingStatus.CONFIRMED, MeetingStatus.HELD, MeetingStatus.DENIED}

PublicationKey = tuple[datetime, str, int]  # place of a report in the order of publication
_Word = tuple[str, date, MeetingStatus, When | None, Place | None]


@dataclass(frozen=True, slots=True)
class StateBefore:
    """A meeting at one moment: its state, and when and in which article the last report until then came."""

    state: MeetingState
    said_at: datetime
    url: str


class Timeline:
    """The evidence of one meeting and what it amounts to. The order in which it is added does not matter."""

    def __init__(self, evidence: Iterable[Evidence] = ()) -> None:
        self._pieces: dict[int, Evidence] = {}
        self._by_article: dict[str, list[Evidence]] = {}
        self._moments: list[PublicationKey] = []  # the counted ones, in order
        self._counted: set[int] = set()
        self._latest: PublicationKey | None = None  # of all there ever were
        self._states: list[MeetingState] = []  # after each of them
        self._course: Course | None = None
        self._words: dict[_Word, int] = {}  # what each agency said on a day, and the witness who said it first
        self._stale = False
        for piece in evidence:
            self._keep(piece)
            self._stale = True

    def add(self, piece: Evidence) -> None:
        """Take in one more report; the same one again changes nothing."""
        if self._pieces.get(piece.id) == piece:
            return
        same_article = self._by_article.get(piece.url, ())
        late = piece.id in self._pieces or (self._moments and moment_of(piece) <= self._moments[-1])
        # What an article said before weighs differently once it says something else.
        edited = not all(other.stands for other in (*same_article, piece))
        repeated = any(_same_claim(piece.mention, other.mention) for other in same_article)
        self._keep(piece)
        if late or edited or self._stale:
            self._stale = True
        elif not repeated:
            self._fold_in(piece)

    def _keep(self, piece: Evidence) -> None:
        if piece.id in self._pieces:
            self._by_article[piece.url].remove(self._pieces[piece.id])
        self._pieces[piece.id] = piece
        moment = moment_of(piece)
        self._latest = moment if self._latest is None else max(self._latest, moment)
        self._by_article.setdefault(piece.url, []).append(piece)

    def remove(self, evidence_id: int) -> None:
        """Take a report out again."""
        piece = self._pieces.pop(evidence_id, None)
        if piece is not None:
            self._by_article[piece.url].remove(piece)
            self._stale = True

    def __len__(self) -> int:
        return len(self._pieces)

    def __contains__(self, evidence_id: int) -> bool:
        return evidence_id in self._pieces

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every report, in the order of publication, whether it counts or not."""
        return tuple(sorted(self._pieces.values(), key=moment_of))

    @property
    def counted(self) -> Set[int]:
        """The numbers of the reports that count, see `standing`: a view, and not a copy for each report."""
        self._refold()
        return self._counted

    def is_newest(self, piece: Evidence) -> bool:
        """Whether no report of it, counted or not, comes after this one."""
        return self._latest is None or self._latest <= moment_of(piece)

    @property
    def state(self) -> MeetingState | None:
        """The state of the meeting; None if none of its reports counts any more."""
        self._refold()
        return self._states[-1] if self._states else None

    @property
    def withdrawn_state(self) -> MeetingState | None:
        """The last state by all reports, whether they still count or not; None where there never was one."""
        if not self._pieces:
            return None
        state = Timeline(replace(piece, stands=True) for piece in self._pieces.values()).state
        return None if state is None else withdrawn(state)

    @property
    def changes(self) -> tuple[MeetingChange, ...]:
        """Its changes, oldest first."""
        self._refold()
        return self._course.changes if self._course else ()

    def before(self, moment: PublicationKey) -> StateBefore | None:
        """Its state just before a moment; None if it was not known."""
        self._refold()
        at = bisect.bisect_left(self._moments, moment)
        if not at:
            return None
        said_at, url, _ = self._moments[at - 1]
        return StateBefore(self._states[at - 1], said_at, url)

    def _refold(self) -> None:
        if not self._stale:
            return
        self._stale, self._course = False, None
        self._moments.clear()
        self._counted.clear()
        self._states.clear()
        self._words.clear()
        for piece in standing(self._pieces.values()):
            self._fold_in(piece)

    def _fold_in(self, piece: Evidence) -> None:
        piece = self._as_one_witness(piece)
        if self._course is None:
            self._course = Course.begin(piece)
        else:
            take_in(self._course, piece)
        self._moments.append(moment_of(piece))
        self._counted.add(piece.id)
        self._states.append(self._course.state)

    def _as_one_witness(self, piece: Evidence) -> Evidence:
        """Two texts of one agency that state the same on one day are one witness, however they are worded."""
        if piece.agency is None:
            return piece
        said = piece.mention
        word = (piece.agency, piece.published_at.date(), said.status, said.when, said.place)
        return replace(piece, witness=self._words.setdefault(word, piece.witness))


def moment_of(piece: Evidence) -> PublicationKey:
    """Its place in the order of publication; of two at one time the same one is always the first."""
    return piece.published_at, piece.url, piece.id


def standing(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The reports that count, in the order of publication.

    An article speaks through its newest text. A statement of an earlier text still counts if the newest says the
    same about the meeting (with the time it was first said), or if it was the plan whose fate the newest reports.
    Everything else was corrected or withdrawn.
    """
    ordered = sorted(evidence, key=moment_of)
    if len({piece.url for piece in ordered}) == len(ordered) and all(piece.stands for piece in ordered):
        return ordered
    by_article: dict[str, list[Evidence]] = {}
    for piece in ordered:
        by_article.setdefault(piece.url, []).append(piece)
    counted = [piece for pieces in by_article.values() for piece in _of_article(pieces)]
    return sorted(counted, key=moment_of)


def _of_article(pieces: Sequence[Evidence]) -> list[Evidence]:
    newest = [piece.mention for piece in pieces if piece.stands]
    develops = any(said.status in _DEVELOPMENTS for said in newest)
    kept: list[Evidence] = []
    for piece in pieces:
        said = piece.mention
        if any(_same_claim(said, earlier.mention) for earlier in kept):
            continue
        still_said = piece.stands or any(_same_claim(said, other) for other in newest)
        was_the_plan = develops and said.status in PLANS | {MeetingStatus.UNCERTAIN}
        if still_said or was_the_plan:
            kept.append(piece)
    return kept


def _same_claim(first: MeetingMention, second: MeetingMention) -> bool:
    return (first.status, first.when, first.previous_when, first.place) == (
        second.status, second.when, second.previous_when, second.place,
    )  # fmt: skip


def withdrawn(state: MeetingState) -> MeetingState:
    """The state of a meeting when none of its reports counts any more."""
    return replace(state, flags=(Flag.WITHDRAWN.value,), confidence=0.0)


def as_of(state: MeetingState, today: date) -> MeetingState:
    """The state as seen on a day: a plan whose day has passed without a report has lapsed."""
    if state.status in LIVE and state.when is not None and state.when.latest + GRACE < today:
        return replace(state, flags=tuple(sorted({*state.flags, Flag.LAPSED.value})))
    return state


def lapses_on(state: MeetingState) -> date | None:
    """The first day on which the state will have lapsed; None where it cannot."""
    if state.status in LIVE and state.when is not None:
        return state.when.latest + GRACE + timedelta(days=1)
    return None
