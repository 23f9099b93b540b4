"""The pieces that our messages and modals are made of, within Slack's limits."""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextQuoteElement,
    SectionBlock,
    TableBlock,
)

from bot.actions import ButtonValue
from bot.render import cut, label

Block = dict[str, Any]

SECTION, HEADER, BUTTON, OPTION, CONTEXT, QUOTE = 3000, 150, 75, 75, 2000, 1500
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def plain(text: str, limit: int = BUTTON) -> PlainTextObject:
    return PlainTextObject(text=cut(text, limit), emoji=None)


def mrkdwn(text: str) -> MarkdownTextObject:
    """Verbatim: a typed @here or #general stays a word."""
    return MarkdownTextObject(text=text, verbatim=True)


def section(text: str, accessory: InteractiveElement | None = None) -> Block:
    return SectionBlock(text=mrkdwn(cut(text, SECTION)), accessory=accessory).to_dict()


def sections(text: str) -> list[Block]:
    """As many as this text needs, broken between its lines."""
    return [section(chunk) for chunk in chunks(text.splitlines()) if chunk.strip()]


def chunks(lines: Iterable[str], limit: int = SECTION) -> list[str]:
    """Lines put together as long as they fit into one section."""
    found: list[str] = []
    for line in lines:
        line = cut(line, limit)
        if found and len(found[-1]) + 1 + len(line) <= limit:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def header(text: str) -> Block:
    return HeaderBlock(text=plain(text, HEADER)).to_dict()


def context(text: str) -> Block:
    return ContextBlock(elements=[mrkdwn(cut(text, CONTEXT))]).to_dict()


def divider() -> Block:
    return DividerBlock().to_dict()


def quote(text: str) -> Block:
    """What somebody wrote, as they wrote it: rich text is not interpreted."""
    said = RichTextElementParts.Text(text=cut(text, QUOTE))
    return RichTextBlock(elements=[RichTextQuoteElement(elements=[said])]).to_dict()


def table(rows: Sequence[Sequence[str]]) -> Block:
    cells = [[{"type": "raw_text", "text": cell or "–"} for cell in row] for row in rows]
    return TableBlock(rows=cells).to_dict()


def actions(*elements: InteractiveElement | None) -> Block:
    return ActionsBlock(elements=[element for element in elements if element]).to_dict()


def actions_if(*elements: InteractiveElement | None) -> list[Block]:
    """Nothing, if there is nothing to press."""
    return [actions(*elements)] if any(elements) else []


def button(
    text: str,
    action_id: str,
    value: ButtonValue | None = None,
    *,
    spoken: str | None = None,
    primary: bool = False,
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    """`spoken` tells one of several equal buttons from another for those who hear them."""
    return ButtonElement(
        text=plain(text),
        action_id=action_id,
        value=value.pack() if value else None,
        accessibility_label=cut(spoken, BUTTON) if spoken else None,
        style="primary" if primary else None,
        confirm=confirm,
    )


def option(text: str, value: str, hint: str | None = None) -> Option:
    return Option(text=plain(text), value=value, description=plain(hint) if hint else None)


def confirm(title: str, text: str, *, yes: str, no: str) -> ConfirmObject:
    return ConfirmObject(
        title=plain(title, 100), text=plain(text, 300), confirm=plain(yes, 30), deny=plain(no, 30)
    )


def field(
    block_id: str, text: str, element: Any, *, hint: str | None = None, optional: bool = False
) -> Block:
    return InputBlock(
        block_id=block_id,
        label=plain(text, 2000),
        element=element,
        hint=plain(hint, 2000) if hint else None,
        optional=optional,
    ).to_dict()


def modal(
    callback_id: str, title: str, blocks: list[Block], *, submit: str, metadata: ButtonValue | None = None
) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24).to_dict(),
        "submit": plain(submit, 24).to_dict(),
        "close": plain(label("cancel"), 24).to_dict(),
        "blocks": blocks[:VIEW_BLOCKS],
    }
    return view | ({"private_metadata": metadata.pack()} if metadata else {})


def notice(title: str, blocks: list[Block]) -> Block:
    """A modal without anything to enter."""
    return {
        "type": "modal",
        "callback_id": "notice",
        "title": plain(title, 24).to_dict(),
        "close": plain(label("close_view"), 24).to_dict(),
        "blocks": blocks,
    }
