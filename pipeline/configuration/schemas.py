"""JSON Schemas of the YAML files, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from pipeline.alerts.rules import AlertRules
from pipeline.feeds.catalogue import FeedCatalogue
from pipeline.meetings.date_words import DateWords
from pipeline.meetings.lexicon import Lexicon
from pipeline.text.notices import NoticeRules
from pipeline.topics.rules import TopicRules

# By the name of their file in config/schema
SCHEMAS: dict[str, type[BaseModel]] = {
    "feeds": FeedCatalogue,
    "topics": TopicRules,
    "alerts": AlertRules,
    "dates": DateWords,
    "meetings": Lexicon,
    "refetch": NoticeRules,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (draft 2020-12) of the YAML files, by name."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {name: {"$schema": draft, **model.model_json_schema()} for name, model in SCHEMAS.items()}
