"""Who facilitates an assessment, and handing it over."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import UserMultiSelectElement, UserSelectElement

from bot import actions as ids
from bot.actions import ActionFormValue, AssessmentValue, FacilitatorsValue, HandOverValue
from bot.render import label, words
from bot.views import forms, parts
from conversation.facilitating import Facilitators
from storage.records import Action, Assessment

MOST = 10


def facilitators_modal(found: Facilitators) -> dict[str, Any]:
    """The owner chooses; whoever helps can step down."""
    assessment = found.assessment
    said = words(
        "facilitators",
        subject=assessment.subject,
        owner=found.owner,
        others=found.others,
        owned=found.owned,
    )
    lead = parts.sections(said.slot("lead"))
    value = AssessmentValue(a=assessment.id)
    if not found.owned:
        step_down = parts.button(label("step_down"), ids.STEP_DOWN, value)
        blocks = [*lead, *parts.sections(said.slot("others")), parts.actions(step_down)]
        return parts.notice(said.plain("title"), blocks)
    picker = UserMultiSelectElement(
        action_id="others", initial_users=list(found.others) or None, max_selected_items=MOST
    )
    over = parts.button(label("hand_over_whole"), ids.HAND_OVER, HandOverValue(a=assessment.id))
    blocks = [
        *lead,
        parts.field("others", said.plain("field"), picker, hint=said.plain("hint"), optional=True),
        parts.context(said.slot("names")),
        parts.actions(over),
    ]
    return parts.modal(
        ids.FACILITATORS_MODAL,
        said.plain("title"),
        blocks,
        submit=said.plain("submit"),
        metadata=FacilitatorsValue(a=assessment.id, w=found.others),
    )


@forms.reads
def read_others(view: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(forms.entered(view, "others").get("selected_users") or ())


def facilitators_saved(found: Facilitators) -> dict[str, Any]:
    return _notice("title", "saved", found)


def stepped_down(found: Facilitators) -> dict[str, Any]:
    return _notice("title", "stepped_down", found)


def hand_over_modal(assessment: Assessment, *, admin: bool, gone: bool = False) -> dict[str, Any]:
    said = words("facilitators", subject=assessment.subject, owner=assessment.facilitator, gone=gone)
    return parts.modal(
        ids.HAND_OVER_MODAL,
        said.plain("over_title"),
        [
            *parts.sections(said.slot("over_lead")),
            parts.field("owner", said.plain("over_field"), UserSelectElement(action_id="owner")),
        ],
        submit=said.plain("over_submit"),
        metadata=HandOverValue(a=assessment.id, d=admin),
    )


@forms.reads
def read_owner(view: Mapping[str, Any]) -> str:
    return forms.somebody(view, "owner")


def handed_over(found: Facilitators) -> dict[str, Any]:
    return _notice("over_title", "over_done", found)


def action_owner_modal(action: Action, value: ActionFormValue) -> dict[str, Any]:
    """Another owner for an action."""
    said = words("facilitators")
    about = words("told", objective=action.objective)
    return parts.modal(
        ids.ACTION_OWNER_MODAL,
        said.plain("over_title"),
        [
            *parts.sections(about.slot("ownerless_action")),
            parts.field("owner", said.plain("over_field"), UserSelectElement(action_id="owner")),
        ],
        submit=said.plain("over_submit"),
        metadata=value,
    )


def _notice(title: str, slot: str, found: Facilitators) -> dict[str, Any]:
    said = words("facilitators", subject=found.assessment.subject, owner=found.owner, others=found.others)
    return parts.notice(said.plain(title), parts.sections(said.slot(slot)))
