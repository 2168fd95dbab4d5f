"""The pages in a real browser: axe finds nothing, nothing is wider than a phone, the console is empty, keys work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from conftest import TEMPLATE, drop_database
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from newsroom_desk import NOW, Desk
from site_client import TOKEN, served
from staging import config_with, source
from test_pages import PAGES, tell

from pipeline.configuration import load_configuration
from pipeline.demo.replay import leave_clock
from pipeline.settings import load_settings
from pipeline.site.app import create_pages
from pipeline.site.opening import open_desk
from pipeline.stages.line import Context
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Each page once in each language, width and scheme, not in all of their combinations.
SIGHTS = (("en", 1280, "light"), ("ru", 390, "dark"), ("tr", 320, "light"))
SANDBOX = "allow-scripts allow-same-origin allow-forms allow-downloads"
FRAME = f'<!doctype html><title>x</title><link rel="icon" href="data:,"><iframe id="f" sandbox="{SANDBOX}" src="/wirewatch/" width="1200" height="800"></iframe>'
NOT_A_PAGE = {"/search?q=%22%21-", "/alerts?state=dead"}

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def ctx(chromium: Any, server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Where the story of test_pages is told; nothing is made where no browser is."""
    folder = tmp_path_factory.mktemp("browser")
    settings = load_settings(config_dir=config_with(folder, [source("f", "http://f.example/")]),
                             data_dir=folder / "data", workers=1, site_port=0, site_token=TOKEN)  # fmt: skip
    create_database(parse_url(server.url("postgres")), "test_browser", template=TEMPLATE)
    engine = open_engine(parse_url(server.url("test_browser")))
    try:
        with Context(settings, engine, load_configuration(settings.config_dir)) as made:
            tell(Desk(made))
            leave_clock(engine, NOW + timedelta(days=6))
            yield made
    finally:
        engine.dispose()
        drop_database(server, "test_browser")


@pytest.fixture(scope="module")
def url(ctx: Context) -> Iterator[str]:
    """The site."""
    with served(ctx) as browser:
        yield browser.url


@pytest.fixture(scope="module")
def outer_url(ctx: Context) -> Iterator[str]:
    """A program with the pages under /wirewatch and, at /, the frame that Airflow 3.3 puts around them."""
    outer, desk = FastAPI(), open_desk(ctx)
    outer.mount("/wirewatch", create_pages(desk))
    outer.get("/")(lambda: HTMLResponse(FRAME))
    running = uvicorn.Server(uvicorn.Config(outer, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.05)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()
    desk.reading.dispose()


@contextmanager
def opened(chromium: Any, language: str = "en", width: int = 1280, scheme: str = "light") -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale=language, color_scheme=scheme)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: "-".join(map(str, sight)))
def test_every_page_is_fit_for_everybody(chromium: Any, url: str, sight: tuple[str, int, str]) -> None:
    found = []
    with opened(chromium, *sight) as page:
        for path in [path for path in PAGES if path not in NOT_A_PAGE]:
            page.goto(url + path)
            page.evaluate(AXE)
            answer = page.evaluate(f"axe.run(document, {{runOnly: {RULES!r}}})")
            found += [(path, v["id"], v["nodes"][0]["html"][:160]) for v in answer["violations"]]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [(path, "wider than the window", wide)] if wide > 0 else []
        assert found == []
        assert page.said == []


def test_a_meeting_is_read_and_corrected_by_keyboard(chromium: Any, url: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{url}/meetings/1")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.className") == "rep"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "find"
        page.goto(f"{url}/meetings/1/decide/unlink")
        page.fill("input[name=name]", "Deniz")
        page.fill("input[name=token]", TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_url("**/decide/unlink")
        page.check("input[name=report] >> nth=0")
        page.fill("textarea[name=why]", "of another visit")
        page.click("button.strong")
        page.wait_for_url("**/meetings/1?done=unlink")
        assert "Deniz: of another visit" in page.inner_text("main")


def test_on_paper_every_claim_is_open_and_the_menu_is_gone(chromium: Any, url: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{url}/meetings/1")
        page.emulate_media(media="print")
        assert not page.is_visible("header nav")
        assert all(page.locator("details.claim .rep blockquote").nth(i).is_visible() for i in range(2))


def test_the_first_screen_of_a_phone_answers(chromium: Any, url: str) -> None:
    with opened(chromium, "en", 390) as page:
        page.goto(f"{url}/meetings/1")
        for part in ("h1", ".chip.big", ".leaf.now", ".who a"):
            box = page.locator(part).first.bounding_box()
            assert box["y"] + box["height"] < 844, part


def test_filters_lead_to_an_address_that_can_be_shared(chromium: Any, url: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{url}/meetings")
        page.fill("input[name=country]", "Russia, Turkey")
        page.select_option("select[name=status]", "rescheduled")
        page.click("form.filters button")
        assert "status=rescheduled" in page.url
        assert page.locator("tbody tr").count() == 1
        page.click("a:has-text('Calendar')")
        assert "status=rescheduled" in page.url
        assert page.said == []


def test_in_the_sandbox_of_airflow_every_link_and_form_stays_in_the_frame(chromium: Any, outer_url: str) -> None:
    with opened(chromium) as page:
        page.goto(outer_url)
        frame = page.frame_locator("#f")
        assert "framed" in frame.locator("body").get_attribute("class")
        frame.locator("header nav a", has_text="Meetings").click()
        frame.locator("input[name=country]").fill("Russia")
        frame.locator("form.filters button").click()
        frame.locator("tbody tr a").first.click()
        frame.locator("section[aria-labelledby=proof]").wait_for()
        inner = page.frames[1]
        assert inner.url.startswith(f"{outer_url}/wirewatch/meetings/1")
        # A click on a link to elsewhere does nothing in this sandbox: the address is there to be copied.
        links = inner.eval_on_selector_all("a", "all => all.map(a => a.href)")
        assert [link for link in links if not link.startswith(f"{outer_url}/wirewatch/")] == []
        assert inner.locator(".address").count() > 0
        with page.expect_download() as download:
            inner.locator("a", has_text="picture").first.click()
        assert download.value.suggested_filename == "meeting-1.svg"
        # Chromium warns of the attributes Airflow chose; the pages add nothing to it.
        assert [said for said in page.said if "can escape its sandboxing" not in said] == []
