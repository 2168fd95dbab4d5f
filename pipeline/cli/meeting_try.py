"""`wirewatch meetings try`: what the rules make of a sentence, step by step."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption, out, print_json
from pipeline.meetings.read.claims import Claim
from pipeline.records import Article, MeetingMention
from pipeline.settings import load_settings

_WIDTH = 9


def try_(
    text: Annotated[str, typer.Argument(help="A sentence, or a headline and a text parted by ` || `.")],
    language: Annotated[str, typer.Option(help="Its language, as a folder of config/languages.")] = "en",
    on: Annotated[str | None, typer.Option("--date", help="The day it was published, YYYY-MM-DD; today.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the rules make of a sentence: names, verbs, stance, parties, why it is official, the claim."""
    from pipeline.configuration import load_configuration  # here: help needs no rules

    reader = load_configuration(load_settings().config_dir).meetings
    title, _, body = unicodedata.normalize("NFC", text).rpartition(" || ")
    article = Article(title.strip(), body.strip(), _noon(on), "page", "UTC", language, 1.0)
    explained, mentions = reader.explain(article), reader.read(article)
    if as_json:
        print_json({"sentences": list(map(asdict, explained)), "mentions": list(map(asdict, mentions))})
        return
    for sentence in explained:
        _say("text", sentence.text)
        _say("masked", sentence.masked)
        for name in sentence.names:
            _say("name", name)
        for step in sentence.steps:
            _say("rule", f"{step.rule}: {step.words!r}" + (f" of {step.head!r}" if step.head else ""))
            _say("stance", ", ".join(dict.fromkeys(step.stance)) or "a fact")
            _say("parties", ", ".join(step.parties) or "none in its clause")
            for name, reason in step.left_out:
                _say("out", f"{name}: {reason}")
            if step.claim:
                _say("official", step.claim.why_official)
            _say("claim", _claimed(step.claim) if step.claim else f"none: {step.why_not}")
    for mention in mentions:
        _say("meeting", _told(mention))
    if not mentions:
        _say("meeting", "none")


def _noon(day: str | None) -> datetime:
    try:
        chosen = date.fromisoformat(day) if day else datetime.now(UTC).date()
    except ValueError as error:
        raise typer.BadParameter("expected a day as YYYY-MM-DD", param_hint="--date") from error
    return datetime.combine(chosen, time(12), tzinfo=UTC)


def _say(name: str, words: str) -> None:
    out.print(f"{name:<{_WIDTH}}{words}", markup=False, highlight=False, soft_wrap=True)


def _claimed(claim: Claim) -> str:
    return f"{claim.status} {' '.join(sorted(claim.countries))}".strip()


def _told(mention: MeetingMention) -> str:
    words = [mention.status, *mention.countries, mention.format]
    away = f"of attendance: one side stays away from the {mention.format}"
    words += [away] if mention.scope == "attendance" else []
    words += [f"on {mention.when.edtf}"] if mention.when else []
    words += [f"instead of {mention.previous_when.edtf}"] if mention.previous_when else []
    words += [f"in {mention.place.name}"] if mention.place else []
    return " ".join(words)
