"""Compare two fingerprints: the relation between two texts, with the measures that decided it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.dedupe.align import Facts, compare_facts
from pipeline.dedupe.fingerprint import FLASH_WORDS, SHORT_WORDS, in_common, runs, without_blocks
from pipeline.dedupe.words import Codes, decode, hashes
from pipeline.records import Fingerprint

RUN = 3  # words compared at a time
COPY_SHARE = 0.55  # of the smaller text, found in the larger; see docs/figures/wire.md
FLASH_SHARE = 0.6  # a flash has few runs of words, and one changed word breaks three of them
FLASH_RUNS = 5
NEAR_JACCARD = 0.8
MIN_SHARED_KEYS = 3
EMBEDDED_SHARE = 0.4  # of the longer text: below this, the copy is part of something else
EMBEDDED_OTHER = 150  # words of something else
EMBEDDED_WHOLE = 0.75  # of the part: less is a quotation that both texts use
FLASH_REACH = 90  # words of the long version that a flash must be found in
LEAD_WORDS = 40  # the news of a text, before it quotes anybody
LEAD_SHARE = 0.35  # of either beginning, found in the other text: below it, both only quote the same words
TAIL_SHARE = 0.15  # share of the common words in the first third of either text
TEMPLATE_SHARE = 0.14  # share of differing facts: above it, a refilled form, not an updated dispatch


class CopyKind(StrEnum):
    """The relation of a text to an earlier one."""

    EXACT = "exact"
    NEAR = "near"
    SHORTENED = "shortened"
    EXTENDED = "extended"
    EMBEDDED = "embedded"  # one is part of a much longer piece
    UPDATE = "update"  # the same dispatch with a fact changed: its own evidence
    TEMPLATE = "template"  # the same form about something else


COPIES = frozenset({CopyKind.EXACT, CopyKind.NEAR, CopyKind.SHORTENED, CopyKind.EXTENDED, CopyKind.EMBEDDED})


class ComparableText:
    """A text made ready to be compared with many; most are compared with none, so nothing is done ahead."""

    def __init__(self, fingerprint: Fingerprint, known_blocks: frozenset[int] = frozenset()) -> None:
        self._fingerprint = fingerprint
        self._known_blocks = known_blocks

    @property
    def exact(self) -> bytes:
        """Equal for equal words."""
        return self._fingerprint.exact

    @cached_property
    def codes(self) -> Codes:
        """The words, without the paragraphs its outlet keeps repeating."""
        return without_blocks(decode(self._fingerprint.words), self._known_blocks)

    @cached_property
    def words(self) -> Codes:
        """The words without the facts they state."""
        return hashes(self.codes)

    @cached_property
    def runs(self) -> NDArray[np.uint64]:
        """Distinct runs of words."""
        return runs(self.words, RUN)

    @property
    def is_flash(self) -> bool:
        """Too short to be judged by word runs alone."""
        return len(self.codes) < FLASH_WORDS


@dataclass(frozen=True, slots=True)
class Relation:
    """The relation of a new text to an old one. Shares are of distinct word runs, 0..1."""

    kind: CopyKind
    of_new: float  # of the new text's runs, found in the old
    of_old: float
    jaccard: float
    score: float  # certainty, to order candidates
    facts: Facts | None = None

    @property
    def is_copy(self) -> bool:
        """Whether both are one witness."""
        return self.kind in COPIES


def relate(new: ComparableText, old: ComparableText) -> Relation | None:
    """The relation of `new` to `old`; None if it is an independent text."""
    if new.exact == old.exact or (len(new.words) == len(old.words) and bool((new.words == old.words).all())):
        return Relation(CopyKind.EXACT, 1.0, 1.0, 1.0, 2.0)
    if not len(new.runs) or not len(old.runs):
        return None
    if new.is_flash != old.is_flash:
        return _flash_and_long(new, old)
    common = in_common(new.runs, old.runs)
    shared = len(common)
    of_new, of_old = shared / len(new.runs), shared / len(old.runs)
    jaccard = shared / (len(new.runs) + len(old.runs) - shared)
    share = max(of_new, of_old)
    needed = FLASH_SHARE if new.is_flash else COPY_SHARE
    if share < needed or shared < FLASH_RUNS:
        return None
    if _only_tails(new, old, common) or (share < EMBEDDED_WHOLE and _only_quotes(new, old)):
        return None
    return _judge(new, old, (of_new, of_old, jaccard, share))


def _judge(
    new: ComparableText, old: ComparableText, measures: tuple[float, float, float, float]
) -> Relation | None:
    of_new, of_old, jaccard, score = measures
    part = _is_part(new, old, min(of_new, of_old))
    if part and score < EMBEDDED_WHOLE:
        return None
    facts = compare_facts(new.codes, old.codes)
    if facts.conflict:
        differing = len(facts.differing)
        form = differing >= 2 and differing > TEMPLATE_SHARE * (differing + facts.agreed)
        kind = CopyKind.TEMPLATE if form else CopyKind.UPDATE
    elif jaccard >= NEAR_JACCARD:
        kind = CopyKind.NEAR
    elif part:
        kind = CopyKind.EMBEDDED
    else:
        kind = CopyKind.SHORTENED if of_new > of_old else CopyKind.EXTENDED
    return Relation(kind, of_new, of_old, jaccard, score, facts)


def _only_tails(new: ComparableText, old: ComparableText, common: NDArray[np.uint64]) -> bool:
    """Whether everything two texts share is at the end of both: an outlet's footer, not its news."""
    if min(len(new.words), len(old.words)) < SHORT_WORDS:
        return False
    return all(
        len(in_common(common, runs(text.words[: len(text.words) // 3], RUN))) < TAIL_SHARE * len(common)
        for text in (new, old)
    )


def _only_quotes(new: ComparableText, old: ComparableText) -> bool:
    """Whether the beginning of neither text is in the other: what they share, a third has said, as in a speech."""
    if min(len(new.words), len(old.words)) < SHORT_WORDS:
        return False
    return all(
        len(in_common(lead, other.runs)) < LEAD_SHARE * len(lead)
        for lead, other in ((runs(new.words[:LEAD_WORDS], RUN), old), (runs(old.words[:LEAD_WORDS], RUN), new))
    )


def _is_part(new: ComparableText, old: ComparableText, of_longer: float) -> bool:
    longer = max(len(new.words), len(old.words))
    return of_longer < EMBEDDED_SHARE and longer * (1 - of_longer) > EMBEDDED_OTHER and not _same_start(new, old)


def _same_start(new: ComparableText, old: ComparableText) -> bool:
    """Whether the shorter is the beginning of the longer: wire copy is written to be cut from the end."""
    reach = min(len(new.words), len(old.words), 60)
    first, second = runs(new.words[:reach], RUN), runs(old.words[:reach], RUN)
    return len(in_common(first, second)) * 2 >= min(len(first), len(second))


def _flash_and_long(new: ComparableText, old: ComparableText) -> Relation | None:
    """A flash and the long version that follows: the flash is at its beginning, with the same facts."""
    flash, long = (new, old) if new.is_flash else (old, new)
    beginning = long.words[:FLASH_REACH]
    shared = len(in_common(flash.runs, runs(beginning, RUN)))
    share = shared / len(flash.runs)
    if shared < FLASH_RUNS or share < FLASH_SHARE:
        return None
    facts = compare_facts(new.codes[:FLASH_REACH], old.codes[:FLASH_REACH])
    of_long = shared / len(long.runs)
    kind = CopyKind.UPDATE if facts.conflict else CopyKind.SHORTENED if flash is new else CopyKind.EXTENDED
    of_new, of_old = (share, of_long) if flash is new else (of_long, share)
    return Relation(kind, of_new, of_old, shared / (len(flash.runs) + len(long.runs) - shared), share, facts)
