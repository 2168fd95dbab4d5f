"""Read story files and combine them: outlets, articles over time, and the expected result.

`stories/outlets.yml` names the outlets; every other file of the folder is one thread of the story with the
alerts and meetings it must lead to. A copied article names the original and the copying desk's changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

from pipeline.errors import ConfigurationError
from pipeline.yaml_file import load, unique

STORIES = Path(__file__).parent / "stories"
STEP = timedelta(minutes=15)  # how often the replay looks at the feeds while something happens


class _StoryPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Comment(_StoryPart):
    """A reader's remark under every article of an outlet."""

    name: str
    text: str
    minutes: int = Field(ge=0, description="Minutes after publication at which it appears")


class Outlet(_StoryPart):
    """A fictional news site: where it is, how its feed and pages are made, and the furniture of its pages."""

    key: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    name: str
    title: str = Field(description="Title of its feed")
    language: Literal["en", "ru", "tr"]
    zone: str
    country: str
    kind: Literal["agency", "newspaper", "online"]
    agency: str | None = None
    feed: Literal["rss", "atom"]
    feed_path: str
    full_content: bool = False
    encoding: str = "utf-8"
    layout: Literal["wire", "broadsheet", "portal", "blog"]
    path: str = Field(description="Of an article: {slug}, {y}, {m}, {d} are filled in")
    nav: list[str]
    cookie: str
    share: str
    newsletter: str
    related: str
    comments_heading: str
    comments: list[Comment] = []
    colophon: str


class Correction(_StoryPart):
    """A later change of an article's text."""

    at: NaiveDatetime
    note: str
    replace: Annotated[dict[str, str], Field(min_length=1)]


class ArticleEntry(_StoryPart):
    """One article of a story file: written out (`body`) or made from another (`copy_of`)."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    outlet: str
    at: NaiveDatetime = Field(description="Local time of the outlet, as 2025-10-06 10:05")
    title: str = ""
    section: str = ""
    byline: str = ""
    body: str = Field(default="", description="Paragraphs, with empty lines between them")
    copy_of: str | None = None
    intro: str = Field(default="", description="The copying desk's own paragraphs before the copy")
    keep: int | None = Field(default=None, ge=1, description="Paragraphs of the original kept")
    replace: dict[str, str] = Field(default={}, description="Light edits of the original's wording")
    credit: str = Field(default="", description="Last line, as: Volna contributed to this report.")
    corrections: list[Correction] = []


class ExpectedAlert(_StoryPart):
    """An alert that must be raised, exactly once."""

    change: Literal["postponed", "rescheduled", "cancelled"]
    participants: list[str] = Field(min_length=1, description="Ids or offices that must be among the parties")
    place: str | None = None
    old_date: date | None = None
    new_date: date | None = None
    article: str = Field(description="The article whose sentence is the proof: the first to report the change")
    quote: str = Field(description="A distinctive part of the quoted sentence")


class ExpectedMeeting(_StoryPart):
    """A meeting in its expected final state."""

    name: str
    participants: list[str] = Field(min_length=1)
    status: str
    day: date | None = None
    previous: list[date] = []


class Thread(_StoryPart):
    """One story file."""

    about: str
    articles: Annotated[list[ArticleEntry], unique("id")]
    alerts: list[ExpectedAlert] = []
    meetings: list[ExpectedMeeting] = []


class _Outlets(_StoryPart):
    outlets: Annotated[list[Outlet], unique("key", "name")]


@dataclass(frozen=True, slots=True)
class DatedText:
    """The text of an article from one moment on."""

    at: datetime
    title: str
    paragraphs: tuple[str, ...]
    note: str = ""  # the correction's line on the page


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One page of one outlet, with every text it has over time, oldest first."""

    id: str
    outlet: Outlet
    path: str
    section: str
    byline: str
    copy_of: str | None
    revisions: tuple[DatedText, ...]

    @property
    def published(self) -> datetime:
        """When it appears."""
        return self.revisions[0].at

    def revision(self, now: datetime) -> DatedText | None:
        """The text that readers see at `now`, or None before publication."""
        return next((r for r in reversed(self.revisions) if r.at <= now), None)


