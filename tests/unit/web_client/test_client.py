"""The client against servers that behave and servers that do not, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import shutil
import socket
import ssl
import subprocess
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import brotli
import pytest
import zstandard
from hostile import Request, answer, endless, failure, fetch, get, redirect, serve
from hypothesis import given
from hypothesis import strategies as st

from pipeline import __version__
from pipeline.errors import FetchError
from pipeline.http_headers import retry_after_s
from pipeline.web_client.client import Timeouts, WebClient

NEWS = b"Ankara and Moscow put off the talks."


def test_a_plain_answer() -> None:
    response = get({"/": answer(NEWS, ETag='"v1"', Content_Type="text/html")})
    assert response.status == 200
    assert response.body == NEWS
    assert response.headers["etag"] == '"v1"'
    assert response.final_url == response.url
    assert response.fetched_at.tzinfo is UTC
    assert 0 < response.elapsed_s < 1


def test_it_names_itself_and_forgets_cookies_after_the_chain() -> None:
    async def run() -> list[Request]:
        routes = {"/": redirect("/next"), "/next": answer(NEWS)}
        routes["/"] = routes["/"].replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=7\r\n\r\n")
        async with serve(routes) as server:
            await fetch(server)
            await fetch(server)
            return server.requests

    first, second, third, _ = asyncio.run(run())
    assert first.headers["user-agent"] == f"wirewatch/{__version__} (+desk@monitor.example)"
    assert first.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert second.headers["cookie"] == "id=7"
    assert "cookie" not in third.headers


def test_a_gate_that_sets_a_cookie_and_sends_back_to_itself_is_passed() -> None:
    async def gate(request: Request, writer: asyncio.StreamWriter) -> None:
        known = request.headers.get("cookie") == "ok=1"
        writer.write(
            answer(NEWS) if known else redirect("/").replace(b"\r\n\r\n", b"\r\nSet-Cookie: ok=1\r\n\r\n")
        )

    assert get({"/": gate}).body == NEWS


def test_a_gate_that_never_remembers_is_a_loop() -> None:
    again = redirect("/").replace(b"\r\n\r\n", b"\r\nSet-Cookie: ok=1\r\n\r\n")
    assert failure({"/": again}).reason == "redirect_loop"


def test_a_last_modified_in_the_future_is_not_sent_back() -> None:
    async def run(stated: datetime) -> Request:
        async with serve({"/": answer(NEWS)}) as server:
            await fetch(server, last_modified=format_datetime(stated))
            return server.requests[0]

    now = datetime.now(UTC)
    assert "if-modified-since" in asyncio.run(run(now - timedelta(days=1))).headers
    assert "if-modified-since" not in asyncio.run(run(now + timedelta(days=400))).headers


@pytest.mark.parametrize(
    ("coding", "encode"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstandard.compress)]
)
def test_compressed_answers(coding: str, encode: object) -> None:
    assert get({"/": answer(encode(NEWS), Content_Encoding=coding)}).body == NEWS
    bomb = answer(encode(bytes(20 << 20)), Content_Encoding=coding)
    assert failure({"/": bomb}).reason == "too_large"
    cut = answer(encode(NEWS)[:-1], Content_Encoding=coding)
    assert failure({"/": cut}).reason == "bad_encoding"


def test_validators_are_sent_and_304_is_an_answer() -> None:
    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        known = request.headers.get("if-none-match") == '"v1"'
        known = known and request.headers.get("if-modified-since") == "Tue, 12 May 2026 08:00:00 GMT"
        writer.write(answer(status="304 Not Modified") if known else answer(NEWS))

    assert get({"/": handle}).status == 200
    response = get({"/": handle}, etag='"v1"', last_modified="Tue, 12 May 2026 08:00:00 GMT")
    assert (response.status, response.body) == (304, b"")
    assert get({"/": handle}, etag='"v1"\r\nX-Forged: 1').status == 200
    assert failure({"/": answer(status="304 Not Modified")}).reason == "protocol_error"


@pytest.mark.parametrize(
    ("status", "reason", "retry"),
    [
        ("401 Unauthorized", "http_401", False),
        ("403 Forbidden", "http_403", False),
        ("404 Not Found", "http_404", False),
        ("408 Request Timeout", "http_4xx", True),
        ("410 Gone", "http_410", False),
        ("418 Teapot", "http_4xx", False),
        ("429 Too Many Requests", "http_429", True),
        ("500 Internal Server Error", "http_5xx", True),
        ("503 Service Unavailable", "http_5xx", True),
        ("204 No Content", "empty_body", True),
        ("206 Partial Content", "protocol_error", True),
    ],
)
def test_statuses(status: str, reason: str, retry: bool) -> None:
    error = failure({"/": answer(status=status)})
    assert (error.reason, error.retry, error.status) == (reason, retry, int(status[:3]))
    assert error.retry_after_s is None


def test_retry_after_in_seconds_and_as_a_date() -> None:
    busy = "429 Too Many Requests"
    assert failure({"/": answer(status=busy, Retry_After="120")}).retry_after_s == 120
    moment = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    seconds = failure({"/": answer(status=busy, Retry_After=moment)}).retry_after_s
    assert seconds is not None
    assert 280 < seconds <= 300
    assert failure({"/": answer(status=busy, Retry_After="Tue, 12 May 2020 08:00:00 GMT")}).retry_after_s == 0
    assert failure({"/": answer(status=busy, Retry_After="soon")}).retry_after_s is None


@given(
    st.text(max_size=60)
    | st.from_regex(r"Tue, [0-9]{1,3} May [0-9]{1,6} 08:00:00 [+-][0-9]{1,20}", fullmatch=True)
)
def test_any_retry_after_gives_seconds_or_nothing(value: str) -> None:
    seconds = retry_after_s(value, datetime(2026, 5, 12, tzinfo=UTC))
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize("body", [answer(), answer(gzip.compress(b""), Content_Encoding="gzip")])
def test_an_empty_body_is_no_success(body: bytes) -> None:
    assert failure({"/": body}).reason == "empty_body"


def test_redirects_are_followed_and_named() -> None:
    routes = {
        "/": redirect("/a b", "301 Moved"),
        "/a%20b": redirect("?q=1", "307 Temporary"),
        "/a%20b?q=1": answer(NEWS),
    }
    response = get(routes)
    assert response.body == NEWS
    assert response.final_url.endswith("/a%20b?q=1")
    assert response.url.endswith("/")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/", "redirect_loop"),
        ("", "bad_redirect"),
        ("http://[::1/", "bad_redirect"),
        ("http://10.0.0.1/", "forbidden_address"),
        ("http://169.254.169.254/latest/meta-data/", "forbidden_address"),
        ("http://127.0.0.1:8080/", "forbidden_address"),
        ("http://[::ffff:192.168.0.1]/", "forbidden_address"),
        ("http://2130706433/", "forbidden_address"),
        ("http://1.1.1.1:25/", "forbidden_port"),
        ("file:///etc/passwd", "forbidden_scheme"),
        ("javascript:alert(1)", "forbidden_scheme"),
        ("http://desk:secret@news.example/", "bad_url"),
    ],
)
def test_redirects_to_where_they_must_not_go(location: str, reason: str) -> None:
    error = failure({"/": redirect(location)})
    assert (error.reason, error.retry) == (reason, False)


def test_a_long_chain_and_a_two_step_loop() -> None:
    chain = {f"/{n}": redirect(f"/{n + 1}") for n in range(30)}
    assert failure(chain, "/0").reason == "too_many_redirects"
    assert get({**{f"/{n}": redirect(f"/{n + 1}") for n in range(10)}, "/10": answer(NEWS)}, "/0").body == NEWS
    assert failure({"/a": redirect("/b"), "/b": redirect("/a")}, "/a").reason == "redirect_loop"


def timed(routes: dict[str, object], **options: object) -> str:
    """The reason of the failure, which must come long before these servers give up by themselves."""
    started = time.monotonic()
    error = failure(routes, **options)
    assert time.monotonic() - started < 30
    assert error.retry
    return error.reason


def test_a_silent_server() -> None:
    assert timed({"/": endless(itertools.repeat(b""), every_s=60)}) == "read_timeout"


def test_headers_that_trickle() -> None:
    slow = endless(
        (f"X-{n}: a\r\n".encode() for n in itertools.count()), every_s=0.05, head=b"HTTP/1.1 200 OK\r\n"
    )
    assert timed({"/": slow}) in ("total_timeout", "protocol_error")


def test_endless_headers() -> None:
    fast = endless((f"X-{n}: {'a' * 1000}\r\n".encode() for n in itertools.count()), head=b"HTTP/1.1 200 OK\r\n")
    assert timed({"/": fast}) == "protocol_error"
    long = endless(itertools.repeat(b"a" * 10_000), head=b"HTTP/1.1 200 OK\r\nX-A: ")
    assert timed({"/": long}) == "protocol_error"


def test_a_body_that_trickles() -> None:
    slow = endless(itertools.repeat(b"a"), every_s=0.05, head=answer(length=False))
    assert timed({"/": slow}) == "total_timeout"


def test_a_body_that_stops() -> None:
    async def stop(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(NEWS)[:-5])
        await asyncio.sleep(60)

    assert timed({"/": stop}) == "read_timeout"


def test_redirects_share_one_total_timeout() -> None:
    async def dawdle(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        writer.write(redirect(request.path + "a"))

    routes = {"/" + "a" * n: dawdle for n in range(20)}
    assert timed(routes) == "total_timeout"


def test_an_endless_body_stops_at_the_cap() -> None:
    flood = endless(itertools.repeat(b"a" * 65_536), head=answer(length=False))
    tracemalloc.start()
    try:
        error = failure({"/": flood}, max_bytes=1 << 20, timeouts=Timeouts(total=20))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (error.reason, error.retry) == ("too_large", False)
    assert peak < 16 << 20


@pytest.mark.parametrize(
    "lie",
    [
        answer(NEWS, length=False, Content_Length="500"),
        answer(NEWS, length=False, Content_Length="6"),  # what follows could be taken for the next answer
        answer(b"ZZZ\r\n", length=False, Transfer_Encoding="chunked"),
        answer(b"5\r\nAnk", length=False, Transfer_Encoding="chunked"),
        b"220 mail.example ESMTP\r\n",
        b"\x16\x03\x01",
        b"",
    ],
)
def test_answers_that_are_not_http_or_end_early(lie: bytes) -> None:
    error = failure({"/": lie})
    assert (error.reason, error.retry) == ("protocol_error", True)


def test_a_closed_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody answers here
        pair = f"127.0.0.1:{taken.getsockname()[1]}"

        async def run() -> None:
            async with WebClient(contact="x", allow_private=frozenset({pair})) as client:
                await client.get(f"http://{pair}/", max_bytes=10, accept="*/*")

        with pytest.raises(FetchError) as caught:
            asyncio.run(run())
    assert (caught.value.reason, caught.value.retry) == ("connect_failed", True)


def tls_failure(certificate: Path | None) -> FetchError:
    """How https fails with a server that shows `certificate`, or that does not speak TLS at all."""

    async def run() -> None:
        context = None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)

        def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(status="400 Bad Request"))
            writer.close()

        listener = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
        pair = f"localhost:{listener.sockets[0].getsockname()[1]}"
        async with listener, WebClient(contact="x", allow_private=frozenset({pair})) as client:
            await client.get(f"https://{pair}/", max_bytes=10, accept="*/*", robots=False)

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    return caught.value


def test_tls_with_a_server_that_does_not_speak_it() -> None:
    assert tls_failure(None).reason == "tls_error"


def test_a_certificate_nobody_signed_is_refused(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl program to make a certificate")
    pem = tmp_path / "self-signed.pem"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [
            openssl,
            *command.split(),
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            pem,
            "-out",
            f"{pem}.crt",
        ],
        check=True,
        capture_output=True,
    )
    pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
    error = tls_failure(pem)
    assert error.reason == "tls_error"
    assert "certificate" in error.detail


def test_a_private_server_is_never_contacted_unless_allowed() -> None:
    async def run() -> int:
        async with serve({"/": answer(NEWS)}) as server, WebClient(contact="x") as client:
            for host in ("127.0.0.1", "localhost"):
                with pytest.raises(FetchError, match="forbidden_port"):
                    await client.get(f"http://{host}:{server.port}/", max_bytes=10, accept="*/*", robots=False)
            return len(server.requests)

    assert asyncio.run(run()) == 0


def test_the_client_must_be_entered() -> None:
    client = WebClient(contact="x", allow_private=frozenset({"127.0.0.1:1"}))
    with pytest.raises(RuntimeError):
        asyncio.run(client.get("http://127.0.0.1:1/", max_bytes=1, accept="*/*", robots=False))


def test_a_riddle_for_browsers_is_told_apart_from_a_refusal() -> None:
    for status in ("403 Forbidden", "503 Service Unavailable", "429 Too Many Requests"):
        error = failure({"/": answer(status=status, cf_mitigated="challenge", Content_Type="text/html")})
        assert (error.reason, error.retry) == ("challenge", True)
    assert failure({"/": answer(status="403 Forbidden")}).reason == "http_403"


@pytest.mark.parametrize(
    ("chain", "moved_to"),
    [
        (["301 Moved"], "/1"),
        (["301 Moved", "308 Permanent Redirect"], "/2"),
        (["308 Permanent Redirect", "302 Found", "301 Moved"], "/1"),
        (["302 Found", "301 Moved"], None),
        ([], None),
    ],
)
def test_where_a_page_has_moved_for_good(chain: list[str], moved_to: str | None) -> None:
    routes = {f"/{n}": redirect(f"/{n + 1}", status) for n, status in enumerate(chain)}
    response = get({**routes, f"/{len(chain)}": answer(NEWS)}, "/0")
    assert response.final_url.endswith(f"/{len(chain)}")
    assert (response.moved_to or "").endswith(moved_to or "")
    assert (response.moved_to is None) == (moved_to is None)


def posted(routes: dict[str, object]) -> tuple[str, list[Request]]:
    """What sending a form to / comes to, and what the server saw."""

    async def run() -> tuple[str, list[Request]]:
        async with (
            serve(routes) as server,
            WebClient(contact="x", allow_private=frozenset({server.pair})) as client,
        ):
            try:
                response = await client.post_form(server.url("/"), {"hub.mode": "subscribe"}, max_bytes=1000)
            except FetchError as error:
                return error.reason, server.requests
            return f"{response.status} {response.final_url[-5:]}", server.requests

    return asyncio.run(run())


def test_a_form_is_sent_as_a_form_and_accepted_without_a_body() -> None:
    for status in ("202 Accepted", "204 No Content", "200 OK"):
        found, (request,) = posted({"/": answer(status=status)})
        assert found.startswith(status[:3])
        assert request.method == "POST"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert request.headers["content-length"] == str(len("hub.mode=subscribe"))


def test_a_form_follows_only_redirects_that_keep_it() -> None:
    found, requests = posted({"/": redirect("/hubs", "307 Temporary"), "/hubs": answer(status="202 Accepted")})
    assert (found, [request.method for request in requests]) == ("202 /hubs", ["POST", "POST"])
    assert posted({"/": redirect("/hubs", "302 Found")})[0] == "protocol_error"
    assert posted({"/": redirect("http://10.0.0.1/", "308 Permanent")})[0] == "forbidden_address"


def test_connections_are_kept_for_the_next_request() -> None:
    async def run() -> int:
        connections = 0

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while await reader.readuntil(b"\r\n\r\n"):
                    writer.write(answer(NEWS).replace(b"Connection: close\r\n", b""))
            writer.close()

        listener = await asyncio.start_server(accept, "127.0.0.1", 0)
        pair = f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with listener, WebClient(contact="x", allow_private=frozenset({pair})) as client:
            for _ in range(3):
                await client.get(f"http://{pair}/", max_bytes=1000, accept="*/*", robots=False)
        return connections

    assert asyncio.run(run()) == 1


def test_ipv6_is_spoken() -> None:
    async def run() -> bytes:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(NEWS))
            await writer.drain()
            writer.close()

        try:
            listener = await asyncio.start_server(accept, "::1", 0)
        except OSError:
            pytest.skip("this machine has no IPv6")
        pair = f"[::1]:{listener.sockets[0].getsockname()[1]}"
        async with listener, WebClient(contact="x", allow_private=frozenset({pair})) as client:
            return (await client.get(f"http://{pair}/", max_bytes=1000, accept="*/*", robots=False)).body

    assert asyncio.run(run()) == NEWS
