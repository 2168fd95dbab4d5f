"""robots.txt: obeyed, asked for once, and honest when it cannot be read (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hostile import QUICK, Handler, Request, answer, redirect, serve
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from pipeline.errors import FetchError
from pipeline.records import Response, RobotsNote
from pipeline.web_client.client import WebClient
from pipeline.web_client.robots import RobotsRules

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
PAGE = answer(b"<p>The summit is postponed.</p>")
RULES = b"User-agent: *\nDisallow: /drafts/\nAllow: /drafts/final\n\nUser-agent: badbot\nDisallow: /\n"


def outcomes(
    routes: dict[str, bytes | Handler], *paths: str, at_once: bool = False
) -> tuple[list[str], Counter[str]]:
    """What each path came to, 200 or a reason, and what the server was asked for."""

    async def run() -> tuple[list[str], Counter[str]]:
        async with (
            serve(routes) as server,
            WebClient(contact="x", allow_private=frozenset({server.pair}), timeouts=QUICK) as client,
        ):

            async def one(path: str) -> str:
                try:
                    return str((await client.get(server.url(path), max_bytes=10_000, accept="*/*")).status)
                except FetchError as error:
                    return f"{error.reason}{' again' if error.retry else ''}"

            if at_once:
                return list(await asyncio.gather(*(one(path) for path in paths))), server.asked
            return [await one(path) for path in paths], server.asked

    return asyncio.run(run())


def test_rules_are_obeyed_and_asked_for_once() -> None:
    routes = {"/robots.txt": answer(RULES), "/a": PAGE, "/drafts/final": PAGE, "/drafts/b": PAGE}
    results, asked = outcomes(routes, "/a", "/drafts/b", "/drafts/final", "/a")
    assert results == ["200", "robots_disallowed", "200", "200"]
    assert asked == {"/robots.txt": 1, "/a": 2, "/drafts/final": 1}


def test_requests_at_once_share_one_question() -> None:
    results, asked = outcomes({"/robots.txt": answer(RULES), "/a": PAGE}, *["/a"] * 8, at_once=True)
    assert results == ["200"] * 8
    assert asked["/robots.txt"] == 1


def test_our_own_name_is_looked_for() -> None:
    rules = b"User-agent: wirewatch\nDisallow: /\n\nUser-agent: *\nDisallow:\n"
    assert outcomes({"/robots.txt": answer(rules), "/a": PAGE}, "/a")[0] == ["robots_disallowed"]


def test_the_target_of_a_redirect_is_asked_about_too() -> None:
    routes = {"/robots.txt": answer(RULES), "/a": redirect("/drafts/b"), "/drafts/b": PAGE}
    results, asked = outcomes(routes, "/a")
    assert results == ["robots_disallowed"]
    assert asked["/drafts/b"] == 0


@pytest.mark.parametrize(
    "robots",
    [
        answer(status="404 Not Found"),
        answer(status="403 Forbidden"),
        answer(),
        redirect("/robots.txt"),
        answer(b"\xff\xfe\x00 not a robots file"),
        answer(b"<html><body>Welcome</body></html>"),
    ],
)
def test_no_usable_file_allows_everything(robots: bytes) -> None:
    assert outcomes({"/robots.txt": robots, "/a": PAGE}, "/a")[0] == ["200"]


async def silence(_: Request, __: object) -> None:
    await asyncio.sleep(10)


@pytest.mark.parametrize(
    "robots",
    [
        answer(status="500 Internal Server Error"),
        answer(status="503 Service Unavailable"),
        answer(status="429 Too Many Requests"),
        answer(b"not gzip", Content_Encoding="gzip"),
        answer(b"#" * 5_000_000),
        silence,
    ],
)
def test_a_site_that_cannot_say_is_left_alone_for_now(robots: bytes | Handler) -> None:
    results, asked = outcomes({"/robots.txt": robots, "/a": PAGE}, "/a", "/a")
    assert results == ["robots_unreachable again"] * 2
    assert asked == {"/robots.txt": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_a_mark_before_the_first_group_hides_no_rule(encoding: str, line: str) -> None:
    rules = line.join(["User-agent: *", "Disallow: /taslak/", ""]).encode(encoding)
    results, asked = outcomes({"/robots.txt": answer(rules), "/a": PAGE, "/taslak/a": PAGE}, "/taslak/a", "/a")
    assert results == ["robots_disallowed", "200"]
    assert asked["/taslak/a"] == 0


def test_only_the_first_half_megabyte_counts() -> None:
    late = b"User-agent: *\n" + b"#" * 600_000 + b"\nDisallow: /\n"
    assert outcomes({"/robots.txt": answer(late), "/a": PAGE}, "/a")[0] == ["200"]


def test_an_unreachable_host_keeps_its_own_reason() -> None:
    async def unreachable(_: str) -> Response:
        raise FetchError("dns_failure", "news.example", retry=True)

    with pytest.raises(FetchError, match="dns_failure"):
        asyncio.run(RobotsRules(unreachable, {}, NOW).require_allowed(URL("http://news.example/a")))


@given(
    st.one_of(st.binary(max_size=300), st.text("UserDisalowgent:*/$%#? \n\r\t-a", max_size=300).map(str.encode))
)
def test_no_file_breaks_it(body: bytes) -> None:
    now = None

    async def fetch(url: str) -> Response:
        return Response(url, url, 200, {}, body, now, 0.0)

    try:
        asyncio.run(RobotsRules(fetch, {}, NOW).require_allowed(URL("http://news.example/a?b=c")))
    except FetchError as error:
        assert error.reason == "robots_disallowed"  # noqa: PT017 - either outcome is right, another reason is not


def learn(notes: dict[str, RobotsNote], answer: bytes | FetchError, now: datetime = NOW, path: str = "/a") -> str:
    """Ask about one page with a client of its own: "allowed", with the seconds between two requests, or a reason."""

    async def fetch(url: str) -> Response:
        asked.append(url)
        if isinstance(answer, FetchError):
            raise answer
        return Response(url, url, 200, {}, answer, now, 0.0)

    asked: list[str] = []
    try:
        delay_s = asyncio.run(RobotsRules(fetch, notes, now).require_allowed(URL(f"http://news.example{path}")))
    except FetchError as error:
        return f"{error.reason}{' asked' if asked else ''}"
    return f"allowed every {delay_s:g} s{' asked' if asked else ''}"


BROKEN = FetchError("http_5xx", "503", retry=True, status=503)
SILENT = FetchError("dns_failure", "news.example", retry=True)
PRIVATE = b"User-agent: *\nDisallow: /private"


def test_rules_outlive_the_client_that_learned_them_for_a_day() -> None:
    notes: dict[str, RobotsNote] = {}
    assert learn(notes, PRIVATE) == "allowed every 0 s asked"
    assert notes == {"http://news.example": RobotsNote(NOW, PRIVATE.decode(), NOW)}
    assert learn(notes, BROKEN, NOW + timedelta(hours=23), "/private/b") == "robots_disallowed"
    assert learn(notes, b"", NOW + timedelta(hours=25), "/private/b") == "allowed every 0 s asked"


def test_while_a_site_cannot_say_its_last_rules_hold() -> None:
    notes: dict[str, RobotsNote] = {}
    learn(notes, PRIVATE)
    later = NOW + timedelta(days=40)
    assert learn(notes, BROKEN, later, "/private/b") == "robots_disallowed asked"
    assert learn(notes, BROKEN, later, "/a") == "allowed every 0 s"
    assert learn(notes, b"", later + timedelta(hours=1), "/private/b") == "allowed every 0 s asked"


def test_without_any_rules_an_unreachable_site_is_left_alone_for_thirty_days() -> None:
    notes: dict[str, RobotsNote] = {}
    assert learn(notes, BROKEN) == "robots_unreachable asked"
    assert learn(notes, BROKEN, NOW + timedelta(minutes=9)) == "robots_unreachable"  # not with every page
    assert learn(notes, BROKEN, NOW + timedelta(days=29)) == "robots_unreachable asked"
    assert learn(notes, BROKEN, NOW + timedelta(days=31)) == "allowed every 0 s asked"
    assert learn(notes, PRIVATE, NOW + timedelta(days=32), "/private/b") == "robots_disallowed asked"
    assert notes["http://news.example"].unreachable_since is None


def test_a_host_that_is_down_says_nothing_of_its_rules() -> None:
    notes: dict[str, RobotsNote] = {}
    assert learn(notes, SILENT) == "dns_failure asked"
    assert notes == {}


def test_a_riddle_for_browsers_is_no_missing_file() -> None:
    assert learn({}, FetchError("challenge", "403", retry=True, status=403)) == "robots_unreachable asked"
    assert learn({}, FetchError("http_403", "403", retry=False, status=403)) == "allowed every 0 s asked"


@pytest.mark.parametrize(
    ("rule", "delay"),
    [
        ("Crawl-delay: 7", "7"),
        ("Crawl-delay: 0.5", "0.5"),
        ("Request-rate: 1/10", "10"),
        ("Crawl-delay: 86400", "60"),
    ],
)
def test_the_pause_a_site_asks_for(rule: str, delay: str) -> None:
    assert learn({}, f"User-agent: *\n{rule}\n".encode()) == f"allowed every {delay} s asked"
