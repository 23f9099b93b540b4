"""Setting up: what is assessed, who is asked, in which roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationMultiSelectElement,
    ConversationSelectElement,
    DatePickerElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)

from bot import actions as ids
from bot.actions import BeginningValue, DraftValue, PostingValue
from bot.render import Words, label, words
from bot.rooms import Room, UserGroup
from bot.views import forms, parts
from bot.views.matters import level_options
from bot.views.parts import Block, modal
from conversation.drafting import Draft
from conversation.pack import TITLE, Length, Pack
from conversation.scope import Scope
from conversation.standing import EXPECTED_PACE
from storage.records import Person

GOAL = 500
#: In a menu of people; more come from groups and channels.
MOST_PICKED = 90
MOST_OPTIONS = 100
ONE_UP = "one_up"
#: In the order in which they are offered.
LENGTHS = (Length.STANDARD, Length.LONG, Length.SHORT)


@dataclass(frozen=True)
class ScopeForm:
    subject: str
    goal: str
    aspects: tuple[str, ...]
    length: Length
    target: int | None
    people: tuple[str, ...]
    sources: tuple[str, ...]
    channel: str | None
    closes_on: date

    @property
    def scope(self) -> Scope:
        return Scope(
            goal=self.goal,
            aspects=self.aspects,
            length=self.length,
            target=self.target,
            people=self.people,
            sources=self.sources,
        )


def scope_modal(
    pack: Pack,
    *,
    closing: date,
    draft: Draft | None = None,
    channel: str | None = None,
    subject: str = "",
    groups: Sequence[UserGroup] = (),
) -> dict[str, Any]:
    """Filled from the draft that was left unfinished, if there is one; else with what fits most. `groups` are
    the user groups from which people can be taken."""
    said = words("scope", draft=draft is not None, left_out=0)
    scope = draft.scope if draft else None
    seen = BeginningValue(a=draft.assessment.id, r=draft.drafted.revision) if draft else BeginningValue()
    blocks = [
        parts.context(said.slot("lead")),
        parts.field(
            "subject", said.plain("subject"), _subject(draft, subject), hint=said.plain("subject_hint")
        ),
        parts.field("goal", said.plain("goal"), _goal(scope), hint=said.plain("goal_hint"), optional=True),
        parts.field(
            "people", said.plain("people"), _people(scope), hint=said.plain("people_hint"), optional=True
        ),
        *_groups(said, groups, scope),
        parts.field(
            "rooms", said.plain("rooms"), _rooms(scope), hint=said.plain("rooms_hint"), optional=True
        ),
        parts.field("length", said.plain("length"), _length(pack, scope)),
        parts.field("aspects", said.plain("aspects"), _aspects(pack, scope)),
        parts.field("target", said.plain("target"), _target(pack, scope), hint=said.plain("target_hint")),
        parts.field(
            "channel",
            said.plain("channel"),
            _channel(draft.assessment.channel if draft else channel),
            hint=said.plain("channel_hint"),
            optional=True,
        ),
        parts.field(
            "closes",
            said.plain("closes"),
            DatePickerElement(action_id="closes", initial_date=closing.isoformat()),
            hint=said.plain("closes_hint"),
        ),
    ]
    return modal(
        ids.SCOPE_MODAL,
        said.plain("title"),
        blocks,
        submit=label("next_step"),
        metadata=seen,
        tells_when_closed=draft is not None,
    )


def proposed_subject(room: Room | None, facilitator: Person) -> str:
    """What is assessed, as long as nobody says otherwise."""
    return room.name if room and room.name else label("team_of", person=facilitator.name)


def draft_value(draft: Draft, page: int = 0) -> DraftValue:
    """What a form about this draft carries."""
    return DraftValue(a=draft.assessment.id, r=draft.drafted.revision, p=page)


def channel_modal(value: PostingValue) -> dict[str, Any]:
    """Where to post what could not be posted."""
    said = words("other_channel")
    field = parts.field("channel", said.plain("channel"), _channel(None), hint=said.plain("channel_hint"))
    return modal(ids.CHANNEL_MODAL, said.plain("title"), [field], submit=label("save"), metadata=value)


@forms.reads
def read_channel(view: Mapping[str, Any]) -> str:
    return str(forms.entered(view, "channel")["selected_conversation"])


@forms.reads
def read_scope(view: Mapping[str, Any]) -> ScopeForm:
    target = forms.choice(forms.entered(view, "target"))
    return ScopeForm(
        subject=forms.text(forms.entered(view, "subject")),
        goal=forms.text(forms.entered(view, "goal")),
        aspects=forms.choices(forms.entered(view, "aspects")),
        length=Length(forms.choice(forms.entered(view, "length")) or Length.STANDARD),
        target=int(target) if target and target != ONE_UP else None,
        people=tuple(forms.entered(view, "people").get("selected_users") or ()),
        sources=(
            *forms.choices(forms.entered(view, "groups")),
            *(forms.entered(view, "rooms").get("selected_conversations") or ()),
        ),
        channel=forms.entered(view, "channel").get("selected_conversation"),
        closes_on=date.fromisoformat(forms.entered(view, "closes")["selected_date"]),
    )


def _subject(draft: Draft | None, proposed: str) -> PlainTextInputElement:
    kept = (draft.assessment.subject if draft else proposed)[:TITLE] or None
    return PlainTextInputElement(action_id="subject", max_length=TITLE, min_length=1, initial_value=kept)


def _goal(scope: Scope | None) -> PlainTextInputElement:
    kept = scope.goal[:GOAL] if scope else ""
    return PlainTextInputElement(
        action_id="goal", multiline=True, max_length=GOAL, initial_value=kept or None
    )


def _people(scope: Scope | None) -> UserMultiSelectElement:
    return UserMultiSelectElement(
        action_id="people",
        initial_users=list(scope.people) if scope and scope.people else None,
        max_selected_items=MOST_PICKED,
    )


def _groups(said: Words, groups: Sequence[UserGroup], scope: Scope | None) -> list[Block]:
    """As many as a menu holds, those that were chosen first."""
    if not groups:
        return []
    chosen = set(scope.sources) if scope else set()
    shown = sorted(groups, key=lambda group: group.id not in chosen)[:MOST_OPTIONS]
    options = [parts.option(f"@{group.handle}", group.id, hint=group.name) for group in shown]
    menu = StaticMultiSelectElement(
        action_id="groups",
        options=options,
        initial_options=[option for option in options if option.value in chosen] or None,
    )
    left_out = len(groups) - len(shown)
    hint = words("scope", **{**said.values, "left_out": left_out}).plain("groups_hint")
    return [parts.field("groups", said.plain("groups"), menu, hint=hint, optional=True)]


def _rooms(scope: Scope | None) -> ConversationMultiSelectElement:
    chosen = [source for source in scope.sources if not source.startswith("S")] if scope else []
    return ConversationMultiSelectElement(
        action_id="rooms",
        initial_conversations=chosen or None,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )


def _length(pack: Pack, scope: Scope | None) -> RadioButtonsElement:
    options = {length: _length_option(pack, length) for length in LENGTHS}
    chosen = scope.length if scope else Length.STANDARD
    return RadioButtonsElement(
        action_id="length", options=list(options.values()), initial_option=options[chosen]
    )


def _length_option(pack: Pack, length: Length) -> Option:
    """With what it means for a person: from the role with the fewest questions to the one with the most."""
    numbers = sorted(len(pack.questions_for([role.id], length)) for role in pack.roles)
    numbers = [number for number in numbers if number] or [0]
    said = words(
        "length",
        fewest=numbers[0],
        most=numbers[-1],
        minutes=_minutes(numbers[-1]),
        a_look=length is Length.SHORT,
    )
    return parts.option(said.plain(str(length)), str(length), hint=said.plain("hint"))


def _minutes(questions: int) -> int:
    return ceil(questions * EXPECTED_PACE / timedelta(minutes=1))


def _aspects(pack: Pack, scope: Scope | None) -> CheckboxesElement:
    options = [parts.option(aspect.title, aspect.id) for aspect in pack.aspects]
    ticked = [option for option in options if scope is None or option.value in scope.aspects]
    return CheckboxesElement(action_id="aspects", options=options, initial_options=ticked or options)


def _target(pack: Pack, scope: Scope | None) -> StaticSelectElement:
    said = words("scope", draft=False, left_out=0)
    one_up = parts.option(said.plain("one_up"), ONE_UP)
    levels = level_options(pack, word="everywhere")
    chosen = levels[scope.target - 1] if scope and scope.target else one_up
    return StaticSelectElement(action_id="target", options=[one_up, *levels], initial_option=chosen)


def _channel(chosen: str | None) -> ConversationSelectElement:
    return ConversationSelectElement(
        action_id="channel",
        initial_conversation=chosen,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
