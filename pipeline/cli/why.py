"""`wirewatch why`: explain what happened to an article or a meeting, stage by stage, from the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlalchemy import Connection

from pipeline.cli.console import JsonOption, fail, out, print_json, printable
from pipeline.cli.database import DatabaseOption, asked_settings, open_database
from pipeline.feeds.urls import address_key, canonical_url
from pipeline.stages.fetch.next_fetch import planned_refetch
from pipeline.stages.link.kept_apart import kept_apart
from pipeline.stages.process.page_cuts import page_cuts
from pipeline.store.reports.article_report import (
    Explanation,
    articles_at,
    explain_article,
    explain_meeting,
    explain_unknown,
)

_MOST_CUTS = 20
_CUT_CHARS = 80

FateLine = tuple[str, datetime | None, str]  # stage, time, what happened


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("why")(why)


def why(
    subject: Annotated[str, typer.Argument(help="Address or number of an article, or the word meeting.")],
    number: Annotated[int | None, typer.Argument(help="After the word meeting: its number.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Explain what happened to an article, or how a meeting reached its state: why URL, why 12, why meeting 3."""
    if (subject == "meeting") != (number is not None):
        raise typer.BadParameter("expected an address or a number, or: meeting NUMBER")
    settings = asked_settings(database)
    with open_database(settings) as engine, engine.connect() as conn:
        if number is not None:
            known = _print_meeting(conn, number, as_json)
        else:
            known = _print_articles(conn, subject, as_json, settings.config_dir)
    if not known:
        raise typer.Exit(1)


def _print_meeting(conn: Connection, number: int, as_json: bool) -> bool:
    found = explain_meeting(conn, number)
    if as_json:
        print_json(found or {"known": False})
    elif found is None:
        fail(f"there is no meeting {number}")
    else:
        _print(f"meeting {number}  {found['meeting']['uid']}", _meeting_lines(found))
    return found is not None


def _print_articles(conn: Connection, subject: str, as_json: bool, config_dir: Path) -> bool:
    addresses = [subject, *_canonical(subject)]
    ids = [int(subject)] if subject.isdigit() else articles_at(conn, addresses)
    explanations = [found for found in (explain_article(conn, article_id) for article_id in ids) if found]
    for found in explanations:
        found["next_refetch"] = _next_refetch(conn, found)
        cuts = page_cuts(conn, found["article"]["id"], config_dir)
        found["left_out"] = None if cuts is None else [asdict(cut) for cut in cuts]
        found["kept_apart"] = [asdict(row) for m in found["mentions"] for row in kept_apart(conn, m["mention_id"])]
    if not explanations:
        unknown = explain_unknown(conn, subject, addresses, _host(subject))
        if as_json:
            print_json({"known": False} | unknown)
        else:
            _explain_unknown(subject, unknown)
    elif as_json:
        print_json(explanations)
    else:
        for found in explanations:
            _print(f"article {found['article']['id']}  {found['article']['url']}", _article_lines(found))
    return bool(explanations)


def _canonical(subject: str) -> list[str]:
    try:
        return [canonical_url(subject), address_key(subject)]
    except ValueError:
        return []  # a number, or not an address


def _host(subject: str) -> str:
    try:
        return urlsplit(subject).hostname or ""
    except ValueError:
        return ""  # a broken address has no host


def _next_refetch(conn: Connection, found: Explanation) -> dict[str, Any] | None:
    """When the page is fetched next; the plan's reason where the plan still says so."""
    due = [row["due_at"] for row in found["waiting"] if row["stage"] == "refetch"]
    if not due:
        return None
    moments = [row["fetched_at"] for row in found["fetches"]] + [row["first_seen_at"] for row in found["texts"]]
    plans = [planned_refetch(conn, found["article"]["id"], now=at) for at in moments]
    reasons = [plan.why.value for plan in plans if plan and plan.at == due[0]]
    return {"at": due[0], "why": reasons[-1] if reasons else None}


def _explain_unknown(subject: str, unknown: Explanation) -> None:
    fail(f"no feed has listed {subject} so far")
    for row in unknown["mentioned"]:
        where = f" of {row['feed']}" if row["feed"] else ""
        out.print(
            printable(f"{row['stage']}{where}: {row['reason']}, {row['times']} times: {row['detail']}"),
            markup=False,
            soft_wrap=True,
        )
    for row in unknown["feeds_of_host"]:
        state = "off" if not row["enabled"] else f"last answered {_time(row['last_success_at'])}"
        out.print(
            printable(f"feed of that host: {row['key']}  {row['url']}  {state}"), markup=False, soft_wrap=True
        )


def _article_lines(found: Explanation) -> Iterator[FateLine]:
    """What happened, in the order of the stages."""
    yield from map(_listed, found["listed"])
    yield from map(_fetched, found["fetches"])
    if found["article"]["same_as"]:
        yield "process", None, f"its page is that of article {found['article']['same_as']}"
    yield from map(_withdrawn, found["withdrawals"])
    yield from _left_out_lines(found["left_out"] or ())
    yield from _text_lines(found)
    yield from map(_copied, found["copies"])
    yield from _state_lines(found, of_meeting=True)
    yield from map(_not_used, found["not_used"])
    yield from _waiting_lines(found)


def _listed(row: Explanation) -> FateLine:
    text = f", with {row['content_characters'] or row['summary_characters']} characters of text"
    return "poll", row["first_seen_at"], f"{row['outlet']} ({row['feed']}) listed it: {row['title']}{text}"


def _fetched(row: Explanation) -> FateLine:
    status = f", status {row['status']}" if row["status"] else ""
    size = f", {row['bytes']:,} bytes" if row["bytes"] else ""
    return row["stage"], row["fetched_at"], _words(row["outcome"]) + status + size + _detail(row["detail"])


