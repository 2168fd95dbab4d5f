"""Find the registrable domain of a host, the part that identifies its owner, in the public suffix list of a
package."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from tld import get_tld


@lru_cache(maxsize=50_000)
def registrable_domain(host: str) -> str | None:
    """`news.bbc.co.uk` -> `bbc.co.uk`; None for an address and for a name without a dot.

    Suffixes that companies hand out (github.io) do not count: the machines behind all names below them belong to
    one company. Below an unlisted suffix, the last two labels are the domain.
    """
    host = host.rstrip(".").lower()
    if "." not in host or _is_address(host):
        return None
    found = get_tld(f"http://{host}", as_object=True, fail_silently=True, search_private=False)
    if found is None or isinstance(found, str):
        return ".".join(host.split(".")[-2:])
    return str(found.fld)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def speaks_for(feed_url: str, page_url: str) -> bool:
    """Whether a feed speaks for the outlet of a page: both are of one registrable domain.

    Hosts without one, such as addresses and names of a local network, must be the same.
    """
    hosts = [(urlsplit(url).hostname or "").lower() for url in (feed_url, page_url)]
    owners = [registrable_domain(host) or host for host in hosts]
    return not feed_url or owners[0] == owners[1]
