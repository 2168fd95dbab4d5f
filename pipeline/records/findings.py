"""The result of the pure middle for one article."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records.article import Article, Fingerprint, Origin, TopicTag
from pipeline.records.meeting import MeetingMention
from pipeline.records.web import Rejected


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the pure middle found in one article."""

    article: Article
    text_hash: bytes
    fingerprint: Fingerprint
    topics: tuple[TopicTag, ...]
    topics_version: str
    mentions: tuple[MeetingMention, ...]
    mentions_version: str
    rejected: tuple[Rejected, ...] = ()  # parts of the article that could not be used, by reason
    sense_hash: bytes | None = None  # without lines that only show the time; None: there are no such lines
    developing: bool = False  # the text says that it will be updated
    origins: tuple[Origin, ...] = ()
    agency: str | None = None  # identified with certainty as the author
