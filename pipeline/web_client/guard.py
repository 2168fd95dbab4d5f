"""Decide where a request may go, so that no outside input can make us contact a private machine.

There are three gates, each applied on every redirect: the form of the URL; its scheme, port and name; its
addresses. A name is checked inside the resolver that hands the addresses to the connector, so the checked
address is the one that is connected to; a name that resolves differently the second time (DNS rebinding) is
checked a second time. Behind a proxy, which resolves the names, the third gate is up to the proxy; the first two
still apply.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from pipeline.errors import FetchError
from pipeline.web_client.proxies import Proxies

MAX_URL_LENGTH = 2048

_SCHEMES = frozenset({"http", "https"})
# The usual ports and the usual second choices; others in 8000-8999 often belong to databases and consoles.
_WEB_PORTS = frozenset({80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8880, 8888})
# Names that only a local network resolves (RFC 6761, 6762, 8375, and habits): never those of a public site.
_LOCAL_NAME = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)"
)

# White space, controls and back slashes: two parsers may read different hosts out of such a URL.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252})", re.IGNORECASE)

# IANA special-purpose registries, RFC 6890 and its updates, plus multicast and reserved space.
_SPECIAL_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform service, on a public address
        "169.254.0.0/16",  # link-local; the metadata service of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, among them Teredo, which hides an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which hides an IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """True if an address belongs to the public internet, also behind IPv4-mapped and NAT64 forms."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)


def parse_url(text: str) -> URL:
    """An absolute URL, its fragment dropped.

    Raises:
        FetchError: bad_url if it is too long, ambiguous, carries a login or has no valid host.
    """
    if len(text) > MAX_URL_LENGTH:
        raise FetchError("bad_url", f"longer than {MAX_URL_LENGTH} characters", retry=False)
    if _AMBIGUOUS.search(text):
        raise FetchError("bad_url", f"blank, control character or back slash in {text!r}", retry=False)
    try:
        url = URL(text).with_fragment(None)
    except ValueError as error:
        raise FetchError("bad_url", f"{text!r}: {error}", retry=False) from error
    if url.scheme not in _SCHEMES:
        raise FetchError("forbidden_scheme", url.scheme or f"none in {text!r}", retry=False)
    if url.user is not None or url.password is not None:
        raise FetchError("bad_url", "carries a login", retry=False)
    host = url.raw_host or ""
    if not (_literal(host) or _HOST_NAME.fullmatch(host)):
        raise FetchError("bad_url", f"host {host!r}", retry=False)
    return url


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


class Guard:
    """Decides which URLs and addresses may be contacted.

    `allow_private` holds "host:port" pairs as written in URLs ("127.0.0.1:8931", "[::1]:8931"). For exactly
    these, any port and address is allowed. Everything else must be public. `proxies` may be connected to, but are
    never a target.
    """

    def __init__(self, allow_private: frozenset[str] = frozenset(), proxies: Proxies | None = None) -> None:
        self._allowed = frozenset(pair.strip().lower() for pair in allow_private)
        self._proxies = proxies or Proxies()

    def is_allowed_private(self, host: str, port: int) -> bool:
        """True for a pair that was allowed by name."""
        return f"[{host}]:{port}" in self._allowed if ":" in host else f"{host}:{port}" in self._allowed

    def check_url(self, url: URL) -> None:
        """Port, name and literal addresses, before anything is sent.

        Raises:
            FetchError: forbidden_port or forbidden_address.
        """
        host, port = url.raw_host or "", url.port or 0
        if self.is_allowed_private(host, port):
            return
        if port not in _WEB_PORTS:
            raise FetchError("forbidden_port", f"{port} of {host}", retry=False)
        literal = _literal(host)
        if literal is not None:
            self.check_addresses(host, port, [str(literal)])
        elif _is_legacy_ipv4(host):
            raise FetchError("forbidden_address", f"{host} is an address in disguise", retry=False)
        elif "." not in host.rstrip(".") or _LOCAL_NAME.fullmatch(host.rstrip(".").lower()):
            raise FetchError("forbidden_address", f"{host} is a name of a local network", retry=False)
        if self._proxies.is_proxy(host, port):
            raise FetchError("forbidden_address", f"{host}:{port} is the proxy", retry=False)

    def check_addresses(self, host: str, port: int, addresses: list[str]) -> None:
        """Check every address a host resolves to. One private address among public ones refuses them all.

        Raises:
            FetchError: forbidden_address.
        """
        if self.is_allowed_private(host, port) or self._proxies.is_proxy(host, port):
            return
        for text in addresses:
            address = _literal(text)
            if address is None or not is_public(address):
                raise FetchError("forbidden_address", f"{host} is {text}", retry=False)


def _is_legacy_ipv4(host: str) -> bool:
    """True for numbers that the C library accepts as an address: 2130706433, 0x7f.1, 0177.0.0.1."""
    try:
        socket.inet_aton(host.rstrip("."))
    except OSError:
        return False
    return True


class GuardedResolver(AbstractResolver):
    """Looks names up through `inner` and lets only checked addresses through to the connector."""

    def __init__(self, inner: AbstractResolver, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host`.

        Raises:
            FetchError: forbidden_address; it passes through the connector unchanged.
            OSError: the name does not resolve (the connector turns this into its own DNS error).
        """
        found = await self._inner.resolve(host, port, family)
        if not found:
            raise OSError(None, f"{host} has no address")
        self._guard.check_addresses(host, port, [entry["host"] for entry in found])
        return found

    async def close(self) -> None:
        """Close the resolver underneath."""
        await self._inner.close()
