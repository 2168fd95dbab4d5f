"""For whom a message is written: the words of a language, the names of the gazetteer, the zone of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from pipeline.alerts.names import GazetteerNames
from pipeline.alerts.words import MessageWords


@dataclass(frozen=True, slots=True)
class Style:
    """For whom a message is written."""

    words: MessageWords
    names: GazetteerNames
    zone: tzinfo = UTC
