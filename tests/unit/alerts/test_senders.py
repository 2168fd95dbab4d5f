"""Messages to real receivers: a mail server, a web server, and Apprise's own plugins against it."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import re
import resource
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import jsonschema
import pytest
from alert_texts import NOTICE, SITE, hostile, style
from receivers import Hook, Postbox, hook, postbox
from standardwebhooks import Webhook, WebhookVerificationError

from pipeline.alerts import channels, delivery, payload
from pipeline.alerts.formats import mail, plain
from pipeline.alerts.message import compose
from pipeline.alerts.receivers import (
    AppriseChannel,
    ConsoleChannel,
    EmailChannel,
    FileChannel,
    SlackChannel,
    WebhookChannel,
)
from pipeline.alerts.senders import apprise_service, smtp, webhook
from pipeline.alerts.senders.outgoing import Conversation, Outgoing
from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.records import Notice

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@pytest.fixture
def web() -> Iterator[Hook]:
    with hook() as found:
        yield found


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as found:
        yield found


def outgoing(notice: Notice = NOTICE, **changes: Any) -> Outgoing:
    message = compose(notice, style(), SITE)
    facts: dict[str, Any] = {
        "key": notice.key,
        "subject": message.subject,
        "text": plain.text(message),
        "document": payload.document(notice, style().names, SITE),
        "compose": partial(_composed, notice),
        "html": mail.page(message),
        "thread": Conversation(notice.uid, ("8f3c2d1e@wirewatch/1/announced",)),
    }
    return Outgoing(**{**facts, **changes})


def _composed(notice: Notice, most: int) -> Any:
    return compose(notice, style(), SITE, most=most)


def signed(web: Hook) -> WebhookChannel:
    return WebhookChannel(name="hook", kind="webhook", url=web.url(), secret=SECRET)


def failure(channel: Any, receiver: str = "", message: Outgoing | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channels.send(channel, receiver, message or outgoing(), data_dir=Path())
    return caught.value


def test_a_webhook_verifies_and_holds_to_its_schema(web: Hook) -> None:
    channels.send(signed(web), "", outgoing(), data_dir=Path())
    ((_, headers, body),) = web.got
    received = Webhook(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})
    jsonschema.validate(received, payload.schema())
    assert headers["webhook-id"] == headers["Idempotency-Key"] == NOTICE.key
    assert headers["User-Agent"].startswith("wirewatch/")
    assert received["type"] == "meeting.postponed"
    assert received["data"]["proof"]["quote"]["text"] == NOTICE.proof.quote
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", {name.lower(): value for name, value in headers.items()})


@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "whsec_!!!", "plain"])
def test_a_secret_that_signs_nothing_is_refused(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="whsec_"):
        webhook.signature(secret, "id", 1, b"")


@pytest.mark.parametrize(
    ("status", "headers", "kind", "pause"),
    [
        (302, {"Location": "/elsewhere"}, "misconfigured", None),
        (307, {"Location": "http://127.0.0.1:9/"}, "misconfigured", None),
        (400, {}, "bad_message", None),
        (401, {}, "misconfigured", None),
        (404, {}, "misconfigured", None),
        (410, {}, "gone", None),
        (413, {}, "bad_message", None),
        (429, {"Retry-After": "120"}, "busy", 120.0),
        (429, {"Retry-After": "soon"}, "busy", None),
        (500, {}, "down", None),
        (502, {}, "unsure", None),
        (504, {}, "unsure", None),
        (503, {}, "down", None),
        (503, {"Retry-After": "60"}, "busy", 60.0),
        (200, {"Content-Type": "text/html"}, "misconfigured", None),
    ],
)
def test_each_answer_has_its_class(
    web: Hook, status: int, headers: dict[str, str], kind: str, pause: float | None
) -> None:
    web.answer(status, headers)
    error = failure(signed(web))
    assert (error.kind, error.retry_after_s) == (kind, pause)
    assert len(web.got) == 1, "a redirect is never followed"


def test_no_answer_is_unsure_and_no_connection_is_not(web: Hook) -> None:
    web.drop = True
    assert failure(signed(web)).kind == "unsure"
    nobody = WebhookChannel(name="hook", kind="webhook", url="http://127.0.0.1:9/")
    assert failure(nobody).kind == "down"


@pytest.mark.parametrize("address", ["ftp://secret.example/token", "http://", "token"])
def test_a_bad_address_is_not_shown(address: str) -> None:
    error = failure(WebhookChannel(name="hook", kind="webhook", url=address))
    assert error.kind == "misconfigured"
    assert "token" not in str(error)


def test_an_unset_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIREWATCH_DESK_URL", raising=False)
    error = failure(WebhookChannel(name="desk", kind="webhook", url_env="WIREWATCH_DESK_URL"))
    assert error.kind == "misconfigured"
    assert "WIREWATCH_DESK_URL" in str(error)


def test_slack_gets_blocks(web: Hook) -> None:
    channels.send(SlackChannel(name="s", kind="slack", url=web.url()), "", outgoing(), data_dir=Path())
    content = json.loads(web.got[0][2])
    assert content["blocks"][0]["text"]["text"] == "POSTPONED: Sergei Lavrov, Hakan Fidan · Istanbul"


def mail_channel(box: Postbox, *to: str) -> EmailChannel:
    return EmailChannel(
        name="mail", kind="email", url=f"smtp://127.0.0.1:{box.port}", to=list(to), sender="ww@a.example"
    )


def test_mail_arrives_whole_and_in_its_thread(box: Postbox) -> None:
    said = channels.send(mail_channel(box, "a@b.example"), "a@b.example", outgoing(), data_dir=Path())
    assert said == "OK queued as 4711"
    ((receiver, raw),) = box.got
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert (receiver, found["To"]) == ("a@b.example", "a@b.example")
    assert found["Subject"] == outgoing().subject
    before = smtp.message_id("8f3c2d1e@wirewatch/1/announced", "a@b.example", "wirewatch.invalid")
    assert found["In-Reply-To"] == before
    assert found["References"].endswith(before)
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert found["Message-ID"] == smtp.message_id(NOTICE.key, "A@b.example", "wirewatch.invalid")
    assert "Date" in found
    assert found["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("550 5.1.1 no such user", "bad_receiver", "550"),
        ("451 4.7.1 greylisted", "busy", "451"),
        ("452 4.2.2 full", "down", "452"),
        ("554 5.7.1 spam", "bad_message", "554"),
        ("521 host does not accept mail", "gone", "521"),
    ],
)
def test_a_refused_receiver_has_its_own_class(box: Postbox, answer: str, kind: str, code: str) -> None:
    box.refuse["bad@b.example"] = answer
    channel = mail_channel(box, "good@b.example", "bad@b.example")
    assert channels.receivers(channel) == ["good@b.example", "bad@b.example"]
    error = failure(channel, "bad@b.example")
    assert (error.kind, error.code) == (kind, code)
    channels.send(channel, "good@b.example", outgoing(), data_dir=Path())
    assert [receiver for receiver, _ in box.got] == ["good@b.example"]


def test_a_mail_server_that_is_away_or_misnamed() -> None:
    for url, kind in (("smtp://127.0.0.1:9", "down"), ("http://127.0.0.1:9", "misconfigured")):
        channel = EmailChannel(name="m", kind="email", url=url, to=["a@b.example"], sender="w@a.example")
        assert failure(channel, "a@b.example").kind == kind


def test_a_file_is_private_and_gets_one_document_a_line(tmp_path: Path) -> None:
    channel = FileChannel(name="file", kind="file", path="out/alerts.jsonl")
    for _ in range(2):
        channels.send(channel, "", outgoing(), data_dir=tmp_path)
    path = tmp_path / "out" / "alerts.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["key"] for line in lines] == [NOTICE.key] * 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "alerts.jsonl").mkdir()
    with pytest.raises(DeliveryError) as caught:
        channels.send(FileChannel(name="file", kind="file"), "", outgoing(), data_dir=tmp_path)
    assert caught.value.kind == "down"


def test_half_a_line_never_stays_in_the_file(tmp_path: Path) -> None:
    """A killed writer left one behind, and a full disk makes one: here, a limit on the size of files."""
    channel, path = FileChannel(name="file", kind="file"), tmp_path / "alerts.jsonl"
    channels.send(channel, "", outgoing(), data_dir=tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"key": "half a li')
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 40, before[1]))
    try:
        with pytest.raises(DeliveryError, match="File too large"):
            channels.send(channel, "", outgoing(), data_dir=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == whole
    channels.send(channel, "", outgoing(), data_dir=tmp_path)
    assert path.read_bytes() == whole * 2


def test_the_console_is_stderr_and_leaves_stdout_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    channels.send(ConsoleChannel(name="console", kind="console"), "", outgoing(), data_dir=tmp_path)
    out, err = capsys.readouterr()
    assert out == ""
    assert "POSTPONED: Sergei Lavrov" in err


def apprise(web: Hook, scheme: str, path: str) -> AppriseChannel:
    return AppriseChannel(
        name="desk", kind="apprise", url=f"{scheme}://{path.format(host=f'127.0.0.1:{web.port}')}"
    )


@pytest.mark.parametrize(
    ("scheme", "path", "field"),
    [
        ("mmost", "{host}/token123456789", "text"),
        ("ntfy", "{host}/topic", "message"),
        ("gotify", "{host}/token123456789", "message"),
    ],
)
@pytest.mark.parametrize("text", ["@everyone <!channel> [x](https://evil.example) *b* <b>", "word " * 3000])
def test_apprises_own_plugins_post_what_is_inert(web: Hook, scheme: str, path: str, field: str, text: str) -> None:
    channels.send(apprise(web, scheme, path), "", outgoing(hostile(text)), data_dir=Path())
    ((_, _, body),) = web.got
    content = json.loads(body)
    said = content[field]
    assert len(said) <= apprise_service.service_of(f"{scheme}://").limit
    if scheme == "mmost":
        assert "@everyone" not in said
        assert "[x](" not in said
    assert "https://ww.example.org/meetings/12" in said


# Services of one's own that Apprise reaches at any host, with where each puts the text.
SELF_HOSTED = {
    "ntfy": "ntfy://{host}/topic",
    "gotify": "gotify://{host}/token123456789",
    "Mattermost": "mmost://{host}/token123456789",
    "Rocket.Chat": "rocket://aaaaaaaaaaaaaaaaa%2Fbbbbbbbbbbbbbbbbbbb@{host}/#general",
    "Matrix": "matrix://user:pass@{host}/#general",
    "Matrix hook": "matrix://token@{host}/?mode=slack",
    "JSON": "json://{host}/x",
    "XML": "xml://{host}/x",
    "form": "form://{host}/x",
    "Apprise API": "apprise://{host}/token12345",
    "Signal": "signal://{host}/15555550100/15555550101",
    "Home Assistant": "hassio://{host}/accesstoken",
    "Synology Chat": "synology://{host}/token",
    "Nextcloud": "ncloud://user:pass@{host}/target",
    "Nextcloud Talk": "nctalk://user:pass@{host}/roomid",
    "Bark": "bark://{host}/devicekey",
    "LaMetric": "lametric://apikey@{host}",
    "PushDeer": "pushdeer://{host}/pushkey",
    "Parse": "parsep://appid:master@{host}",
    "Misskey": "misskey://accesstoken@{host}",
    "Mastodon": "mastodon://accesstoken@{host}",
}
SHOWN_AS_IT_IS = frozenset({"ntfy", "gotify", "Signal"})  # no mentions, no markup in plain text
YES = {
    "access_token": "a", "home_server": "h", "user_id": "@u:h", "room_id": "!r:h", "event_id": "$e", "success": True,
    "code": 200,
}  # fmt: skip


def texts_in(body: bytes) -> Iterator[str]:
    """Every text of a request, whether it is JSON, XML or a form, or one within the other."""
    said = body.decode()
    if said.startswith(("{", "[")):
        waiting: list[Any] = [json.loads(said)]
        while waiting:
            node = waiting.pop()
            waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
            if isinstance(node, str):
                yield node
    elif said.startswith("<"):
        yield from (node.text or "" for node in ElementTree.fromstring(said).iter())  # noqa: S314 - our own request
    else:
        for values in parse_qs(said).values():
            for value in values:
                yield from texts_in(value.encode()) if value.startswith("{") else [value]


@pytest.mark.parametrize("service", SELF_HOSTED)
def test_a_service_of_ones_own_gets_lines_and_nothing_that_rings_or_links(web: Hook, service: str) -> None:
    web.answer(200, {"Content-Type": "application/json"}, json.dumps(YES).encode())
    address = SELF_HOSTED[service].format(host=f"127.0.0.1:{web.port}")
    channel = AppriseChannel(name="desk", kind="apprise", url=address)
    hostile_text = "@everyone @all @room <!channel> [x](https://evil.example) <b>"
    notice = hostile(hostile_text)
    channels.send(channel, channels.receivers(channel)[0], outgoing(notice), data_dir=Path())
    said = [text for _, _, body in web.got for text in texts_in(body)]
    whole = [text for text in said if "https://ww.example.org/meetings/12" in text]
    assert whole, said
    assert all(len(text.splitlines()) >= 4 for text in whole), "line breaks survive"
    assert not any("](https://evil" in text for text in said), "an address in a quote is no link"
    if service not in SHOWN_AS_IT_IS:
        assert not any(re.search(r"@(?:everyone|all|room)", text) for text in said)


def test_an_address_with_three_targets_is_three_receivers(web: Hook) -> None:
    channel = apprise(web, "ntfy", "{host}/one/two/three")
    assert channels.receivers(channel) == ["one", "two", "three"]
    channels.send(channel, "two", outgoing(), data_dir=Path())
    assert [json.loads(body)["topic"] for _, _, body in web.got] == ["two"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "bad_message"),
        (404, "misconfigured"),
        (429, "busy"),
        (500, "down"),
        (504, "unsure"),
        (302, "misconfigured"),
    ],
)
def test_what_apprise_was_answered_has_the_class_of_a_webhook(web: Hook, status: int, kind: str) -> None:
    web.answer(status, {"Location": "/elsewhere"})
    assert failure(apprise(web, "ntfy", "{host}/topic"), "").kind == kind
    assert len(web.got) == 1


def test_a_service_that_asks_for_time_gets_it(web: Hook) -> None:
    web.answer(429, {"Retry-After": "90"})
    assert failure(apprise(web, "ntfy", "{host}/topic")).retry_after_s == 90


def test_a_web_page_is_not_taken_for_a_services_yes(web: Hook) -> None:
    web.answer(200, {"Content-Type": "text/html; charset=utf-8"}, b"<!doctype html><title>Sign in</title>")
    assert failure(apprise(web, "ntfy", "{host}/topic")).kind == "misconfigured"


def test_a_services_silence_is_unsure_and_its_absence_is_not(web: Hook) -> None:
    web.drop = True
    assert failure(apprise(web, "ntfy", "{host}/topic")).kind == "unsure"
    nobody = AppriseChannel(name="desk", kind="apprise", url="ntfy://127.0.0.1:9/topic")
    assert failure(nobody).kind == "down"


def test_how_a_mail_server_says_goodbye_changes_nothing(box: Postbox) -> None:
    box.farewell = "421 4.3.2 closing"
    said = channels.send(mail_channel(box, "a@b.example"), "a@b.example", outgoing(), data_dir=Path())
    assert said == "OK queued as 4711"


@pytest.mark.parametrize(
    "url", ["nosuchservice://x", "ntfy://127.0.0.1/topic?retry=3", "ntfy://127.0.0.1/t?format=html"]
)
def test_an_address_that_cannot_be_used_is_misconfigured(url: str) -> None:
    channel = AppriseChannel(name="desk", kind="apprise", url=url)
    with pytest.raises(DeliveryError) as caught:
        channels.receivers(channel)
    assert caught.value.kind == "misconfigured"


def test_thirteen_tries_take_three_days() -> None:
    whole = sum((delivery.next_try(n, chance=0.5) for n in range(delivery.MOST_TRIES)), delivery.LADDER[0])
    assert (delivery.MOST_TRIES, round(whole.total_seconds() / 3600, 1)) == (13, 71.7)
    assert delivery.next_try(1, chance=0) < delivery.LADDER[1] < delivery.next_try(1, chance=1)
