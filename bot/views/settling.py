"""Settling a question on which people differ: what they said, and the level that they agree on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Option, OptionGroup, PlainTextInputElement, StaticSelectElement

from bot import actions as ids
from bot.actions import PageValue
from bot.render import cut, label, words
from bot.views import forms, parts
from bot.views.matters import level_options
from bot.views.parts import Block
from conversation.findings import QuestionFinding
from conversation.pack import Pack
from conversation.results import Worked
from conversation.typed import LETTERS

REASON = 1000
TAKE_BACK = "take_back"


@dataclass(frozen=True)
class SettlingForm:
    """`level` None takes back what was settled before."""

    level: int | None
    reason: str


def settle_modal(worked: Worked, question: str | None = None) -> dict[str, Any]:
    """For this question, else for the first on which people differ, that was settled, or at all."""
    pack, findings = worked.pack, worked.findings
    chosen = findings.question(question) if question else None
    finding = chosen or (*findings.contested, *findings.settled, *findings.questions)[0]
    item = pack.item(finding.id)
    said = words(
        "settle",
        subject=worked.assessment.subject,
        title=item.title,
        ask=item.ask,
        anchors=list(zip(LETTERS, range(len(item.levels)), item.levels, strict=False)),
        distribution=[(LETTERS[level], n) for level, n in enumerate(finding.distribution or ()) if n],
        roles=[(pack.role(split.role).title, split.level) for split in finding.roles],
        contested=finding.contested,
        settled=finding.settled.level if finding.settled else None,
        claimed=finding.settled.claimed if finding.settled else finding.level,
        hidden=finding.hidden,
    )
    reason = PlainTextInputElement(
        action_id="reason",
        multiline=True,
        min_length=1,
        max_length=REASON,
        initial_value=cut(finding.settled.reason, REASON) if finding.settled else None,
    )
    # A new name for each question, so that nothing entered for another one stays in the fields.
    blocks = [
        parts.section(said.slot("lead"), _questions(worked, finding.id)),
        *parts.sections(said.slot("question")),
        parts.field(f"level:{finding.id}", said.plain("level"), _levels(pack, finding)),
        parts.field(f"reason:{finding.id}", said.plain("reason"), reason, hint=said.plain("reason_hint")),
    ]
    return parts.modal(
        ids.SETTLE_MODAL,
        said.plain("title_of_form"),
        blocks,
        submit=said.plain("submit"),
        metadata=PageValue(a=worked.assessment.id, p=finding.id),
    )


@forms.reads
def read_settling(view: Mapping[str, Any], question: str) -> SettlingForm:
    level = forms.choice(forms.entered(view, f"level:{question}", "level"))
    reason = forms.text(forms.entered(view, f"reason:{question}", "reason"))
    return SettlingForm(int(level) if level and level != TAKE_BACK else None, reason)


def settled_modal(worked: Worked, question: str) -> dict[str, Any]:
    """What it changed, and the way to the next one."""
    finding = worked.findings.question(question)
    assert finding is not None
    said = words(
        "settle",
        subject=worked.assessment.subject,
        title=finding.title,
        settled=finding.settled.level if finding.settled else None,
        aspect=worked.findings.aspect(finding.aspect).title,
        aspect_level=worked.findings.aspect(finding.aspect).level,
        left=len(worked.findings.contested),
    )
    again = parts.button(
        label("settle_another"), ids.SETTLE_QUESTION, PageValue(a=worked.assessment.id, p="")
    )
    blocks = [*parts.sections(said.slot("done")), parts.actions(again)]
    return parts.notice(said.plain("title_of_form"), blocks)


def _questions(worked: Worked, chosen: str) -> Block:
    """Those on which people differ first."""
    findings = worked.findings
    differing = [question for question in findings.questions if question.contested or question.settled]
    others = [question for question in findings.questions if question not in differing]
    said = words("settle")
    options = {question.id: _option(worked, question) for question in findings.questions}
    groups = [
        OptionGroup(label=parts.plain(said.plain(name)), options=[options[each.id] for each in some])
        for name, some in (("differ", differing), ("others", others))
        if some
    ]
    element = StaticSelectElement(
        action_id=ids.SETTLE_QUESTION, option_groups=groups, initial_option=options[chosen]
    )
    return element.to_dict()


def _option(worked: Worked, question: QuestionFinding) -> Option:
    value = PageValue(a=worked.assessment.id, p=question.id)
    return parts.option(question.title, value.pack())


def _levels(pack: Pack, finding: QuestionFinding) -> StaticSelectElement:
    options = level_options(pack, lowest=0)
    chosen = options[finding.settled.level] if finding.settled else None
    if finding.settled:
        options = [*options, parts.option(words("settle").plain("take_back"), TAKE_BACK)]
    return StaticSelectElement(
        action_id="level", options=options, initial_option=chosen, placeholder=parts.plain(label("pick_one"))
    )
