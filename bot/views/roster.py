"""Who is asked and how far they are, and who comes or goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import StaticSelectElement, UserMultiSelectElement, UserSelectElement

from bot import actions as ids
from bot.actions import AssessmentValue, ListValue, MemberChoice, MemberValue
from bot.render import cut, label, words
from bot.views import forms, parts
from bot.views.parts import Block
from conversation.roster import Member, Roster
from conversation.scope import ASK_THEM
from storage.records import AssessmentState, SeatState

#: People on one page; a modal has a hundred blocks.
PAGE = 80
#: People who are added at a time: their job titles are looked up while the form waits.
MOST_ADDED = 20
BY_TITLE = "by_title"
LONGEST_NAME = 150


@dataclass(frozen=True)
class AddForm:
    """`role` None: as their job titles suggest."""

    people: tuple[str, ...]
    role: str | None


def roster(found: Roster, page: int = 0) -> dict[str, Any]:
    assessment = found.assessment
    pages = max(1, -(-len(found.members) // PAGE))
    page = min(max(page, 0), pages - 1)
    said = words(
        "roster",
        subject=assessment.subject,
        page=page + 1,
        pages=pages,
        **{state: found.counts[state] for state in SeatState},
    )
    blocks = parts.sections(said.slot("lead"))
    if not found.members:
        blocks += parts.sections(said.slot("forgotten"))
    elif not found.named:
        blocks += parts.sections(said.slot("only_counts"))
    blocks += [_member(found, each) for each in found.members[page * PAGE : (page + 1) * PAGE]]
    if found.assessment.state is AssessmentState.OPEN:
        add = parts.button(label("add_people"), ids.ADD_PEOPLE, AssessmentValue(a=assessment.id))
        blocks.append(parts.actions(add))
    if pages > 1:
        blocks += [parts.context(said.slot("page")), parts.actions(*_pages(found, page, pages))]
    if found.named:
        blocks.append(parts.context(said.slot("never_answers")))
    return parts.notice(said.plain("title"), blocks)


def replace_modal(found: Roster, member: Member) -> dict[str, Any]:
    said = _about(found, member)
    return parts.modal(
        ids.REPLACE_MODAL,
        said.plain("replace_title"),
        [
            *parts.sections(said.slot("replace_lead")),
            parts.field("by", said.plain("replace_field"), UserSelectElement(action_id="by")),
        ],
        submit=said.plain("replace_submit"),
        metadata=MemberValue(a=found.assessment.id, u=member.person.user_id),
    )


@forms.reads
def read_replacement(view: Mapping[str, Any]) -> str:
    return forms.somebody(view, "by")


def take_off_modal(found: Roster, member: Member) -> dict[str, Any]:
    said = _about(found, member)
    return parts.modal(
        ids.TAKE_OFF_MODAL,
        said.plain("off_title"),
        parts.sections(said.slot("off_lead")),
        submit=said.plain("off_submit"),
        metadata=MemberValue(a=found.assessment.id, u=member.person.user_id),
    )


def add_modal(found: Roster) -> dict[str, Any]:
    assessment = found.assessment
    said = words("roster", subject=assessment.subject, closes_at=assessment.closes_at)
    by_title = parts.option(said.plain("add_by_title"), BY_TITLE)
    roles = [parts.option(title, role) for role, title in found.roles.items()]
    roles.append(parts.option(words("roles").plain("ask_them"), ASK_THEM))
    role = StaticSelectElement(action_id="role", options=[by_title, *roles], initial_option=by_title)
    people = UserMultiSelectElement(action_id="people", max_selected_items=MOST_ADDED)
    return parts.modal(
        ids.ADD_PEOPLE_MODAL,
        said.plain("add_title"),
        [
            *parts.sections(said.slot("add_lead")),
            parts.field("people", said.plain("add_field"), people, hint=said.plain("add_hint")),
            parts.field("role", said.plain("add_role"), role),
        ],
        submit=said.plain("add_submit"),
        metadata=AssessmentValue(a=assessment.id),
    )


@forms.reads
def read_added(view: Mapping[str, Any]) -> AddForm:
    role = forms.choice(forms.entered(view, "role"))
    return AddForm(
        people=tuple(forms.entered(view, "people").get("selected_users") or ()),
        role=None if role in {None, BY_TITLE} else role,
    )


def _member(found: Roster, member: Member) -> Block:
    said = _about(found, member)
    return parts.section(said.slot("member"), _menu(found, member))


def _menu(found: Roster, member: Member) -> Block | None:
    if found.assessment.state is not AssessmentState.OPEN or member.off:
        return None
    value = {"a": found.assessment.id, "u": member.person.user_id}
    choices = [(label("replace"), MemberChoice(**value, m=ids.REPLACING))]
    if member.state is not SeatState.LEFT:
        choices.append((label("take_off"), MemberChoice(**value, m=ids.TAKING_OFF)))
    return parts.menu(ids.MEMBER_MENU, choices)


def _about(found: Roster, member: Member) -> Any:
    return words(
        "roster",
        name=cut(member.person.name, LONGEST_NAME),
        roles=[found.roles[role] for role in member.roles],
        state=str(member.state) if member.state else None,
        answered=member.answered,
        questions=member.questions,
        off=member.off,
        chooses=member.chooses,
    )


def _pages(found: Roster, page: int, pages: int) -> list[Block]:
    wanted = [("earlier", page - 1)] * (page > 0) + [("later", page + 1)] * (page < pages - 1)
    return [
        parts.button(
            label(f"{where}_page"), f"{ids.PEOPLE_PAGE}{where}", ListValue(a=found.assessment.id, n=number)
        )
        for where, number in wanted
    ]
