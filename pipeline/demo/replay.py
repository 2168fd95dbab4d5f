"""Plays a story through the real stages: sets the newsroom's clock, runs them once, looks what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from pipeline.alerts.receivers import FileChannel
from pipeline.alerts.rules import AlertRules
from pipeline.alerts.watches import AlertRule
from pipeline.configuration import load_configuration
from pipeline.configuration.alert_rules import AlertFile
from pipeline.demo import observe, verdict
from pipeline.demo.newsroom import Newsroom
from pipeline.demo.observe import AlertSeen, MeetingSeen, NewText, Observer
from pipeline.demo.story import Story
from pipeline.settings import Settings
from pipeline.stages.line import Context, run_once
from pipeline.store.server.scratch import fresh_database

log = structlog.get_logger(__name__)

DATABASE = "wirewatch_demo"
_LAST_ALERT = text("SELECT meeting_id FROM wirewatch.alerts ORDER BY alert_id DESC LIMIT 1")
ALERTS_FILE = "demo-alerts.jsonl"


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """What one run of the stages brought."""

    at: datetime
    arrivals: tuple[NewText, ...]
    meetings: tuple[MeetingSeen, ...]
    repeats: int  # articles that say of a meeting what was known already
    alerts: tuple[AlertSeen, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a replay. `differences` is empty where everything came out as the story says."""

    meetings: tuple[MeetingSeen, ...]
    alerts: tuple[AlertSeen, ...]
    totals: dict[str, int]
    requests: int
    not_modified: int
    differences: tuple[str, ...]


class Replay:
    """One play of a story, on a database of its own. A context manager; `steps`, then `outcome`."""

    def __init__(self, settings: Settings, story: Story) -> None:
        self._settings = settings
        self._story = story
        self._newsroom = Newsroom(story)
        self._observer = Observer()
        self._alerts: list[AlertSeen] = []
        self._engine: Engine | None = None
        self._context: Context | None = None
        self._closing = ExitStack()

    def __enter__(self) -> Replay:
        """Recreate the database and open the newsroom.

        Raises:
            ConfigurationError: config/ is wrong.
            DatabaseError: the server cannot be used.
        """
        with ExitStack() as stack:
            self._engine = fresh_database(self._settings, DATABASE)
            stack.callback(self._engine.dispose)
            stack.enter_context(self._newsroom)
            self._context = stack.enter_context(self._make_context(self._engine))
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def _make_context(self, engine: Engine) -> Context:
        settings = self._settings.model_copy(
            update={
                "database_url": engine.url.render_as_string(hide_password=False),
                "allow_private": ",".join(sorted(self._newsroom.allow_private)),
                "host_delay_s": 0.0,  # the newsroom needs no politeness
            }
        )
        (settings.data_dir / ALERTS_FILE).unlink(missing_ok=True)
        configuration = load_configuration(settings.config_dir).with_parts(
            feeds=self._newsroom.sources(), alert_file=AlertFile(_alert_rules())
        )
        return Context(settings, engine, configuration)

    def steps(self) -> Iterator[ReplayStep]:
        """Run the stages at every moment of the story at which something is new."""
        assert self._context is not None, "the replay was not entered"
        for now in self._story.moments():
            self._newsroom.clock = now
            run_once(self._context, now)
            with self._context.engine.connect() as conn:
                step = ReplayStep(
                    now,
                    self._observer.arrivals(conn),
                    self._observer.meetings(conn),
                    self._observer.repeats(conn),
                    self._observer.alerts(conn),
                )
            self._alerts.extend(step.alerts)
            yield step
        if not leave_clock(self._context.engine, self._story.moments()[-1]):
            log.warning(
                "the pages of the demo go by today's date: only a superuser of PostgreSQL can set their clock"
            )

    def meeting_of_last_alert(self) -> int:
        """The meeting whose page to open first; 1 where nothing was alerted."""
        assert self._context is not None, "the replay was not entered"
        with self._context.engine.connect() as conn:
            return int(conn.scalar(_LAST_ALERT) or 1)

    def outcome(self) -> Outcome:
        """The final state, compared with the story's expectations."""
        assert self._context is not None, "the replay was not entered"
        with self._context.engine.connect() as conn:
            meetings, totals = observe.final_meetings(conn), observe.totals(conn)
        return Outcome(
            meetings=meetings,
            alerts=tuple(self._alerts),
            totals=totals,
            requests=len(self._newsroom.log),
            not_modified=sum(access.status == 304 for access in self._newsroom.log),
            differences=tuple(verdict.differences(self._story, self._alerts, meetings)),
        )


def leave_clock(engine: Engine, now: datetime) -> bool:
    """Let views and pages on this database go by `now`. False where the server does not let us set that."""
    name = engine.dialect.identifier_preparer.quote_identifier(str(engine.url.database))
    try:
        with engine.begin() as conn:
            conn.execute(text(f"ALTER DATABASE {name} SET wirewatch.now = '{now.isoformat()}'"))
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) != "42501":  # only a superuser may name settings of our own
            raise
        return False
    engine.dispose()  # sessions read it when they begin
    return True


def _alert_rules() -> AlertRules:
    """Everything into one file: fictional alerts must not reach the channels of config/alerts.yml."""
    return AlertRules(
        channels=[FileChannel(name="demo", kind="file", path=ALERTS_FILE)],
        rules=[AlertRule(name="everything", channels=["demo"])],
    )
