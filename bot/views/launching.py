"""The last steps of setting up: the roles, what needs a look, how it will look; and two who changed the
same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Option, RadioButtonsElement, StaticMultiSelectElement

from bot import actions as ids
from bot.actions import AssessmentValue, DraftClashValue, RoleValue
from bot.render import (
    LONGEST_TEXT,
    Message,
    Mrkdwn,
    Words,
    as_written,
    channel,
    cut,
    group,
    label,
    listed,
    person,
    when,
    words,
)
from bot.views import forms, interview, invitation, parts
from bot.views.matters import counting_modal, matters_modal
from bot.views.parts import Block, button, modal, plain
from bot.views.scope import draft_value
from conversation.contents import Card, DraftEnded, Invite, Kept
from conversation.drafting import ROLE, Draft
from conversation.errors import DraftChanged
from conversation.launching import PAGE, Candidate, LaunchCheck, Roster, TriedOut, roles_asked
from conversation.pack import Pack
from conversation.scope import ASK_THEM, MOST_ROLES
from conversation.sitting import Sitting
from storage.records import AssessmentState, Person, PersonKind

LEAVE_OUT = "-"
MINE, THEIRS = "mine", "theirs"
#: More names than this are a number.
NAMED = 12


def reading_titles(draft: Draft) -> dict[str, Any]:
    """While people are looked up in their groups, and their job titles."""
    said = words("roles", subject=draft.assessment.subject)
    return parts.notice(said.plain("reading_title"), parts.sections(said.slot("reading")))


def onward(found: Roster | LaunchCheck, page: int = 0) -> dict[str, Any]:
    """The form of what comes next."""
    return check_modal(found) if isinstance(found, LaunchCheck) else roles_modal(found, page)


def roles_modal(roster: Roster, page: int = 0) -> dict[str, Any]:
    """One menu for each person, with the role that was chosen or that their job title suggests."""
    draft, candidates = roster.draft, roster.candidates
    shown = candidates[page * PAGE : (page + 1) * PAGE]
    last = (page + 1) * PAGE >= len(candidates)
    said = words(
        "roles",
        subject=draft.assessment.subject,
        people=len(candidates),
        closes_at=draft.assessment.closes_at,
        first=page * PAGE + 1,
        until=page * PAGE + len(shown),
        roles=_counts(roster),
        without=len(roster.waiting),
        left_out=_names([*roster.bots, *roster.gone]),
        strangers=bool(roster.of(PersonKind.STRANGER)),
    )
    blocks = parts.sections(said.slot("summary"))
    if not candidates:
        return parts.notice(said.plain("title"), [*blocks, *parts.sections(said.slot("nobody"))])
    roles = [parts.option(role.title, role.id) for role in draft.pack.roles]
    roles.append(parts.option(said.plain("ask_them"), ASK_THEM))
    roles.append(parts.option(said.plain("leave_out"), LEAVE_OUT))
    blocks += [_role_menu(said, candidate, roles) for candidate in shown]
    return modal(
        ids.ROLES_MODAL,
        said.plain("title"),
        blocks,
        submit=said.plain("submit") if last else said.plain("next_page"),
        metadata=draft_value(draft, page),
        tells_when_closed=True,
    )


@forms.reads
def read_roles(view: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By person; nobody who is left out has a role."""
    blocks = view.get("state", {}).get("values", {})
    picked = {
        block.removeprefix(ROLE): forms.choices(forms.entered(view, block, "roles"))
        for block in blocks
        if block.startswith(ROLE)
    }
    taken = {user: tuple(role for role in roles if role != LEAVE_OUT) for user, roles in picked.items()}
    return {user: roles_or_asking(roles) for user, roles in taken.items()}


def roles_or_asking(picked: tuple[str, ...]) -> tuple[str, ...]:
    """Whose role is picked need not be asked for it."""
    return tuple(role for role in picked if role != ASK_THEM) or picked


def role_titles(pack: Pack, roles: Iterable[str]) -> list[str]:
    """Without whoever is to say it themselves."""
    return [pack.role(role).title for role in roles if role != ASK_THEM]


def check_modal(check: LaunchCheck) -> dict[str, Any]:
    said, value = check_words(check), draft_value(check.draft)
    return modal(
        ids.CHECK_MODAL,
        said.plain("title"),
        [*check_blocks(check), _change(check, said)],
        submit=said.plain("submit"),
        metadata=value,
        tells_when_closed=True,
    )


def _change(check: LaunchCheck, said: Words) -> Block:
    value = AssessmentValue(a=check.draft.assessment.id)
    return parts.section(said.slot("change"), button(label("change_draft"), ids.CHANGE_DRAFT, value))


