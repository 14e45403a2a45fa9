"""The log of the running service: lines on standard error, so that what a command prints stays its own."""

from __future__ import annotations

import sys

import structlog


def log_to_standard_error() -> None:
    """Once, before the service starts: time, level, what happened and its facts on one line each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
