"""Checks of this machine: disk, memory, proxies, file modes, and settings that do harm."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
from yarl import URL

from pipeline.operate.doctor.finding import Finding, ill, risk, well
from pipeline.settings import LOCAL_NAMES, LOOPBACK, Settings

_LEAST_DISK = 1 << 30  # bytes
_ENOUGH_DISK = 5 << 30
_LEAST_MEMORY = 512 << 20
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def disk(settings: Settings) -> Iterator[Finding]:
    """Room where the data is."""
    place = _existing(settings.data_dir.expanduser())
    free = shutil.disk_usage(place).free
    mend = "make room, or move WIREWATCH_DATA_DIR; wirewatch upkeep --dry-run shows what could be deleted"
    if free < _LEAST_DISK:
        yield ill("disk", f"{free >> 20:,} MiB are free in {place}: PostgreSQL stops when the disk is full", mend)
    elif free < _ENOUGH_DISK:
        yield risk("disk", f"{free >> 20:,} MiB are free in {place}", mend)
    else:
        yield well("disk", f"{free >> 30:,} GiB are free in {place}")


def memory(settings: Settings) -> Iterator[Finding]:
    """Room for the workers that read pages."""
    free = psutil.virtual_memory().available
    wanted = (
        settings.workers * 300 << 20
    )  # what a worker holds; one page may take more, see WIREWATCH_PAGE_MEMORY_MB
    if free < _LEAST_MEMORY:
        yield ill("memory", f"{free >> 20:,} MiB are available", "end other programs, or lower WIREWATCH_WORKERS")
    elif free < wanted:
        yield risk(
            "memory", f"{free >> 20:,} MiB are available for {settings.workers} workers", "lower WIREWATCH_WORKERS"
        )
    else:
        yield well("memory", f"{free >> 20:,} MiB are available")


def proxy(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Proxies that would also be asked for addresses of this machine."""
    named = [name for name in _PROXIES if environment.get(name) or environment.get(name.lower())]
    if not named:
        yield well("proxy", "none is set")
        return
    excepted = (environment.get("NO_PROXY") or environment.get("no_proxy") or "").replace(" ", "").split(",")
    missing = [host for host in LOCAL_NAMES if host not in excepted and "*" not in excepted]
    if missing:
        yield risk(
            "proxy",
            f"NO_PROXY lacks {', '.join(missing)} while {', '.join(named)} is set: local programs may not connect",
            f"export NO_PROXY={','.join(filter(None, [*excepted, *missing]))}",
        )
    else:
        yield well("proxy", f"{', '.join(named)}; this machine is excepted")


def files(settings: Settings) -> Iterator[Finding]:
    """Files that hold secrets and can be read by other users."""
    folder = settings.data_dir.expanduser()
    open_files = [path for path in _private_files(settings) if path.exists() and _others(path)]
    if open_files:
        shown = ", ".join(str(path) for path in open_files[:3])
        yield risk(
            "files",
            f"other users may read {shown}" + (f" and {len(open_files) - 3} more" if len(open_files) > 3 else ""),
            f"chmod go-rwx {shown.replace(', ', ' ')}",
        )
    elif folder.exists():
        yield well("files", f"only their owner can read what is private in {folder}")


def _private_files(settings: Settings) -> Iterator[Path]:
    folder = settings.data_dir.expanduser()
    yield folder
    yield from sorted(folder.glob("*.jsonl"))
    yield from sorted(folder.glob("*.dump"))
    alerts = settings.config_dir / "alerts.yml"
    if alerts.exists() and "\n    url:" in alerts.read_text(encoding="utf-8"):  # an address is a secret
        yield alerts


def _others(path: Path) -> bool:
    """Whether others may read it. They may pass a folder: the server that root starts as another user has to."""
    return bool(stat.S_IMODE(path.stat().st_mode) & (0o066 if path.is_dir() else 0o077))


def manners(settings: Settings) -> Iterator[Finding]:
    """Settings that make us a bad guest, or an open door."""
    if settings.contact == Settings.model_fields["contact"].default:
        yield risk(
            "contact",
            "sites cannot reach whoever polls them; some block what names nobody",
            "set WIREWATCH_CONTACT to a mail address or a page",
        )
    else:
        yield well("contact", settings.contact)
    site = URL(settings.site_url) if settings.site_url else None
    if site and site.scheme == "http" and site.host not in LOOPBACK:
        yield risk(
            "tls",
            f"hubs push to {settings.site_url} without TLS: anybody on the way can read and change it",
            "put a web server with TLS in front of wirewatch site, and an https address into WIREWATCH_SITE_URL",
        )
    if settings.site_host not in LOOPBACK:
        yield risk(
            "site",
            f"wirewatch site listens on {settings.site_host}, for everybody who reaches this machine",
            "unset WIREWATCH_SITE_HOST and let a web server with TLS and a login face the others",
        )


def environment() -> Mapping[str, str]:
    """The variables of this process."""
    return os.environ


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
