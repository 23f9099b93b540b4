"""How an assessment goes: counts, what needs attention, and what can be done about it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk.models.blocks import DatePickerElement

from bot import actions as ids
from bot.actions import (
    AssessmentValue,
    ClosingValue,
    MemberValue,
    PostingValue,
    SeatValue,
    StatusChoice,
)
from bot.render import Message, Words, label, words
from bot.views import forms, next_round, parts
from bot.views.downloads import download_button
from bot.views.parts import Block, button
from bot.views.results import plan_button, rank_button
from conversation.assessments import facilitators
from conversation.contents import ClosingSoon, Finished, Live, Status
from conversation.deadline import Closing, Extended
from storage.records import UNFINISHED, Assessment, AssessmentState, SeatState

#: How many people a status names of a kind, and how many messages that may not have arrived.
NAMED, UNSURE = 5, 10


def status(found: Status) -> Message:
    """As it is now, for who asked."""
    said = _words(found)
    refresh = button(label("refresh"), ids.REFRESH, AssessmentValue(a=found.assessment.id))
    blocks = [*_body(found, said), *_unsure(found, said), *_buttons(found, refresh)]
    return Message(said.text(), [*blocks, parts.context(said.slot("footer"))])


def live(contents: Live) -> Message:
    """The one that keeps itself up to date; as long as nobody has begun it says what happens now."""
    found = contents.status
    said = _words(found)
    still = found.assessment.state is AssessmentState.OPEN
    untouched = still and not (found.sent or found.started or found.declined)
    if untouched:
        said = Words("status", {**said.values, "silent": []})  # of course nobody has answered yet
    lead = parts.sections(said.slot("launched")) if untouched else []
    body = _body(found, said)[1:] if untouched else _body(found, said)
    blocks = [*lead, *body, *_unsure(found, said), *_buttons(found)]
    return Message(
        said.text("launched_text" if untouched else "text"), [*blocks, parts.context(said.slot("updated"))]
    )


def finished(contents: Finished) -> Message:
    assessment = contents.assessment
    said = words(
        "finished",
        subject=assessment.subject,
        roles=contents.roles,
        declined=contents.declined,
        closes_at=assessment.closes_at,
        silent=[role.title for role in contents.roles if not role.sent],
    )
    blocks = [*parts.sections(said.slot("body")), parts.actions(close_button(assessment))]
    return Message(said.text(), blocks)


def closing_soon(contents: ClosingSoon) -> Message:
    assessment = contents.assessment
    silent = [role.title for role in contents.silent]
    said = words("close", subject=assessment.subject, closes_at=assessment.closes_at, silent=silent)
    value = _closing(assessment)
    buttons = parts.actions(
        button(label("extend"), ids.EXTEND, value, primary=True),
        button(label("as_planned"), ids.CLOSE_AS_PLANNED, value),
    )
    return Message(said.text("soon_text"), [*parts.sections(said.slot("soon")), buttons])


def as_planned(assessment: Assessment) -> Message:
    return _note("as_planned", subject=assessment.subject, closes_at=assessment.closes_at)


def extended(found: Extended) -> Message:
    assessment = found.assessment
    return _note(
        "extended",
        subject=assessment.subject,
        closes_at=assessment.closes_at,
        unfinished=found.unfinished,
    )


def close_modal(found: Closing) -> dict[str, Any]:
    """What whoever closes should know first."""
    said = words(
        "close",
        subject=found.assessment.subject,
        invited=found.invited,
        sent=found.sent,
        started=found.started,
        silent=[role.title for role in found.silent],
        unlevelled=found.none,
        low=found.low,
    )
    blocks = [*parts.sections(said.slot("lead")), *parts.sections(said.slot("missing"))]
    blocks.append(parts.context(said.slot("how")))
    if not found.complete:
        blocks.append(parts.actions(button(label("extend"), ids.EXTEND, _closing(found.assessment))))
    return parts.modal(
        ids.CLOSE_MODAL,
        said.plain("title"),
        blocks,
        submit=label("close_yes"),
        metadata=AssessmentValue(a=found.assessment.id),
    )


def extended_modal(found: Extended) -> dict[str, Any]:
    said = words("close")
    return parts.notice(said.plain("date_title"), extended(found).blocks)


def date_modal(assessment: Assessment, proposed: datetime) -> dict[str, Any]:
    said = words("close", subject=assessment.subject, closes_at=assessment.closes_at)
    picker = DatePickerElement(action_id="closes", initial_date=proposed.date().isoformat())
    return parts.modal(
        ids.DATE_MODAL,
        said.plain("date_title"),
        [
            *parts.sections(said.slot("date_lead")),
            parts.field("closes", said.plain("date_field"), picker, hint=said.plain("date_hint")),
        ],
        submit=said.plain("date_submit"),
        metadata=_closing(assessment),
    )


@forms.reads
def read_date(view: Mapping[str, Any]) -> date:
    return date.fromisoformat(forms.entered(view, "closes")["selected_date"])


def closing_read(value: ClosingValue) -> datetime:
    """The closing time that stood in the message or form."""
    return datetime.fromtimestamp(value.w, UTC)


def close_button(assessment: Assessment) -> Block:
    """Where everybody who takes part has finished, nothing is left to warn of."""
    said = words("close", subject=assessment.subject)
    return button(
        label("close"),
        ids.CLOSE,
        AssessmentValue(a=assessment.id),
        spoken=label("close_spoken", subject=assessment.subject),
        primary=True,
        confirm=parts.confirm(
            said.plain("title"), said.plain("text"), yes=label("close_yes"), no=label("close_no")
        ),
    )


def _words(found: Status) -> Words:
    assessment, attention = found.assessment, found.attention
    return words(
        "status",
        subject=assessment.subject,
        facilitator=assessment.facilitator,
        others=facilitators(assessment)[1:],
        channel=assessment.channel,
        closes_at=assessment.closes_at,
        closed=assessment.state is not AssessmentState.OPEN,
        invited=found.invited,
        sent=found.sent,
        started=found.started,
        declined=found.declined,
        withdrew=found.withdrew,
        waiting=found.invited - found.sent - found.started - found.declined - found.withdrew,
        roles=found.roles,
        alone=[role.title for role in found.roles if role.invited == 1],
        silent=_silent(found),
        uncertain=len(found.uncertain),
        evidence=found.evidence,
        named=attention.named,
        away=attention.away[:NAMED] if attention.named else attention.away,
        gone=attention.gone[:NAMED] if attention.named else attention.gone,
        no_reply=found.no_reply if found.assessment.state is AssessmentState.OPEN else 0,
        silent_people=attention.silent[:NAMED] if attention.named else (),
        choosing=found.choosing if found.assessment.state is AssessmentState.OPEN else 0,
        choosing_people=attention.choosing[:NAMED] if attention.named else (),
        undelivered=found.undelivered,
        at=found.at,
    )


def _silent(found: Status) -> list[str]:
    if found.assessment.state is not AssessmentState.OPEN:
        return []
    return [role.title for role in found.silent_roles]


def _body(found: Status, said: Words) -> list[Block]:
    return [
        *parts.sections(said.slot("body")),
        *parts.sections(said.slot("attention")),
        *parts.sections(said.slot("roles")),
    ]


def _unsure(found: Status, said: Words) -> Iterable[Block]:
    for posting in found.uncertain[:UNSURE] if found.facilitating else ():
        about = words("status", **{**said.values, "kind": posting.kind, "recipient": posting.recipient})
        spoken = label("post_again_spoken", kind=posting.kind)
        again = button(label("post_again"), ids.POST_AGAIN, PostingValue(k=posting.key), spoken=spoken)
        yield parts.section(about.slot("uncertain"), again)


def _buttons(found: Status, *more: Block) -> list[Block]:
    mine = [*_facilitating(found), *_menu(found)] if found.facilitating else []
    evidence = [_check_evidence(found)] if found.evidence else []
    return parts.actions_if(_continue(found), *evidence, *mine, *more)


def _facilitating(found: Status) -> list[Block]:
    assessment = found.assessment
    value = AssessmentValue(a=assessment.id)
    people = button(
        label("people"), ids.PEOPLE, value, spoken=label("people_spoken", subject=assessment.subject)
    )
    if assessment.state is not AssessmentState.OPEN:
        rank = None if assessment.imported_at else rank_button(assessment)
        first = [plan_button(assessment), *([rank] if rank else []), people]
        again = next_round.begin_button(assessment)
        return [*first, again, download_button(assessment), _delete(assessment)]
    gone = found.attention.gone[:1] if found.attention.named else ()
    return [
        button(label("close"), ids.CLOSE_CHECK, value, primary=_is_time_to_close(found)),
        people,
        *(
            button(label("replace"), f"{ids.REPLACE}{user}", MemberValue(a=assessment.id, u=user))
            for user in gone
        ),
        *_remind(found),
        *([button(label("deliver_again"), ids.DELIVER_AGAIN, value)] if found.undelivered else []),
        button(label("who_sees"), ids.WHO_SEES, value),
        _delete(assessment),
    ]


def _is_time_to_close(found: Status) -> bool:
    """Nobody is left to send their answers, or the day is over."""
    return not _left(found) or found.at >= found.assessment.closes_at


def _left(found: Status) -> int:
    return found.invited - found.sent - found.declined - found.withdrew


def _delete(assessment: Assessment) -> Block:
    spoken = label("delete_assessment_spoken", subject=assessment.subject)
    value = AssessmentValue(a=assessment.id)
    return button(label("delete_assessment"), ids.DELETE_ASSESSMENT, value, spoken=spoken)


def _remind(found: Status) -> list[Block]:
    left = _left(found)
    if not left:
        return []
    return [button(label("remind_number", number=left), ids.REMIND, AssessmentValue(a=found.assessment.id))]


def _menu(found: Status) -> list[Block]:
    assessment = found.assessment
    offered = [(label("facilitators"), ids.FACILITATING), (label("how_long"), ids.KEEPING)]
    if assessment.state is AssessmentState.OPEN:
        offered = [(label("change_date"), ids.CHANGE_DATE), (label("add_people"), ids.ADDING), *offered]
    value = _closing(assessment)
    choices = [(text, StatusChoice(a=value.a, w=value.w, m=choice)) for text, choice in offered]
    return [parts.menu(ids.STATUS_MENU, choices)]


def _closing(assessment: Assessment) -> ClosingValue:
    return ClosingValue(a=assessment.id, w=int(assessment.closes_at.timestamp()))


def _note(name: str, **values: Any) -> Message:
    said = words("close", **values)
    return Message(said.text(name), parts.sections(said.slot(name)))


def _continue(found: Status) -> Block | None:
    """For somebody whose own questionnaire is unfinished."""
    seat = found.mine
    if seat is None or seat.state not in UNFINISHED:
        return None
    if found.assessment.state is not AssessmentState.OPEN:
        return None
    return button(
        label("start" if seat.state is SeatState.INVITED else "continue"), ids.START, SeatValue(s=seat.id)
    )


def _check_evidence(found: Status) -> Block:
    return button(
        label("check_evidence_number", number=found.evidence),
        ids.REVIEW_EVIDENCE,
        AssessmentValue(a=found.assessment.id),
    )
