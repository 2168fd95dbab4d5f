"""One address per article: what differs between two links to the same page is taken away."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|yclid|dclid|mc_[ce]id|_openstat|ref_src|cmpid|at_\w+)$", re.I)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """Lower-case scheme and host, no default port, no fragment, no tracking parameters. Path and order stay.

    Raises:
        ValueError: the address cannot be parsed.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError(f"no host in {url!r}")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    netloc = host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if not _TRACKING.match(name)]
    # Untouched queries keep their own spelling: re-encoding would make a second address of them.
    text = parts.query if len(kept) == len(query) else urlencode(kept)
    return urlunsplit((parts.scheme, netloc, parts.path or "/", text, ""))
