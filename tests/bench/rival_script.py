"""What a person would write without wirewatch: feeds with feedparser, pages with one extractor, a line of JSON each.

A script of its own, run by the Python of the rival: `python rival_script.py ENGINE OUT FEED…`. Two processes share
the pages, as wirewatch's workers do. It knows no database, keeps no bytes and looks for nothing but the article.
With `--pages FOLDER` in place of feeds it reads the pages of a folder, one process, without fetching.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen


def _trafilatura(html: bytes, url: str) -> dict[str, Any]:
    import trafilatura

    found: Any = trafilatura.bare_extraction(html, url=url, with_metadata=True)
    return {} if found is None else {"title": found.title, "text": found.text, "date": found.date}


def _newspaper4k(html: bytes, url: str) -> dict[str, Any]:
    import newspaper

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=html.decode("utf-8", "replace"))
    article.parse()
    return {"title": article.title, "text": article.text, "date": str(article.publish_date)}


def _news_please(html: bytes, url: str) -> dict[str, Any]:
    from newsplease import NewsPlease  # type: ignore[import-not-found]  # of the rivals' environment

    article = NewsPlease.from_html(
        html.decode("utf-8", "replace"), url=url, fetch_images=False
    )  # no page but this
    return {"title": article.title, "text": article.maintext, "date": str(article.date_publish)}


ENGINES: dict[str, Callable[[bytes, str], dict[str, Any]]] = {
    "trafilatura": _trafilatura,
    "newspaper4k": _newspaper4k,
    "news-please": _news_please,
}


def read(engine: str, html: bytes, url: str) -> dict[str, Any]:
    """One article; what the engine raises at pages it cannot read counts as no text."""
    try:
        return ENGINES[engine](html, url)
    except Exception as error:  # noqa: BLE001 - each engine raises what it likes, and the script must go on
        return {"error": type(error).__name__}


def fetch_and_read(task: tuple[str, str]) -> dict[str, Any]:
    """Fetch one page and read it."""
    engine, url = task
    with urlopen(url, timeout=60) as answer:
        return {"url": url, **read(engine, answer.read(), url)}


def main(engine: str, out: str, *feeds: str) -> None:
    """Read every page of the feeds."""
    import feedparser

    links = [entry.link for feed in feeds for entry in feedparser.parse(feed).entries]
    with ProcessPoolExecutor(2) as pool, Path(out).open("w", encoding="utf-8") as file:
        for article in pool.map(fetch_and_read, [(engine, link) for link in links], chunksize=8):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")


def time_pages(engine: str, folder: str) -> None:
    """Read every page of a folder; print CPU seconds and the number of pages with a text."""
    pages = [path.read_bytes() for path in sorted(Path(folder).glob("*.html"))]
    for html in pages[:3]:  # imports, models and caches
        read(engine, html, "https://news.example/1")
    began = time.process_time()
    texts = sum(bool(read(engine, html, f"https://news.example/{n}").get("text")) for n, html in enumerate(pages))
    json.dump({"cpu_s": time.process_time() - began, "texts": texts, "pages": len(pages)}, sys.stdout)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if sys.argv[2] == "--pages":
        time_pages(sys.argv[1], sys.argv[3])
    else:
        main(*sys.argv[1:])
