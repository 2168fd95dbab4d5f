"""`python -m tests.faults.line --count N`: the resident line under faults of processes, connections, disk and clock.

Each story is a database of its own with the small newsroom of newsdesk.py, worked on by two lines at once (two
schedulers). Faults come at random moments until the work is done (story.py has them). At the end every story must
have the rows of an undisturbed one, each alert in its file, and none twice without the mark.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from pipeline.errors import DatabaseError
from pipeline.settings import CHECKOUT
from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

sys.path.insert(0, str(CHECKOUT / "tests"))  # as pytest has it

from faults.story import FAULTS, Ground, Story, Weather, small_disk
from local_web import serve
from newsdesk import put_up, snapshot
from staging import config_with

# What must be the same; when pages are fetched again depends on the clock, and outcomes count the faults themselves.
SAME = ("articles", "copies", "mentions", "meetings", "evidence", "alerts")


@dataclass
class Verdict:
    """What came of all stories."""

    faults: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    marked: int = 0
    stuck: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)

    def lines(self) -> list[str]:
        faults = ", ".join(f"{name} {count:,}" for name, count in sorted(self.faults.items()))
        return [
            f"{self.faults.total():,} faults in {self.stories} stories: {faults}",
            f"lost {len(self.lost)}, doubled {len(self.doubled)}, marked repeats {self.marked}, stuck {len(self.stuck)}",
            *self.lost, *self.doubled, *self.stuck,
        ]  # fmt: skip


def run(folder: Path, *, count: int, seed: int, until: float = float("inf")) -> Verdict:
    """Inject `count` faults, or as many as there is time for (`until`, of time.monotonic)."""
    chance, verdict = random.Random(seed), Verdict()
    with serve() as web, small_disk(folder) as disk, _server(folder) as server:
        if disk is None:
            sys.stderr.write("no full disk: this user may not mount a small one\n")
        config = config_with(folder, put_up(web))
        web.pages = Weather(web.pages)
        ground, began = Ground(config, web, server, disk), time.monotonic()
        expected = _calm(folder, ground)
        sys.stderr.write(f"{time.monotonic() - began:.0f} s: an undisturbed story\n")
        while verdict.faults.total() < count and time.monotonic() < until:
            verdict.stories += 1
            name = f"story_{verdict.stories}"
            story = Story(name, folder / name, ground)
            try:
                _break(story, chance, verdict, count)
                _judge(story, expected, verdict)
                took = time.monotonic() - began
                sys.stderr.write(f"{took:.0f} s: {verdict.lines()[0]}; {verdict.lines()[1]}\n")
            finally:
                story.end()
    return verdict


def _calm(folder: Path, ground: Ground) -> dict[str, Any]:
    story = Story("calm", folder / "calm", ground)
    try:
        story.start()
        story.wait()
        return {key: snapshot(story.engine)[key] for key in SAME}
    finally:
        story.end()


def _break(story: Story, chance: random.Random, verdict: Verdict, count: int) -> None:
    story.start()
    story.start()
    possible = [fault for fault in FAULTS if fault[0] != "disk full" or story.ground.disk]
    quota = min(100, count - verdict.faults.total())
    for name, _, deed in chance.choices(possible, [weight for _, weight, _ in possible], k=quota):
        time.sleep(chance.uniform(0.0, 0.15))
        deed(story, chance)
        verdict.faults[name] += 1
    story.wait()


def _judge(story: Story, expected: dict[str, Any], verdict: Verdict) -> None:
    if not story.is_done() or any(child.poll() is not None for child in story.lines):
        verdict.stuck.append(f"{story.name}: work is left, or a line ended by itself")
        return
    found = snapshot(story.engine)
    for key in SAME:
        verdict.lost += [f"{story.name} lost of {key}: {row}" for row in expected[key] if row not in found[key]]
        verdict.doubled += [f"{story.name} more of {key}: {row}" for row in found[key] if row not in expected[key]]
        if len(found[key]) > len(set(map(repr, found[key]))):
            verdict.doubled.append(f"{story.name}: rows of {key} twice")
    lines = [json.loads(line) for line in (story.folder / "alerts.jsonl").read_text(encoding="utf-8").splitlines()]
    sent = [line["data"]["alert"] for line in lines if line["type"].startswith("meeting.")]
    with story.engine.connect() as conn:
        keys = set(conn.scalars(text("SELECT key FROM store.alert")))
    verdict.lost += [f"{story.name}: {key} is not in the file" for key in keys - {alert["key"] for alert in sent}]
    first: set[str] = set()
    for alert in sent:
        if alert["key"] in first and not alert["possibly_repeated"]:
            verdict.doubled.append(f"{story.name}: {alert['key']} twice without a mark")
        verdict.marked += alert["possibly_repeated"]
        first.add(alert["key"])


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(folder / "postgres")
    server.start()
    try:
        create_database(parse_url(server.url("postgres")), "template_line")
        engine: Engine = open_engine(parse_url(server.url("template_line")))
        migrate.upgrade(engine)
        engine.dispose()
        yield server
    finally:
        with contextlib.suppress(DatabaseError):
            server.stop()


def main() -> None:
    """Print the verdict; exit code 1 if anything was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ww-f-") as folder:
        until = time.monotonic() + 60 * asked.minutes
        verdict = run(Path(folder), count=asked.count, seed=asked.seed, until=until)
    sys.stdout.write("\n".join(verdict.lines()) + "\n")
    raise SystemExit(0 if verdict.clean else 1)


if __name__ == "__main__":
    main()
