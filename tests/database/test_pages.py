"""The pages as a reader meets them, over real HTTP: what they say, who may decide, and that nothing hostile runs."""

from __future__ import annotations

import http.client
import itertools
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import TEMPLATE, drop_database
from newsroom_desk import AYDINOGLU, ISTANBUL, NOW, SOKOLOV, Desk, day, mention
from site_client import TOKEN, Browser, served
from sqlalchemy import Engine, event, text
from staging import config_with, source
from stored import store_article
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.configuration import load_configuration
from pipeline.demo.replay import leave_clock
from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from pipeline.site import guard, highlights
from pipeline.site.wording import LANGUAGES
from pipeline.stages.line import STAGES, Context
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

PAGES = (
    "/", "/?days=7", "/meetings", "/meetings?show=calendar", "/meetings/1", "/articles/1", "/articles/1?show=changes",
    "/articles/1?show=why", "/stories", "/dispatches/1", "/search", "/search?q=visit", "/search?q=%22%21-", "/feeds",
    "/alerts", "/alerts?state=dead", "/waiting", "/people", "/people/per:ru.sokolov", "/places",
    "/places/TR", "/places/TR/Istanbul", "/sql",
    "/sql?recipe=country_pairs", "/login", "/settings", "/words",
)  # fmt: skip
ANNOUNCED = "Foreign Minister Grigory Sokolov will visit Istanbul on 14 May, the ministry said."
MOVED = "The visit of Grigory Sokolov to Istanbul was moved from 14 May to 20 May, the ministry said."
CORPUS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg onload=alert(1)>", "</title><script>x",
    "javascript:alert(1)", "{{ 7*7 }}{% raw %}", "\u202eevil\u202c", "<b style=color:red>", "]]><x>", "a\x01b",
)  # fmt: skip


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """Settings and rules, read once: what a test needs besides is a database."""
    folder = tmp_path_factory.mktemp("pages")
    chosen = load_settings(
        config_dir=config_with(folder, [source("f", "http://f.example/")]), data_dir=folder / "data",
        workers=1, site_port=0, site_token=TOKEN,
    )  # fmt: skip
    return Context(chosen, None, load_configuration(chosen.config_dir))  # type: ignore[arg-type]


@pytest.fixture
def desk(engine: Engine, configured: Context) -> Iterator[Desk]:
    with Context(configured.settings, engine, configured.configuration) as ctx:
        yield Desk(ctx)


@contextmanager
def newsroom(desk: Desk) -> Iterator[Browser]:
    """The story is told, and six days after NOW somebody looks."""
    tell(desk)
    assert leave_clock(desk.ctx.engine, NOW + timedelta(days=6))
    with served(desk.ctx) as browser:
        yield browser


@pytest.fixture
def own_site(desk: Desk) -> Iterator[Browser]:
    """A site of this test's own, where it may change things."""
    with newsroom(desk) as browser:
        yield browser


@pytest.fixture(scope="module")
def shared(server: EmbeddedServer, configured: Context) -> Iterator[Browser]:
    create_database(parse_url(server.url("postgres")), "test_pages", template=TEMPLATE)
    engine = open_engine(parse_url(server.url("test_pages")))
    try:
        with Context(configured.settings, engine, configured.configuration) as ctx, newsroom(Desk(ctx)) as browser:
            yield browser
    finally:
        engine.dispose()
        drop_database(server, "test_pages")


@pytest.fixture
def site(shared: Browser) -> Browser:
    """A reader nobody knows, on the site of all tests that only look."""
    return Browser(shared.url)


def told(status: str, when: Any, quote: str, **more: Any) -> Any:
    return mention(status, when, quote=quote, **more)


def tell(desk: Desk) -> None:
    """Two texts announce a visit, a third moves it; a fourth, later, still gives the old day."""
    filler = " ".join(f"word{i}" for i in range(60))
    desk.report(0, told("scheduled", day(14), ANNOUNCED), body=f"{ANNOUNCED}\n{filler} one")
    desk.report(
        1, told("scheduled", day(14), ANNOUNCED), body=f"{ANNOUNCED}\n" + " ".join(f"w{i}" for i in range(60))
    )
    desk.report(5, told("rescheduled", day(20), MOVED, moved_from=day(14)),
                body=f"{MOVED}\n" + " ".join(f"m{i}" for i in range(60)))  # fmt: skip
    desk.report(
        6, told("confirmed", day(14), ANNOUNCED), body=f"{ANNOUNCED}\n" + " ".join(f"c{i}" for i in range(60))
    )