def _withdrawn(row: Explanation) -> FateLine:
    back = f", back since {_time(row['restored_at'])}" if row["restored_at"] else ""
    return "refetch", row["withdrawn_at"], f"the page is gone ({_words(row['reason'])}){back}"


def _copied(row: Explanation) -> FateLine:
    others = f"in dispatch {row['dispatch_id']} of {row['articles']} articles"
    like = f" of {row['other_url']}, {row['found_in_other']:.0%} found there" if row["other_url"] else ""
    return "link", row["joined_at"], f"{row['kind']}{like}, {others}"


def _not_used(row: Explanation) -> FateLine:
    times = f", {row['times']} times" if row["times"] > 1 else ""
    return "not used", row["last_at"], f"{row['stage']}: {_words(row['reason'])}{times}{_detail(row['detail'])}"


def _waiting_lines(found: Explanation) -> Iterator[FateLine]:
    stages = {row["stage"] for row in found["waiting"]}
    for row in found["waiting"]:
        if row["stage"] != "refetch":
            yield "waiting", row["due_at"], f"for {row['stage']}" + (", being done" if row["in_work"] else "")
    planned = found["next_refetch"]
    if planned:
        why = f", because of {_words(planned['why'])}" if planned["why"] else ""
        yield "waiting", planned["at"], f"for the next fetch{why}"
    elif "fetch" not in stages:
        yield "waiting", None, "for nothing: the page is not fetched any more"


def _text_lines(found: Explanation) -> Iterator[FateLine]:
    """Each text with what was found in it."""
    for row in found["texts"]:
        language = f"{row['language']} ({row['language_confidence']:.2f})"
        published = f"published {_time(row['published_at'])} by the {row['published_source']}"
        more = ", promises more" if row["developing"] else ""
        made = f"{row['characters']:,} characters, {language}, {published}{more}; {row['extractor']}"
        yield "process", row["first_seen_at"], f"text {row['number']}: {made}"
        topics = [f"{t['topic']} {t['score']:g}" for t in found["topics"] if t["text"] == row["number"]]
        yield "", None, "topics: " + (", ".join(topics) or "none")
        for mention in (m for m in found["mentions"] if m["text"] == row["number"]):
            meeting = f"meeting {mention['meeting_id']}" if mention["meeting_id"] else "no meeting yet"
            yield "", None, f"{meeting}: {_mention(mention)}"
            for row in (row for row in found["kept_apart"] if row["mention_id"] == mention["mention_id"]):
                yield "", None, f"not meeting {row['meeting_id']}: {row['reason']}"


def _left_out_lines(cuts: Sequence[Explanation]) -> Iterator[FateLine]:
    """What the rules cut from the last kept page, at most so many lines."""
    for row in cuts[:_MOST_CUTS]:
        yield "process", None, f"left out ({row['rule']}): {row['text'][:_CUT_CHARS]}"
    if len(cuts) > _MOST_CUTS:
        yield "process", None, f"{len(cuts) - _MOST_CUTS} more parts left out; --json has all"


def _meeting_lines(found: Explanation) -> Iterator[FateLine]:
    for row in found["evidence"]:
        linked = "began the meeting" if row["link_score"] is None else f"linked with {row['link_score']:.2f}"
        yield (
            "evidence",
            row["linked_at"],
            f"{row['outlet']}, {_time(row['published_at'])}: {_mention(row)}; {linked}",
        )
        yield (
            "",
            None,
            f"{row['url']} (article {row['article_id']}, text {row['text']}, dispatch {row['dispatch_id']})",
        )
    yield from _state_lines(found, of_meeting=False)
    for row in found["not_used"]:
        yield "not used", row["last_at"], f"{row['stage']}: {_words(row['reason'])}{_detail(row['detail'])}"


def _state_lines(found: Explanation, *, of_meeting: bool) -> Iterator[FateLine]:
    for row in found["states"]:
        which = f"meeting {row['meeting_id']}: " if of_meeting else ""
        change = f", a change: {row['change']}" if row["change"] else ""
        place = f", {row['place']}" if row["place"] else ""
        proof = "" if of_meeting else f"; proved by mention {row['proof_mention_id']}"
        day = row["date"] or "no day stated"
        yield "state", row["recorded_at"], f"{which}{row['status']}, {day}{place}{change}{proof}"
    for row in found["alerts"]:
        sent = f"{row['channel']}: {row['state']}" if row["channel"] else "no channel wanted it"
        after = f" after {row['attempts']} tries" if (row["attempts"] or 0) > 1 else ""
        error = _detail(row["last_error"] or "")
        yield "alert", row["created_at"], f"alert {row['alert_id']}, {row['change']}; {sent}{after}{error}"


def _mention(row: dict[str, Any]) -> str:
    day = row["date"] or "no day"
    rules = ", ".join(row["rules"])
    place = f"{row['quote_field']} {row['quote_start']}–{row['quote_end']}"
    return f"{row['status']}, {day}: “{row['quote']}” (mention {row['mention_id']}, {place}, by {rules})"


def _print(title: str, lines: Iterator[FateLine]) -> None:
    out.print(title, style="bold", markup=False, soft_wrap=True)
    last = ""
    for stage, at, what in lines:
        shown = "" if stage == last else stage
        last = stage or last
        out.print(printable(f"  {shown:<9} {_time(at):<17} {what}"), markup=False, soft_wrap=True)


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z" if at else ""


def _words(reason: str) -> str:
    return reason.replace("_", " ")


def _detail(text: str) -> str:
    return f": {text}" if text else ""
