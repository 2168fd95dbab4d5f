"""A word that a recipe or a view compares with exists: a status nobody ever writes would filter in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from pipeline.alerts.words import ChangeKind
from pipeline.dedupe.compare import CopyKind
from pipeline.dedupe.markers import MarkKind
from pipeline.dedupe.revision import _GRAVITY, _KINDS
from pipeline.meetings.follow.changes import Flag
from pipeline.records import MeetingStatus
from pipeline.settings import CHECKOUT
from pipeline.stages.line import STAGES

SCRIPTS = sorted([*(CHECKOUT / "sql" / "views").glob("*.sql"), *(CHECKOUT / "sql" / "cookbook").glob("*.sql")])
_WORDS = r"'[a-z_]+'(?: *, *'[a-z_]+')*"
# column = 'word', column IN ('word', …), CASE column WHEN 'word', column && ARRAY['word'], 'word' = ANY(column)
COMPARED = re.compile(
    rf"\b(?P<left>\w+) *(?:=|<>|(?:NOT +)?IN|IS DISTINCT FROM|&& *ARRAY) *[(\[]?(?P<right>{_WORDS})"
    rf"|(?P<word>'[a-z_]+') *= *ANY *\( *(?:\w+\.)?(?P<of>\w+)"
)
# Column -> every word it may hold.
KNOWN = {
    "status": {*MeetingStatus},
    "change": {*get_args(ChangeKind), *_GRAVITY},
    "kind": {*CopyKind, *_KINDS, "lead", "first"},
    "copy_kind": {*CopyKind, "lead"},
    "marker": {*MarkKind},
    "flags": {*Flag},
    "facts": {"number", "date", "name"},
    "role": {"origin", "credited", "quoted"},
    "stage": {*STAGES},
    "verb": {"merge", "split", "link", "unlink", "dismiss", "restore"},
    "error_kind": {"passing", "feed", "refused", "gone"},
    "health": {"ok", "off", "gone", "failing", "empty", "silent", "moved"},
    "language": {"en", "ru", "tr"},
    "subject": {"meeting", "story"},
    "state": {"pending", "held", "sending", "delivered", "dead", "superseded", "dropped"},
    "stance": {"for", "against"},
    "text_source": {"page", "json_ld", "readability", "title", "feed", "summary", "feed_title"},
}


def compared(script: str) -> Iterator[tuple[str, str]]:
    """(column, word) of each comparison; comments do not count."""
    code = re.sub(r"--.*|ERRCODE = .*", "", script)
    code = re.sub(r"COMMENT ON .*? IS\s+'(?:[^']|'')*';", "", code, flags=re.S)
    for match in COMPARED.finditer(code):
        for word in re.findall(r"'(\w+)'", match["right"] or match["word"]):
            yield match["left"] or match["of"], word


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_word_a_script_compares_with_exists(path: Path) -> None:
    for column, word in compared(path.read_text(encoding="utf-8")):
        assert column in KNOWN, f"{column} is compared with {word!r}: say in KNOWN which words it may hold"
        assert word in KNOWN[column], f"{column} is never {word!r}"


def test_comparisons_are_found_however_they_are_written() -> None:
    script = """SELECT count(*) FILTER (WHERE status = 'held') FROM meetings -- status = 'no'
        WHERE m.status IN ('a', 'b') AND NOT flags && ARRAY['c', 'd'] AND 'e' = ANY(s.flags) AND kind <> 'f'"""
    assert list(compared(script)) == [
        *(("status", "held"), ("status", "a"), ("status", "b"), ("flags", "c"), ("flags", "d")),
        *(("flags", "e"), ("kind", "f")),
    ]


def test_the_health_of_a_feed_has_these_words() -> None:
    view = (CHECKOUT / "sql" / "views" / "30_operation.sql").read_text(encoding="utf-8")
    case = view[view.index("CASE WHEN NOT f.enabled") : view.index("AS health")]
    assert set(re.findall(r"(?:THEN|ELSE) '(\w+)'", case)) == KNOWN["health"]
