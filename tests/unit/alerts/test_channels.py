"""Alerts on their way out: real files, a real web server on the other end."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipeline.alerts import message
from pipeline.alerts.channels import send
from pipeline.alerts.rules import AppriseChannel, ConsoleChannel, FileChannel, WebhookChannel
from pipeline.errors import DeliveryError

PAYLOAD = {
    "change": "postponed",
    "meeting": "a@wirewatch",
    "format": "visit",
    "participants": ["Grigory Sokolov"],
    "countries": ["RU", "TR"],
    "place": "Istanbul",
    "old_date": "2031-05-14",
    "new_date": None,
    "quote": "The visit planned for\n14 May has been postponed.",
    "title": "Visit <b>postponed</b>",
    "outlet": "Nordic Wire",
    "url": "http://nordic.example/1",
    "published_at": "2031-05-08T07:00:00+00:00",
}


class Receiver:
    """Takes what is posted and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], dict[str, object]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), json.loads(body)))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


def test_the_message_says_what_changed_with_the_sentence_on_one_line() -> None:
    assert message.subject(PAYLOAD) == "POSTPONED: Grigory Sokolov (RU-TR, Istanbul)"
    assert message.body(PAYLOAD).splitlines() == [
        "Visit: was 2031-05-14, no new date",
        "“The visit planned for 14 May has been postponed.”",
        "Nordic Wire, 2031-05-08T07:00:00+00:00: Visit <b>postponed</b>",
        "http://nordic.example/1",
    ]


def test_text_from_outside_cannot_drive_a_terminal() -> None:
    hostile = PAYLOAD | {
        "title": "\x1b[2JVisit\u202e off",
        "participants": ["\x07Sokolov"],
        "quote": "a\x1b]0;b\x07",
    }
    written = message.subject(hostile) + message.body(hostile)
    assert all(c.isprintable() or c == "\n" for c in written)
    assert "[2JVisit off" in written


@pytest.mark.parametrize(
    ("change", "new", "expected"),
    [
        ("cancelled", None, "was 2031-05-14"),
        ("rescheduled", "2031-06-02", "was 2031-05-14, now 2031-06-02"),
        ("postponed", None, "was 2031-05-14, no new date"),
    ],
)
def test_the_dates_fit_the_change(change: str, new: str | None, expected: str) -> None:
    assert message.dates(PAYLOAD | {"change": change, "new_date": new}) == expected


def test_a_file_gets_one_document_a_line(tmp_path: Path) -> None:
    channel = FileChannel(name="file", kind="file", path="out/alerts.jsonl")
    for _ in range(2):
        send(channel, "key-1", PAYLOAD, data_dir=tmp_path)
    lines = (tmp_path / "out" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["key-1", "key-1"]
    assert json.loads(lines[0])["quote"] == PAYLOAD["quote"]


def test_a_file_that_cannot_be_written_is_worth_a_retry(tmp_path: Path) -> None:
    (tmp_path / "alerts.jsonl").mkdir()
    with pytest.raises(DeliveryError) as caught:
        send(FileChannel(name="file", kind="file"), "k", PAYLOAD, data_dir=tmp_path)
    assert caught.value.retry


def test_the_console_is_stderr_and_leaves_stdout_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    send(ConsoleChannel(name="console", kind="console"), "k", PAYLOAD, data_dir=tmp_path)
    out, err = capsys.readouterr()
    assert out == ""
    assert "POSTPONED: Grigory Sokolov" in err


def test_a_webhook_gets_the_facts_and_the_key(receiver: Receiver, tmp_path: Path) -> None:
    send(WebhookChannel(name="hook", kind="webhook", url=receiver.url), "key-1", PAYLOAD, data_dir=tmp_path)
    ((headers, body),) = receiver.got
    assert headers["Idempotency-Key"] == "key-1"
    assert body == {"key": "key-1", "subject": message.subject(PAYLOAD), **PAYLOAD}


@pytest.mark.parametrize(("status", "retry"), [(500, True), (429, True), (404, False), (302, False)])
def test_a_webhook_that_refuses_says_whether_to_try_again(
    receiver: Receiver, tmp_path: Path, status: int, retry: bool
) -> None:
    receiver.status = status
    with pytest.raises(DeliveryError, match=str(status)) as caught:
        send(WebhookChannel(name="hook", kind="webhook", url=receiver.url), "k", PAYLOAD, data_dir=tmp_path)
    assert caught.value.retry is retry


def test_a_webhook_nobody_answers_is_worth_a_retry(tmp_path: Path) -> None:
    channel = WebhookChannel(name="hook", kind="webhook", url="http://127.0.0.1:9/hook")
    with pytest.raises(DeliveryError) as caught:
        send(channel, "k", PAYLOAD, data_dir=tmp_path)
    assert caught.value.retry


def test_apprise_reaches_a_real_service_and_reports_refusal(receiver: Receiver, tmp_path: Path) -> None:
    channel = AppriseChannel(name="desk", kind="apprise", url=receiver.url.replace("http://", "json://"))
    send(channel, "k", PAYLOAD, data_dir=tmp_path)
    assert receiver.got[0][1]["title"] == message.subject(PAYLOAD)
    receiver.status = 500
    with pytest.raises(DeliveryError):
        send(channel, "k", PAYLOAD, data_dir=tmp_path)


def test_an_address_apprise_does_not_know_is_final(tmp_path: Path) -> None:
    channel = AppriseChannel(name="desk", kind="apprise", url="nosuchservice://x")
    with pytest.raises(DeliveryError) as caught:
        send(channel, "k", PAYLOAD, data_dir=tmp_path)
    assert not caught.value.retry


def test_a_missing_address_is_named_and_worth_a_retry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WIREWATCH_DESK_URL", raising=False)
    channel = WebhookChannel(name="desk", kind="webhook", url_env="WIREWATCH_DESK_URL")
    with pytest.raises(DeliveryError, match="WIREWATCH_DESK_URL") as caught:
        send(channel, "k", PAYLOAD, data_dir=tmp_path)
    assert caught.value.retry