def test_every_page_answers_in_every_language_and_is_inert(site: Browser) -> None:
    for path, language in itertools.product(PAGES, LANGUAGES):
        answer = site.get(path, accept_language=language)
        assert answer.status == 200, (path, answer.text[:300])
        tree = answer.tree
        assert tree.get("lang") == language, path
        assert len(tree.xpath("//h1")) == 1, path
        assert [s.get("src") for s in tree.xpath("//script")] != [None], path
        assert_inert(tree, path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), (path, sorted(i for i in ids if ids.count(i) > 1))
        for field in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            named = (
                field.get("aria-label")
                or field.xpath("ancestor::label")
                or tree.xpath(f"//label[@for='{field.get('id')}']")
            )
            assert named, (path, field.get("name"))


def assert_inert(tree: Any, path: str) -> None:
    """No script but our file, no handler, no inline style, no address but a web address or one of ours."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in ("style", "iframe", "object", "embed", "base", "img"), (path, element.tag)
        assert element.tag != "script" or (element.get("src", "").startswith("/assets/") and not element.text), (
            path
        )
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (path, name)
            assert name != "style", path
            assert name not in ("href", "src", "action") or re.match(r"(https?:/|/|#)", value), (path, value)


def test_every_link_leads_somewhere(site: Browser) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        answer = site.get(path)
        assert answer.status in (200, 303), (path, answer.status)
        if "text/html" not in answer.headers.get("content-type", "") or len(seen) > 220:
            continue
        for link in answer.tree.xpath("//a/@href | //link/@href | //script/@src"):
            target = link.split("#")[0]
            shape = re.sub(r"\d+", "0", target)  # one of each kind is enough
            if target.startswith("/") and shape not in seen:
                seen.add(shape)
                waiting.append(target)
    assert len(seen) > 60


def test_the_page_of_a_meeting_says_what_was_planned_what_changed_and_what_speaks_against_it(
    site: Browser,
) -> None:
    page = site.get("/meetings/1")
    words = page.words
    assert "Rescheduled" in words
    assert "Sokolov in Istanbul, with Aydinoglu" in words
    assert MOVED in words
    leaves = [
        " ".join(" ".join(e.itertext()).split()) for e in page.tree.xpath("//*[starts-with(@class, 'leaf ')]")
    ]
    assert leaves[0].startswith("May 2031 was 14")
    assert leaves[-1].startswith("May 2031 now 20")
    against = " ".join(page.tree.xpath("//section[@aria-labelledby='against']")[0].text_content().split())
    assert "1 independent text (1 reports)" in against
    assert ANNOUNCED in against
    assert "3 independent, 3 reports" in words
    assert not re.search(r"\b0\.\d\d\b|confidence", words)  # never a raw score


def test_the_reports_of_one_country_are_shown_alone(desk: Desk, own_site: Browser) -> None:
    with desk.ctx.engine.begin() as conn:
        conn.execute(text("""
            WITH other AS (INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
                           VALUES ('t', 'http://t.example/', 'Postası', '', 'tr', 'UTC', 'TR', 'newspaper', true, now())
                           RETURNING id)
            UPDATE store.article SET feed_id = other.id FROM other WHERE article.id = (SELECT max(id) FROM store.article)
        """))  # fmt: skip
    whole, own = own_site.get("/meetings/1"), own_site.get("/meetings/1?of=TR")
    links = whole.tree.xpath("//section[@aria-labelledby='reps']//p//a/@href")
    assert "/meetings/1?of=TR#reps" in links
    reports = "//section[@aria-labelledby='reps']//article[contains(@class, 'rep')]//b"
    assert len(whole.tree.xpath(reports)) > 1
    assert [b.text_content() for b in own.tree.xpath(reports)] == ["Postası"]
    assert len(own_site.get("/meetings/1?of=ZZ").tree.xpath(reports)) == len(whole.tree.xpath(reports))


def test_today_says_what_changed_and_what_is_ahead(site: Browser) -> None:
    words = site.get("/").words
    assert "Wednesday 7 May 2031" in words
    assert "Wed 14 May → Tue 20 May 2031 in 13 days" in words
    assert "Contested" in words or "None of the meetings ahead" in words
    assert "since 6 May 12:00" in words


def test_who_looks_from_another_zone_sees_his_times_and_the_same_days(site: Browser) -> None:
    assert site.post("/settings", zone="Asia/Tokyo", lang="tr", back="/meetings/1").status == 303
    page = site.get("/meetings/1")
    assert "20 May 2031 Sal" in page.words
    assert page.tree.xpath("//article[@class='rep']//time")[0].text == "2 May 03:00"  # 18:00 UTC
    assert "Tokyo (UTC+9)" in page.words


def test_what_was_known_then(site: Browser) -> None:
    then = site.get("/meetings/1?at=2031-05-01T14:00Z").words
    assert "Planned" in then
    assert MOVED not in then
    assert site.get("/meetings/1?at=2030-01-01").status == 404
    assert site.get("/meetings/1?at=yesterday").status == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=Russia,TR", True), ("country=RU&country=TR", True), ("country=Iran", False),
        ("person=sokolov", True), ("person=per:tr.aydinoglu", True), ("person=Nobody", False),
        ("status=rescheduled", True), ("status=held", False), ("place=istanbul", True), ("place=Kazan", False),
        ("from=2031-05-15", True), ("to=2031-05-15", False), ("from=2031-05-01&to=2031-06-01", True),
    ],
)  # fmt: skip
def test_filters(site: Browser, query: str, found: bool) -> None:
    page = site.get(f"/meetings?{query}")
    assert bool(page.tree.xpath("//tbody/tr")) is found
    assert found or "Without" in page.words  # says which filter leaves most out


def test_mistakes_are_answered_with_a_reason(site: Browser) -> None:
    for path, status, words in (
        ("/meetings/99", 404, "There is no meeting 99"), ("/meetings/x", 404, "There is no meeting x"),
        ("/meetings/99999999999999999999", 404, "There is no meeting"), ("/nothing", 404, "There is no such page"),
        ("/articles/99", 404, "There is no article"), ("/people/per:xx.nobody", 404, "Nobody is known"),
        ("/meetings?country=Atlantis", 400, "is no country"), ("/meetings?from=soon", 400, "is no day"),
        ("/sql?recipe=nothing_like_it", 404, "no recipe"), ("/sql?q=select+1/0", 422, "division by zero"),
    ):  # fmt: skip
        answer = site.get(path)
        assert (answer.status, words in answer.words) == (status, True), path


def test_a_page_asks_five_queries_at_most(desk: Desk) -> None:
    tell(desk)
    counts: dict[str, int] = {}
    asked: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        with served(desk.ctx) as browser:
            browser.get("/words")  # the clock is read once
            for path in PAGES:
                asked.clear()
                browser.get(path)
                counts[path] = len([s for s in asked if not s.startswith(("SET LOCAL", "SELECT pg_catalog"))])
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert max(counts.values()) <= 5, counts


def test_a_page_is_small_and_not_sent_twice(site: Browser) -> None:
    page = site.get("/meetings/1")
    assert len(page.body) < 100_000
    again = site.get("/meetings/1", if_none_match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    packed = site.get("/meetings/1", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    sheet = page.tree.xpath("//link[@rel='stylesheet']/@href")[0]
    assert "immutable" in site.get(sheet).headers["cache-control"]
    assert site.get(sheet.replace("/assets/", "/assets/0")).status == 404


def test_pictures_leave_as_files_that_say_their_own_colours(site: Browser) -> None:
    for path in ("/meetings/1/timeline.svg", "/ahead.svg", "/meetings/month.svg?month=2031-05"):
        answer = site.get(path)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert "class=" not in answer.text
        assert "var(" not in answer.text
    assert site.get("/meetings/1/timeline.png").body.startswith(b"\x89PNG")


def test_the_time_line_on_a_terminal(
    desk: Desk, own_site: Browser, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    shown = CliRunner().invoke(app, ["meetings", "show", "1", "--svg"], catch_exceptions=False)
    assert shown.stdout == own_site.get("/meetings/1/timeline.svg").text + "\n"
    assert CliRunner().invoke(app, ["meetings", "show", "9", "--svg"]).exit_code == 1
    shown = CliRunner().invoke(app, ["meetings", "show", "1", "--png", "--lang", "ru"], catch_exceptions=False)
    assert shown.stdout_bytes.startswith(b"\x89PNG")
    month = CliRunner().invoke(app, ["meetings", "calendar", "2031-05"], catch_exceptions=False)
    assert month.stdout == own_site.get("/meetings/month.svg?month=2031-05").text + "\n"
    assert CliRunner().invoke(app, ["meetings", "calendar", "May"]).exit_code == 2


def test_answers_of_sql_leave_as_files(site: Browser) -> None:
    answer = site.get("/sql/answer.csv?recipe=country_pairs")
    assert answer.text.lstrip("\ufeff").splitlines()[0] == "countries,meetings,planned,called_off,held"
    assert site.get("/sql/answer.parquet?recipe=country_pairs").body.startswith(b"PAR1")
    assert site.get("/sql/answer.jsonl?q=select+1+as+one").text == '{"one": 1}\n'
    with pytest.raises(
        http.client.IncompleteRead
    ) as broken:  # the connection ends, so no program takes it for whole
        site.get("/sql/answer.csv?q=select+1/(5000-n)+from+generate_series(1,9000)+n")
    assert b"ERROR: the answer is not whole" in broken.value.partial


@pytest.mark.parametrize(
    "statement",
    [
        "delete from store.meeting", "select 1; select 2", "create table t()", "select * from store.meeting",
        "select pg_advisory_lock(1)", "update wirewatch.meetings set status = 'x'", "commit", "set role postgres",
        "select set_config('role', 'postgres', false) from store.feed", "copy (select 1) to program 'true'",
    ],
)  # fmt: skip
def test_nothing_can_be_written_through_the_box(site: Browser, statement: str) -> None:
    answer = site.post("/sql", q=statement)
    assert answer.status == 422
    assert site.get("/meetings/1").status == 200


def test_a_slow_statement_is_ended(site: Browser) -> None:
    started = time.monotonic()
    assert "statement timeout" in site.post("/sql", q="select pg_sleep(60)").words
    assert time.monotonic() - started < 20


def test_a_merge_with_its_reason(desk: Desk, own_site: Browser) -> None:
    desk.report(7, told("scheduled", day(20, 7), "Grigory Sokolov will be in Istanbul on 20 July."))
    form = "/meetings/2/decide/merge"
    assert own_site.get(form).headers["location"].startswith("/login?back=")
    own_site.log_in()
    fields = own_site.fields(form)
    assert own_site.post(form, **fields, other="1", why="").status == 422  # a reason is asked for
    done = own_site.post(form, **fields, other="1", why="the ministry moved it quietly")
    assert (done.status, done.headers["location"].split("?")[0]) == (303, "/meetings/1")
    assert own_site.get("/meetings/2").headers["location"] == "/meetings/1"
    assert "Merged · Deniz: the ministry moved it quietly" in own_site.get("/meetings/1").words
    assert own_site.post(form, **fields, other="1", why="again").status in (
        409,
        422,
    )  # it is one with the other by now


def test_dismissing_and_taking_a_report_out(desk: Desk, own_site: Browser) -> None:
    own_site.log_in()
    fields = own_site.fields("/meetings/1/decide/unlink")
    (report,) = desk.rows("SELECT max(mention_id) FROM wirewatch.meeting_reports")[0]
    old = own_site.post("/meetings/1/decide/unlink", **{**fields, "seen": "0.0.0"}, report=report, why="x")
    assert (old.status, "has changed since you opened it" in old.words) == (409, True)
    assert (
        own_site.post("/meetings/1/decide/unlink", **fields, report=report, why="of another visit").status == 303
    )
    assert "nothing speaks against it" in own_site.get("/meetings/1").words
    fields = own_site.fields("/meetings/1/decide/dismiss")
    assert own_site.post("/meetings/1/decide/dismiss", **fields, why="a joke of 1 April").status == 303
    gone = own_site.get("/meetings/1")
    assert (gone.status, "Deniz: a joke of 1 April" in gone.words) == (410, True)


def test_a_dismissed_meeting_is_brought_back(own_site: Browser) -> None:
    own_site.log_in()
    for verb, status in (("dismiss", 410), ("restore", 200)):
        form = f"/meetings/1/decide/{verb}"
        assert own_site.post(form, **own_site.fields(form), why="a slip").status == 303
        assert own_site.get("/meetings/1").status == status
        if verb == "dismiss":
            links = own_site.get("/meetings/1").tree.xpath("//main//a/@href")
            assert "/meetings/1/decide/restore" in links


def test_an_alert_is_sent_again_to_who_is_chosen(desk: Desk, own_site: Browser) -> None:
    with desk.ctx.engine.begin() as conn:
        conn.execute(text("UPDATE store.alert_delivery SET state = 'dead', last_error = 'no answer'"))
    ((alert, receivers),) = desk.rows("SELECT alert_id, count(*) FROM store.alert_delivery GROUP BY alert_id")
    form = f"/alerts/{alert}/resend"
    assert form in own_site.get("/alerts").tree.xpath("//main//a/@href")
    assert own_site.get(form).headers["location"].startswith("/login?back=")
    own_site.log_in()
    fields = own_site.fields(form)
    assert own_site.post(form, form=fields["form"]).status == 422  # nobody is chosen
    assert own_site.post(form, form="guessed", delivery="1").status == 403
    ids = own_site.get(form).tree.xpath("//input[@name='delivery']/@value")
    assert len(ids) == receivers
    done = own_site.post(form, form=fields["form"], delivery=ids[0])
    assert (done.status, done.headers["location"]) == (303, "/alerts?done=1")
    again = desk.rows("SELECT state, resend FROM store.alert_delivery WHERE resend > 0")
    assert again == [("pending", 1)]
    waiting = """SELECT count(*) FROM store.work w JOIN store.alert_delivery d ON d.id = w.subject_id
                  WHERE w.stage = 'notify' AND d.resend > 0"""
    assert desk.rows(waiting) == [(1,)]
    assert own_site.post(form, form=fields["form"], delivery=ids[0]).status in (303, 422)
    assert len(desk.rows("SELECT FROM store.alert_delivery WHERE resend > 0")) == 1  # one is on its way already
    assert own_site.get("/alerts/999/resend").status == 404


def test_a_place_shows_who_comes_and_when(site: Browser) -> None:
    assert "Istanbul" in site.get("/places").words
    page = site.get("/places/TR/Istanbul")
    assert "One meeting is ahead here." in page.words
    assert "Grigory Sokolov" in page.words
    assert any(link.startswith("/meetings/1") for link in page.tree.xpath("//main//a/@href"))
    assert "Istanbul" in site.get("/places/tr").words
    assert site.get("/places/TR/Atlantis").status == 404
    assert site.get("/places/ZZ").status == 404
    assert "/places/TR/Istanbul" in site.get("/meetings/1").tree.xpath("//dl[@class='facts']//a/@href")


def test_the_choices_that_narrow_down_say_how_many_they_leave(desk: Desk, own_site: Browser) -> None:
    desk.report(7, told("scheduled", day(20, 7), "Grigory Sokolov will be in Istanbul on 20 July."))
    choices = own_site.get("/meetings").tree.xpath("//details[@class='facets']//dd//a")
    assert choices
    for choice in choices:
        (told_count,) = choice.xpath("following-sibling::span[1]/text()")
        assert len(own_site.get(choice.get("href")).tree.xpath("//tbody/tr")) == int(told_count)


def test_what_is_seen_can_be_subscribed_to(site: Browser) -> None:
    (atom,) = {link for link in site.get("/meetings/1").tree.xpath("//a/@href") if ".atom" in link}
    assert atom == "/feeds/changes.atom?meeting=1"
    assert site.get(atom).text.count("<entry") == 1
    assert site.get("/feeds/changes.atom?meeting=2").text.count("<entry") == 0
    for wish, events in (("", 1), ("?place=Istanbul", 1), ("?place=Kazan", 0), ("?country=RU,TR", 1), ("?country=IR", 0),
                         ("?person=per:ru.sokolov", 1), ("?person=per:ru.nobody", 0)):  # fmt: skip
        assert site.get(f"/calendar.ics{wish}").text.count("BEGIN:VEVENT") == events, wish
    assert site.get("/calendar.ics?country=Russia").status == 422


def test_who_may_not_decide(own_site: Browser) -> None:
    form = "/meetings/1/decide/dismiss"
    assert own_site.post(form, why="x").status == 401
    for _ in range(5):
        assert own_site.post("/login", name="Eve", token="guess").status == 403
    assert own_site.post("/login", name="Eve", token="guess").status == 429


def test_a_form_of_another_site_decides_nothing(site: Browser) -> None:
    site.log_in()
    form = "/meetings/1/decide/dismiss"
    fields = site.fields(form)
    for stranger in ({"sec_fetch_site": "cross-site"}, {"origin": "http://evil.example"}):
        assert site.ask("POST", form, {**fields, "why": "x"}, **stranger).status == 403
    assert site.post(form, **{**fields, "form": "made up"}, why="x").status == 403
    forged = Browser(site.url, cookies={"wirewatch_login": "44656e697a~99999999999~" + "0" * 64})
    assert forged.post(form, why="x").status == 401
    assert site.get("/login?back=https://evil.example").tree.xpath("//input[@name='back']/@value") == [""]


def test_whose_host_is_not_ours_whose_body_is_too_big_and_who_dribbles(
    site: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.get("/", host="evil.example").status == 421
    assert site.post("/login", name="x" * 70_000).status == 413
    assert site.get("/", x_long="y" * 20_000).status == 431
    monkeypatch.setattr(guard, "HEADERS_WITHIN_S", 0.3)
    host, port = site.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        assert caller.recv(100) == b""  # hung up on


def test_health_tells_strangers_only_whether_all_is_well(site: Browser) -> None:
    assert site.get("/health").text == '{"ok":true}'
    assert '"backlog"' in site.get("/health", authorization=f"Bearer {TOKEN}").text


def test_hostile_texts_outlets_and_names_are_inert(desk: Desk) -> None:
    quote = " ".join(CORPUS)
    who = replace(SOKOLOV, id="per:ru.evil", name=quote), AYDINOGLU
    place = replace(ISTANBUL, name=CORPUS[0])
    version = store_article(
        desk.ctx.engine, "javascript:alert(1)//", quote, published=NOW, title=quote, language="en",
        mentions=(told("postponed", None, quote, people=who, place=place, moved_from=day(14)),),
    )  # fmt: skip
    assert version
    with desk.ctx.engine.begin() as conn:
        conn.execute(
            text("UPDATE store.feed SET outlet = :evil, last_error = :evil, error_count = 1, url = :evil"),
            {"evil": quote},
        )
    STAGES["link"](desk.ctx, NOW)
    leave_clock(desk.ctx.engine, NOW + timedelta(hours=1))
    with served(desk.ctx) as browser:
        browser.log_in(CORPUS[1])
        for path in (*(set(PAGES) - {"/people/per:ru.sokolov", "/places/TR/Istanbul"}), "/people/per:ru.evil",
                         browser.get("/places/TR").tree.xpath("//a/@href[contains(., 'places/TR/')]")[0], "/search?q=" + "%3Cscript%3Ealert(1)%3C/script%3E",
                     "/meetings/1/decide/split", "/meetings?place=%22%3E%3Cscript%3E"):  # fmt: skip
            answer = browser.get(path)
            assert answer.status == 200, path
            assert_inert(answer.tree, path)
            assert "\u202e" not in answer.text
            assert "<script>alert" not in answer.text
            assert "49" not in answer.tree.xpath("//title")[0].text  # no template in the template
        picture = browser.get("/meetings/1/timeline.svg")
        assert picture.status == 200
        assert "<script" not in picture.text


def test_a_mistake_in_the_configuration_is_said_and_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: Path) -> None:
        raise ConfigurationError(["config/gazetteer/people.csv:7: a secret of the operator"])

    tell(desk)
    monkeypatch.setattr(highlights, "read_gazetteer", broken)
    with served(desk.ctx) as browser:
        answer = browser.get("/articles/1")
    assert (answer.status, "secret" in answer.text) == (503, False)


def test_an_empty_database_explains_itself(desk: Desk) -> None:
    with served(desk.ctx) as browser:
        for path in (
            "/",
            "/meetings",
            "/stories",
            "/feeds",
            "/alerts",
            "/people",
            "/search?q=x",
            "/meetings?show=calendar",
        ):
            assert browser.get(path).status == 200, path
        assert "Start the ingestion with make run" in browser.get("/").words.replace("`", "")
