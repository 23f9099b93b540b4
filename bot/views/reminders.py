"""Reminders to respondents: how they read, what people can choose on them, and their settings."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from slack_sdk.models.blocks import DatePickerElement

from bot import actions as ids
from bot.actions import AssessmentValue, HushAboutValue, HushValue, ReminderChoice, SeatValue
from bot.render import Message, Mrkdwn, Words, label, words
from bot.views import forms, invitation, parts
from bot.views.parts import Block, button
from bot.views.snoozing import later
from conversation.byhand import ByHand, Fate
from conversation.contents import Invite, Nudge, NudgeLine, ReminderSettings, Snoozed, Waiting
from conversation.scope import Scope
from conversation.sitting import Sitting
from storage.records import OPEN_END

#: So many questionnaires are told apart in one message; further ones are counted.
LINES = 20


def nudge(contents: Nudge) -> Message:
    return _one(contents, contents.lines[0]) if len(contents.lines) == 1 else _several(contents)


def _one(contents: Nudge, line: NudgeLine) -> Message:
    said = _words(line.sitting, line.number, contents.most, contents.by_hand)
    blocks = [
        *parts.sections(said.slot("body")),
        parts.actions(
            _onward(line.sitting, primary=True),
            later(contents.key) if contents.left else None,
            _menu(line.sitting, "away", "settings", ids.PASS_ON, ids.RATHER_NOT),
        ),
        parts.context(said.slot("footer")),
    ]
    return Message(said.text(), blocks)


def _several(contents: Nudge) -> Message:
    lines = [_words(line.sitting, line.number, contents.most) for line in contents.lines[:LINES]]
    said = words(
        "nudges",
        number=len(contents.lines),
        lines=[_as_written(line, "line", "line") for line in lines],
        more=max(len(contents.lines) - LINES, 0),
        by_hand=contents.by_hand,
        most=contents.most,
    )
    blocks = parts.sections(said.slot("body"))
    for line, drawn in zip(contents.lines, lines, strict=False):
        blocks.append(parts.section(drawn.slot("line"), _onward(line.sitting)))
    snooze = later(contents.key) if contents.left else None
    blocks.append(parts.actions(snooze, _menu(contents.lines[0].sitting, "away", "settings")))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def snoozed(done: Snoozed) -> Message:
    """What came of a choice; on an invitation it stands below it, which stays as it was."""
    sitting = done.sittings[0]
    said = words(
        "snoozed",
        subjects=[each.assessment.subject for each in done.sittings],
        at=done.at,
        tz=done.hours.tz,
        closes_at=min(each.assessment.closes_at for each in done.sittings),
    )
    if done.invited:
        drawn = invitation.invite(Invite(sitting, Scope.of(sitting.assessment), left=True), said.slot("body"))
        return Message(f"{said.text()}\n{drawn.text}", drawn.blocks)
    again = later(f"invite/{sitting.seat.id}") if len(done.sittings) == 1 else None
    settings = button(label("reminders"), ids.REMINDERS)
    onward = [_onward(each) for each in done.sittings] if len(done.sittings) == 1 else []
    return Message(said.text(), [*parts.sections(said.slot("body")), parts.actions(*onward, again, settings)])


def settings(found: ReminderSettings) -> Message:
    said = _settings_words(found)
    blocks = parts.sections(said.slot("done")) if found.done else []
    blocks += [*parts.sections(said.slot("body")), *(_waiting(found, each) for each in found.waiting[:LINES])]
    quiet = found.person.quiet
    blocks.append(
        parts.actions(
            button(label("back_again"), ids.BACK_AGAIN) if found.away else None,
            button(label("away_change" if found.away else "away"), ids.AWAY),
            button(label("hear_again" if quiet else "hush"), ids.HUSH, HushValue(q=not quiet)),
        )
    )
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def away_modal(found: ReminderSettings) -> dict[str, Any]:
    said = words("away")
    tomorrow = found.hours.day(found.now) + timedelta(days=1)
    known = found.person.away_until if found.away and found.person.away_until != OPEN_END else None
    picker = DatePickerElement(action_id="back_on", initial_date=(known or tomorrow).isoformat())
    return parts.modal(
        ids.AWAY_MODAL,
        said.plain("title"),
        [*parts.sections(said.slot("lead")), parts.field("back_on", said.plain("back_on"), picker)],
        submit=label("save"),
    )


@forms.reads
def read_away(view: Mapping[str, Any]) -> date:
    return date.fromisoformat(forms.entered(view, "back_on")["selected_date"])


def away_saved(found: ReminderSettings) -> dict[str, Any]:
    said = _settings_words(found)
    return parts.notice(words("away").plain("title"), parts.sections(said.slot("done")))


def remind_modal(found: ByHand) -> dict[str, Any]:
    """Who is reminded, when, and how it reads; nothing to press where nobody can be reminded now."""
    said = _by_hand_words(found)
    lead = parts.sections(said.slot("lead"))
    if found.again_at or not found.reached:
        return parts.notice(said.plain("title"), lead)
    example = found.example
    shown = [
        *parts.sections(said.slot("example")),
        *parts.sections(_words(example, 1, 0, found.assessment.facilitator).slot("body") if example else ""),
    ]
    return parts.modal(
        ids.REMIND_MODAL,
        said.plain("title"),
        [*lead, {"type": "divider"}, *shown, parts.context(said.slot("footer"))],
        submit=said.plain("submit"),
        metadata=AssessmentValue(a=found.assessment.id),
    )


def reminded_modal(found: ByHand) -> dict[str, Any]:
    said = _by_hand_words(found)
    return parts.notice(said.plain("title"), parts.sections(said.slot("done" if found.done else "lead")))


def _words(sitting: Sitting, number: int, most: int, by_hand: str | None = None) -> Words:
    interview = sitting.interview
    return words(
        "nudge",
        subject=sitting.assessment.subject,
        facilitator=sitting.assessment.facilitator,
        closes_at=sitting.assessment.closes_at,
        started=interview.started,
        chooses=sitting.chooses_role,
        left=sum(item.id not in interview.replies for item in interview.items),
        minutes=interview.minutes_left,
        number=number,
        most=most,
        by_hand=by_hand,
    )


def _as_written(said: Words, slot: str, text: str) -> Mrkdwn:
    """To stand within other words."""
    return Mrkdwn(said.slot(slot), said.text(text))


def _onward(sitting: Sitting, *, primary: bool = False) -> Block:
    """To the question that is asked now."""
    interview, subject = sitting.interview, sitting.assessment.subject
    asking = interview.asking
    go = label("start_number", number=interview.number(asking.id)) if asking else label("review_and_send")
    return button(
        go if interview.started else label("start"),
        ids.START,
        SeatValue(s=sitting.seat.id),
        spoken=label("continue_spoken" if interview.started else "start_spoken", subject=subject),
        primary=primary,
    )


def _menu(sitting: Sitting, *choices: Any) -> Block:
    names = {ids.PASS_ON: ids.PASS_ON}
    offered = [
        (label(names.get(m, f"reminder_{m}")), ReminderChoice(s=sitting.seat.id, m=m)) for m in choices
    ]
    return parts.menu(ids.REMINDER_MENU, offered)


def _settings_words(found: ReminderSettings) -> Words:
    until = found.hours.unavailable_until
    return words(
        "reminders",
        done=str(found.done) if found.done else None,
        tz=found.hours.tz,
        source=str(found.hours.source),
        hour=found.hours.hour.hour,
        away=found.away,
        back_on=None if found.person.away_until == OPEN_END else found.person.away_until,
        unavailable_until=until if until and until > found.now else None,
        quiet=found.person.quiet,
        waiting=[_as_written(_waiting_words(found, each), "body", "text") for each in found.waiting[:LINES]],
        more=max(len(found.waiting) - LINES, 0),
    )


def _waiting_words(found: ReminderSettings, waiting: Waiting) -> Words:
    return words(
        "reminders_about",
        subject=waiting.assessment.subject,
        closes_at=waiting.assessment.closes_at,
        next_at=waiting.next_at,
        quiet=waiting.seat.quiet or found.person.quiet,
    )


def _waiting(found: ReminderSettings, waiting: Waiting) -> Block:
    quiet, subject = waiting.seat.quiet, waiting.assessment.subject
    name = "hear_about" if quiet else "hush_about"
    press = button(
        label(name),
        ids.HUSH_ABOUT,
        HushAboutValue(s=waiting.seat.id, q=not quiet),
        spoken=label(f"{name}_spoken", subject=subject),
    )
    return parts.section(_waiting_words(found, waiting).slot("body"), press)


def _by_hand_words(found: ByHand) -> Words:
    return words(
        "remind",
        subject=found.assessment.subject,
        open=sum(found.fates.values()),
        reached=found.reached,
        again_at=found.again_at,
        names=found.names,
        **{str(fate): found.fates.get(fate, 0) for fate in Fate},
    )
