"""`wirewatch demo`: replay the bundled newsroom through the real stages and watch the alerts."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import JsonOption, out, print_json
from pipeline.demo import page
from pipeline.demo.presenter import Presenter
from pipeline.demo.replay import Outcome, Replay, ReplayStep
from pipeline.demo.story import load_story
from pipeline.settings import Settings, load_settings

STEP_S = 0.8  # seconds per step, at speed 1
ALERT_S = 4.0


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(name="demo")(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="Play without pauses, and leave no page running.")] = False,
    as_json: JsonOption = False,
    speed: Annotated[
        float, typer.Option("--speed", min=0.1, max=100, help="How fast to play; 2 is twice as fast.")
    ] = 1.0,
    stop: Annotated[bool, typer.Option("--stop", help="Only stop the page that a demo left running.")] = False,
) -> None:
    """Replay eight days of a fictional newsroom through the real stages, on a database of its own.

    Needs no network. Exits 0 only if every expected alert, and no other, was raised.
    """
    settings = load_settings()
    was_running = page.stop(settings)
    if stop:
        out.print("The demo's page has stopped." if was_running else "No page of a demo is running.")
        return
    story = load_story()
    presenter = Presenter(out)
    if not as_json:
        presenter.opening(len(story.outlets), len(story.articles))
    with Replay(settings, story) as replay:
        since = time.monotonic()
        for step in replay.steps():
            if as_json:
                continue
            presenter.step(step)
            if not once:
                time.sleep(max(0.0, since + _seconds(step) / speed - time.monotonic()))
            since = time.monotonic()
        outcome = replay.outcome()
        meeting = replay.meeting_of_last_alert()
    if as_json:
        print_json(_document(outcome))
    else:
        presenter.summary(outcome)
        presenter.next_steps(_command())
        if not once:
            _open_page(presenter, settings, meeting)
    raise typer.Exit(1 if outcome.differences else 0)


def _open_page(presenter: Presenter, settings: Settings, meeting: int) -> None:
    """Leave the pages running, and end with the link to the meeting the story is about."""
    started = page.start(settings)
    if started is None:
        out.print(f"\nThe page did not start; {page.log_of(settings)} says why.", markup=False, soft_wrap=True)
        return
    presenter.page(f"{started.url}/meetings/{meeting}", started.token, _command())


def _seconds(step: ReplayStep) -> float:
    return STEP_S + ALERT_S * len(step.alerts)


def _command() -> str:
    """The shortest way to type this command again from here."""
    called = Path(sys.argv[0]).absolute()
    if shutil.which("wirewatch") == str(called) or not called.is_relative_to(Path.cwd()):
        return "wirewatch"
    return str(called.relative_to(Path.cwd()))


def _document(outcome: Outcome) -> dict[str, Any]:
    return {
        "ok": not outcome.differences,
        "differences": list(outcome.differences),
        "alerts": [
            {**alert.facts, "reports": alert.reports, "sources": alert.sources} for alert in outcome.alerts
        ],
        "meetings": [{**asdict(meeting), "parties": sorted(meeting.parties)} for meeting in outcome.meetings],
        "counts": {
            **outcome.totals,
            "requests": outcome.requests,
            "not_modified": outcome.not_modified,
        },
    }
