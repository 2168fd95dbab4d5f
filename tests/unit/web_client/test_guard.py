"""Which URLs and addresses may be contacted."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FetchError
from pipeline.web_client.client import WebClient
from pipeline.web_client.guard import Guard, GuardedResolver, is_public, parse_url

PRIVATE = [
    "0.0.0.1",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "172.15.255.255",
    "2606:4700::1",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
]


def refusal(url: str, guard: Guard | None = None) -> str:
    """The reason `url` is refused for."""
    with pytest.raises(FetchError) as caught:
        (guard or Guard()).check_url(parse_url(url))
    assert not caught.value.retry
    return caught.value.reason


@pytest.mark.parametrize("address", PRIVATE)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_neighbours_of_special_ranges_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_private_is_never_public(address: object) -> None:
    own = is_public(address)
    assert not (own and (address.is_private or address.is_multicast or address.is_reserved))


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_itself(address: object) -> None:
    for form in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(ip_address(form)) == is_public(address)


@pytest.mark.parametrize("address", [a for a in PRIVATE if "." in a and ":" not in a])
def test_literal_private_addresses_are_refused(address: str) -> None:
    assert refusal(f"http://{address}/") == "forbidden_address"


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "3232235777",
        "16843009",  # 1.1.1.1: public, but no honest link is written so
    ],
)
def test_addresses_in_disguise_are_refused(host: str) -> None:
    assert refusal(f"http://{host}/") == "forbidden_address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "forbidden_scheme"),
        ("ftp://news.example/a", "forbidden_scheme"),
        ("javascript:alert(1)", "forbidden_scheme"),
        ("//news.example/a", "forbidden_scheme"),
        ("news", "forbidden_scheme"),
        ("", "forbidden_scheme"),
        ("http://news.example:22/", "forbidden_port"),
        ("http://news.example:6379/", "forbidden_port"),
        ("http://news.example:99999/", "bad_url"),
        ("http:///a", "bad_url"),
        ("http://editor:secret@news.example/", "bad_url"),
        ("http://news.example\\@10.0.0.1/", "bad_url"),
        ("http://news.example /", "bad_url"),
        ("http://news.example/\r\nHost: x", "bad_url"),
        ("http://news%2eexample/", "bad_url"),
        ("http://[fe80::1%25eth0]/", "forbidden_address"),
        ("http://news.example/" + "a" * 2048, "bad_url"),
    ],
)
def test_malformed_and_foreign_urls_are_refused(url: str, reason: str) -> None:
    assert refusal(url) == reason


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a?b=c",
        "http://news.example:8080/",
        "http://1.1.1.1/",
        "https://новости.example/",
        "http://under_score.example/",
    ],
)
def test_ordinary_urls_pass(url: str) -> None:
    Guard().check_url(parse_url(url))


def test_an_allowed_pair_is_exact() -> None:
    guard = Guard(frozenset({"127.0.0.1:8080", "[::1]:99", "Localhost:5000"}))
    for url in ("http://127.0.0.1:8080/", "http://[::1]:99/", "http://localhost:5000/"):
        guard.check_url(parse_url(url))
    assert refusal("http://127.0.0.1:8081/", guard) == "forbidden_address"
    assert refusal("http://127.0.0.2:8080/", guard) == "forbidden_address"
    assert refusal("http://localhost:5001/", guard) == "forbidden_port"


class FixedResolver(AbstractResolver):
    """Answers each lookup with the next of the given lists of addresses."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        assert family == socket.AF_UNSPEC  # both families are asked for, so both are checked
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self.answers.pop(0)
        ]

    async def close(self) -> None:
        pass


def lookup(guard: Guard, *answers: list[str], host: str = "news.example", port: int = 80) -> list[str]:
    """What the guarded resolver lets through of the last answer."""
    resolver = GuardedResolver(FixedResolver(*answers), guard)
    for _ in answers:
        found = asyncio.run(resolver.resolve(host, port))
    return [entry["host"] for entry in found]


def test_public_names_resolve() -> None:
    assert lookup(Guard(), ["1.1.1.1", "2606:4700::1"]) == ["1.1.1.1", "2606:4700::1"]


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["::1", "1.1.1.1"], ["fe80::1%eth0"], ["nonsense"]]
)
def test_names_with_any_private_address_are_refused(answer: list[str]) -> None:
    with pytest.raises(FetchError, match="forbidden_address"):
        lookup(Guard(), answer)


def test_each_lookup_is_checked_so_rebinding_fails() -> None:
    with pytest.raises(FetchError, match="forbidden_address"):
        lookup(Guard(), ["1.1.1.1"], ["127.0.0.1"])


def test_an_allowed_name_may_be_private_at_its_port_only() -> None:
    guard = Guard(frozenset({"newsroom.example:8123"}))
    assert lookup(guard, ["127.0.0.1"], host="newsroom.example", port=8123) == ["127.0.0.1"]
    with pytest.raises(FetchError, match="forbidden_address"):
        lookup(guard, ["127.0.0.1"], host="newsroom.example", port=8124)


def test_a_name_without_addresses_is_a_dns_failure() -> None:
    assert client_refusal("http://nowhere.example/", FixedResolver([])) == "dns_failure"


@pytest.mark.parametrize("port", [80, 8000])
def test_the_client_asks_the_guard_about_what_a_name_resolves_to(port: int) -> None:
    assert client_refusal(f"http://inside.example:{port}/", FixedResolver(["127.0.0.1"])) == "forbidden_address"


def client_refusal(url: str, resolver: AbstractResolver) -> str:
    """The reason a whole client gives for not fetching `url`."""

    async def fetch() -> None:
        async with WebClient(contact="desk@monitor.example", resolver=resolver) as client:
            await client.get(url, max_bytes=1000, accept="*/*", robots=False)

    with pytest.raises(FetchError) as caught:
        asyncio.run(fetch())
    return caught.value.reason
