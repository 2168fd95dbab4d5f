"""Through a proxy: who is asked through which, and what is still refused from here."""

from __future__ import annotations

import asyncio

import pytest
from hostile import Server, answer, serve
from yarl import URL

from pipeline.errors import ConfigurationError, FetchError
from pipeline.web_client.client import WebClient
from pipeline.web_client.manners import PaceLimits
from pipeline.web_client.proxies import Proxies

NEWS = b"The talks are put off."


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No proxies of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def through(url: str) -> str | None:
    proxy = Proxies.from_environment().of(URL(url))
    return str(proxy) if proxy else None


def test_each_scheme_has_its_own(environment: pytest.MonkeyPatch) -> None:
    assert through("http://news.example/") is None
    environment.setenv("HTTPS_PROXY", "http://desk:secret@proxy.example:3128")
    environment.setenv("http_proxy", "proxy.example:8080")
    environment.setenv("NO_PROXY", "inside.example, .local.example")
    assert through("https://news.example/") == "http://desk:secret@proxy.example:3128"
    assert through("http://news.example/") == "http://proxy.example:8080"
    assert through("http://inside.example/") is None
    assert through("http://www.local.example/") is None
    environment.setenv("NO_PROXY", "*")
    assert through("https://news.example/") is None


def test_all_proxy_stands_in(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ALL_PROXY", "http://proxy.example:1")
    assert through("https://news.example/") == "http://proxy.example:1"


@pytest.mark.parametrize("value", ["socks5://desk:secret@proxy.example:1080", "http://", "http://[::1"])
def test_what_is_no_proxy_is_said_at_once_without_its_password(
    environment: pytest.MonkeyPatch, value: str
) -> None:
    environment.setenv("HTTPS_PROXY", value)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY: expected http://host:port") as caught:
        Proxies.from_environment()
    assert "secret" not in str(caught.value)


def ask(*urls: str, routes: dict[str, bytes]) -> tuple[list[str], Server]:
    """What asking through a proxy on this machine comes to, and the proxy as it was left."""

    async def run() -> tuple[list[str], Server]:
        async with serve(routes) as proxy:
            address = URL(f"http://127.0.0.1:{proxy.port}")
            proxies = Proxies((("http", address), ("https", address)))
            limits = PaceLimits(delay_s=0, domain_delay_s=0)
            async with WebClient(contact="x", proxies=proxies, limits=limits) as client:
                return [await one(client, url.replace("PROXY", address.authority)) for url in urls], proxy

    async def one(client: WebClient, url: str) -> str:
        try:
            return (await client.get(url, max_bytes=1000, accept="*/*", robots=False)).body.decode()
        except FetchError as error:
            return error.reason

    return asyncio.run(run())


def test_the_proxy_is_asked_with_the_whole_address() -> None:
    found, proxy = ask("http://news.example/a", routes={"http://news.example/a": answer(NEWS)})
    assert found == [NEWS.decode()]
    assert proxy.requests[0].headers["host"] == "news.example"


def test_what_can_be_judged_from_here_is_refused_before_the_proxy_hears_of_it() -> None:
    inside = [
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "localhost",
        "metadata.google.internal",
        "router",
        "2130706433",
    ]
    urls = [f"http://{host}/" for host in inside]
    found, proxy = ask(*urls, "http://news.example:25/", routes={})
    assert found == ["forbidden_address"] * len(inside) + ["forbidden_port"]
    assert proxy.requests == []


def test_a_proxy_is_nobodys_target() -> None:
    proxies = Proxies((("http", URL("http://proxy.example:8080")),))

    async def run() -> None:
        async with WebClient(contact="x", proxies=proxies) as client:
            await client.get("http://proxy.example:8080/", max_bytes=10, accept="*/*", robots=False)

    with pytest.raises(FetchError, match="forbidden_address"):
        asyncio.run(run())


def test_a_proxy_that_refuses_is_not_the_sites_fault() -> None:
    found, _ = ask("https://news.example/", routes={"news.example:443": answer(status="407 Proxy Login")})
    assert found == ["proxy_failed"]
