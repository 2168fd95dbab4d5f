"""The pure middle as one function: takes a clean article, returns everything found in it."""

from __future__ import annotations

from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.dedupe.origin import find_origins, sure_origin
from pipeline.errors import ItemError
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, Findings, MeetingMention, Rejected
from pipeline.text.normalise import text_hash
from pipeline.text.notices import Notices
from pipeline.topics.matcher import TopicMatcher


def find_in(article: Article, *, topics: TopicMatcher, meetings: MeetingReader, notices: Notices) -> Findings:
    """Fingerprint, topics and meeting mentions of an article.

    An article whose meetings cannot be read keeps everything else. The reason is in `rejected`, and so is that of
    each word of change which gave no meeting.
    """
    mentions: tuple[MeetingMention, ...] = ()
    unread: tuple[Rejected, ...] = ()
    try:
        mentions, unread = meetings.survey(article)
    except ItemError as error:
        unread = (Rejected(error.reason, error.detail),)
    timeless = notices.without_clock(article.body)
    origins = find_origins(article.title, article.body, article.byline)
    return Findings(
        article=article,
        text_hash=text_hash(article.title, article.body),
        fingerprint=make_fingerprint(article.body, article.title, article.language),
        topics=topics.tag(article.title, article.body, article.language, mentions),
        topics_version=f"{topics.version} {meetings.version}" if topics.uses_meetings else topics.version,
        mentions=mentions,
        mentions_version=meetings.version,
        rejected=unread,
        sense_hash=None if timeless == article.body else text_hash(article.title, timeless),
        developing=notices.promises_more(article.title, article.body),
        origins=origins,
        agency=sure_origin(origins),
    )
