"""Before anything is agreed: the least work to a level, and what would happen if."""

from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.models.blocks import OptionGroup, StaticMultiSelectElement, StaticSelectElement

from bot import actions as ids
from bot.actions import AssessmentValue, DownloadValue, PathValue
from bot.render import Message, label, words
from bot.views import forms, parts
from bot.views.matters import level_options
from bot.views.parts import Block, button
from bot.views.reasons import because
from conversation.pack import Pack
from conversation.paths import (
    MOST_SUPPOSED,
    PathAnswer,
    PathStep,
    Standing,
    Unknown,
    WhatIfAnswer,
)
from scoring.levels import AspectStatus, Overall

#: So many steps one message shows, and so many things of a kind a sentence or a list names.
STEPS, NAMED = 20, 6


def least_work(found: PathAnswer) -> Message:
    verdict, path, pack = found.verdict, found.path, found.verdict.pack
    said = words(
        "path",
        aspect=path.aspect.title,
        level=path.level,
        level_name=pack.levels[path.level].name,
        now=None if path.aspect.level is None else level_words(pack, path.aspect.level),
        level_only=path.aspect.level_only,
        scored=path.aspect.scored,
        applicable=path.aspect.applicable,
        private=verdict.private,
        facilitator=verdict.assessment.facilitator,
        reachable=path.reachable,
        exact=path.exact,
        planned=path.planned,
        number_of_steps=len(path.steps),
        effort=path.effort,
        all_steps=path.everything.steps,
        all_effort=path.everything.effort,
        steps=[_step(pack, step) for step in path.steps[:STEPS]],
        more_steps=max(len(path.steps) - STEPS, 0),
        find_out=[_unknown(pack, each) for each in path.find_out[:NAMED]],
        more_unknown=max(len(path.find_out) - NAMED, 0),
        hidden=path.hidden,
    )
    blocks = [parts.header(said.plain("title")), *parts.sections(said.slot("lead"))]
    for number, step in enumerate(said.values["steps"], start=1):
        each = words("path", **{**said.values, "number": number, "step": step})
        blocks += parts.sections(each.slot("step"))
    if path.find_out:
        blocks += parts.sections(said.slot("find_out"))
    blocks.append(parts.actions(_other_paths(found), what_if_button(verdict.assessment.id)))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def path_buttons(assessment: str, *more: Block) -> Block:
    least = button(label("least_work"), ids.LEAST_WORK, PathValue(a=assessment))
    return parts.actions(least, what_if_button(assessment), *more)


def what_if_button(assessment: str) -> Block:
    return button(label("what_if"), ids.WHAT_IF, AssessmentValue(a=assessment))


def what_if_modal(found: WhatIfAnswer) -> dict[str, Any]:
    """The fields keep their names, so that what was chosen stays while the answer is drawn anew."""
    verdict, pack = found.verdict, found.verdict.pack
    said = words("what_if", subject=verdict.assessment.subject, most=MOST_SUPPOSED)
    if not found.offered:
        return parts.notice(said.plain("title"), parts.sections(said.slot("nothing")))
    questions = parts.field(
        "questions",
        said.plain("questions"),
        _questions(pack, found),
        hint=said.plain("questions_hint"),
        optional=True,
    )
    level = parts.field("level", said.plain("level"), _level(pack, found.level))
    blocks = [
        *parts.sections(said.slot("lead")),
        questions | {"dispatch_action": True},
        level | {"dispatch_action": True},
        *_outcome(found),
    ]
    metadata = DownloadValue(a=verdict.assessment.id, c=found.channel)
    view = parts.modal(
        ids.WHAT_IF_MODAL, said.plain("title"), blocks, submit=said.plain("submit"), metadata=metadata
    )
    return view | {"close": parts.plain(label("close_view"), 24).to_dict()}


@forms.reads
def read_what_if(view: Mapping[str, Any]) -> tuple[tuple[str, ...], int | None]:
    """The chosen questions, and the level that is supposed."""
    level = forms.choice(forms.entered(view, "level", ids.WHAT_IF_LEVEL))
    return forms.choices(forms.entered(view, "questions", ids.WHAT_IF_QUESTIONS)), int(
        level
    ) if level else None


def level_words(pack: Pack, level: int) -> str:
    return label("level_of", level=level, name=pack.levels[level].name)


