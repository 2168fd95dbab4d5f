"""Twenty questions of the cookbook on 272 made texts: the rows must be those the made plans call for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from made_plans import Plan, store
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.settings import CHECKOUT
from pipeline.sql_export.export import answer
from pipeline.sql_export.queries import cookbook, find
from pipeline.stages.line import STAGES

PLANS = [Plan(number) for number in range(44)]
MOVED = [plan for plan in PLANS if plan.fate in ("cancelled", "postponed", "rescheduled")]
RECIPES = cookbook(CHECKOUT / "sql" / "cookbook")
Rows = list[tuple[Any, ...]]


def names(plan: Plan) -> list[str]:
    return [person.name for person in plan.people]


def status(plan: Plan) -> str:
    return "scheduled" if plan.fate == "unreported" else plan.fate


def day_now(plan: Plan) -> str | None:
    days = {"postponed": None, "rescheduled": plan.new_day.isoformat()}
    return days.get(plan.fate, plan.day.isoformat())


def counted(keys: Iterator[tuple[Any, ...]]) -> Rows:
    return [(*key, times) for key, times in Counter(keys).items()]


def by_pair() -> Rows:
    pairs = {tuple(plan.countries) for plan in PLANS}
    rows: Rows = []
    for pair in pairs:
        fates = [status(plan) for plan in PLANS if tuple(plan.countries) == pair]
        planned = sum(fate in ("scheduled", "rescheduled") for fate in fates)
        off = sum(fate in ("postponed", "cancelled") for fate in fates)
        rows.append((list(pair), len(fates), planned, off, fates.count("held")))
    return rows


def notice() -> Rows:
    groups: dict[tuple[tuple[str, ...], str], list[int]] = {}
    for plan in MOVED:
        groups.setdefault((tuple(plan.countries), plan.fate), []).append(plan.notice)
    return [(list(pair), change, len(days), float(median(days))) for (pair, change), days in groups.items()]


def visits() -> Rows:
    groups: dict[tuple[str, str], list[str]] = {}
    for plan in PLANS:
        groups.setdefault((plan.guest, plan.host), []).append(plan.fate)
    return [
        (*pair, len(fates), *(fates.count(fate) for fate in ("held", "cancelled", "postponed", "rescheduled")))
        for pair, fates in groups.items()
    ]


def texts_by_day() -> Rows:
    days = Counter(published.date() for plan in PLANS for published, _, _ in plan.reports())
    return [(day, count) for day, count in days.items()]


def texts_by_outlet() -> Rows:
    texts = sum(len(plan.reports()) for plan in PLANS)
    return [("F", texts, texts)]  # all come by one feed


def weights(plan: Plan) -> tuple[int, int]:
    """Witnesses for and against: who announced what was moved is against."""
    told = len(plan.reports()) - 4
    return (told, 4) if plan in MOVED else (told + 4, 0)


def on_the_eve() -> Rows:
    """A move is known on the eve of the first day, and the new day has an eve as well."""
    rows: Rows = []
    for plan in PLANS:
        then = "scheduled" if plan.fate == "held" else status(plan)
        rows.append((plan.day, names(plan), then, status(plan)))
        if plan.fate == "rescheduled":
            rows.append((plan.new_day, names(plan), "rescheduled", "rescheduled"))
    return rows


# Name of the recipe -> (the columns compared, the rows the plans call for).
QUESTIONS: dict[str, tuple[tuple[str, ...], Callable[[], Rows]]] = {
    "country_pairs": (("countries", "meetings", "planned", "called_off", "held"), by_pair),
    "busiest_officials": (
        ("participant", "meetings", "statuses"),
        lambda: [(person.id, 1, [status(plan)]) for plan in PLANS for person in plan.people],
    ),
    "days_of_notice": (("countries", "change", "changes", "median_days"), notice),
    "changes_of_plan": (
        ("change", "participants", "old_date", "new_date"),
        lambda: [
            (p.fate, names(p), p.day.isoformat(), p.new_day.isoformat() if p.fate == "rescheduled" else None)
            for p in MOVED
        ],
    ),
    "how_long_plans_last": (
        ("participants", "change", "stood_for"),
        lambda: [(names(plan), plan.fate, plan.told - plan.announced) for plan in MOVED],
    ),
    "meetings_by_place": (
        ("place_country", "place", "meetings"),
        lambda: counted((plan.host, plan.city) for plan in PLANS),
    ),
    "single_source_meetings": (("participants",), list),
    "whose_visits_are_moved": (
        ("guest", "host", "visits", "held", "cancelled", "postponed", "rescheduled"),
        visits,
    ),
    "announced_and_never_held": (
        ("participants", "place", "date"),
        lambda: [(names(p), p.city, p.day.isoformat()) for p in PLANS if p.fate == "unreported"],
    ),
    "meetings_planned_next": (
        ("date", "participants", "place", "status", "reports", "witnesses"),
        lambda: [
            (p.new_day.isoformat(), names(p), p.city, "rescheduled", 7, 7)
            for p in PLANS
            if p.fate == "rescheduled"
        ],
    ),
    "people_most_named": (
        ("name_en", "country", "meetings", "reports"),
        lambda: [(o.name, o.country, 1, len(p.reports())) for p in PLANS for o in p.people],
    ),
    "first_with_a_change": (("outlet", "first_with"), lambda: [("F", len(MOVED))]),
    "on_the_eve": (("planned_for", "participants", "status_then", "status_now"), on_the_eve),
    "for_and_against": (
        ("participants", "status", "witnesses_for", "witnesses_against"),
        lambda: [(names(p), status(p), *weights(p)) for p in PLANS],
    ),
    "alert_latency": (("change", "outlet"), lambda: [(plan.fate, "F") for plan in MOVED]),
    "who_announced_first": (
        ("participants", "date", "outlet", "published_at"),
        lambda: [(names(p), day_now(p), "F", p.announced) for p in PLANS],
    ),
    "the_day_at_a_glance": (("day", "articles"), texts_by_day),
    "across_languages": (
        ("participants", "languages", "outlets", "reports"),
        lambda: [(names(p), ["en"], 1, len(p.reports())) for p in PLANS],
    ),
    "own_reporting": (("outlet", "articles", "own"), texts_by_outlet),
    "biggest_dispatches": (("lead_title",), list),
}


def test_there_are_twenty_questions() -> None:
    assert len(QUESTIONS) >= 20
    assert sum(len(plan.reports()) for plan in PLANS) > 250


def test_the_rows_are_those_the_plans_call_for(engine: Engine, tmp_path: Path) -> None:
    last = store(engine, PLANS)
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        first = PLANS[0].announced
        for days in range((last - first).days + 2):
            STAGES["link"](ctx, first + timedelta(days))
        STAGES["link"](ctx, last + timedelta(5))  # what nobody reported has lapsed by then
    wrong: dict[str, tuple[Rows, Rows]] = {}
    with engine.connect() as conn:
        conn.execute(text("SET search_path TO wirewatch"))
        for name, (columns, expected) in QUESTIONS.items():
            names, batches = answer(conn, find(RECIPES, name).statement)
            at = [[column.name for column in names].index(column) for column in columns]
            found = sorted((tuple(row[i] for i in at) for rows in batches for row in rows), key=repr)
            if found != (wanted := sorted(expected(), key=repr)):
                wrong[name] = (found[:5], wanted[:5])
    assert wrong == {}
