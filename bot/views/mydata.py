"""What is kept of somebody, and what they can do about it: take it along, or have it erased."""

from typing import Any

from bot import actions as ids
from bot.actions import SeatValue
from bot.render import Message, as_written, label, one_line, words
from bot.views import parts
from bot.views.parts import Block, button
from conversation.contents import MyData, MyPart
from conversation.evidence import name_of
from conversation.standing import Reply
from conversation.typed import LETTERS
from conversation.withdrawal import Outcome, Withdrawn

#: So many assessments, and so many lines of answers, one message shows; the export has all.
PARTS, LINES, LINE = 8, 40, 150
#: One piece of an export that comes as text, and the most of them.
PIECE, PIECES = 2900, 12


def my_data(found: MyData) -> Message:
    shown = found.parts[:PARTS]
    said = words(
        "my_data",
        parts=[_values(part) for part in shown],
        more=max(len(found.parts) - PARTS, 0),
        actions=found.actions,
        facilitated=found.facilitated,
    )
    blocks = parts.sections(said.slot("body"))
    left = LINES
    for part in shown:
        about = words("my_data", **_values(part))
        blocks.append(parts.section(about.slot("part"), _delete(part) if part.seat else None))
        lines = [one_line(line, LINE) for line in _lines(part)[:left]]
        left -= len(lines)
        blocks += [parts.section(chunk) for chunk in parts.chunks(lines)]
        if more := len(_lines(part)) - len(lines):
            blocks.append(parts.context(words("my_data", more_lines=more).slot("more_lines")))
    blocks += parts.sections(said.slot("others"))
    export = button(label("export_mine"), ids.EXPORT_MINE, primary=True)
    blocks.append(parts.actions(export, _forget()))
    return Message(said.text(), blocks)


def withdrawn(done: Withdrawn) -> Message:
    said = words(
        "my_data_deleted",
        subject=done.assessment.subject,
        outcome=str(done.outcome),
        facilitator=done.assessment.facilitator,
    )
    return Message(said.text(), parts.sections(said.slot("body")))


def forgotten(done: tuple[Withdrawn, ...]) -> Message:
    stays = [each.assessment.subject for each in done if each.outcome is Outcome.STAYS]
    said = words(
        "my_data_deleted",
        subjects=[each.assessment.subject for each in done if each.outcome is not Outcome.ERASED],
        stays=stays,
    )
    return Message(said.text("all_text"), parts.sections(said.slot("all")))


def export_sent() -> str:
    """What stands beside the files."""
    return words("my_data").text("files")


def export_as_text(whole: str, why: str) -> list[Message]:
    """In as many messages as it takes, or as many as anybody reads."""
    pieces = [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]
    said = words("my_data", why=why, pieces=min(len(pieces), PIECES), cut=len(pieces) > PIECES)
    first = Message(said.text("as_text"), parts.sections(said.slot("as_text")))
    return [first, *(Message(_as_text(piece), [_verbatim(piece)]) for piece in pieces[:PIECES])]


def _as_text(piece: str) -> str:
    return "\n".join(map(as_written, piece.split("\n")))


def answer_words(reply: Reply) -> str:
    return label(f"gave_{reply.kind}") if reply.value is None else LETTERS[reply.value]


def _values(part: MyPart) -> dict[str, Any]:
    return {
        "subject": part.assessment.subject,
        "round": part.assessment.round,
        "state": str(part.assessment.state),
        "found": part.seat is not None,
        "answers": len(part.replies),
        "comments": len(part.comments),
        "evidence": len(part.evidence),
        "outcome": part.one_less,
    }


def _lines(part: MyPart) -> list[str]:
    """One for each question with what was said and shown about it."""
    replies = {item.id: reply for item, reply in part.replies}
    shown = {each.question for each in part.evidence}
    return [
        words(
            "my_data",
            title=item.title,
            answer=answer_words(replies[item.id]) if item.id in replies else None,
            reason=replies[item.id].reason if item.id in replies else None,
            comment=part.comments.get(item.id),
            shown=[name_of(each) for each in part.evidence if each.question == item.id],
            gone=[
                each.file.name
                for each in part.evidence
                if each.question == item.id and each.file and each.file.gone
            ],
        ).slot("line")
        for item in part.pack.items
        if item.id in {*replies, *part.comments, *shown}
    ]


def _delete(part: MyPart) -> Block:
    assert part.seat
    said = words("my_data", **_values(part))
    return button(
        label("delete_mine"),
        ids.DELETE_MINE,
        SeatValue(s=part.seat.id),
        spoken=label("delete_mine_spoken", subject=part.assessment.subject),
        confirm=parts.confirm(
            said.plain("confirm_title"),
            said.plain("confirm"),
            yes=label("delete_mine"),
            no=label("delete_no"),
        ),
    )


def _forget() -> Block:
    said = words("my_data")
    return button(
        label("forget_me"),
        ids.FORGET_ME,
        confirm=parts.confirm(
            said.plain("forget_title"), said.plain("forget"), yes=label("forget_me"), no=label("delete_no")
        ),
    )


def _verbatim(text: str) -> Block:
    said = {"type": "text", "text": text}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [said]}]}
