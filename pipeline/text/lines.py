"""The last look at the text, line by line: what no box was around and no name gave away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language.words import pattern
from pipeline.text.byline import BYLINE_WORDS, is_byline
from pipeline.text.comments import cut_comments
from pipeline.text.date_words import is_date_line, read_moment
from pipeline.text.normalise import words
from pipeline.text.phrases import is_furniture_line, opens_furniture

_HEAD = 12  # lines looked at above the first sentence
_TAIL = 12  # lines looked at from the end
_LABEL_WORDS = 4  # a line of so few words above the text is a label: a section, a name, a button
_SENTENCE = re.compile(r"[.!?…:»”\"')\]。！？、，」؟।]$")
_SENTENCE_CHARS = 60
_MAIL_OR_HANDLE = re.compile(
    r"^\W*(?:[\w.+-]+@[\w-]+\.[\w.]+|@\w+|https?://\S+|\(end\)|#\w+(?:\s+#\w+)*|_+|\*+)\W*$", re.I
)
_CREDIT = pattern(r"^\W*{credit label}\w{0,3}\s*[:/©|].{0,80}$", re.I)
_LABEL_CHARS = 15  # a title of fewer may be the first word of a sentence
_STAMP = re.compile(
    r"^\W*\d{1,2}[./]\d{1,2}[./]\d{4}(?:\s+[^\W\d]+)?[\s,|/·–-]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:\([^()]{1,8}\)\s*)?[-–—|·]?\s+(?=\S)"
)
_KEY = 40  # letters and figures two sentences have alike
_DATE_LINE = 80  # characters a line may have that only says when


def clean_lines(text: str, *, title: str, author: str, others: Sequence[str] = ()) -> str:
    """The text without its title, the lines around it that tell nothing, and readers' comments.

    A text that is nothing but such lines stays as it is: then they are what there is.

    Args:
        text: a paragraph a line.
        title: the headline.
        author: the byline.
        others: what the page calls the article elsewhere; the first line may be one of them.
    """
    lines = cut_comments(text).split("\n")
    kept = [line for line in lines if not _is_empty_talk(line)]
    kept = _without_head(
        [_unglued(line, title) if place == 0 else line for place, line in enumerate(kept)], title, author
    )
    for other in others:
        if len(kept) > 1 and words(kept[0]) == words(other):
            kept = kept[1:]
    kept = _without_tail(kept)
    return "\n".join(kept) if kept else text


def _unglued(line: str, title: str) -> str:
    """The first line without the headline and the day and time that some pages put into it."""
    if len(title) > _LABEL_CHARS and line.startswith(title) and line[len(title) : len(title) + 1] == " ":
        line = line[len(title) :].lstrip()
    return _STAMP.sub("", line)


def without_what_follows(text: str, described: str) -> str:
    """The text up to its last line that the page's own description has too, where that is how the story ends.

    Args:
        text: lines as extracted.
        described: the article's text as the page describes it for machines.
    """
    whole = _letters(described)
    lines = text.split("\n")
    shared = [
        place
        for place, line in enumerate(lines)
        if len(line) >= _SENTENCE_CHARS and _letters(line)[:_KEY] in whole
    ]
    if len(shared) < 2 or not _ends_with(whole, _letters(lines[shared[-1]])):
        return text
    return "\n".join(lines[: shared[-1] + 1])


def _ends_with(whole: str, line: str) -> bool:
    place = whole.rfind(line[-_KEY:])
    return place >= 0 and len(whole) - place < 2 * _KEY


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _is_empty_talk(line: str) -> bool:
    bare = line.removeprefix("- ").strip(" |")
    return not words(bare) or is_furniture_line(bare) or bool(_CREDIT().match(bare)) or opens_furniture(bare)


def _without_head(lines: list[str], title: str, author: str) -> list[str]:
    """Drop the title, names, days and labels above the first sentence."""
    heading, writer = words(title), words(author)
    first = next((i for i, line in enumerate(lines[:_HEAD]) if _is_sentence(line) and words(line) != heading), 0)
    above = [line for line in lines[:first] if not _says_nothing_new(line, heading, writer)]
    rest = lines[first:]
    while rest and words(rest[0]) == heading and len(rest) > 1:
        rest = rest[1:]
    return above + rest


def _says_nothing_new(line: str, heading: list[str], writer: list[str]) -> bool:
    said = words(line)
    if said == heading or (len(said) > 3 and " ".join(said) in " ".join(heading)):
        return True
    if writer and (set(said) <= {*writer, *BYLINE_WORDS()}):
        return True
    if len(line) < _DATE_LINE and (is_date_line(line) or read_moment(line)):
        return True
    if is_byline(line, " ".join(writer)):
        return True
    return len(said) <= _LABEL_WORDS and not _SENTENCE.search(line)


def _without_tail(lines: list[str]) -> list[str]:
    """Drop addresses, tags and headings that nothing follows."""
    last = len(lines)
    for i in range(len(lines) - 1, max(len(lines) - _TAIL, 0), -1):
        line = lines[i]
        if (
            _MAIL_OR_HANDLE.match(line)
            or is_date_line(line)
            or is_byline(line, "")
            or (len(words(line)) <= _LABEL_WORDS and not _SENTENCE.search(line))
        ):
            last = i
        else:
            break
    return lines[:last]


def _is_sentence(line: str) -> bool:
    return len(line) >= _SENTENCE_CHARS and (bool(_SENTENCE.search(line)) or len(line) > 2 * _SENTENCE_CHARS)
