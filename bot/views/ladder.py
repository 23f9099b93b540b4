"""The same message in blocks that more and more workspaces know: Slack brings new kinds to one after the
other, and refuses a whole message for one that is not known there yet."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from bot.pictures import Picture
from bot.render import Message, as_written
from bot.views import parts
from bot.views.parts import Block

#: What those who cannot draw it yet refuse.
CHART = "data_visualization"
NEWER_BLOCKS = {CHART, "data_table", "table"}


class Rung(StrEnum):
    """From the top: as it was drawn; with an older table; with a picture in place of the chart; in text; in
    words without any block, which say all of it, and how to answer by typing."""

    NATIVE = "native"
    TABLE = "table"
    PICTURE = "picture"
    TEXT = "text"
    WORDS = "words"


def rungs(message: Message) -> Iterator[tuple[Rung, Message]]:
    """Every form of it that differs from the one before. What has a picture is drawn with `with_picture` once
    that was uploaded; where no chart shows the same, that comes first."""
    if not message.picture and message.kinds.isdisjoint(NEWER_BLOCKS):
        yield Rung.NATIVE, message
        yield Rung.WORDS, Message(message.text, [])
        return
    last = message
    if message.picture and not _charted(message):
        yield Rung.PICTURE, message
    yield Rung.NATIVE, message
    for rung, form in ((Rung.TABLE, older_table(message)), (Rung.PICTURE, pictured(message))):
        if form.blocks != last.blocks:
            yield rung, form
            last = form
    if (text := fallback(message)).blocks != last.blocks:
        yield Rung.TEXT, text
    yield Rung.WORDS, Message(message.text, [])


def older_table(message: Message) -> Message:
    return _redrawn(message, lambda block: [_older(block)])


def pictured(message: Message) -> Message:
    """Without its charts: a table has the same figures."""
    return _redrawn(message, lambda block: [] if block["type"] == CHART else [_older(block)])


def with_picture(message: Message, picture: Picture, file: str) -> Message:
    """The picture stands where the first chart was; without one, below the title."""
    image, blocks = parts.image(file, picture.alt), list(message.blocks)
    if not _charted(message):
        at = 1 if blocks and blocks[0]["type"] == "header" else 0
        return Message(message.text, [*blocks[:at], image, *blocks[at:]], picture)
    at = next(place for place, each in enumerate(blocks) if each["type"] == CHART)
    blocks[at] = image
    return pictured(Message(message.text, blocks))


def _charted(message: Message) -> bool:
    return CHART in message.kinds


def fallback(message: Message) -> Message:
    """The same in older blocks only."""
    return _redrawn(message, lambda block: _as_sections(block) if block["type"] in NEWER_BLOCKS else [block])


def _redrawn(message: Message, redraw: Callable[[Block], list[Block]]) -> Message:
    return Message(
        message.text, [again for block in message.blocks for again in redraw(block)], message.picture
    )


def _older(block: Block) -> Block:
    return {"type": "table", "rows": block["rows"]} if block["type"] == "data_table" else block


def _as_sections(block: Block) -> list[Block]:
    """Each row of a table as a line that names its columns. A chart has a table beside it."""
    if block["type"] == CHART:
        return []
    head, *rows = ([cell["text"] for cell in row] for row in block["rows"])
    lines = [
        f"*{as_written(first)}*: "
        + "; ".join(
            f"{as_written(name)} {as_written(cell)}" for name, cell in zip(head[1:], rest, strict=False)
        )
        for first, *rest in rows
    ]
    return [parts.section(chunk) for chunk in parts.chunks(lines)]
