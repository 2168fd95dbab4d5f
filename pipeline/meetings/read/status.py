"""The status a cue gives its meeting, as far as its clause leaves it certain, still to come, and as planned."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.placed import PlacedCue
from pipeline.meetings.statuses import CHANGES, PLANS
from pipeline.records import MeetingStatus

_DATED = CHANGES | {MeetingStatus.HELD, MeetingStatus.SCHEDULED}  # what words of history turn into history


class StatusReader:
    """Reads statuses by the context rules of one language."""

    def __init__(self, context: ContextPatterns) -> None:
        self._context = context

    def status(self, placed: PlacedCue) -> MeetingStatus | str:
        """The status of a cue; a word of the lexicon ("new_date") where it has none of its own."""
        status = placed.cue.status
        if status in CHANGES:
            unsaid = self._is_unsaid(placed) if placed.cue.scope == "meeting" else self._is_denied(placed)
            return MeetingStatus.UNCERTAIN if unsaid else status
        if status == MeetingStatus.HELD and placed.cue.present and self._is_to_come(placed):
            status = MeetingStatus.SCHEDULED
        if status not in PLANS:
            return status
        return next((told for told, holds in _PLANNED if holds(self, placed)), status)

    def why_unreal(self, placed: PlacedCue) -> str | None:
        """Why a cue tells no news: it is history, from before, or a condition; None where it does."""
        return next((reason for reason, holds in _UNREAL if holds(self, placed)), None)

    def _is_denied(self, placed: PlacedCue) -> bool:
        """ "Vazgeçmiş değil": right behind a verb, its own negation."""
        return self._context["denied_after"].match(placed.text, placed.found.end) is not None

    def _is_unsaid(self, placed: PlacedCue) -> bool:
        """Whether the words around a change say that it has not happened, or not yet."""
        said = placed.text[slice(*placed.before)]
        behind = self._context["unsaid_after"].match(placed.text, placed.found.end, placed.clause.end)
        if placed.text.rstrip("\"' ").endswith("?"):
            return True
        if self._context["unsaid"].search(said) or behind:
            return True
        would = self._context["would"].search(said) is not None
        return would and not self._context["reporting"].search(placed.text)

    def _is_to_come(self, placed: PlacedCue) -> bool:
        """A present tense about a day ahead is a plan: "the presidents meet on Friday"."""
        if placed.dates.when is not None:
            return placed.is_ahead
        return self._context["ahead"].search(placed.text, *placed.whole) is not None

    def _has_history(self, placed: PlacedCue, start: int, end: int) -> bool:
        return self._context["history"].search(placed.text, start, max(end, placed.found.end)) is not None

    def _is_history(self, placed: PlacedCue) -> bool:
        """Whether words of history are in its clause; a plan keeps to its own commas."""
        status, text, found = placed.cue.status, placed.text, placed.found
        if status not in _DATED:
            return False
        if status == MeetingStatus.HELD and placed.was_lately:
            return False
        if status != MeetingStatus.SCHEDULED:
            return self._has_history(placed, *placed.whole)
        if placed.dates.when is not None and placed.dates.when.earliest >= placed.today:
            return False
        start = max(placed.clause.start, text.rfind(",", 0, found.start))  # "the visit, postponed twice, will …"
        return self._has_history(placed, start, max(found.end, text.find(",", found.end)))

    def _is_earlier(self, placed: PlacedCue) -> bool:
        """A change in the past perfect is from before the news, unless it is reported only now."""
        if placed.cue.status not in CHANGES or not self._context["past_perfect"].search(
            placed.text, *placed.whole
        ):
            return False
        return self._context["reporting"].search(placed.text, 0, placed.found.start) is None

    def _is_hedged(self, placed: PlacedCue) -> bool:
        """ "If they met": but "when the presidents meet on Friday" is a plan."""
        if placed.cue.status != MeetingStatus.HELD or (placed.cue.present and placed.is_ahead):
            return False
        return self._context["hedge"].search(placed.text, *placed.before) is not None

    # What may become of a plan

    def _waits(self, placed: PlacedCue) -> bool:
        """ "They will meet when the texts are ready"."""
        open_day = placed.dates.when is None and placed.dates.previous is None
        return open_day and self._context["conditional"].search(placed.text, *placed.whole) is not None

    def _is_doubted(self, placed: PlacedCue) -> bool:
        return self._context["plan_doubt"].search(placed.text, *placed.before) is not None

    def _is_reaffirmed(self, placed: PlacedCue) -> bool:
        return self._context["reaffirmed"].search(placed.text, *placed.whole) is not None

    def _is_moved(self, placed: PlacedCue) -> bool:
        moved = placed.dates.previous is not None or self._context["moved"].search(placed.text, *placed.whole)
        return bool(moved) and placed.dates.when is not None


# What a plan is told as, the first that holds; else as the cue says.
_PLANNED: tuple[tuple[MeetingStatus, Callable[[StatusReader, PlacedCue], bool]], ...] = (
    (MeetingStatus.UNCERTAIN, StatusReader._waits),
    (MeetingStatus.UNCERTAIN, StatusReader._is_doubted),
    (MeetingStatus.CONFIRMED, StatusReader._is_reaffirmed),
    (MeetingStatus.RESCHEDULED, StatusReader._is_moved),
)
# Why a cue tells no news, the first that holds.
_UNREAL: tuple[tuple[str, Callable[[StatusReader, PlacedCue], bool]], ...] = (
    ("told as history: its day", lambda _, placed: placed.dates.history),
    ("told as history", StatusReader._is_history),
    ("told as history: it was so before", StatusReader._is_earlier),
    ("told as a condition", StatusReader._is_hedged),
)