def check_blocks(check: LaunchCheck) -> list[Block]:
    """What goes out, what needs a look, and how to see it first: for a form and for a message."""
    said = check_words(check)
    asked = {role for candidate in check.roster.asked for role in candidate.roles}
    if check.roster.choosing:
        asked |= {role.id for role in roles_asked(check.draft)}
    preview = parts.select(
        ids.PREVIEW,
        said.plain("pick_role"),
        [
            (role.title, RoleValue(a=check.draft.assessment.id, p=role.id))
            for role in check.draft.pack.roles
            if role.id in asked
        ],
    )
    try_out = button(said.plain("try_out"), ids.TRY_OUT, AssessmentValue(a=check.draft.assessment.id))
    return [
        *parts.sections(said.slot("summary")),
        *parts.sections(said.slot("look")),
        *parts.sections(said.slot("gets")),
        parts.section(said.slot("preview"), preview),
        parts.section(said.slot("trial"), try_out),
    ]


def check_words(check: LaunchCheck) -> Words:
    draft, roster = check.draft, check.roster
    return words(
        "launch_check",
        subject=draft.assessment.subject,
        people=len(roster.asked),
        roles=_counts(roster),
        aspects=[draft.pack.aspect(key).title for key in draft.scope.aspects],
        closes_at=draft.assessment.closes_at,
        channel=draft.assessment.channel,
        promise=invitation.promise(draft.scope),
        privacy=str(draft.scope.privacy),
        months=draft.scope.kept_for(draft.keep_most),
        choosing=[each.person.user_id for each in roster.choosing[:NAMED]],
        choosers=len(roster.choosing),
        two_roles=[
            (candidate.person.user_id, [draft.pack.role(role).title for role in candidate.roles])
            for candidate in check.two_roles[:NAMED]
        ],
        more_with_two=max(0, len(check.two_roles) - NAMED),
        guests=_mentions(roster, PersonKind.GUEST, asked=True),
        strangers=_mentions(roster, PersonKind.STRANGER, asked=True),
        strangers_out=_mentions(roster, PersonKind.STRANGER, asked=False),
        left_out=[
            each.person.name
            for each in roster.candidates
            if each.left_out and each.person.kind is not PersonKind.STRANGER
        ],
        bots=len(roster.bots),
        gone=len(roster.gone),
        alone=[role.title for role in check.alone],
        missing=[role.plural for role in check.missing],
        empty=[source_name(source) for source in draft.drafted.empty],
        too_late=[each.user_id for each in check.too_late[:NAMED]],
        more_too_late=max(0, len(check.too_late) - NAMED),
        running=[(each.facilitator, each.closes_at) for each in check.running],
        facilitator_hidden=check.facilitator_hidden,
        trial=draft.drafted.trial is not None,
        round=draft.assessment.round,
        same=check.same,
    )


def preview(sitting: Sitting) -> dict[str, Any]:
    """The invitation and the first question, as somebody in this role will find them."""
    said = words("preview", role=sitting.pack.role(sitting.seat.roles[0]).title)
    invited = invitation.invite(Invite(sitting, sitting.scope))
    blocks = [*parts.sections(said.slot("lead")), *_still(invited)]
    if sitting.interview.items:
        first = interview.asked(Card(sitting))
        blocks += [{"type": "divider"}, *parts.sections(said.slot("first")), *_still(first)]
    else:
        blocks += parts.sections(said.slot("nothing"))
    return parts.notice(said.plain("title"), blocks)


def tried_out(done: TriedOut) -> dict[str, Any]:
    said = words("preview", role=done.role.title)
    return parts.notice(said.plain("trial_title"), parts.sections(said.slot("trial_sent")))


def invited(contents: Invite) -> Message:
    """The invitation; on that of a trial it says so, and ends there."""
    message, assessment = invitation.invite(contents), contents.sitting.assessment
    if assessment.state is not AssessmentState.TRIAL:
        return message
    said = words("preview")
    end = button(label("end_trial"), ids.END_TRIAL, AssessmentValue(a=assessment.id))
    blocks = [parts.context(said.slot("trial_note")), *message.blocks, parts.actions(end)]
    return Message(cut(f"{said.text('trial_note')} {message.text}", LONGEST_TEXT), blocks)


def trial_ended(subject: str) -> Message:
    said = words("preview", subject=subject)
    return Message(said.text("trial_over"), parts.sections(said.slot("trial_over")))


def kept(contents: Kept) -> Message:
    said = words("kept", subject=contents.draft.assessment.subject)
    value = AssessmentValue(a=contents.draft.assessment.id)
    onward = button(label("resume_scope"), ids.SCOPE, value, primary=True)
    return Message(said.text(), [*parts.sections(said.slot("body")), parts.actions(onward)])


def draft_ended(contents: DraftEnded) -> Message:
    said = words("kept", subject=contents.assessment.subject)
    block = "launched" if contents.launched else "replaced"
    return Message(said.text(block), parts.sections(said.slot(block)))


