"""`python -m tests.bench comparison`: wirewatch and what people use instead, on one local site, in one run.

End to end: every system polls the same feeds, fetches the same pages from 127.0.0.1 and reads them; wirewatch also
keeps bytes, texts, copies, meetings and alerts in PostgreSQL, whose CPU counts. Extraction: the same bytes from memory.
The machine may be busy: CPU seconds are compared, never the clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import psutil
from sqlalchemy import text

from pipeline.records import Tally
from pipeline.settings import CHECKOUT, Settings
from pipeline.stages.line import STAGES
from pipeline.stages.link.follow import follow
from pipeline.stages.link.link import group_copies
from pipeline.stages.link.stories import group_stories
from pipeline.store.server import partitions
from tests.bench.cpu import ServerClock
from tests.bench.rival_script import ENGINES
from tests.evaluation.extract_pages import LabelledPage, load_labelled
from tests.evaluation.report import Figures, Goal, Report, data_version, facts_of_run
from tests.evaluation.scratch import scratch_server
from tests.staging import source, stage_context

WANTED_PER_CPU_S = 30.0
WANTED_LINK_MS = 2.5
WANTED_EXTRACTION = 1.0
WANTED_BYTES = 35_000.0
_FEED_PAGES = 50
_SCRIPT = CHECKOUT / "tests" / "bench" / "rival_script.py"
_NEEDS = {"news-please": "news-please"}  # not in our locks: it brings scrapy and two databases' clients
_SIZES = text(r"""
    SELECT regexp_replace(c.relname, '_(\d+|rest)$', '') AS part, sum(pg_total_relation_size(c.oid)) AS bytes
      FROM pg_class c WHERE c.relnamespace = 'store'::regnamespace AND c.relkind = 'r' GROUP BY 1 ORDER BY 2 DESC
