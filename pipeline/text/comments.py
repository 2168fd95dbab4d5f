"""Where the article ends and its readers begin: a comment left in the body makes a false alert."""

from __future__ import annotations

import re

# A line that opens a comment section or asks the reader to write in it. Anchored at the line's start, because
# the same words inside a sentence of an article mean nothing.
_MARKERS = re.compile(
    r"""^\W*(?:
        dear\ readers?\b.{0,80}\b(?:comment|sign\ in|log\ in)
      | (?:to\ )?(?:leave|post|add|write|join)\b.{0,30}\b(?:comments?|conversation|discussion)\b
      | (?:log|sign)\ in\ to\ (?:comment|reply)
      | (?:reader\ |readers'?\ |\d+\ )?comments?(?:\ section)?\s*(?:\(?\d+\)?)?\W*$
      | комментари(?:и|ев|й)(?:\ читателей)?\s*(?:\(?\d+\)?)?\W*$
      | (?:чтобы\ )?(?:оставить|написать|добавить)\ комментари
      | (?:уважаемые|дорогие)\ читатели.{0,80}комментари
      | (?:okur\ )?yorumlar[ıi]?\s*(?:\(?\d+\)?)?\W*$
      | (?:habere\ )?yorum\ (?:yap|yaz|ekle)
      | yorum\ yapabilmek\ için
    )""",
    re.I | re.X,
)


def cut_comments(body: str) -> str:
    """Drop everything from the first comment marker on, unless that would leave nothing."""
    lines = body.split("\n")
    for i, line in enumerate(lines):
        if i and _MARKERS.match(line):
            return "\n".join(lines[:i])
    return body
