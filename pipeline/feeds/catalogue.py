"""The model of config/feeds.yml: the feeds that are read, and what is known about each."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipeline.feeds.codes import BEYOND_COUNTRIES, COUNTRIES, LANGUAGES
from pipeline.yaml_file import unique

PauseScope = Literal["url", "host", "domain"]
OutletKind = Literal["agency", "newspaper", "broadcaster", "ministry", "government", "online", "aggregator"]


def _web_address(value: str) -> str:
    problem = ValueError("expected an address like https://host/path, without user name or password")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise problem from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or parts.username is not None:
        raise problem
    if any(character.isspace() or not character.isprintable() for character in value):
        raise problem
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError("expected an ISO 639-1 code in lower case, like en, ru or tr")
    return value


def _country(value: str) -> str:
    if value not in COUNTRIES | BEYOND_COUNTRIES:
        raise ValueError("expected an ISO 3166-1 alpha-2 code in capitals, like RU or TR, or EU or INT")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = difflib.get_close_matches(value, sorted(available_timezones()), n=1)
        hint = f", did you mean {close[0]}?" if close else ""
        raise ValueError(f"expected an IANA zone like Europe/Istanbul{hint}") from None
    return value


def address_key(url: str) -> str:
    """The common key of all spellings of a feed address: scheme, host case and a final slash do not count."""
    _, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")


class PageSelectors(BaseModel):
    """Where the article is on the outlet's pages, if the general rules do not find it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    include: tuple[str, ...] = Field(
        default=(), description="XPath (begins with /) or CSS selectors; if any matches, only its content is read"
    )
    exclude: tuple[str, ...] = Field(default=(), description="XPath or CSS selectors of parts that are never read")


class FeedSource(BaseModel):
    """One feed of one outlet."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    key: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        description="Short name, unique in the file, that stays when the address changes: tass-en",
    )
    url: Annotated[str, AfterValidator(_web_address)] = Field(
        max_length=2000,
        description="http(s) address of the RSS, Atom or JSON feed",
        examples=["https://…/rss"],
    )
    outlet: str = Field(min_length=1, description="Usual name of the publisher: TASS")
    title: str = Field(default="", description="Which of the outlet's feeds this is: World news")
    language: Annotated[str, AfterValidator(_language)] = Field(
        description="ISO 639-1 code of the articles", json_schema_extra={"enum": [*sorted(LANGUAGES)]}
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        description="IANA time zone for the outlet's dates and words like 'tomorrow'"
    )
    country: Annotated[str, AfterValidator(_country)] = Field(
        description="ISO 3166-1 alpha-2 code of the outlet's country, or EU, or INT (international)",
        json_schema_extra={"enum": [*sorted(COUNTRIES | BEYOND_COUNTRIES)]},
    )
    kind: OutletKind = Field(description="What the outlet is")
    agency: str | None = Field(
        default=None, min_length=1, description="News agency, if the feed carries its own dispatches"
    )
    interval_s: int | None = Field(
        default=None,
        ge=2,
        description="Seconds between two polls, instead of the learned rhythm; below 30 for your own feeds only",
    )
    expected_items_per_day: float | None = Field(
        default=None, gt=0, description="Usual number of new items a day, to notice a silent feed"
    )
    pause_scope: PauseScope = Field(
        default="host",
        description="Scope of a requested pause (Retry-After, 429, 503): the address, its host or its domain",
    )
    page: PageSelectors = Field(
        default=PageSelectors(),
        description="Where the article is on this outlet's pages; feeds preview shows the effect",
    )
    enabled: bool = Field(default=True, description="false keeps the feed in the file without polling it")
    notes: str = Field(default="", description="Remarks for people")


class FeedCatalogue(BaseModel):
    """The whole of config/feeds.yml."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="wirewatch feeds")

    feeds: Annotated[list[FeedSource], unique("key"), unique("url", key=address_key)] = Field(
        min_length=1, description="The feeds to read, in any order"
    )
