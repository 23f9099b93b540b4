"""Setting up: what is assessed, who is asked, in which roles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
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
from bot.actions import AssessmentValue
from bot.render import cut, label, words
from bot.views import forms, parts
from bot.views.matters import level_options
from bot.views.parts import Block, modal, plain
from conversation.pack import TITLE, Length, Pack
from conversation.scope import MOST_PEOPLE, Draft, Scope
from conversation.standing import EXPECTED_PACE
from storage.records import Person

GOAL = 500
MOST_ROLES = 2
ONE_UP = "one_up"
ROLE = "role:"
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
    channel: str | None
    closes_on: date

    @property
    def scope(self) -> Scope:
        return Scope(
            goal=self.goal, aspects=self.aspects, length=self.length, target=self.target, people=self.people
        )


def scope_modal(
    pack: Pack,
    *,
    closing: date,
    draft: Draft | None = None,
    channel: str | None = None,
) -> dict[str, Any]:
    """Filled from the draft that was left unfinished, if there is one; else with what fits most."""
    said = words("scope", draft=draft is not None)
    scope = draft.scope if draft else None
    closes_on = max(draft.assessment.closes_at.date(), closing) if draft else closing
    blocks = [
        parts.context(said.slot("lead")),
        parts.field("subject", said.plain("subject"), _subject(draft), hint=said.plain("subject_hint")),
        parts.field("goal", said.plain("goal"), _goal(scope), hint=said.plain("goal_hint"), optional=True),
        parts.field("people", said.plain("people"), _people(scope), hint=said.plain("people_hint")),
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
            DatePickerElement(action_id="closes", initial_date=closes_on.isoformat()),
            hint=said.plain("closes_hint"),
        ),
    ]
    return modal(ids.SCOPE_MODAL, said.plain("title"), blocks, submit=label("next_step"))


def read_scope(view: Mapping[str, Any]) -> ScopeForm:
    target = forms.choice(forms.entered(view, "target"))
    return ScopeForm(
        subject=forms.text(forms.entered(view, "subject")),
        goal=forms.text(forms.entered(view, "goal")),
        aspects=forms.choices(forms.entered(view, "aspects")),
        length=Length(forms.choice(forms.entered(view, "length")) or Length.STANDARD),
        target=int(target) if target and target != ONE_UP else None,
        people=tuple(forms.entered(view, "people").get("selected_users") or ()),
        channel=forms.entered(view, "channel").get("selected_conversation"),
        closes_on=date.fromisoformat(forms.entered(view, "closes")["selected_date"]),
    )


def reading_titles(draft: Draft) -> dict[str, Any]:
    """While job titles are looked up."""
    said = words("roles", subject=draft.assessment.subject, people=len(draft.scope.people))
    return parts.notice(said.plain("reading_title"), parts.sections(said.slot("reading")))


def roles_modal(
    draft: Draft, found: Sequence[Person], suggested: Mapping[str, Iterable[str]]
) -> dict[str, Any]:
    """One menu for each person, with the role that their job title suggests."""
    people = [person for person in found if person.asked][:MOST_PEOPLE]
    said = words(
        "roles",
        subject=draft.assessment.subject,
        people=len(people),
        closes_at=draft.assessment.closes_at,
        left_out=[person.name for person in found if not person.asked],
        without=sum(not tuple(suggested.get(person.user_id, ())) for person in people),
    )
    blocks = parts.sections(said.slot("summary"))
    if not people:
        return parts.notice(said.plain("title"), [*blocks, *parts.sections(said.slot("nobody"))])
    roles = [parts.option(role.title, role.id) for role in draft.pack.roles]
    blocks += [_role_menu(person, roles, suggested.get(person.user_id, ())) for person in people]
    return modal(
        ids.ROLES_MODAL,
        said.plain("title"),
        blocks,
        submit=said.plain("submit"),
        metadata=AssessmentValue(a=draft.assessment.id),
    )


def read_roles(view: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    blocks = view.get("state", {}).get("values", {})
    return {
        block.removeprefix(ROLE): forms.choices(forms.entered(view, block, "roles"))
        for block in blocks
        if block.startswith(ROLE)
    }


def _subject(draft: Draft | None) -> PlainTextInputElement:
    kept = draft.assessment.subject[:TITLE] if draft else None
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
        max_selected_items=MOST_PEOPLE,
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
    said = words("scope", draft=False)
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


def _role_menu(person: Person, roles: list[Option], suggested: Iterable[str]) -> Block:
    wanted = set(suggested)
    initial = [role for role in roles if role.value in wanted][:MOST_ROLES]
    menu = StaticMultiSelectElement(
        action_id="roles",
        options=roles,
        initial_options=initial or None,
        max_selected_items=MOST_ROLES,
        placeholder=plain(words("roles").plain("pick")),
    )
    title = " ".join(person.title.split())
    name = person.name or person.user_id
    return parts.field(
        f"{ROLE}{person.user_id}",
        cut(name, 150),
        menu,
        hint=cut(title, 150) or words("roles").plain("no_title"),
    )
