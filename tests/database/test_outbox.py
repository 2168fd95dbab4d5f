"""Delivery from the outbox: tried again, set aside, never lost, and no receiver holds up or repeats another."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import yaml
from newsroom_desk import NOW, Desk, day, mention
from receivers import Hook, Postbox, hook, postbox
from site_client import served
from sqlalchemy import Engine, text
from staging import config_with, source

from pipeline.alerts.channels import send
from pipeline.configuration import load_configuration
from pipeline.records import Place
from pipeline.settings import load_settings
from pipeline.stages.line import STAGES, Context
from pipeline.store import repeated_deliveries

NOTIFY = importlib.import_module(
    "pipeline.stages.notify.notify"
)  # the package has the stage itself under this name
MINUTE = timedelta(minutes=1)


class Office(Desk):
    """A desk that delivers its alerts, by an alerts.yml of the test's own."""

    site_url = ""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.folder = folder
        self.config = config_with(folder, [source("f", "http://f.example/")])
        self.engine = engine
        self.configure([{"name": "file", "kind": "file"}])

    def configure(self, channels: Sequence[dict[str, Any]], **watch: Any) -> None:
        """Write alerts.yml and start again with it."""
        names = [channel["name"] for channel in channels]
        rules = {
            "channels": list(channels),
            "operator": {"channels": ["file"] if "file" in names else []},
            "watches": [{"name": "all", "channels": names, **watch}],
        }
        self.write(yaml.safe_dump(rules, allow_unicode=True))

    def write(self, alerts: str) -> None:
        (self.config / "alerts.yml").write_text(alerts, encoding="utf-8")
        settings = load_settings(
            config_dir=self.config, data_dir=self.folder, workers=1, site_url=self.site_url, site_port=0
        )
        super().__init__(Context(settings, self.engine, load_configuration(self.config)))

    def cancel(self, number: int = 14, hours: float = 24) -> None:
        """An alert."""
        place = Place(f"City {number}", "TR", True)  # two cities are two meetings
        self.report(hours, mention("cancelled", day(number), quote=f"The {number} May visit is off.", place=place))

    def notify(self, after: timedelta = timedelta()) -> dict[str, int]:
        return STAGES["notify"](self.ctx, NOW + timedelta(hours=24) + after).counts

    def states(self) -> dict[str, tuple[str, int]]:
        rows = self.rows(
            "SELECT channel, receiver, state, attempts FROM wirewatch.alert_deliveries WHERE alert_id IS NOT NULL"
        )
        return {f"{r.channel}/{r.receiver}".rstrip("/"): (r.state, r.attempts) for r in rows}

    def one(self, query: str) -> Any:
        return self.rows(query)[0]

    def told(self) -> list[dict[str, Any]]:
        """The alerts in the file."""
        return [line for line in self.lines() if line["type"].startswith(("meeting.", "digest"))]

    def lines(self) -> list[dict[str, Any]]:
        """Everything in the file, what the operator hears too."""
        path = self.folder / "alerts.jsonl"
        return (
            [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
        )


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    return Office(engine, tmp_path)


@pytest.fixture
def web() -> Iterator[Hook]:
    with hook() as found:
        yield found


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as found:
        yield found


def webhook(web: Hook, name: str = "hook", path: str = "/hook") -> dict[str, Any]:
    return {"name": name, "kind": "webhook", "url": web.url(path)}


def test_a_failing_receiver_is_tried_later_and_the_good_one_gets_it_once(
    office: Office, web: Hook, box: Postbox
) -> None:
    web.answer(500)
    box.refuse["bad@b.example"] = "451 4.2.0 later"
    mail = {"name": "mail", "kind": "email", "url": f"smtp://127.0.0.1:{box.port}", "sender": "w@a.example"}
    ntfy = {"name": "ntfy", "kind": "apprise", "url": f"ntfy://127.0.0.1:{web.port}/one/two/three"}
    office.configure(
        [{"name": "file", "kind": "file"}, webhook(web), mail | {"to": ["a@b.example", "bad@b.example"]}, ntfy]
    )
    office.cancel()
    for minutes in range(4):
        office.notify(minutes * MINUTE)
    states = office.states()
    assert states["file"] == ("delivered", 1)
    assert states["mail/a@b.example"] == ("delivered", 1)
    assert states["mail/bad@b.example"][0] == states["hook"][0] == "pending"
    assert [receiver for receiver, _ in box.got] == ["a@b.example"]
    assert {f"ntfy/{name}" for name in ("one", "two", "three")} <= set(states)
    assert len({headers["webhook-id"] for path, headers, _ in web.got if path == "/hook"}) == 1
    web.answer(200)
    box.refuse.clear()
    office.notify(timedelta(hours=1))
    assert {state for state, _ in office.states().values()} == {"delivered"}
    assert len(office.told()) == 1


def test_thirteen_tries_end_where_people_see_it_and_a_person_can_send_it_again(office: Office, web: Hook) -> None:
    web.answer(503)
    office.configure([{"name": "file", "kind": "file"}, webhook(web)])
    office.cancel()
    for hours in range(0, 110, 1):
        office.notify(timedelta(hours=hours))
    assert office.states()["hook"] == ("dead", 13)
    dead = office.one("SELECT * FROM wirewatch.alerts_dead")
    assert (dead.channel, dead.error_class, dead.code) == ("hook", "down", "503")
    assert office.one("SELECT things FROM wirewatch.outcomes WHERE reason = 'delivery_dead'").things == 1
    told = [line for line in office.lines() if line["type"] == "operator.delivery_dead"]
    assert {line["data"]["subject"] for line in told} == {"hook"}
    web.answer(200)
    with office.engine.begin() as conn:
        assert (
            len(repeated_deliveries.resend(conn, [dead.delivery_id], new_key=False, now=NOW + timedelta(days=5)))
            == 1
        )
    office.notify(timedelta(days=5))
    assert office.rows("SELECT * FROM wirewatch.alerts_dead") == []
    last = json.loads(web.got[-1][2])
    assert last["data"]["alert"]["key"] == web.got[-1][1]["webhook-id"] == web.got[0][1]["webhook-id"]


def test_a_process_that_died_while_sending_leaves_a_mark(
    office: Office, web: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.configure([webhook(web)])
    office.cancel()

    def dies(*arguments: Any, **options: Any) -> None:
        send(*arguments, **options)
        seen = office.one("SELECT state FROM store.alert_delivery")
        assert seen.state == "sending", "committed before the first byte"
        raise KeyboardInterrupt

    monkeypatch.setattr(NOTIFY, "send", dies)
    with pytest.raises(KeyboardInterrupt):
        office.notify()
    monkeypatch.undo()
    with office.engine.begin() as conn:
        conn.execute(text("UPDATE store.work SET leased_until = 'epoch' WHERE stage = 'notify'"))
    office.notify(MINUTE)
    first, second = (json.loads(body)["data"]["alert"] for _, _, body in web.got)
    assert (first["possibly_repeated"], second["possibly_repeated"]) == (False, True)
    assert first["key"] == second["key"]
    row = office.one("SELECT state, maybe_sent FROM wirewatch.alert_deliveries")
    assert tuple(row) == ("delivered", True)


def test_a_receiver_that_takes_it_and_says_nothing_is_marked_too(office: Office, web: Hook) -> None:
    office.configure([webhook(web)])
    office.cancel()
    web.drop = True
    office.notify()
    web.drop = False
    office.notify(MINUTE)
    assert [json.loads(body)["data"]["alert"]["possibly_repeated"] for _, _, body in web.got] == [False, True]


def test_retry_after_is_honoured_and_the_wait_is_no_failed_try(office: Office, web: Hook) -> None:
    web.answer(429, {"Retry-After": "600"})
    office.configure([webhook(web)])
    office.cancel()
    office.notify()
    web.answer(200)
    office.notify(9 * MINUTE)
    assert len(web.got) == 1
    office.notify(11 * MINUTE)
    assert office.states()["hook"] == ("delivered", 2)


def test_a_misconfigured_channel_waits_is_probed_and_the_operator_hears_of_it(
    office: Office, web: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_URL", raising=False)
    office.configure(
        [{"name": "file", "kind": "file"}, {"name": "desk", "kind": "webhook", "url_env": "DESK_URL"}]
    )
    office.cancel()
    office.notify()
    office.notify(MINUTE)
    assert office.states()["desk"] == ("pending", 1)
    (told,) = [line for line in office.lines() if line["type"] == "operator.channel_broken"]
    assert "DESK_URL" in told["data"]["detail"]
    channel = office.one("SELECT state, waiting FROM wirewatch.alert_channels WHERE endpoint = 'desk'")
    assert tuple(channel) == ("broken", 1)
    monkeypatch.setenv("DESK_URL", web.url())
    office.notify(timedelta(minutes=61))
    assert office.states()["desk"] == ("delivered", 2)
    assert office.one(
        "SELECT cleared_at FROM wirewatch.operator_notices WHERE cause = 'channel_broken'"
    ).cleared_at


def test_a_gone_receiver_is_off_and_a_refused_message_goes_once_more_as_bare_text(
    office: Office, web: Hook
) -> None:
    office.configure([webhook(web)])
    office.cancel()
    web.answers = [(422, {}, b""), (200, {}, b"")]
    assert office.notify()["hook_delivered"] == 1
    assert len(web.got) == 2
    web.answer(410)
    office.cancel(20, 25)
    office.notify(timedelta(hours=1))
    office.cancel(27, 26)
    office.notify(timedelta(hours=2))
    assert [row.state for row in office.rows("SELECT state FROM store.alert_delivery ORDER BY id")] == [
        "delivered", "dead", "dead",
    ]  # fmt: skip
    assert len(web.got) == 3


def test_a_hanging_channel_keeps_no_other_waiting(
    office: Office, web: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook() as slow:
        slow.delay_s, slow.drop = 1.5, True
        office.configure([webhook(slow, "slow"), webhook(web, "good")])
        for number in range(10, 20):
            office.cancel(number)
        began = time.monotonic()
        office.notify()
        assert time.monotonic() - began < 10
        assert len(slow.got) == 1, "after one failure the others wait for its pause"
    assert len(web.got) == len(office.alerts()) > 3


def test_order_is_kept_for_machines_and_people_get_the_newest_with_the_older(office: Office, web: Hook) -> None:
    with hook() as slack:
        web.answer(500)
        slack.answer(500)
        office.configure([webhook(web), {"name": "people", "kind": "slack", "url": slack.url()}])
        office.report(0, mention("scheduled", day(14)))
        office.report(20, mention("postponed", moved_from=day(14)))
        office.notify()
        office.report(23, mention("rescheduled", day(2, 6)))
        office.notify(timedelta(seconds=1))
        web.answer(200)
        slack.answer(200)
        for minutes in (1, 2, 3, 60):
            office.notify(minutes * MINUTE)
        told = [json.loads(body)["type"] for _, _, body in web.got if json.loads(body)["data"]["alert"]]
        assert [kind for i, kind in enumerate(told) if kind not in told[:i]] == [
            "meeting.postponed",
            "meeting.rescheduled",
        ]
        last = slack.got[-1][2].decode()
        assert "NEW DATE" in last
        assert "Also: POSTPONED" in last
    assert sorted(row.state for row in office.rows("SELECT state FROM store.alert_delivery")) == [
        "delivered", "delivered", "delivered", "superseded",
    ]  # fmt: skip


def test_what_was_never_told_is_not_taken_back(office: Office, web: Hook) -> None:
    web.answer(500)
    office.configure([{"name": "file", "kind": "file"}, webhook(web)])
    office.report(0, mention("scheduled", day(14)))
    url = office.report(23, mention("cancelled", day(14)))
    office.notify()
    office.edit(24, url, mention("scheduled", day(14)))
    assert [alert[0] for alert in office.alerts()] == ["cancelled", "retracted"]
    office.notify(timedelta(seconds=1))
    web.answer(200)
    office.notify(timedelta(hours=1))
    assert [line["type"] for line in office.told()] == ["meeting.cancelled", "meeting.retracted"]
    assert office.told()[1]["data"]["alert"]["retracts"] == office.told()[0]["key"]
    assert len(web.got) == 1, "the failed try, and never its taking back"
    assert {r.state for r in office.rows("SELECT state FROM store.alert_delivery WHERE channel = 'hook'")} == {
        "superseded"
    }


def test_one_click_ends_a_watch_for_its_receiver_and_nobody_else(office: Office, box: Postbox) -> None:
    office.site_url = "https://ww.example.org"
    mail = {"name": "mail", "kind": "email", "url": f"smtp://127.0.0.1:{box.port}", "sender": "ww@desk.example"}
    office.configure([mail | {"to": ["a@b.example", "c@d.example"]}])
    office.cancel(14)
    office.notify()
    found = {receiver: message_from_bytes(raw, policy=default) for receiver, raw in box.got}
    links = {receiver: str(one["List-Unsubscribe"]).strip(" <>") for receiver, one in found.items()}
    assert {str(one["List-Unsubscribe-Post"]) for one in found.values()} == {"List-Unsubscribe=One-Click"}
    assert len(set(links.values())) == 2
    path = links["a@b.example"].removeprefix(office.site_url)
    with served(office.ctx) as browser:
        assert "Stop these mails" in browser.get(path).words  # a filter that follows the link ends nothing
        assert office.one("SELECT count(left_at) FROM store.unsubscription")[0] == 0
        assert browser.get("/unsubscribe/unknown").status == 404
        assert browser.ask("POST", path, {"List-Unsubscribe": "One-Click"}).status == 200
        office.cancel(20, 25)
        office.notify(timedelta(hours=1))
        assert [receiver for receiver, _ in box.got[2:]] == ["c@d.example"]
        dropped = office.one("SELECT receiver, last_error FROM wirewatch.alert_deliveries WHERE state = 'dropped'")
        assert tuple(dropped) == ("a@b.example", "unsubscribed")
        assert "Stop these mails" in browser.post(path, again="1").words
    office.cancel(27, 26)
    office.notify(timedelta(hours=2))
    assert len(box.got) == 5


def test_a_digest_is_one_message_at_its_hour(office: Office) -> None:
    office.configure([{"name": "file", "kind": "file"}], send={"digest": "hourly"})
    for number in (14, 20, 27):
        office.cancel(number)
    office.notify()
    assert office.told() == []
    office.notify(timedelta(hours=1))
    (line,) = office.told()
    assert (line["type"], len(line["data"]["alerts"])) == ("digest", 3)
    assert {row.state for row in office.rows("SELECT state FROM store.alert_delivery WHERE alert_id > 0")} == {
        "delivered"
    }
    office.notify(timedelta(hours=2))
    assert len(office.told()) == 1


def test_an_alert_waits_for_its_second_witness(office: Office) -> None:
    office.configure([{"name": "file", "kind": "file"}], min_witnesses=2)
    office.cancel()
    office.notify()
    assert office.told() == []
    office.cancel()
    office.notify(2 * MINUTE)
    (line,) = office.told()
    assert line["data"]["witnesses"]["independent"] == 2
    office.cancel(27)
    office.notify(timedelta(days=4))
    office.notify(timedelta(days=8))
    assert office.one("SELECT things FROM wirewatch.outcomes WHERE reason = 'too_few_witnesses'").things == 1


def test_a_mistake_in_the_file_stops_nothing_and_the_last_good_one_holds(office: Office, web: Hook) -> None:
    office.configure([{"name": "file", "kind": "file"}, webhook(web)])
    office.notify()
    good = (office.config / "alerts.yml").read_text()
    for when, restart in ((24, False), (25, True)):
        bad = good + "wacthes: []\n"
        (office.config / "alerts.yml").write_text(bad)
        if restart:
            office.write(bad)
        office.cancel(14 if when == 24 else 24, when)
        office.notify(timedelta(hours=when - 24, minutes=2))
    assert len([body for _, _, body in web.got if b"meeting.cancelled" in body]) == 2
    (told,) = [line for line in office.lines() if line["type"] == "operator.configuration_refused"]
    assert "config/alerts.yml:" in told["data"]["detail"]
    office.write(good)
    office.notify(timedelta(hours=3))
    refused = office.one("SELECT cleared_at FROM wirewatch.operator_notices WHERE cause = 'configuration_refused'")
    assert refused.cleared_at is not None


def test_a_delivery_is_begun_with_a_whole_lease_and_one_that_was_taken_over_is_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.configure([{"name": "file", "kind": "file"}])
    for number in (14, 20):
        office.cancel(number)
    left: list[float] = []

    def slowly(*_: Any, **__: Any) -> None:
        with office.engine.begin() as conn:
            query = "SELECT extract(epoch FROM max(leased_until) - clock_timestamp()) FROM store.work WHERE stage = 'notify'"
            left.append(float(conn.scalar(text(query)) or 0))
            conn.execute(
                text("UPDATE store.work SET lease = 'theirs' WHERE stage = 'notify' AND lease IS NOT NULL")
            )

    monkeypatch.setattr(NOTIFY, "send", slowly)
    counts = office.notify()
    assert len(left) == 1
    assert left[0] > 250
    assert counts["lease_lost"] >= 2
    assert "file_delivered" not in counts or counts["file_delivered"] == 1


def test_the_operator_hears_of_a_stall_a_silent_feed_and_every_day_of_life(office: Office) -> None:
    rules = {
        "channels": [{"name": "file", "kind": "file"}],
        "operator": {"channels": ["file"], "heartbeat": {"daily": "08:00", "zone": "Europe/Istanbul"}},
        "watches": [{"name": "all", "channels": ["file"]}],
    }
    office.write(yaml.safe_dump(rules))
    office.report(0, mention("scheduled", day(14)))
    with office.engine.begin() as conn:
        conn.execute(
            text("""
                UPDATE store.feed SET created_at = :then, last_polled_at = :now, last_new_item_at = :then, quiet_at = :then"""),
            {"then": NOW - timedelta(days=2), "now": NOW + timedelta(hours=24)},
        )
    office.notify()
    office.notify(timedelta(minutes=2))
    types = [line["type"] for line in office.lines()]
    assert sorted(types) == ["heartbeat", "operator.feed_silent", "operator.ingest_stalled"]
    beat = next(line for line in office.lines() if line["type"] == "heartbeat")
    assert beat["data"]["unwell"] is True
    assert beat["subject"] == "wirewatch needs attention"
    office.notify(timedelta(hours=12))
    office.notify(timedelta(hours=24))
    assert [line["type"] for line in office.lines()].count("heartbeat") == 2
