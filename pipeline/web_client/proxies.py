"""Choose the proxy for a request from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY.

A proxy is a trusted hop: it resolves the names, so it must judge the addresses behind them. What can be judged
from here still is: scheme, port, literal addresses, and names that are local by their form.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from yarl import URL

from pipeline.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Proxies:
    """Proxy addresses by scheme of the target; `no` is NO_PROXY as written."""

    by_scheme: tuple[tuple[str, URL], ...] = ()
    no: str = ""

    @classmethod
    def from_environment(cls) -> Proxies:
        """Read the usual variables, in either case; ALL_PROXY applies where the others are not set.

        Raises:
            ConfigurationError: one of them is not an http:// or https:// address.
        """
        said = getproxies_environment()
        found = {scheme: said.get(scheme) or said.get("all", "") for scheme in ("http", "https")}
        by_scheme = tuple((scheme, _address(scheme, text)) for scheme, text in found.items() if text)
        return cls(by_scheme, said.get("no", ""))

    def of(self, target: URL) -> URL | None:
        """The proxy to ask for `target`; None to ask its server directly."""
        proxy = dict(self.by_scheme).get(target.scheme)
        if proxy is None or proxy_bypass_environment(target.raw_host or "", {"no": self.no}):
            return None
        return proxy

    def is_proxy(self, host: str, port: int) -> bool:
        """True for the address of a proxy itself: we may connect to it, but no link may lead us there."""
        return any((proxy.raw_host, proxy.port) == (host, port) for _, proxy in self.by_scheme)


def _address(scheme: str, text: str) -> URL:
    try:
        url = URL(text if "://" in text else f"http://{text}")
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.raw_host:
        shown = url.with_user(None) if url.raw_host else text
        raise ConfigurationError([f"{scheme.upper()}_PROXY: expected http://host:port, found {str(shown)!r}"])
    return url
