"""The resident line as Airflow's task runs it, ended by SIGTERM: quick, and what it had in hand is free at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local_web import LocalWeb, Reply, serve
from sqlalchemy import Engine, text
from staging import config_with, source

LINE = "from pipeline.operate.one_stage import run_line; run_line(seconds=600)"
FEED = """<rss version="2.0"><channel><title>Wire</title>
<item><guid>1</guid><title>Talks in Ankara called off</title><link>{page}</link></item></channel></rss>"""
READY_S, END_S = 120.0, 10.0  # generous for a loaded machine; Airflow itself kills after five
_FREE = text("SELECT count(*) FROM store.work WHERE stage = 'fetch' AND lease IS NULL AND claims = 0")


def test_sigterm_ends_the_line_and_gives_back_what_it_had_in_hand(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with serve() as web:
        web.pages["/feed"] = Reply(
            FEED.format(page=web.url("/slow")).encode(), headers={"Content-Type": "text/xml"}
        )
        web.pages["/slow"] = lambda _: time.sleep(60) or None
        line = subprocess.Popen(
            [sys.executable, "-c", LINE], env=_environment(web, database_url, tmp_path), stderr=subprocess.PIPE, text=True
        )  # fmt: skip
        try:
            _wait_until_asked(web, "/slow")
            began = time.monotonic()
            line.send_signal(signal.SIGTERM)
            _, said = line.communicate(timeout=60)
            took = time.monotonic() - began
        finally:
            line.kill()
    assert took < END_S
    assert (line.returncode, "SIGTERM ended the line" in said) == (1, True)
    with engine.connect() as conn:
        assert conn.scalar(_FREE) == 1, "another process may have the page at once, and nobody is blamed"


def _environment(web: LocalWeb, database_url: str, folder: Path) -> dict[str, str]:
    config = config_with(folder, [source("wire", web.url("/feed"))])
    return {
        **os.environ,
        "WIREWATCH_DATABASE_URL": database_url,
        "WIREWATCH_CONFIG_DIR": str(config),
        "WIREWATCH_DATA_DIR": str(folder / "data"),
        "WIREWATCH_ALLOW_PRIVATE": web.host,
        "WIREWATCH_WORKERS": "1",
    }


def _wait_until_asked(web: LocalWeb, path: str) -> None:
    deadline = time.monotonic() + READY_S
    while path not in web.asked:
        assert time.monotonic() < deadline, web.asked
        time.sleep(0.1)
