"""Hostile texts through every format, read back as each service reads it: no markup, no mention, no link from outside."""

from __future__ import annotations

import email
import email.policy
import json
import re
from datetime import UTC, datetime
from functools import partial
from html.parser import HTMLParser

import pytest
from alert_texts import CORPUS, NOTICE, SITE, hostile, style
from markdown_it import MarkdownIt

from pipeline.alerts.formats import mail, markdown, plain, services, slack
from pipeline.alerts.message import compose
from pipeline.alerts.outside import outside
from pipeline.alerts.receivers import EmailChannel
from pipeline.alerts.senders import smtp
from pipeline.alerts.senders.outgoing import Outgoing

OURS = re.compile(r"https://(?:evil\.example/|ww\.example\.org/meetings/12)")
MENTION = re.compile(r"@(?:everyone|here|channel|all|room)|(?<!\\)<[@#!:t]|<@[&0-9]", re.I)
PARSER = MarkdownIt("gfm-like", {"linkify": False})


class Tags(HTMLParser):
    """All tags with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def skeleton(page: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(tag, tuple(sorted(attributes))) for tag, attributes in Tags(page).tags]


def test_the_corpus_is_large() -> None:
    assert len(set(CORPUS)) >= 100


@pytest.mark.parametrize("text", CORPUS)
def test_plain_text_is_lines_of_ours_and_inert_values(text: str) -> None:
    harmless = plain.text(compose(hostile("harmless"), style(), SITE))
    written = plain.text(compose(hostile(text), style(), SITE))
    assert all(c.isprintable() or c == "\n" for c in written)
    if outside(text):
        assert len(written.splitlines()) == len(harmless.splitlines())
    without_ours = re.sub(r"(?m)^(Check: )?https://\S+$", "", written)
    assert "://" not in without_ours
    assert not re.search(r"(?:javascript|data|mailto|tel|tg):\S", without_ours)


@pytest.mark.parametrize("text", CORPUS)
def test_html_has_the_same_tags_whatever_the_text(text: str) -> None:
    for write in (mail.page, mail.fragment):
        harmless = write(compose(hostile("harmless" if outside(text) else ""), style(), SITE))
        written = write(compose(hostile(text), style(), SITE))
        assert skeleton(written) == skeleton(harmless)
        targets = [a["href"] for t, a in Tags(written).tags if t == "a"]
        assert all(target and OURS.match(target) for target in targets)
        assert "<script" not in written


@pytest.mark.parametrize("text", CORPUS)
def test_markdown_comes_back_as_text(text: str) -> None:
    message = compose(hostile(text), style(), SITE)
    for blank_lines in (False, True):
        written = markdown.text(message, blank_lines=blank_lines)
        assert not MENTION.search(re.sub(r"<https://\S+>", "", written))
        page = PARSER.render(written)
        found = Tags(page)
        assert {t for t, _ in found.tags} <= {"p", "strong", "blockquote", "a", "code", "br", "hr"} - {"hr"}
        assert all(OURS.match(a["href"] or "") for t, a in found.tags if t == "a")
        if message.quote and not blank_lines:
            shown = " ".join("".join(found.text).replace("\u200b", "").split())
            assert " ".join(message.quote.split()) in shown


@pytest.mark.parametrize("text", CORPUS)
def test_slack_has_outside_text_in_literal_elements_only(text: str) -> None:
    content = slack.payload(compose(hostile(text), style(), SITE))
    assert "<" not in content["text"].replace("&lt;", "")
    assert not re.search(r"&(?!amp;|lt;|gt;)", content["text"])
    kinds: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            kinds.add(str(node.get("type")))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(content["blocks"])
    assert "mrkdwn" not in kinds
    assert len(content["blocks"][0]["text"]["text"]) <= 150
    links = re.findall(r'"url": "([^"]+)"', json.dumps(content))
    assert all(OURS.match(target) for target in links)


@pytest.mark.parametrize("name", sorted(services.SERVICES))
def test_the_limit_of_each_service_is_kept_by_cutting_the_quote(name: str) -> None:
    service = services.SERVICES[name]
    for text in ("слово " * 2000, "<&>" * 3000, "🙂" * 4000, "short"):
        body = services.fitted(service, partial(_composed, text))
        assert service.measure(service.expands(body)) <= service.limit
        assert service.titled or "#12" in body.replace("\\", "")  # else it stands in the title
        assert "https://evil.example/" in body or len(text) > 1000
        assert "Fri 4 Dec 2026" in body


def _composed(text: str, most: int) -> object:
    return compose(hostile(text), style(), SITE, most=most)


def test_a_message_that_fits_is_whole() -> None:
    body = services.fitted(services.SERVICES["tgram"], lambda most: compose(NOTICE, style(), SITE, most=most))
    assert NOTICE.proof.quote in body


@pytest.mark.parametrize("text", CORPUS)
def test_mail_headers_fold_and_come_back(text: str) -> None:
    channel = EmailChannel(
        name="mail", kind="email", url="smtp://127.0.0.1", to=["a@b.example"], sender="w@b.example"
    )
    message = compose(hostile(text), style(), SITE)
    outgoing = Outgoing("key/1", message.subject, plain.text(message), {}, html=mail.page(message))
    raw = smtp.message(channel, "a@b.example", outgoing, now=datetime(2026, 12, 1, tzinfo=UTC)).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert all(len(line) <= 100 for line in head.split(b"\r\n"))
    back = email.message_from_bytes(raw, policy=email.policy.default)
    assert back["Subject"] == outside(message.subject, 250)
    assert sorted(back.keys()) == sorted(set(back.keys()))
    assert back.get_body(("plain",)).get_content().replace("\r\n", "\n") == plain.text(message)  # type: ignore[union-attr]
