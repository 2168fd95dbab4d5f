"""Hostile texts through the real plugins of services with an address of their own, read back as each service reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest import mock
from urllib.parse import parse_qs

import pytest
import requests
from alert_texts import CORPUS, SITE, hostile, style

from pipeline.alerts.formats import plain
from pipeline.alerts.formats.services import fitted, service_of
from pipeline.alerts.message import Message, compose
from pipeline.alerts.receivers import AppriseChannel
from pipeline.alerts.senders import apprise_service
from pipeline.alerts.senders.outgoing import Outgoing

TELEGRAM = "tgram://123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/1001"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
PUSHOVER = f"pover://{'u' * 30}@{'t' * 30}"
# Services whose Markdown is ours: what is posted must be what we wrote, for that is read back in test_message_formats.
MARKDOWN = {
    "Discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "Webex": "wxteams://" + "a" * 80,
}


@contextmanager
def captured() -> Iterator[list[str]]:
    """The bodies of the requests that would go out; Slack's hook answers with a word, the others with JSON."""
    bodies: list[str] = []

    def send(_session: object, request: requests.PreparedRequest, **_options: object) -> requests.Response:
        body = request.body or b""
        bodies.append(body.decode() if isinstance(body, bytes) else str(body))
        answer = requests.Response()
        answer.status_code = 200
        answer._content = b"ok" if "slack.com" in (request.url or "") else b'{"ok":true}'
        return answer

    with mock.patch.object(requests.Session, "send", send):
        yield bodies


def posted(url: str, text: str) -> tuple[str, str]:
    """The body of the request, and the text that was to be sent."""
    notice = hostile(text)

    def write(most: int) -> Message:
        return compose(notice, style(), SITE, most=most)

    message = write(600)
    outgoing = Outgoing("k", message.subject, plain.text(message), {}, compose=write)
    with captured() as bodies:
        apprise_service.send(AppriseChannel(name="desk", kind="apprise", url=url), "", outgoing)
    return bodies[-1], fitted(service_of(url), write)


class _Telegram(HTMLParser):
    """Telegram's HTML: the tags it knows, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def words(text: str) -> list[str]:
    return text.replace("\u200b", "").split()


def test_telegram_shows_every_letter_and_no_markup_of_others() -> None:
    for text in CORPUS:
        body, meant = posted(TELEGRAM, text)
        content = json.loads(body)
        assert content["parse_mode"] == "HTML"
        shown = _Telegram(content["text"])
        assert set(shown.tags) <= {"b"}, text  # the title, ours
        assert words(shown.text)[-len(words(meant)) :] == words(meant), text
        assert len(content["text"].encode("utf-16-le")) // 2 <= 4096 or len(shown.text) <= 4096


def test_slack_gets_text_that_is_no_markup() -> None:
    for text in CORPUS:
        body, meant = posted(SLACK, text)
        (attachment,) = json.loads(body)["attachments"]
        said = attachment["text"]
        assert "<" not in said, text
        assert ">" not in said, text
        read = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert words(read) == words(meant), text


def test_pushover_gets_plain_text() -> None:
    for text in CORPUS[::3]:
        body, meant = posted(PUSHOVER, text)
        assert "html=1" not in body
        assert words(parse_qs(body)["message"][0]) == words(meant), text


@pytest.mark.parametrize("service", MARKDOWN)
def test_our_markdown_is_posted_as_we_wrote_it(service: str) -> None:
    for text in CORPUS[::3]:
        body, meant = posted(MARKDOWN[service], text)
        content = json.loads(body)
        said = content.get("content") or content.get("text") or content.get("markdown")
        assert words(said) == words(meant), text
