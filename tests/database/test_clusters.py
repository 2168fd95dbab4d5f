"""Copies become one cluster, whoever links them and in whatever order."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from stored import store_article

from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.records import Article, Findings
from pipeline.stages.link.copies import Habits, place_texts, publish
from pipeline.store.articles import save_findings
from pipeline.store.fingerprints import StopKeys, load_texts, look_up_plan
from pipeline.store.reports.dispatch_report import find_dispatch
from pipeline.store.server.partitions import FINGERPRINTS, drop, ended_before, ensure, ensure_current
from pipeline.text.normalise import text_hash

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
WINDOW = timedelta(hours=72)
_VOCABULARY = [f"w{i}" for i in range(3000)]


def dispatch(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(_VOCABULARY, k=length))


def store(engine: Engine, url: str, body: str, *, published: datetime = NOW) -> int:
    return store_article(engine, url, body, published=published)


def link(engine: Engine, versions: Sequence[int], *, batch: int = 1) -> dict[int, str]:
    """Link in this order, `batch` texts at a time, as a worker does."""
    became: dict[int, str] = {}
    habits = Habits(StopKeys())
    for i in range(0, len(versions), batch):
        publish(engine, versions[i : i + batch], now=NOW)
        with engine.begin() as conn:
            became |= place_texts(conn, versions[i : i + batch], habits, window=WINDOW, now=NOW)
    return became


def clusters(engine: Engine) -> list[tuple[list[str], str]]:
    """Each cluster as (urls in order, url of the lead)."""
    with engine.connect() as conn:
        rows = conn.execute(
            text("""
                SELECT array_agg(a.url ORDER BY a.url), max(l.url)
                  FROM store.wire_member m JOIN store.article a ON a.id = m.article_id
                  JOIN store.wire_cluster c ON c.id = m.cluster_id AND c.merged_into IS NULL
                  JOIN store.article l ON l.id = c.lead_article_id
                 GROUP BY c.id ORDER BY 1
            """)
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_arrival_does_not_matter(engine: Engine, order: tuple[int, ...]) -> None:
    whole = dispatch(1)
    parts = whole.split()
    versions = [
        store(engine, "http://a/lead", whole, published=NOW - timedelta(hours=3)),
        store(engine, "http://b/cut", " ".join(parts[:200]), published=NOW - timedelta(hours=2)),
        store(engine, "http://c/more", whole + " " + dispatch(5, 60), published=NOW - timedelta(hours=1)),
        store(engine, "http://d/other", dispatch(2)),
    ]
    link(engine, [versions[i] for i in order])
    assert clusters(engine) == [
        (["http://a/lead", "http://b/cut", "http://c/more"], "http://a/lead"),
        (["http://d/other"], "http://d/other"),
    ]


def test_linking_again_changes_nothing(engine: Engine) -> None:
    versions = [store(engine, f"http://{i}/", dispatch(1)) for i in range(3)]
    link(engine, versions)
    before = clusters(engine)
    link(engine, versions)
    assert clusters(engine) == before == [(["http://0/", "http://1/", "http://2/"], "http://0/")]


def test_old_news_is_not_a_copy_of_new_news(engine: Engine) -> None:
    versions = [
        store(engine, "http://old/", dispatch(1), published=NOW - timedelta(days=10)),
        store(engine, "http://new/", dispatch(1)),
    ]
    link(engine, versions)
    assert len(clusters(engine)) == 2


@pytest.mark.parametrize("groups", [60, pytest.param(1500, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_four_writers_never_split_a_dispatch(engine: Engine, groups: int) -> None:
    versions = {
        (group, writer): store(engine, f"http://{writer}/{group}", dispatch(1000 + group, 80))
        for group in range(groups)
        for writer in range(4)
    }
    errors: list[BaseException] = []
    barrier = threading.Barrier(4)

    def worker(writer: int) -> None:
        try:
            for group in range(groups):
                barrier.wait()  # all four copies of a dispatch at the very same moment
                link(engine, [versions[group, writer]])
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=worker, args=(w,)) for w in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = clusters(engine)
    assert len(found) == groups
    assert all(len(urls) == 4 for urls, _ in found)


def test_an_edited_page_is_a_new_version_and_not_a_copy(engine: Engine) -> None:
    first = store(engine, "http://a/", dispatch(1))
    link(engine, [first])
    edited = dispatch(1) + " corrected"
    article = Article("t", edited, NOW, "page", "UTC", "en", 1.0)
    findings = Findings(article, text_hash("t", edited), make_fingerprint(edited), (), "1", (), "1")
    with engine.begin() as conn:
        ids = conn.execute(
            text("SELECT article_id, page_id FROM store.article_version WHERE id = :id"), {"id": first}
        ).one()
        second = save_findings(conn, ids.article_id, ids.page_id, findings, now=NOW + timedelta(hours=1))
    assert link(engine, [second]) == {second: "edited"}
    edge = "SELECT (kind, version_id, other_version_id)::text FROM store.wire_edge"
    assert one(engine, edge) == f"(near,{second},{first})"
    assert clusters(engine) == [(["http://a/"], "http://a/")]


def test_a_batch_makes_what_single_texts_make(engine: Engine) -> None:
    chance = random.Random(7)
    bodies = [dispatch(seed, 200) for seed in range(12)]
    urls = [(f"http://{n}.example/{i}", bodies[n]) for n in range(12) for i in range(1 + n % 4)]
    chance.shuffle(urls)
    versions = [store(engine, url, body) for url, body in urls]
    link(engine, versions, batch=50)
    found = clusters(engine)
    assert len(found) == 12
    assert all(len({url.partition(".example")[0] for url in urls}) == 1 for urls, _ in found)


def one(engine: Engine, query: str) -> object:
    with engine.connect() as conn:
        return conn.execute(text(query)).scalar_one()


def test_two_grown_clusters_that_turn_out_to_be_one_are_merged_and_the_old_number_still_leads_there(
    engine: Engine,
) -> None:
    parts = dispatch(3, 400).split()
    first, second = " ".join(parts[:200]), " ".join(parts[200:])
    halves = [store(engine, f"http://{i}/", body) for i, body in enumerate([first, first, second, second])]
    link(engine, halves)
    assert len(clusters(engine)) == 2
    # The whole comes last and was published first: it leads, and both halves are copies of it.
    link(engine, [store(engine, "http://whole/", " ".join(parts), published=NOW - timedelta(hours=1))])
    assert clusters(engine) == [([f"http://{i}/" for i in range(4)] + ["http://whole/"], "http://whole/")]
    with engine.connect() as conn:
        numbers = conn.scalars(text("SELECT id FROM store.wire_cluster")).all()
        assert len(numbers) == 5
        assert len({find_dispatch(conn, str(number)) for number in numbers}) == 1
    # Where each article was before is kept: its moves end where it is now.
    late = """
        SELECT count(*) FROM store.wire_member m
         WHERE cluster_id <> article_id AND NOT EXISTS (
               SELECT FROM store.wire_move v WHERE v.article_id = m.article_id AND v.cluster_id = m.cluster_id)
    """
    assert one(engine, late) == 0


UPDATED = (
    "The foreign ministers of both countries will {}meet in the capital on {} to discuss grain shipments and the repair "
    "of a terminal, the ministry said in a statement that was read out to reporters on Tuesday afternoon."
)


def test_an_update_is_a_dispatch_of_its_own_that_names_the_earlier_one(engine: Engine) -> None:
    plan, off = UPDATED.format("", 12), UPDATED.format("not ", 12)
    versions = [
        store(engine, "http://a/plan", plan, published=NOW - timedelta(hours=5)),
        store(engine, "http://b/plan", plan, published=NOW - timedelta(hours=4)),
        store(engine, "http://a/off", off, published=NOW - timedelta(hours=1)),
        store(engine, "http://b/off", off),
    ]
    for order in (versions, versions[::-1]):
        link(engine, order)
        assert [urls for urls, _ in clusters(engine)] == [
            ["http://a/off", "http://b/off"],
            ["http://a/plan", "http://b/plan"],
        ]
    with engine.connect() as conn:
        found = conn.execute(text("SELECT lead_url, update_of FROM wirewatch.dispatches ORDER BY lead_url")).all()
        earlier = find_dispatch(conn, "http://a/plan")
        kinds = conn.execute(
            text("SELECT DISTINCT kind, differing FROM wirewatch.copy_edges WHERE kind = 'update'")
        )
        assert [tuple(row) for row in kinds] == [("update", ["negation"])]
    assert [tuple(row) for row in found] == [("http://a/off", earlier), ("http://a/plan", None)]


def test_paragraphs_an_outlet_keeps_repeating_do_not_make_copies(engine: Engine) -> None:
    footer = dispatch(99, 90)
    versions = [
        store(engine, f"http://f/{i}", dispatch(100 + i, 60) + "\n" + footer, published=NOW + timedelta(minutes=i))
        for i in range(12)
    ]
    link(engine, versions, batch=3)
    assert len(clusters(engine)) == 12
    body = dispatch(105, 60)
    link(engine, [store(engine, "http://g/copy", body, published=NOW + timedelta(hours=1))])
    assert ["http://f/5", "http://g/copy"] in [urls for urls, _ in clusters(engine)]


def test_keys_of_many_dispatches_become_stop_keys_and_those_of_one_do_not(engine: Engine) -> None:
    phrase = dispatch(55, 60)
    strangers = [store(engine, f"http://s/{i}", dispatch(200 + i, 200) + " " + phrase) for i in range(14)]
    copies = [store(engine, f"http://c/{i}", dispatch(300)) for i in range(14)]
    link(engine, strangers + copies, batch=7)
    stopped = {row for row in _keys(engine, "SELECT key FROM store.stop_key")}
    assert stopped
    assert not stopped & _keys(
        engine,
        "SELECT unnest(keys) FROM store.fingerprint f "
        "JOIN store.article a ON a.id = f.article_id WHERE a.url LIKE 'http://c/%'",
    )
    assert len(next(urls for urls, _ in clusters(engine) if urls[0].startswith("http://c/"))) == 14


def _keys(engine: Engine, query: str) -> set[int]:
    with engine.connect() as conn:
        return set(conn.scalars(text(query)))


def test_weeks_are_made_ahead_and_take_over_what_came_early(engine: Engine) -> None:
    version = store(engine, "http://early/", dispatch(1))
    rest = "SELECT count(*) FROM store.fingerprint_rest"
    assert one(engine, rest) == 1
    with engine.begin() as conn:
        made = ensure_current(conn, FINGERPRINTS, NOW)
        assert len(made) == 4
        assert ensure_current(conn, FINGERPRINTS, NOW) == []
    assert one(engine, rest) == 0
    assert one(engine, f"SELECT count(*) FROM store.{made[1]}") == 1
    assert link(engine, [version]) == {version: "own_text"}
    with engine.begin() as conn:
        assert ended_before(conn, FINGERPRINTS, NOW) == made[:1]
        old = ended_before(conn, FINGERPRINTS, NOW + timedelta(days=14))
        assert old == made[:3]
        assert not drop(conn, FINGERPRINTS, made[1]), "its text still waits to be linked"
        conn.execute(text("DELETE FROM store.work"))
        for week in old:
            assert drop(conn, FINGERPRINTS, week)
    assert one(engine, "SELECT count(*) FROM store.fingerprint") == 0
    assert link(engine, [version]) == {version: "not_comparable"}


def test_keys_come_first_whatever_statistics_say(engine: Engine) -> None:
    with engine.begin() as conn:
        ensure_current(conn, FINGERPRINTS, NOW)
    version = store(engine, "http://a/", dispatch(1), published=NOW - timedelta(days=2))
    # Of last week it is known that next to nothing is recent enough; of this one nothing is known.
    grown = """
        INSERT INTO store.fingerprint
        SELECT -n, published_at - n % 2 * interval '6 days' - n * interval '1 second', -n, n % 400, number, scheme, tokens,
               exact, ARRAY[n, n + 1, n + 2], words, blocks, agency
          FROM store.fingerprint, generate_series(1, 10000) n
    """
    with engine.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text(grown))
        conn.execute(text("ANALYZE store.fingerprint_20310421"))
        found = list(load_texts(conn, [version], keys=True).values())
        plan = look_up_plan(conn, found, {version: found[0].fingerprint.keys}, window=WINDOW)
        assert conn.scalars(text("SHOW random_page_cost")).one() != "0"
    assert any("fingerprint_20310428_keys_idx" in line for line in plan)
    assert [line for line in plan if "Seq Scan" in line or "published_at_idx" in line] == []


def test_many_make_a_week_at_once(engine: Engine) -> None:
    errors: list[BaseException] = []

    def make() -> None:
        try:
            with engine.begin() as conn:
                ensure_current(conn, FINGERPRINTS, NOW)
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_lookup_reads_the_index_of_the_weeks_in_question_only(engine: Engine) -> None:
    with engine.begin() as conn:
        ensure(conn, FINGERPRINTS, NOW - timedelta(days=70), NOW + timedelta(days=14))
    version = store(engine, "http://a/", dispatch(1))
    with engine.begin() as conn:
        conn.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            conn.scalars(
                text("""
                    EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off)
                    SELECT f.version_id FROM (SELECT keys, published_at FROM store.fingerprint WHERE version_id = :id) q
                     CROSS JOIN LATERAL (SELECT version_id FROM store.fingerprint f WHERE f.keys && q.keys
                       AND f.published_at BETWEEN q.published_at - interval '72 hours'
                                              AND q.published_at + interval '72 hours') f
                """),
                {"id": version},
            )
        )
    weeks = [line for line in plan.splitlines() if "keys_idx" in line and "never executed" not in line]
    assert 1 <= len(weeks) <= 2, plan
