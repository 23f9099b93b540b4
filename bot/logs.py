"""structlog: one event for each fact, past tense, key-values. No tokens, no answers, no comments."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from storage.errors import Unavailable


def set_up(*, level: str, style: str, to: TextIO = sys.stderr) -> None:
    """JSON lines for machines, a readable console for people; to standard error, because standard output
    belongs to commands. The libraries' own logs go the same way, from warnings on."""
    renderer: Any = structlog.processors.JSONRenderer()
    if style == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=to.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, _briefly, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(to),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
            foreign_pre_chain=shared,
        )
    )
    handler.addFilter(_worth_saying)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that our client has it already."""
    return "As you gave `client` as well" not in record.getMessage()


def _briefly(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """That the database is away is said in its own words: each beat meets it, and where in our code is no
    news."""
    error = event.get("exc_info")
    error = sys.exc_info()[1] if error is True else error
    return event if not isinstance(error, Unavailable) else {**event, "exc_info": None, "said": str(error)}