def named_steps(pack: Pack, steps: Iterable[str]) -> list[str]:
    """Prediction logging at level 2"""
    pairs = (step.rpartition("@") for step in steps)
    return [
        words("path", title=pack.item(item).title, level=level).plain("reached") for item, _, level in pairs
    ]


def _step(pack: Pack, step: PathStep) -> dict[str, Any]:
    return {
        "title": step.item.title,
        "level": step.level,
        "effort": step.effort,
        "anchor": step.item.levels[step.level],
        "aspect": pack.aspect(step.item.aspect).title,
        "along": step.along,
        "gate": step.gate,
        "needed_for": named_steps(pack, step.needed_for[:NAMED]),
    }


def _unknown(pack: Pack, each: Unknown) -> dict[str, Any]:
    return {
        "title": pack.item(each.question).title,
        "why": label(f"unknown_{each.status or 'not_asked'}"),
        "needed_for": named_steps(pack, each.needed_for[:NAMED]),
    }


def _other_paths(found: PathAnswer) -> Block:
    """Every level that an aspect has not reached."""
    pack, path = found.verdict.pack, found.path
    options = {
        (aspect.id, level): parts.option(
            words("path", title=aspect.title, level=level).plain("choice"),
            PathValue(a=found.verdict.assessment.id, p=aspect.id, l=level).pack(),
        )
        for aspect in found.verdict.findings.aspects
        for level in range((aspect.level or 0) + 1, len(pack.levels))
    }
    return StaticSelectElement(
        action_id=ids.PATH_CHOICE,
        options=list(options.values()),
        initial_option=options.get((path.aspect.id, path.level)),
    ).to_dict()


def _questions(pack: Pack, found: WhatIfAnswer) -> StaticMultiSelectElement:
    options = {
        question.id: parts.option(
            words("what_if", title=question.title, level=question.level).plain("question"), question.id
        )
        for some in found.offered.values()
        for question in some
    }
    groups = [
        OptionGroup(
            label=parts.plain(pack.aspect(key).title), options=[options[question.id] for question in some]
        )
        for key, some in found.offered.items()
    ]
    return StaticMultiSelectElement(
        action_id=ids.WHAT_IF_QUESTIONS,
        option_groups=groups,
        initial_options=[options[key] for key in found.found.chosen] or None,
        max_selected_items=MOST_SUPPOSED,
    )


def _level(pack: Pack, level: int) -> StaticSelectElement:
    options = level_options(pack, lowest=0)
    return StaticSelectElement(action_id=ids.WHAT_IF_LEVEL, options=options, initial_option=options[level])


def _outcome(found: WhatIfAnswer) -> list[Block]:
    pack, what = found.verdict.pack, found.found
    said = words(
        "what_if",
        aspects=[_standing(pack, each) for each in what.aspects],
        before=_whole(pack, what.before),
        after=_whole(pack, what.after),
        unknown_whole=what.before is None,
        steps=what.steps,
        effort=what.effort,
        along=named_steps(pack, what.along[:NAMED]),
        number_along=len(what.along),
        reached_too=[(pack.aspect(key).title, level) for key, level in what.reached_too],
        unknown=[pack.item(key).title for key in what.unknown],
        hidden=what.hidden,
    )
    blocks: list[Block] = [{"type": "divider"}]
    blocks += parts.sections(said.slot("after" if what.chosen else "before"))
    if what.chosen:
        blocks += parts.sections(said.slot("cost"))
    if what.hidden:
        blocks.append(parts.context(said.slot("hidden")))
    return [*blocks, parts.context(said.slot("footer"))]


def _standing(pack: Pack, each: Standing) -> dict[str, Any]:
    return {
        "title": each.aspect.title,
        "before": _at(pack, each.before.level, each.before.status),
        "after": _at(pack, each.after.level, each.after.status),
        "because": because(each, leave_out=1),
        "level_only": each.level_only,
    }


def _whole(pack: Pack, whole: Overall | None) -> str | None:
    return None if whole is None else _at(pack, whole.level, whole.status)


def _at(pack: Pack, level: int | None, status: AspectStatus) -> str | None:
    if level is None:
        return None
    said = words("what_if", level=level, name=pack.levels[level].name, status=str(status))
    return said.plain("level_words")
