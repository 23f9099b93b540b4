"""Who joined a group or a channel later: offered to the facilitator."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import StaticMultiSelectElement

from bot import actions as ids
from bot.actions import LateValue
from bot.render import Message, label, words
from bot.views import forms, parts
from bot.views.launching import roles_or_asking, source_name
from bot.views.parts import button, modal
from conversation.introduced import THEMSELVES
from conversation.latecomers import Decided, Offer
from conversation.scope import ASK_THEM, MOST_ROLES


def offer(contents: Offer) -> Message:
    value = LateValue(a=contents.assessment.id, u=contents.person.user_id)
    said = words(
        "offer",
        subject=contents.assessment.subject,
        who=contents.person.user_id,
        source=source_name(contents.source) if contents.source != THEMSELVES else None,
        title=contents.person.title,
        roles=[role.title for role in contents.roles],
        kind=str(contents.person.kind),
        closes_at=contents.assessment.closes_at,
    )
    yes = button(label("invite"), ids.OFFER_INVITE, value, primary=True)
    no = button(label("not_invite"), ids.OFFER_DECLINE, value)
    return Message(said.text(), [*parts.sections(said.slot("body")), parts.actions(yes, no)])


def invited_late(done: Decided) -> Message:
    said = words(
        "offer",
        who=done.person.user_id,
        subject=done.assessment.subject,
        roles=[role.title for role in done.roles],
        closes_at=done.assessment.closes_at,
    )
    return Message(said.text("invited"), parts.sections(said.slot("invited")))


def not_invited(done: Decided) -> Message:
    said = words("offer", who=done.person.user_id, subject=done.assessment.subject)
    return Message(said.text("left_out"), parts.sections(said.slot("left_out")))


def late_modal(done: Decided) -> dict[str, Any]:
    """Nothing suggests a role."""
    said = words("offer", who=done.person.user_id, subject=done.assessment.subject)
    roles = [parts.option(role.title, role.id) for role in done.pack.roles]
    roles.append(parts.option(words("roles").plain("ask_them"), ASK_THEM))
    menu = StaticMultiSelectElement(action_id="roles", options=roles, max_selected_items=MOST_ROLES)
    value = LateValue(a=done.assessment.id, u=done.person.user_id)
    blocks = [*parts.sections(said.slot("no_role")), parts.field("roles", said.plain("roles"), menu)]
    return modal(ids.LATE_MODAL, said.plain("title"), blocks, submit=label("invite"), metadata=value)


@forms.reads
def read_late(view: Mapping[str, Any]) -> tuple[str, ...]:
    return roles_or_asking(forms.choices(forms.entered(view, "roles")))
