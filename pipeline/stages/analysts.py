"""Worker processes that turn pages into analyses. A page that hangs or crashes its worker costs only itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError

import structlog
from pebble import ProcessExpired, ProcessPool

from pipeline.configuration import Configuration
from pipeline.dedupe.compare import MIN_TOKENS
from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.errors import ExtractError, ItemError
from pipeline.records import Article, MeetingMention, Rejected
from pipeline.settings import Settings
from pipeline.stages.own_processes import OwnProcesses
from pipeline.store.articles import Analysis
from pipeline.store.pages import RawPage, decompress
from pipeline.text.extract import FeedText, extract_article
from pipeline.text.normalise import text_hash, words

WORKER_FAILURES = frozenset({"extract_timeout", "extract_crash"})
_RECYCLE_AFTER = 500  # pages per worker process: lxml and regex caches grow

log = structlog.get_logger(__name__)
_configuration: Configuration | None = None  # one per worker process, set before its first page


def _adopt(configuration: Configuration) -> None:
    """Take over the parent's rules: read from the files again they might be others, or broken by now."""
    global _configuration
    _configuration = configuration


def analyse(page: RawPage) -> Analysis:
    """Everything the pure middle finds in one page; runs in a worker process.

    Raises:
        ExtractError: the page has no article.
    """
    assert _configuration is not None, "the worker was not initialised"
    article = extract_article(
        decompress(page.compressed) if page.status == 200 else b"",
        content_type=page.content_type,
        hints=page.hints,
        feed=FeedText(page.feed_content_html, page.feed_summary),
    )
    return analyse_article(article, _configuration)


def analyse_article(article: Article, configuration: Configuration) -> Analysis:
    """Fingerprint, topics and meeting mentions of a clean article."""
    mentions: tuple[MeetingMention, ...] = ()
    unread: tuple[Rejected, ...] = ()
    try:
        mentions = configuration.meetings.read(article)
    except ItemError as error:  # the article is good, only its meetings cannot be read
        unread = (Rejected(error.reason, error.detail),)
    timeless = configuration.notices.without_clock(article.body)
    return Analysis(
        article=article,
        text_hash=text_hash(article.title, article.body),
        fingerprint=make_fingerprint(_compared(article)),
        topics=configuration.topics.tag(article.title, article.body, article.language),
        topics_version=configuration.topics.version,
        mentions=mentions,
        mentions_version=configuration.meetings.version,
        rejected=unread,
        sense_hash=None if timeless == article.body else text_hash(article.title, timeless),
        developing=configuration.notices.promises_more(article.title, article.body),
    )


def _compared(article: Article) -> list[str]:
    """The words that copies are found by: of a flash the headline too, lest every teaser be one."""
    body = words(article.body)
    return body if len(body) >= MIN_TOKENS else [*words(article.title), *body]


class Analysts:
    """A pool of worker processes with a time limit per page."""

    def __init__(self, settings: Settings, configuration: Configuration) -> None:
        context = OwnProcesses()
        context.set_forkserver_preload([__name__])
        self._timeout_s = settings.page_timeout_s
        self._pool = ProcessPool(
            max_workers=settings.workers,
            max_tasks=_RECYCLE_AFTER,
            initializer=_adopt,
            initargs=[configuration],
            context=context,
        )

    def analyse(self, pages: Sequence[RawPage]) -> list[Analysis | ExtractError]:
        """The analysis of each page, or why there is none, in the order given."""
        futures = [self._pool.schedule(analyse, args=[page], timeout=self._timeout_s) for page in pages]
        results: list[Analysis | ExtractError] = []
        for page, future in zip(pages, futures, strict=True):
            try:
                results.append(future.result())
            except ExtractError as error:
                results.append(error)
            except FutureTimeoutError:
                results.append(ExtractError("extract_timeout", f"more than {self._timeout_s:g} s"))
            except ProcessExpired as error:
                results.append(ExtractError("extract_crash", f"worker ended with code {error.exitcode}"))
            except Exception as error:  # a page must not stop the stage, whatever it does to a parser
                log.exception("analysis failed", url=page.hints.url)
                results.append(ExtractError("analysis_failed", f"{type(error).__name__}: {error}"))
        return results

    def close(self) -> None:
        """Stop the workers."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
