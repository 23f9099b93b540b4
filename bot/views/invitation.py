"""How people are asked to take part, and reminded of it."""

from bot import actions as ids
from bot.actions import AssessmentValue, SeatChoice, SeatValue
from bot.language import language_of, spoken
from bot.render import Message, label, words
from bot.views import choosing, languages, parts
from bot.views.matters import privacy_words
from bot.views.parts import Block, button
from bot.views.snoozing import later
from conversation.contents import Intro, Invite, PrivacyTightened
from conversation.scope import Scope
from conversation.sitting import Sitting


def invite(contents: Invite, note: str = "") -> Message:
    """`note` is what came of a choice that was made on it."""
    sitting, pack = contents.sitting, contents.sitting.pack
    items = sitting.interview.items
    said = words(
        "invite",
        subject=sitting.assessment.subject,
        facilitator=sitting.assessment.facilitator,
        goal=contents.scope.goal,
        aspects=[pack.aspect(key).title for key in dict.fromkeys(item.aspect for item in items)],
        roles=[pack.role(role).title for role in sitting.seat.roles],
        questions=len(items),
        minutes=sitting.interview.minutes_left,
        closes_at=sitting.assessment.closes_at,
        promise=promise(contents.scope),
        months=contents.scope.keep_months,
        by=contents.by,
        note=contents.note,
        busy_with=contents.busy_with,
        chooses=sitting.chooses_role,
        known_roles=[role.title for role in pack.roles],
    )
    blocks = [
        *parts.sections(said.slot("body")),
        *([parts.quote(contents.note)] if contents.note else []),
        *parts.sections(said.slot("privacy")),
        *(parts.sections(said.slot("busy")) if contents.busy_with else []),
        *([parts.actions(*choosing.roles(sitting))] if sitting.chooses_role else []),
        parts.actions(
            *_ways_in(contents),
            later(f"invite/{sitting.seat.id}") if contents.left else None,
            _other_ways(sitting),
            languages.switch(language_of(spoken())),
        ),
        *([parts.context(note)] if note else []),
    ]
    return Message(said.text(), blocks)


def _ways_in(contents: Invite) -> list[Block]:
    """Whose role is not known yet says that first."""
    if contents.sitting.chooses_role:
        return []
    in_form = button(label("in_form"), ids.FORM, SeatValue(s=contents.sitting.seat.id))
    return [_begin(contents), in_form]


def _begin(contents: Invite) -> Block:
    value = SeatValue(s=contents.sitting.seat.id)
    if contents.busy_with:
        return button(label("switch"), ids.SWITCH, value, primary=True)
    return button(label("start"), ids.START, value, primary=True)


def _other_ways(sitting: Sitting) -> Block:
    choices = [
        (label(choice), SeatChoice(s=sitting.seat.id, m=choice))
        for choice in (
            (ids.RATHER_NOT,) if sitting.chooses_role else (ids.PASS_ON, ids.MY_ROLE, ids.RATHER_NOT)
        )
    ]
    return parts.menu(ids.INVITE_MENU, choices)


def promise(scope: Scope) -> str:
    """Who sees what, as the mode of the assessment has it."""
    return privacy_words(scope).plain(str(scope.privacy))


def tightened(contents: PrivacyTightened) -> Message:
    assessment = contents.sitting.assessment
    said = words(
        "tightened",
        subject=assessment.subject,
        facilitator=assessment.facilitator,
        promise=promise(contents.scope),
    )
    return Message(said.text(), [*parts.sections(said.slot("body")), parts.context(said.slot("footer"))])


def intro(contents: Intro) -> Message:
    assessment, pack = contents.assessment, contents.pack
    said = words(
        "intro",
        subject=assessment.subject,
        facilitator=assessment.facilitator,
        people=contents.people,
        closes_at=assessment.closes_at,
        closed_at=assessment.closed_at,
        goal=contents.scope.goal,
        aspects=[pack.aspect(key).title for key in contents.scope.aspects],
    )
    value = AssessmentValue(a=assessment.id)
    wants_in = None if assessment.closed_at else button(label("wants_in"), ids.WANTS_IN, value)
    blocks = [
        *parts.sections(said.slot("body")),
        parts.actions(button(label("see_asked"), ids.SEE_ASKED, value), wants_in),
        parts.context(said.slot("footer")),
    ]
    return Message(said.text(), blocks)


def _decline(sitting: Sitting) -> Block:
    return button(label("decline"), ids.DECLINE_INVITATION, SeatValue(s=sitting.seat.id))