""")
# What moved into its month or week left room behind, which upkeep gives back: it is no part of an article.
_RESTS = tuple(f"VACUUM FULL store.{series.rest}" for series in partitions.ALL)
_ARTICLES = text("SELECT count(DISTINCT article_id) FROM store.article_version")


def bench(data: Path, now: datetime, *, most: int | None = None, rivals: Path | None = None) -> Report:
    """Run every system on the pages of `data`/html; `rivals` is a virtual environment with news-please.

    Raises EvaluationDataError where the pages are not there.
    """
    began = time.monotonic()
    pages = [page for page in load_labelled(data / "html") if page.html]
    pages = pages[:: max(1, len(pages) // most)][:most] if most else pages
    with (
        tempfile.TemporaryDirectory(prefix="wirewatch-comparison-") as scratch,
        _site(Path(scratch), pages) as (site, process),
    ):
        ours = _wirewatch(Path(scratch), site, process, now)
        stages, articles = ours.stages, ours.articles
        end_to_end = [("wirewatch, with database", articles, sum(cpu for _, cpu in stages))]
        extraction = [_own_extraction(pages)]
        for engine in ENGINES:
            python = _python_with(engine, rivals)
            if python is not None:
                end_to_end.append(_script(python, engine, Path(scratch), site))
                extraction.append(_pages_only(python, engine, Path(scratch)))
    speeds = {name: count / cpu for name, count, cpu in end_to_end}
    bare = next(cpu for name, _, cpu in extraction if name == "trafilatura")
    stored = ours.bytes_an_article(Settings.model_fields["keep_pages_d"].default)
    linking = 1000 * sum(cpu for name, cpu in stages if name.startswith("link")) / max(articles, 1)
    size = sum(len(page.html) for page in pages) / len(pages) / 1024
    return Report(
        what="Comparison",
        figures=(
            Figures(
                "End to end: polled, fetched, read",
                ("system", "articles with a text", "CPU s", "articles per CPU s"),
                tuple((name, count, cpu, speeds[name]) for name, count, cpu in end_to_end),
            ),
            Figures(
                "Extraction alone, pages from memory",
                ("system", "pages with a text", "CPU s", "of trafilatura with metadata"),
                tuple((name, count, cpu, cpu / bare) for name, count, cpu in extraction),
            ),
            Figures(
                "Where wirewatch's time goes, its processes and PostgreSQL",
                ("part", "CPU s", "ms an article"),
                tuple((name, cpu, 1000 * cpu / max(articles, 1)) for name, cpu in stages),
            ),
            Figures("Bytes an article, real pages", ("table, with indexes", "bytes"), tuple(stored)),
        ),
        goals=(
            Goal("articles per CPU second, with database", speeds["wirewatch, with database"], WANTED_PER_CPU_S),
            Goal("extraction, of bare trafilatura's CPU", extraction[0][2] / bare, WANTED_EXTRACTION, at_least=False),
            Goal("link whole, ms an article", linking, WANTED_LINK_MS, at_least=False),
            Goal("bytes an article after a year", stored[-1][1], WANTED_BYTES, at_least=False),
        ),
        facts=facts_of_run(
            now, time.monotonic() - began, data=data_version([data / "html" / page.name for page in pages]), pages=len(pages), mean_kB=round(size),
            load=round(os.getloadavg()[1], 1),
        ),
    )  # fmt: skip


@contextlib.contextmanager
def _site(scratch: Path, pages: Sequence[LabelledPage]) -> Iterator[tuple[str, int]]:
    """The pages and their feeds on a local server; gives its host:port and its process."""
    folder = scratch / "site"
    for part in ("feed", "page"):
        (folder / part).mkdir(parents=True)
    for number, page in enumerate(pages):
        (folder / "page" / f"{number:04}.html").write_bytes(page.html)
    command = [sys.executable, "-m", "tests.bench.page_server", str(folder)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            host = f"127.0.0.1:{int(server.stdout.readline())}"
            for number in range(0, len(pages), _FEED_PAGES):
                items = "".join(
                    f"<item><title>{escape(page.title or f'Page {number + n}')}</title>"
                    f"<link>http://{host}/page/{number + n:04}.html</link></item>"
                    for n, page in enumerate(pages[number : number + _FEED_PAGES])
                )
                rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>all</title>{items}</channel></rss>'
                (folder / "feed" / f"{number // _FEED_PAGES}.xml").write_text(rss, encoding="utf-8")
            yield host, server.pid
        finally:
            server.kill()


def _feeds(scratch: Path, host: str) -> list[str]:
    return [f"http://{host}/feed/{path.name}" for path in sorted((scratch / "site" / "feed").iterdir())]


@dataclass(frozen=True)
class _Ours:
    """What wirewatch made of the pages on an empty database."""

    stages: list[tuple[str, float]]  # with the CPU seconds of each, of PostgreSQL too
    articles: int
    sizes: dict[str, int]  # bytes by table, with its indexes and partitions

    def bytes_an_article(self, keep_pages_d: int) -> list[tuple[str, float]]:
        """By table, and in all once a year of texts is there and pages go after `keep_pages_d` days."""
        parts = {name: size / self.articles for name, size in self.sizes.items() if size / self.articles >= 300}
        rest = sum(self.sizes.values()) / self.articles - sum(parts.values())
        gone = parts.get("page_body", 0.0) * (1 - min(1.0, keep_pages_d / 365))
        in_all = sum(parts.values()) + rest
        return [
            *parts.items(),
            ("other tables", rest),
            ("in all", in_all),
            ("in all, after a year", in_all - gone),
        ]


def _wirewatch(scratch: Path, host: str, site: int, now: datetime) -> _Ours:
    """Run every stage on the pages of the site."""
    feeds = [source(f"f{n}", url) for n, url in enumerate(_feeds(scratch, host))]
    spent: list[tuple[str, float]] = []
    settings = {"workers": 2, "stage_budget_s": 3600, "requests": 20, "host_requests": 20, "domain_requests": 40}
    with (
        scratch_server() as server,
        server.database() as engine,
        stage_context(engine, scratch / "wirewatch", feeds, private=host, **settings) as ctx,
    ):
        with engine.connect() as conn:
            clock = ServerClock(conn)
            empty = {row.part: int(row.bytes) for row in conn.execute(_SIZES)}

        def clocked(name: str, work: Callable[[], object]) -> None:
            before = _cpu_s(clock, site)
            work()
            spent.append((name, _cpu_s(clock, site) - before))

        tally = Tally("link")
        clocked("poll", lambda: STAGES["poll"](ctx, now))
        clocked("fetch", lambda: STAGES["fetch"](ctx, now))
        later = now + timedelta(hours=1)
        clocked("process", lambda: STAGES["process"](ctx, later))
        clocked("link: copies", lambda: group_copies(ctx, later, tally))
        clocked("link: meetings", lambda: follow(ctx, later, tally))
        clocked("link: stories", lambda: group_stories(ctx, later, tally))
        clocked("notify", lambda: STAGES["notify"](ctx, later))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            for statement in _RESTS:
                conn.exec_driver_sql(statement)
            sizes = {row.part: int(row.bytes) - empty.get(row.part, 0) for row in conn.execute(_SIZES)}
            return _Ours(spent, int(conn.scalar(_ARTICLES) or 0), sizes)


def _cpu_s(clock: ServerClock, site: int) -> float:
    """CPU seconds so far of the server, of this process and of its workers, but for the process `site`."""
    ours = psutil.Process()
    spent = clock.seconds()
    for process in (ours, *ours.children(recursive=True)):
        if process.pid == site:
            continue
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile: now it is among its parent's
            used = process.cpu_times()
            spent += used.user + used.system + used.children_user + used.children_system
    return spent


def _own_extraction(pages: Sequence[LabelledPage]) -> tuple[str, int, float]:
    from pipeline.errors import ExtractError
    from pipeline.records import PageHints
    from pipeline.text.extract import extract_article

    def read(number: int, page: LabelledPage) -> bool:
        try:
            hints = PageHints(url=f"https://news.example/{number}", fetched_at=page.fetched_at)
            return bool(extract_article(page.html, content_type="text/html; charset=utf-8", hints=hints).body)
        except ExtractError:
            return False

    for number, page in enumerate(pages[:3]):
        read(number, page)
    began = time.process_time()
    texts = sum(read(number, page) for number, page in enumerate(pages))
    return "wirewatch", texts, time.process_time() - began


def _python_with(engine: str, rivals: Path | None) -> Path | None:
    """The Python that has the engine; None where nobody gave one."""
    if engine not in _NEEDS:
        return Path(sys.executable)
    return rivals / "bin" / "python" if rivals else None


def install_rivals(folder: Path) -> Path:
    """A virtual environment with the systems that our locks do not have; made once, with uv."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    if not (folder / "bin" / "python").exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        needed = ["feedparser", *_NEEDS.values()]
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(folder), *needed], check=True)
    return folder


def _script(python: Path, engine: str, scratch: Path, host: str) -> tuple[str, int, float]:
    """The script on the same feeds: texts and CPU seconds."""
    out = scratch / f"{engine}.jsonl"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, _SCRIPT, engine, out, *_feeds(scratch, host)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    texts = sum(bool(json.loads(line).get("text")) for line in out.read_text(encoding="utf-8").splitlines())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{engine} + feedparser, JSON lines", texts, cpu


def _pages_only(python: Path, engine: str, scratch: Path) -> tuple[str, int, float]:
    command = [str(python), str(_SCRIPT), engine, "--pages", str(scratch / "site" / "page")]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return engine, found["texts"], found["cpu_s"]
