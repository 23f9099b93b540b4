"""Who sees who answered what, and how to let it be less."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue
from bot.render import words
from bot.views import forms, parts
from bot.views.invitation import promise
from bot.views.matters import GROUPS, group_menu, privacy_choice
from conversation.scope import DEFAULT_GROUP, Privacy
from conversation.tightening import Tightened


@dataclass(frozen=True)
class PrivacyForm:
    privacy: Privacy
    group: int


def who_sees_modal(found: Tightened) -> dict[str, Any]:
    """Offers what is tighter, and what is now."""
    scope = found.scope
    said = words("tighten", subject=found.assessment.subject, promise=promise(scope))
    counting = words("counting", subject=found.assessment.subject)
    modes = [mode for mode in Privacy if not mode.is_looser_than(scope.privacy)]
    groups = [number for number in GROUPS if not scope.would_loosen(scope.privacy, number)]
    lead = parts.sections(said.slot("lead"))
    if len(modes) == len(groups) == 1:
        return parts.notice(said.plain("title"), [*lead, parts.context(said.slot("tightest"))])
    return parts.modal(
        ids.WHO_SEES_MODAL,
        said.plain("title"),
        [
            *lead,
            parts.context(said.slot("more")),
            parts.field("privacy", counting.plain("privacy"), privacy_choice(scope, modes)),
            parts.field(
                "group", counting.plain("group"), group_menu(scope, groups), hint=counting.plain("group_hint")
            ),
        ],
        submit=said.plain("submit"),
        metadata=AssessmentValue(a=found.assessment.id),
    )


@forms.reads
def read_privacy(view: Mapping[str, Any]) -> PrivacyForm:
    """Both fields have to be filled in."""
    privacy, group = (forms.choice(forms.entered(view, name)) for name in ("privacy", "group"))
    return PrivacyForm(Privacy(privacy or Privacy.ATTRIBUTED), int(group or DEFAULT_GROUP))


def tightened_modal(found: Tightened) -> dict[str, Any]:
    said = words("tighten", subject=found.assessment.subject, promise=promise(found.scope), told=found.told)
    told = said.slot("told" if found.told else "nobody_told")
    return parts.notice(said.plain("title"), [*parts.sections(said.slot("done")), parts.context(told)])
