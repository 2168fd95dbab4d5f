"""Normalise addresses, so that all links to a page become one address.

There are three degrees: `canonical_url` is fetched and shown, and changes nothing that a server could distinguish;
`address_key` is for comparing only and drops much more; `stated_address` is the page's own statement, checked.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from pipeline.web_client.domains import registrable_domain

_TRACKING = re.compile(
    r"^(?:utm_\w+|hsa_\w+|pk_\w+|mtm_\w+|matomo_\w+|at_\w+|fb_(?:action|ref|source)\w*|(?:fb|g|y|ys|d|tt|tw|w)clid|gclsrc|msclkid|igshid"
    r"|wbraid|gbraid|mc_[ce]id|mkt_tok|_openstat|_hs(?:enc|mi)|ref_(?:src|url)|cmpid|cmp|icid|ncid"
    r"|ito|ocid|s_cid|rss_?source|from_rss|feature_source|sh_kit|share(?:d|_id)?|spm|wt\.\w+|xtor|__twitter_impression)$",
    re.IGNORECASE,
)
_AMP_PARAMETERS = re.compile(r"^(?:amp|amp_js_v|amp_gsa|usqp|outputtype)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Redirectors that carry the target in the link: host, path, and the parameter with the target.
_WRAPPERS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "/url", ("url", "q")),
    (re.compile(r"lm?\.facebook\.com"), "/l.php", ("u",)),
    (re.compile(r"(?:www\.)?youtube\.com"), "/redirect", ("q",)),
    (re.compile(r"vk\.com"), "/away.php", ("to",)),
)
_AMP_CACHE_PATH = re.compile(r"^(?:/amp|/[cvwi])(/s)?/([^/]+\.[^/]+)(/.*)?$")
_TWIN_HOST = re.compile(r"^(?:www\d?|m|mobile|touch|amp)\.")
_AMP_PATH = re.compile(r"^/amp(?=/.)|/amp/?$|\.amp(?=\.html?$|$)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """Lower-case scheme and host, without default port, fragment, tracking parameters or a redirector around it.

    Path and order stay, as the server wrote them.

    Raises:
        ValueError: the address cannot be parsed.
    """
    parts = urlsplit(_unwrapped(url.strip()))
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError(f"no host in {url!r}")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    netloc = host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if not _TRACKING.match(name)]
    # Untouched queries keep their spelling: re-encoding would create a second address.
    text = parts.query if len(kept) == len(query) else urlencode(kept)
    return urlunsplit((parts.scheme, netloc, parts.path or "/", text, ""))


def address_key(url: str) -> str:
    """The common key of all spellings of an address: with and without TLS, www, mobile, AMP.

    For comparing only; it may not be a working address.

    Raises:
        ValueError: the address cannot be parsed.
    """
    parts = urlsplit(canonical_url(url))
    host = parts.netloc
    bare = _TWIN_HOST.sub("", host)
    if "." in bare and registrable_domain(bare) == registrable_domain(host):
        host = bare
    path = _INDEX.sub("/", _AMP_PATH.sub("", quote(unquote(parts.path), safe="/:@!$&'()*+,;=-._~")))
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _AMP_PARAMETERS.match(name)
    )
    return host + path.rstrip("/") + (f"?{urlencode(query)}" if query else "")


def stated_address(page_url: str, *stated: str | None) -> str | None:
    """The address a page gives as its own: the first plausible one of `stated` (rel=canonical, og:url).

    Not an address on another site (copies name their original that way), nor the front page or a section above the
    page, which many templates put into every article. None if no statement of the page can be trusted.
    """
    for text in stated:
        if not text or not text.strip():
            continue
        try:
            url = canonical_url(urljoin(page_url, text.strip()))
            key, own = address_key(url), address_key(page_url)
        except ValueError:
            continue
        parts = urlsplit(url)
        here = urlsplit(canonical_url(page_url))
        same_site = parts.hostname == here.hostname or (
            registrable_domain(parts.hostname or "") == registrable_domain(here.hostname or "") is not None
        )
        above = own != key and (own + "/").startswith((key + "/", key + "?"))
        if parts.scheme in ("http", "https") and same_site and not above and "/" in key:
            return url
    return None


def _unwrapped(url: str) -> str:
    """The address inside one of a redirector or AMP cache, if it is written there in full."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    for wrapper, path, names in _WRAPPERS:
        if wrapper.fullmatch(host) and parts.path == path:
            inside = parse_qs(parts.query)
            found = next((inside[name][0] for name in names if name in inside), "")
            return found if found.startswith(("http://", "https://")) else url
    if host.endswith(".cdn.ampproject.org") or (
        host.removeprefix("www.").startswith("google.") and "/amp/" in parts.path
    ):
        cached = _AMP_CACHE_PATH.match(parts.path)
        if cached is not None:
            scheme = "https" if cached[1] else "http"
            return f"{scheme}://{cached[2]}{cached[3] or '/'}" + (f"?{parts.query}" if parts.query else "")
    return url
