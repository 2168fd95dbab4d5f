"""Decide whether a text is a new version of its article: only a change of meaning makes one.

Pages differ at nearly every fetch. A clock on the page, two texts that a site serves alternately, and figures that
change all the time must not make a version. A changed word, or a changed date in a sentence, always must.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

# The first return to an earlier text is news (a correction taken back); endless swapping is not.
MAX_OCCURRENCES = 2
# A list of rates or results within the text. The first changes may be a date that matters, the tenth is a ticker.
MAX_FIGURE_CHANGES = 8


class Verdict(StrEnum):
    """What a text is. The words are counted as reasons."""

    FIRST = "text_first"
    CHANGED = "text_changed"
    RETURNED = "text_returned"  # an earlier text is back
    UNCHANGED = "text_unchanged"
    CLOCK_NOISE = "clock_noise"  # only lines that say when the page was updated or read
    FLIP_FLOP = "flip_flop"  # seen too often before
    FIGURES_CHURN = "figures_churn"  # the same words with other figures, again and again
    LESS_THAN_BEFORE = "less_than_article"  # a wall or a feed's text where the article itself was read before
    OVERTAKEN = "page_overtaken"  # the page is older than the newest text

    @property
    def is_new(self) -> bool:
        """True where the text becomes a version."""
        return self in (Verdict.FIRST, Verdict.CHANGED, Verdict.RETURNED)

    @property
    def is_current(self) -> bool:
        """True where the newest version is still what the page says."""
        return self in (Verdict.UNCHANGED, Verdict.CLOCK_NOISE)


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text as it is compared."""

    page_id: int
    text_hash: bytes  # over every word and figure
    sense_hash: bytes  # without the lines that only tell the time
    shape_hash: bytes  # with every figure masked
    is_whole: bool = True  # the article itself; not its beginning, nor what a feed said of it


@dataclass(frozen=True, slots=True)
class _Compared:
    """A new text beside the texts of its article, oldest first, at least one."""

    new: JudgedText
    earlier: Sequence[JudgedText]

    @property
    def newest(self) -> JudgedText:
        return self.earlier[-1]

    @property
    def seen(self) -> int:
        """How many of the earlier texts say the same."""
        return sum(text.sense_hash == self.new.sense_hash for text in self.earlier)


# The first that holds is the verdict.
_VERDICTS: tuple[tuple[Verdict, Callable[[_Compared], bool]], ...] = (
    (Verdict.OVERTAKEN, lambda texts: texts.newest.page_id > texts.new.page_id),
    (Verdict.UNCHANGED, lambda texts: texts.newest.text_hash == texts.new.text_hash),
    (Verdict.LESS_THAN_BEFORE, lambda texts: texts.newest.is_whole and not texts.new.is_whole),
    (Verdict.CLOCK_NOISE, lambda texts: texts.newest.sense_hash == texts.new.sense_hash),
    (Verdict.FLIP_FLOP, lambda texts: texts.seen >= MAX_OCCURRENCES),
    (Verdict.FIGURES_CHURN, lambda texts: _figure_changes(texts.new, texts.earlier) > MAX_FIGURE_CHANGES),
    (Verdict.RETURNED, lambda texts: texts.seen > 0),
)


def judge(new: JudgedText, earlier: Sequence[JudgedText]) -> Verdict:
    """What `new` is to the article's versions, oldest first."""
    if not earlier:
        return Verdict.FIRST
    texts = _Compared(new, earlier)
    return next((verdict for verdict, holds in _VERDICTS if holds(texts)), Verdict.CHANGED)


def _figure_changes(new: JudgedText, earlier: Sequence[JudgedText]) -> int:
    """How many versions in a row, the new one included, changed nothing but figures."""
    changes = 0
    for text in reversed(earlier):
        if text.shape_hash != new.shape_hash:
            break
        changes += 1
    return changes
