"""Alerts that are no change of a plan: raised for the watches that name them, once, with their own proof."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from newsroom_desk import AYDINOGLU, NOW, SOKOLOV, Desk, day, mention
from sqlalchemy import Engine
from stored import store_article

from pipeline.configuration import Configuration, load_configuration
from pipeline.dedupe.revision import Edited, revise
from pipeline.records import MeetingMention, Participant, Place, When
from pipeline.settings import CHECKOUT, load_settings
from pipeline.stages.line import STAGES, Context
from pipeline.store.articles import texts_of
from pipeline.store.revisions import save_revision

NAMED = [
    "announced",
    "confirmed",
    "date_set",
    "at_risk",
    "place_changed",
    "participants_changed",
    "silently_edited",
    "held",
    "lapsed",
]
DEPUTY = Participant("per:tr.deputy", "Selim Ertan", "TR", "off:TR.DFM", "host")
MAY = When("2031-05", day(1).earliest, day(31).latest)


class Room(Desk):
    """A desk whose alerts.yml asks for every kind by name."""

    def __init__(self, engine: Engine, folder: Path, configuration: Configuration, kinds: Sequence[str]) -> None:
        rules = {
            "channels": [{"name": "file", "kind": "file"}],
            "watches": [{"name": "all", "channels": ["file"], "changes": list(kinds)}],
        }
        (folder / "alerts.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
        settings = load_settings(config_dir=folder, data_dir=folder, workers=1)
        super().__init__(Context(settings, engine, configuration))
        self.folder = folder

    def rewrite(self, hours: float, url: str, body: str, *mentions: MeetingMention) -> None:
        """The article has another text from now on; what changed in it is recorded as `process` does."""
        seen = NOW + timedelta(hours=hours)
        version_id = store_article(self.ctx.engine, url, body, published=NOW, mentions=mentions, seen=seen)
        with self.ctx.engine.begin() as conn:
            (article,) = self.rows(f"SELECT article_id FROM store.article_version WHERE id = {version_id}")
            before = texts_of(conn, article.article_id)[-2]
            made = revise(Edited(before.title, before.body, "en"), Edited("t", body, "en"))
            assert made is not None
            save_revision(conn, version_id, before.version_id, made, now=seen)
        STAGES["link"](self.ctx, seen)

    def kinds(self) -> list[str]:
        return [alert[0] for alert in self.alerts()]


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return load_configuration(CHECKOUT / "config")


@pytest.fixture
def room(engine: Engine, tmp_path: Path, configuration: Configuration) -> Room:
    return Room(engine, tmp_path, configuration, NAMED)


def test_what_becomes_known_of_a_plan_is_told_step_by_step(room: Room) -> None:
    room.report(0, mention("scheduled", MAY, quote="sometime in May"))
    room.report(2, mention("scheduled", day(14), quote="on 14 May"))
    room.report(4, mention("confirmed", day(14), quote="still on"))
    room.report(6, mention("uncertain", day(14), quote="may fail"))
    room.report(24 * 13, mention("held", day(14), quote="they met"))
    assert room.alerts() == [
        ("announced", 0, None, "2031-05"),
        ("date_set", 0, "2031-05", "2031-05-14"),
        ("confirmed", 0, "2031-05-14", None),
        ("at_risk", 0, "2031-05-14", None),
        ("held", 0, "2031-05-14", None),
    ]
    quotes = [row.quote for row in room.rows("SELECT quote FROM wirewatch.alerts ORDER BY alert_id")]
    assert quotes == ["sometime in May", "on 14 May", "still on", "may fail", "they met"]


def test_another_city_and_another_person_are_told_and_what_is_only_more_exact_is_not(room: Room) -> None:
    country = Place("Turkey", "TR", False)
    office = Participant("off:TR.FM", "Turkish foreign minister", "TR", "off:TR.FM", "host")
    room.report(0, mention("scheduled", day(14), place=country, people=(SOKOLOV, office)))
    room.report(1, mention("scheduled", day(14), people=(SOKOLOV, AYDINOGLU)))
    assert room.kinds() == ["announced"]


def test_a_meeting_that_is_moved_elsewhere_keeps_its_record_and_its_day(room: Room) -> None:
    nairobi = Place("Nairobi", "KE", True)
    moved = replace(mention("scheduled", day(14), place=nairobi), rules=("en.scheduled.move.same_day",))
    room.report(0, mention("scheduled", day(14)))
    room.report(1, moved)
    assert room.kinds() == ["announced", "place_changed"]
    assert [tuple(row) for row in room.rows("SELECT place, date FROM wirewatch.meetings")] == [
        ("Nairobi", "2031-05-14")
    ]


def test_who_sends_a_deputy_stays_away_and_the_meeting_goes_on(room: Room) -> None:
    away = replace(mention("cancelled", day(14), people=(SOKOLOV,)), scope="attendance")
    room.report(0, mention("scheduled", day(14)))
    room.report(1, replace(away, rules=("en.cancelled.skip.deputy",)))
    (meeting,) = room.rows("SELECT status, absent, flags FROM wirewatch.meetings")
    assert tuple(meeting) == ("scheduled", [SOKOLOV.name], ["attendance"])
    (alert,) = room.rows("SELECT change FROM wirewatch.alerts WHERE change <> 'announced'")
    assert alert.change == "will_not_attend"


def test_a_day_that_passes_is_told_where_a_watch_asks(room: Room) -> None:
    room.report(0, mention("scheduled", day(3)))
    STAGES["link"](room.ctx, NOW + timedelta(days=6))
    assert room.kinds() == ["announced", "lapsed"]


def test_nothing_of_it_is_raised_for_a_watch_that_names_no_kind(
    engine: Engine, tmp_path: Path, configuration: Configuration
) -> None:
    room = Room(engine, tmp_path, configuration, [])
    url = room.report(0, mention("scheduled", MAY), body="The minister will come to Istanbul on 14 May for talks.")
    room.report(2, mention("scheduled", day(14)))
    room.report(3, mention("uncertain", day(14)))
    room.rewrite(5, url, "The minister will not come to Istanbul.", mention("cancelled", MAY))
    assert room.kinds() == ["cancelled"]


PLAN = "Grigory Sokolov will visit Istanbul on 14 May, the ministry said. Grain is on the agenda of the talks."
OFF = (
    "The visit of Grigory Sokolov to Istanbul on 14 May was postponed, the ministry said. "
    "Grain is on the agenda of the talks."
)


def test_an_edit_without_a_notice_is_told_once_with_both_texts(room: Room) -> None:
    url = room.report(0, mention("scheduled", day(14), quote="will visit Istanbul on 14 May"), body=PLAN)
    room.rewrite(5, url, OFF, mention("postponed", moved_from=day(14), quote="was postponed"))
    STAGES["link"](room.ctx, NOW + timedelta(hours=6))
    assert room.kinds() == ["announced", "postponed", "silently_edited"]
    STAGES["notify"](room.ctx, NOW + timedelta(hours=6))
    sent = [json.loads(line) for line in (room.folder / "alerts.jsonl").read_text().splitlines()]
    (edit,) = [one["data"] for one in sent if one["type"] == "meeting.silently_edited"]
    assert edit["proof"]["quote"]["text"] == "was postponed"
    assert edit["proof"]["text_before"] == "will visit Istanbul on 14 May"
    assert edit["proof"]["article_version"] == 2


def test_a_day_changed_in_the_page_is_a_silent_edit_and_a_second_outlet_makes_a_second_alert(room: Room) -> None:
    bodies = [PLAN.replace("Grain", f"Grain of lot {n} and barge {n}") for n in range(2)]
    urls = [room.report(n, mention("scheduled", day(14)), body=body) for n, body in enumerate(bodies)]
    for n, url in enumerate(urls):
        moved = mention("scheduled", day(21), quote=f"on 21 May, says {n}")
        room.rewrite(5 + n, url, bodies[n].replace("14 May", "21 May"), moved)
    found = room.rows("""
        SELECT quote, old_date, new_date FROM wirewatch.alerts WHERE change = 'silently_edited' ORDER BY alert_id
    """)
    assert [tuple(row) for row in found] == [
        (f"on 21 May, says {n}", "2031-05-14", "2031-05-21") for n in range(2)
    ]


def test_what_is_no_silent_edit(room: Room) -> None:
    """A notice, a meeting that took place, other words for the same, a sentence added beside the old one."""
    postponed = mention("postponed", moved_from=day(14))
    plan = mention("scheduled", day(14), quote="will visit")
    notice = "Correction: an earlier version of this article gave a wrong state of the plan. "
    cases = [
        (notice + OFF, [postponed]),
        (PLAN + " They met on the quay, and the crowd was large and loud.", [mention("held", day(14))]),
        (PLAN.replace("talks", "consultations"), [plan]),
        (PLAN + " " + OFF, [plan, postponed]),
    ]
    for n, (text, mentions) in enumerate(cases):
        url = room.report(10 * n, plan, body=f"{PLAN} Barge {n} leaves with lot {n} of line {n}.")
        room.rewrite(10 * n + 5, url, text, *mentions)
    assert "silently_edited" not in room.kinds()
