"""structlog: one event for each fact, past tense, key-values. No tokens, no answers, no comments.

Whatever goes wrong is told with where, and with the first line of what the error says of itself: what follows
there may be somebody's words (a row that a database did not take, a value that did not fit). Secrets are
blotted out of every line, and nothing in a line ends it or moves the cursor of a terminal.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any, TextIO

import structlog
from pydantic import ValidationError

from bot.secrecy import blotter
from storage.errors import Unavailable

Line = MutableMapping[str, Any]

#: Of what an error says of itself.
LONGEST_MESSAGE = 300
_ODD = "\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROL, _CONTROL_BUT_LINES = re.compile(f"[\n{_ODD}]"), re.compile(f"[{_ODD}]")


def set_up(*, level: str, style: str, to: TextIO = sys.stderr, secrets: Iterable[str] = ()) -> None:
    """JSON lines for machines, a readable console for people; to standard error, because standard output
    belongs to commands. The libraries' own logs go the same way, from warnings on. `secrets` are never
    written, whoever would."""
    renderer = _blotted(_renderer(style, to), blotter(secrets))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, _briefly, _with_exception, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(to),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _with_exception,
                renderer,
            ],
            foreign_pre_chain=shared,
        )
    )
    handler.addFilter(_worth_saying)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # Without a level of its own, slack_sdk writes each request out for it, to be thrown away.
    logging.getLogger("slack_sdk.web.async_base_client").setLevel(logging.WARNING)


def _renderer(style: str, to: TextIO) -> Callable[[Any, str, Line], str]:
    if style != "console":
        return structlog.processors.JSONRenderer()  # type: ignore[return-value]
    console = structlog.dev.ConsoleRenderer(colors=to.isatty())

    def draw(logger: Any, name: str, line: Line) -> str:
        return str(console(logger, name, {key: _harmless(key, value) for key, value in line.items()}))

    return draw


def _blotted(
    render: Callable[[Any, str, Line], str], blot: Callable[[str], str]
) -> Callable[[Any, str, Line], str]:
    return lambda logger, name, line: blot(render(logger, name, line))


def _harmless(key: str, value: Any) -> Any:
    """JSON writes such characters by their numbers; on a console they do not end the line, either."""
    if isinstance(value, bool | int | float | None):
        return value
    odd = _CONTROL_BUT_LINES if key == "exception" else _CONTROL
    return odd.sub(lambda found: repr(found[0])[1:-1], value if isinstance(value, str) else str(value))


def _with_exception(_: Any, __: str, line: Line) -> Line:
    """Where it happened, and what happened before it."""
    raised = line.pop("exc_info", None)
    if raised:
        error = raised if isinstance(raised, BaseException) else sys.exc_info()[1]
        if isinstance(raised, tuple):
            error = raised[1]
        if error is not None:
            line["exception"] = "\n".join(_told(error, set()))
    return line


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield "which led to:"
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _told(each, seen)
    yield from (part.rstrip("\n") for part in traceback.format_tb(error.__traceback__))
    yield f"{type(error).__qualname__}: {_message(error)}"


def _message(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_context=False, include_input=False)
        said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in found[:5])
    else:
        said = str(error).partition("\n")[0]
    return said[:LONGEST_MESSAGE]


def _worth_saying(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that our client has it already."""
    return "As you gave `client` as well" not in record.getMessage()


def _briefly(_: Any, __: str, line: Line) -> Line:
    """That the database is away is said in its own words: each beat meets it, and where in our code is no
    news."""
    error = line.get("exc_info")
    error = sys.exc_info()[1] if error is True else error
    return line if not isinstance(error, Unavailable) else {**line, "exc_info": None, "said": str(error)}
