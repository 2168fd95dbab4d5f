"""The demo's pages as a program that keeps running: started at the end, stopped by the next demo or by hand."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipeline.settings import Settings

FILE, LOG = "demo-site.json", "demo-site.log"
STARTING_S = 30.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach our 127.0.0.1


@dataclass(frozen=True, slots=True)
class DemoPage:
    """Where the pages are, and the word that lets one decide."""

    url: str
    token: str
    pid: int


def start(settings: Settings) -> DemoPage | None:
    """Start the pages on the demo's database; None where they did not answer in time (the log says why)."""
    token, port = secrets.token_urlsafe(12), _free_port(settings.site_port)
    environment = os.environ | {
        "WIREWATCH_SITE_HOST": "127.0.0.1", "WIREWATCH_SITE_PORT": str(port), "WIREWATCH_SITE_TOKEN": token,
        "WIREWATCH_SITE_URL": "",
    }  # fmt: skip
    with (settings.data_dir / LOG).open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from pipeline.cli.app import main; main()", "site", "--demo"],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    page = DemoPage(f"http://127.0.0.1:{port}", token, process.pid)
    until = time.monotonic() + STARTING_S
    while time.monotonic() < until and process.poll() is None:
        if _answers(page.url):
            facts = {"pid": page.pid, "started": psutil.Process(page.pid).create_time(), "url": page.url}
            (settings.data_dir / FILE).write_text(json.dumps(facts) + "\n", encoding="utf-8")
            return page
        time.sleep(0.1)
    process.terminate()
    process.wait()
    return None


def stop(settings: Settings) -> bool:
    """Stop the pages a demo left running. False where none run."""
    file = settings.data_dir / FILE
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        process = psutil.Process(int(facts["pid"]))
        if abs(process.create_time() - float(facts["started"])) > 1:  # another program has the number by now
            raise psutil.NoSuchProcess(process.pid)
        process.terminate()
        process.wait(10)
    except (OSError, ValueError, KeyError, psutil.NoSuchProcess):
        file.unlink(missing_ok=True)
        return False
    except psutil.TimeoutExpired:
        process.kill()
    file.unlink(missing_ok=True)
    return True


def log_of(settings: Settings) -> Path:
    """What the pages said while they started."""
    return settings.data_dir / LOG


def _answers(url: str) -> bool:
    try:
        with _DIRECT.open(f"{url}/words", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port(wanted: int) -> int:
    """`wanted` if it is free, else another free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free on 127.0.0.1")
