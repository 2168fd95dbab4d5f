"""The raw tables, in schema `store`. Analysts read the views of schema `wirewatch` instead (sql/views).

Truth is append-only: processing adds rows to article_version, topic_tag, meeting_mention, meeting_version and
alert and never changes them. What is still to be done lives in `work`, so that the truth need not be touched.
"""

from pipeline.store.tables.addresses import article_address, sighting, tombstone
from pipeline.store.tables.columns import metadata
from pipeline.store.tables.copies import (
    fingerprint,
    stop_key,
    story,
    story_member,
    story_memory,
    wire_cluster,
    wire_edge,
    wire_member,
    wire_move,
    wire_origin,
)
from pipeline.store.tables.delivery import (
    alert,
    alert_channel,
    alert_configuration,
    alert_delivery,
    api_token,
    configuration_snapshot,
    operator_notice,
    outcome,
    unsubscription,
    watch_mute,
    work,
)
from pipeline.store.tables.fetch_log import page_fetch, withdrawal
from pipeline.store.tables.findings import (
    meeting,
    meeting_block,
    meeting_evidence,
    meeting_mention,
    meeting_pin,
    meeting_possible,
    meeting_ruling,
    meeting_version,
    person_name,
    person_spelling,
    topic_tag,
)
from pipeline.store.tables.history import revision, revision_change
from pipeline.store.tables.manners import host_pace, robots
from pipeline.store.tables.push import push, subscription
from pipeline.store.tables.search import create_functions_first, phrase_index
from pipeline.store.tables.sources import (
    archive_import,
    article,
    article_version,
    feed,
    feed_item,
    page,
    page_body,
    poll,
)

create_functions_first(metadata)

__all__ = [
    "alert",
    "alert_channel",
    "alert_configuration",
    "alert_delivery",
    "api_token",
    "archive_import",
    "article",
    "article_address",
    "article_version",
    "configuration_snapshot",
    "feed",
    "feed_item",
    "fingerprint",
    "host_pace",
    "meeting",
    "meeting_block",
    "meeting_evidence",
    "meeting_mention",
    "meeting_pin",
    "meeting_possible",
    "meeting_ruling",
    "meeting_version",
    "metadata",
    "operator_notice",
    "outcome",
    "page",
    "page_body",
    "page_fetch",
    "person_name",
    "person_spelling",
    "phrase_index",
    "poll",
    "push",
    "revision",
    "revision_change",
    "robots",
    "sighting",
    "stop_key",
    "story",
    "story_member",
    "story_memory",
    "subscription",
    "tombstone",
    "topic_tag",
    "unsubscription",
    "watch_mute",
    "wire_cluster",
    "wire_edge",
    "wire_member",
    "wire_move",
    "wire_origin",
    "withdrawal",
    "work",
]
