"""Values that travel between rooms. Frozen, and without behaviour beyond checks.

Times are aware UTC `datetime`s unless a field says otherwise. Offsets count Unicode code points.
"""

from pipeline.records.article import (
    Article,
    Fingerprint,
    Origin,
    PageHints,
    Post,
    Revision,
    SentenceChange,
    Span,
    TopicTag,
)
from pipeline.records.calendar_entry import CalendarEntry
from pipeline.records.fetches import FetchHistory
from pipeline.records.findings import Findings
from pipeline.records.meeting import (
    Evidence,
    MeetingChange,
    MeetingMention,
    MeetingState,
    MeetingStatus,
    Participant,
    Place,
    Quote,
    Stated,
    Told,
    When,
)
from pipeline.records.notice import AlertFacts, MeetingStanding, Notice, OperatorNotice, Proof, SourceReport
from pipeline.records.story import StoryState
from pipeline.records.tally import Tally
from pipeline.records.web import FeedItem, HostPace, ParsedFeed, Rejected, Response, RobotsNote

__all__ = [
    "AlertFacts",
    "Article",
    "CalendarEntry",
    "Evidence",
    "FeedItem",
    "FetchHistory",
    "Findings",
    "Fingerprint",
    "HostPace",
    "MeetingChange",
    "MeetingMention",
    "MeetingStanding",
    "MeetingState",
    "MeetingStatus",
    "Notice",
    "OperatorNotice",
    "Origin",
    "PageHints",
    "ParsedFeed",
    "Participant",
    "Place",
    "Post",
    "Proof",
    "Quote",
    "Rejected",
    "Response",
    "Revision",
    "RobotsNote",
    "SentenceChange",
    "SourceReport",
    "Span",
    "Stated",
    "StoryState",
    "Tally",
    "Told",
    "TopicTag",
    "When",
]