@dataclass(frozen=True, slots=True)
class Story:
    """All threads together."""

    outlets: tuple[Outlet, ...]
    articles: tuple[DemoArticle, ...]  # in order of publication
    alerts: tuple[ExpectedAlert, ...]
    meetings: tuple[ExpectedMeeting, ...]

    def moments(self) -> tuple[datetime, ...]:
        """When to look at the feeds: the first quarter of an hour after anything appears or changes."""
        changes = {revision.at for article in self.articles for revision in article.revisions}
        return tuple(sorted({_next_step(at) for at in changes}))


def load_story(folder: Path = STORIES) -> Story:
    """Read a folder of story files.

    Raises:
        ConfigurationError: naming the file and what is wrong with it.
    """
    outlets = {outlet.key: outlet for outlet in load(folder / "outlets.yml", _Outlets).outlets}
    threads = [load(p, Thread) for p in sorted(folder.glob("*.yml")) if p.name != "outlets.yml"]
    entries = [entry for thread in threads for entry in thread.articles]
    articles = sorted(_articles(entries, outlets), key=lambda a: (a.published, a.id))
    return Story(
        outlets=tuple(outlets.values()),
        articles=tuple(articles),
        alerts=tuple(alert for thread in threads for alert in thread.alerts),
        meetings=tuple(meeting for thread in threads for meeting in thread.meetings),
    )


def _articles(entries: Sequence[ArticleEntry], outlets: Mapping[str, Outlet]) -> Iterable[DemoArticle]:
    originals = {entry.id: entry for entry in entries}
    for entry in entries:
        outlet = outlets.get(entry.outlet)
        if outlet is None:
            raise ConfigurationError([f"{entry.id}: expected an outlet of outlets.yml (got {entry.outlet})"])
        original = originals.get(entry.copy_of) if entry.copy_of else entry
        if original is None or bool(entry.body) == bool(entry.copy_of) or not original.body:
            raise ConfigurationError([f"{entry.id}: expected a body, or copy_of an article that has one"])
        published = _utc(entry.at, outlet)
        local = published.astimezone(ZoneInfo(outlet.zone))
        yield DemoArticle(
            id=entry.id,
            outlet=outlet,
            path=outlet.path.format(slug=entry.id, y=local.year, m=f"{local:%m}", d=f"{local:%d}"),
            section=entry.section or outlet.nav[0],
            byline=entry.byline,
            copy_of=entry.copy_of,
            revisions=tuple(_revisions(entry, original, outlet, published)),
        )


def _revisions(
    entry: ArticleEntry, original: ArticleEntry, outlet: Outlet, published: datetime
) -> Iterable[DatedText]:
    title = entry.title or original.title
    paragraphs = _paragraphs(_edited(entry.id, original.body, entry.replace))[: entry.keep]
    paragraphs = (*_paragraphs(entry.intro), *paragraphs, *_paragraphs(entry.credit))
    yield DatedText(published, title, paragraphs)
    for correction in entry.corrections:
        text = _edited(entry.id, "\n\n".join((title, *paragraphs)), correction.replace)
        title, *rest = _paragraphs(text)
        paragraphs = tuple(rest)
        yield DatedText(_utc(correction.at, outlet), title, paragraphs, correction.note)


def _edited(name: str, text: str, replace: Mapping[str, str]) -> str:
    for old, new in replace.items():
        if old not in text:
            raise ConfigurationError([f"{name}: expected wording of the text to replace (got {old!r})"])
        text = text.replace(old, new)
    return text


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _utc(local: datetime, outlet: Outlet) -> datetime:
    return local.replace(tzinfo=ZoneInfo(outlet.zone)).astimezone(UTC)


def _next_step(at: datetime) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - (midnight - at) // STEP * STEP