def clash_modal(error: DraftChanged) -> dict[str, Any]:
    """Two changed the same: what differs, and whose stays."""
    draft: Draft = error.values["draft"]
    fields = [
        (_field_name(name), _shown(draft, name, mine), _shown(draft, name, theirs))
        for name, mine, theirs in error.values["fields"]
    ]
    said = words(
        "clash",
        subject=draft.assessment.subject,
        by=draft.drafted.changed_by,
        own=draft.drafted.changed_by == draft.assessment.facilitator,
        at=draft.drafted.changed_at,
        fields=fields,
    )
    blocks = parts.sections(said.slot("body"))
    if fields:
        theirs, mine = (
            parts.option(said.plain(f"keep_{whose}"), whose, hint=said.plain(f"keep_{whose}_hint"))
            for whose in (THEIRS, MINE)
        )
        keep = RadioButtonsElement(action_id="keep", options=[theirs, mine], initial_option=theirs)
        blocks.append(parts.field("keep", said.plain("keep"), keep))
    value = DraftClashValue(**vars(draft_value(draft)), s=error.values["step"], w=error.values["aside"])
    return modal(ids.CLASH_MODAL, said.plain("title"), blocks, submit=label("next_step"), metadata=value)


def after_clash(draft: Draft, step: str) -> dict[str, Any] | None:
    """The form after the one in which it clashed; None where people have to be looked up first."""
    following = {"scope": matters_modal, "matters": counting_modal}.get(step)
    return following(draft) if following else None


@forms.reads
def keeps_mine(view: Mapping[str, Any]) -> bool:
    return forms.choice(forms.entered(view, "keep")) == MINE


def source_name(source: str) -> Mrkdwn:
    if source.startswith("S"):
        return group(source)
    return channel(source)


def _role_menu(said: Words, candidate: Candidate, roles: list[Option]) -> Block:
    who = candidate.person
    chosen = candidate.roles or ((LEAVE_OUT,) if candidate.chosen else ())
    chosen = chosen or ((ASK_THEM,) if candidate.waits else ())
    initial = [role for role in roles if role.value in chosen][:MOST_ROLES]
    menu = StaticMultiSelectElement(
        action_id="roles",
        options=roles,
        initial_options=initial or None,
        max_selected_items=MOST_ROLES,
        placeholder=plain(said.plain("pick")),
    )
    each = words("roles", kind=str(who.kind), title=" ".join(who.title.split()))
    return parts.field(
        f"{ROLE}{who.user_id}",
        cut(who.name or who.user_id, 150),
        menu,
        hint=cut(each.plain("hint"), 150),
        optional=who.kind is PersonKind.STRANGER,
    )


def _counts(roster: Roster) -> list[tuple[str, int]]:
    taken = [role for candidate in roster.asked for role in candidate.roles]
    return [
        (role.title if taken.count(role.id) == 1 else role.plural, taken.count(role.id))
        for role in roster.draft.pack.roles
        if role.id in taken
    ]


def _names(people: Sequence[Person]) -> list[str]:
    return [each.name for each in people]


def _mentions(roster: Roster, kind: PersonKind, *, asked: bool) -> list[str]:
    found = [each for each in roster.of(kind) if bool(each.roles) is asked]
    return [each.person.user_id for each in found]


def _still(message: Message) -> list[Block]:
    """The same without anything to press."""
    kept = [block for block in message.blocks if block["type"] != "actions"]
    return [{key: part for key, part in block.items() if key != "accessory"} for block in kept]


def _field_name(name: str) -> Mrkdwn:
    if name.startswith(ROLE):
        return Mrkdwn(words("clash", who=name.removeprefix(ROLE)).slot("field_role"))
    return Mrkdwn(words("clash").slot(f"field_{name}"))


def _shown(draft: Draft, name: str, value: Any) -> Mrkdwn:
    """A value of a field, in words."""
    pack = draft.pack
    titles = {
        "aspects": {each.id: each.title for each in pack.aspects},
        "goals": {each.id: each.title for each in pack.goals},
        "pains": {each.id: each.title for each in pack.pains},
        "criteria": {each.id: each.title for each in pack.criteria},
        "stages": {each.id: each.title for each in pack.stages},
        "kinds": {each.id: each.title for each in pack.kinds},
    }
    if value in (None, ""):
        return Mrkdwn(label("none"))
    if name.startswith(ROLE):
        roles = {each.id: each.title for each in pack.roles} | {ASK_THEM: label("asked_for_role")}
        return _listed(roles.get(role, role) for role in value or ())
    if name in titles:
        return _listed(titles[name].get(key, key) for key in value or ())
    if name in {"people", "reviewers"}:
        return _listed(person(user) for user in value or ())
    if name == "sources":
        return _listed(source_name(source) for source in value or ())
    if name == "channel":
        return channel(value)
    if name == "keep_months":
        return Mrkdwn(words("retention", months=value).slot("months"))
    if name == "closes_at":
        return when(datetime.fromisoformat(value))
    if isinstance(value, dict):
        return _listed(f"{pack.aspect(key).title}: {each}" for key, each in value.items())
    if isinstance(value, bool):
        return Mrkdwn(label("yes" if value else "no"))
    return Mrkdwn(as_written(cut(str(value), 400)))


def _listed(names: Iterable[str]) -> Mrkdwn:
    found = [name if isinstance(name, Mrkdwn) else as_written(name) for name in names]
    return Mrkdwn(listed(found) if found else label("none"))
