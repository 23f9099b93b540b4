"""The digest in the channel, the monthly summary for sponsors, and how often they come."""

from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.models.blocks import RadioButtonsElement, UserMultiSelectElement

from bot import actions as ids
from bot.actions import AssessmentValue, DigestAnswerValue, DigestValue
from bot.render import LONGEST_TEXT, Message, Words, cut, label, words
from bot.views import forms, parts
from bot.views.parts import Block, button
from bot.views.plans import action_values, owner_values
from conversation.contents import AspectProgress, Digest, Summary
from conversation.digests import MOST_SPONSORS, Answer, Settings
from conversation.scope import Rhythm
from storage.records import ActionState

#: More changes than this nobody reads in a channel.
CHANGES = 8


def digest(contents: Digest) -> Message:
    if contents.silence:
        return _silence(contents)
    said = words("digest", **_values(contents))
    blocks = [parts.header(said.plain("title")), *_body(contents, said)]
    blocks.append(_buttons(contents))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def summary(contents: Summary) -> Message:
    """The same to one person: of a month, and without buttons for a channel."""
    found = contents.digest
    values = _values(found)
    about, said = words("summary", **values), words("digest", **values)
    blocks = [parts.header(about.plain("title")), *parts.sections(about.slot("counted")), *_body(found, said)]
    blocks.append(parts.actions(button(label("all_actions"), ids.PLAN_HERE, _about(found))))
    blocks.append(parts.context(about.slot("footer")))
    return Message(cut(f"{about.text()}\n{said.text()}", LONGEST_TEXT), blocks)


def digest_modal(found: Settings) -> dict[str, Any]:
    said = words("digest_form", subject=found.assessment.subject, channel=found.assessment.channel)
    options = {
        rhythm: parts.option(label(f"rhythm_{rhythm}"), str(rhythm), hint=label(f"rhythm_{rhythm}_hint"))
        for rhythm in Rhythm
    }
    rhythm = RadioButtonsElement(
        action_id="rhythm", options=list(options.values()), initial_option=options[found.rhythm]
    )
    sponsors = UserMultiSelectElement(
        action_id="sponsors", initial_users=list(found.sponsors) or None, max_selected_items=MOST_SPONSORS
    )
    blocks = [
        *parts.sections(said.slot("lead")),
        parts.field("rhythm", said.plain("rhythm"), rhythm),
        parts.field(
            "sponsors", said.plain("sponsors"), sponsors, hint=said.plain("sponsors_hint"), optional=True
        ),
    ]
    return parts.modal(
        ids.DIGEST_MODAL,
        said.plain("title"),
        blocks,
        submit=said.plain("submit"),
        metadata=DigestValue(a=found.assessment.id, r=found.rhythm, s=found.sponsors),
    )


@forms.reads
def read_digest(view: Mapping[str, Any]) -> tuple[Rhythm, tuple[str, ...]]:
    """Raises: OldButton for a rhythm that we do not know (any more)."""
    chosen = forms.entered(view, "rhythm")["selected_option"]["value"]
    if chosen not in list(Rhythm):
        raise ids.OldButton()
    return Rhythm(chosen), tuple(forms.entered(view, "sponsors").get("selected_users") or ())


def digest_saved(found: Settings) -> dict[str, Any]:
    said = _saved(found)
    return parts.notice(said.plain("title"), parts.sections(said.slot("body")))


def digest_answered(found: Settings) -> Message:
    said = _saved(found)
    return Message(said.text(), parts.sections(said.slot("body")))


def _saved(found: Settings) -> Words:
    return words(
        "digest_saved",
        subject=found.assessment.subject,
        channel=found.assessment.channel,
        rhythm=str(found.rhythm),
        next_on=found.next_on,
        sponsors=found.sponsors,
    )


def _silence(contents: Digest) -> Message:
    said = words("digest_silence", subject=contents.assessment.subject, number=contents.silence)
    choices = parts.actions(
        *(
            button(
                label(f"digest_{answer}"),
                f"{ids.DIGEST_ANSWER}{answer}",
                DigestAnswerValue(a=contents.assessment.id, w=answer),
            )
            for answer in Answer
        )
    )
    return Message(said.text(), [*parts.sections(said.slot("body")), choices])


def _values(contents: Digest) -> dict[str, Any]:
    states = [action.state for action in contents.actions]
    wanted = [state for state in states if state is not ActionState.DROPPED]
    attention = [
        action_values(action, contents.today) | owner_values(contents.owners.get(action.owner or ""))
        for action in contents.attention
    ]
    return {
        "subject": contents.assessment.subject,
        "facilitator": contents.assessment.facilitator,
        "total": len(wanted),
        "done": states.count(ActionState.DONE),
        "blocked": states.count(ActionState.BLOCKED),
        "at_risk": states.count(ActionState.AT_RISK),
        "late": sum(action.due < contents.today for action in contents.actions if not action.is_over),
        "changed": [
            action_values(action, contents.today)
            | owner_values(contents.owners.get(action.owner or ""))
            | {"note": note.text if note else None, "new": note is None}
            for action, note in contents.changed[:CHANGES]
        ],
        "more_changed": max(len(contents.changed) - CHANGES, 0),
        "attention": attention,
        "more_attention": contents.more_attention,
        "progress": [_aspect(each) for each in contents.progress],
        "since": contents.since,
        "rhythm": str(contents.rhythm),
        "edited_at": contents.edited_at,
    }


def _body(contents: Digest, said: Words) -> list[Block]:
    blocks = parts.sections(said.slot("lead"))
    if contents.changed:
        blocks += parts.sections(said.slot("changed"))
    if contents.attention:
        blocks.append(parts.table(_attention_table(said.values["attention"])))
        if contents.more_attention:
            blocks.append(parts.context(said.slot("more_attention")))
    if contents.progress:
        blocks += parts.sections(said.slot("progress"))
    return blocks


def _buttons(contents: Digest) -> Block:
    value = _about(contents)
    blocked = any(action.state is ActionState.BLOCKED for action in contents.actions)
    help_out = button(label("can_help"), ids.CAN_HELP, value) if blocked else None
    return parts.actions(button(label("all_actions"), ids.PLAN_HERE, value), help_out)


def _about(contents: Digest) -> AssessmentValue:
    return AssessmentValue(a=contents.assessment.id)


def _aspect(each: AspectProgress) -> dict[str, Any]:
    return {
        "title": each.title,
        "level": each.level,
        "target": each.target,
        "done": each.done,
        "agreed": each.agreed,
    }


def _attention_table(rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    columns = ("action", "owner", "due", "state")
    cells = (words("digest_row", **row) for row in rows)
    return [
        [label(f"column_{name}") for name in columns],
        *([row.plain(name) for name in columns] for row in cells),
    ]
