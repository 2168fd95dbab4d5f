"""Set up logging: structured lines on stderr, so that stdout is free for results."""

from __future__ import annotations

import logging
import sys

import structlog


def _renderers() -> list[structlog.typing.Processor]:
    if sys.stderr.isatty():
        # Without local variables: they hold whole articles.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _stderr_of_now(*_: object) -> structlog.PrintLogger:
    # Looked up for each line: a stored stream may have been replaced and closed since.
    return structlog.PrintLogger(file=sys.stderr)


def configure_logging(level: str) -> None:
    """Send structlog's and the standard library's records of `level` and above to stderr."""
    logging.basicConfig(level=level.upper(), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(),
        ],
        logger_factory=_stderr_of_now,
    )
