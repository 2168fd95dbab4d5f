"""The registrable domain of a host: what one owner can be told apart by. From a list that comes with a package."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address

from tld import get_tld


@lru_cache(maxsize=50_000)
def registrable_domain(host: str) -> str | None:
    """`news.bbc.co.uk` -> `bbc.co.uk`; None for an address and for a name without a dot.

    Suffixes that companies hand out (github.io) do not count: behind all names below them stand the machines of
    one company. Below a suffix nobody lists the last two labels are taken.
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
