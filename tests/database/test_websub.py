"""Push instead of polling, with a real hub and the real site over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hub_wire import Wire, wired
from local_hub import ask
from sqlalchemy import Engine, text

from pipeline.stages.poll.hubs import subscribe
from pipeline.stages.poll.poll import MAX_FEED_BYTES
from pipeline.stages.poll.pushes import take_pushes


@pytest.fixture
def wire(engine: Engine, tmp_path: Path) -> Iterator[Wire]:
    with wired(engine, tmp_path) as wire:
        yield wire


def test_a_feed_that_names_a_hub_is_pushed_and_polled_less(wire: Wire) -> None:
    wire.agree()
    assert wire.state == "active"
    assert wire.hub.verified == [(200, "c-4711")]
    body = wire.feed("one", "two")
    assert wire.hub.publish(body) == 202
    assert take_pushes(wire.ctx, datetime.now(UTC)).counts["pushed"] == 1
    assert wire.titles() == ["one", "two"]
    assert wire.one("SELECT count(*) FROM store.push") == 0
    assert wire.one("SELECT new_items FROM store.poll WHERE reason = 'pushed'") == 1
    assert wire.one("SELECT count(*) FROM store.work WHERE stage = 'fetch'") == 2  # like any item of a poll
    wire.poll()
    assert wire.state == "active"
    assert wire.next_poll_in > timedelta(minutes=55)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_signature_of_the_standard_counts(wire: Wire, method: str) -> None:
    wire.agree()
    assert wire.hub.publish(wire.feed("two"), method=method) == 202


@pytest.mark.parametrize("signature", ["sha256=00", "md5=00", "", "sha256", "sha256=é", " "])
def test_what_is_not_signed_is_not_read_and_counted(wire: Wire, signature: str) -> None:
    wire.agree()
    token = wire.hub.asked[-1]["hub.callback"]
    headers = {"X-Hub-Signature": signature.encode().decode("latin-1")} if signature else {}
    assert ask("POST", token, wire.feed("forged"), headers)[0] == 200  # nothing is told to a forger
    assert take_pushes(wire.ctx, datetime.now(UTC)).counts == {}
    assert wire.titles() == ["one"]
    assert wire.one("SELECT times FROM wirewatch.outcomes WHERE reason = 'push_not_signed'") == 1


def test_a_body_that_was_changed_on_the_way_is_not_read(wire: Wire) -> None:
    wire.agree()
    form = wire.hub.asked[-1]
    assert wire.hub.publish(b"<rss/>", signature="sha256=" + "0" * 64, to=form) == 200
    assert wire.one("SELECT count(*) FROM store.push") == 0


def test_too_much_is_refused_before_it_is_kept(wire: Wire) -> None:
    wire.agree()
    assert wire.hub.publish(b" " * (MAX_FEED_BYTES + 1)) == 413
    assert wire.one("SELECT count(*) FROM store.push") == 0
    assert wire.outcomes() == {"push_too_big": 1}


def test_nobody_can_verify_what_was_not_asked(wire: Wire) -> None:
    wire.agree()
    form = wire.hub.asked[-1]
    assert wire.hub.verify(form)[0] == 404  # verified before, and not asked again since
    assert wire.hub.verify({**form, "hub.topic": "http://other.example/"})[0] == 404
    assert wire.hub.verify(form, **{"hub.mode": "unsubscribe"})[0] == 404
    assert wire.hub.verify({**form, "hub.callback": form["hub.callback"] + "x"})[0] == 404
    assert wire.state == "active"


def test_a_push_to_an_unknown_address_finds_nothing(wire: Wire) -> None:
    wire.agree()
    form = wire.hub.asked[-1]
    assert wire.hub.publish(b"x", to={**form, "hub.callback": form["hub.callback"][:-3]}) == 404


def test_a_promise_runs_out_and_is_renewed_before(wire: Wire) -> None:
    wire.agree()
    now = datetime.now(UTC)
    assert subscribe(wire.ctx, now + timedelta(hours=1)).counts == {}
    with wire.engine.begin() as conn:
        conn.execute(text("UPDATE store.work SET due_at = now() WHERE stage = 'subscribe'"))
    assert subscribe(wire.ctx, datetime.now(UTC)).counts == {"agreed": 1}
    assert len(wire.hub.asked) == 1  # looked at, and nothing to be asked yet
    assert subscribe(wire.ctx, now + timedelta(hours=20)).counts in ({"agreed": 1}, {"asked": 1})
    assert len(wire.hub.asked) == 2
    with wire.engine.begin() as conn:
        conn.execute(text("UPDATE store.subscription SET expires_at = now() - interval '1 second'"))
    assert wire.hub.publish(wire.feed("late")) == 410
    wire.poll()
    assert wire.next_poll_in < timedelta(minutes=15)  # polling alone has to do


def test_a_hub_that_says_yes_and_verifies_nothing_is_asked_ever_less_often(wire: Wire) -> None:
    wire.hub.mood = "later"
    wire.feed("one")
    wire.poll()
    now = datetime.now(UTC)
    gaps = []
    for _ in range(4):
        assert subscribe(wire.ctx, now).counts == {"asked": 1}
        due = wire.one("SELECT due_at FROM store.work WHERE stage = 'subscribe'")
        assert isinstance(due, datetime)
        gaps.append(due - now)
        now = due
    assert wire.state == "pending"
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[-1]
    wire.poll()
    assert wire.next_poll_in < timedelta(minutes=15)


@pytest.mark.parametrize(
    ("mood", "state", "reason"), [("deny", "denied", "asked"), ("refuse", "pending", "http_403")]
)
def test_a_hub_that_says_no(wire: Wire, mood: str, state: str, reason: str) -> None:
    wire.hub.mood = mood
    wire.feed("one")
    wire.poll()
    assert subscribe(wire.ctx, datetime.now(UTC)).counts == {reason: 1}
    assert wire.state == state
    reasons = wire.one("SELECT string_agg(reason, ' ') FROM store.outcome WHERE stage = 'subscribe'")
    assert reasons == {"deny": "hub_denied", "refuse": "http_403"}[mood]


def test_a_hub_that_misses_what_polls_find_is_not_relied_on(wire: Wire) -> None:
    wire.agree()
    wire.poll()  # the first since the promise
    wire.feed("one", "two")
    assert wire.poll()["push_missed"] == 1
    assert wire.state == "active"  # it may have been a race
    wire.feed("one", "two", "three")
    assert wire.poll()["push_missed"] == 1
    assert wire.state == "broken"
    assert wire.next_poll_in < timedelta(minutes=15)
    assert subscribe(wire.ctx, datetime.now(UTC) + timedelta(days=1, minutes=1)).counts in (
        {"agreed": 1},
        {"asked": 1},
    )
    assert wire.state in ("active", "pending")  # and it gets another chance


def test_a_push_between_two_misses_makes_up_for_the_first(wire: Wire) -> None:
    wire.agree()
    wire.poll()
    wire.feed("one", "two")
    wire.poll()
    wire.hub.publish(wire.feed("one", "two", "three"))
    take_pushes(wire.ctx, datetime.now(UTC))
    wire.feed("one", "two", "three", "four")
    wire.poll()
    assert wire.state == "active"


def test_a_push_that_is_no_feed_is_counted(wire: Wire) -> None:
    wire.agree()
    wire.hub.publish(b"<html><body>We are closed</body></html>")
    (reason,) = take_pushes(wire.ctx, datetime.now(UTC)).counts
    assert wire.one("SELECT reason FROM store.outcome WHERE stage = 'push'") == reason
    assert wire.one("SELECT count(*) FROM store.push") == 0


def test_a_feed_that_leaves_its_hub_is_no_longer_pushed(wire: Wire) -> None:
    wire.agree()
    wire.feed("one", "two", hub=False)
    wire.poll()
    assert wire.one("SELECT count(*) FROM store.subscription") == 0
    assert wire.hub.publish(b"<rss/>") == 404


def test_what_was_accepted_is_read_although_the_feed_has_left_its_hub_since(wire: Wire) -> None:
    wire.agree()
    assert wire.hub.publish(wire.feed("one", "two")) == 202
    wire.feed("three", hub=False)
    wire.poll()
    assert wire.one("SELECT count(*) FROM store.subscription") == 0
    assert take_pushes(wire.ctx, datetime.now(UTC)).counts["pushed"] == 1
    assert wire.titles() == ["one", "three", "two"]
    assert wire.one("SELECT count(*) FROM store.push") == 0


def test_a_push_whose_bytes_are_gone_is_counted(wire: Wire) -> None:
    wire.agree()
    wire.hub.publish(wire.feed("one", "two"))
    with wire.engine.begin() as conn:
        conn.execute(text("DELETE FROM store.push"))
    assert take_pushes(wire.ctx, datetime.now(UTC)).counts == {"push_gone": 1}
    assert wire.outcomes() == {"push_gone": 1}
    assert wire.one("SELECT count(*) FROM store.work WHERE stage = 'push'") == 0
