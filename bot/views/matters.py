"""The second and third step of setting up: the white paper's questions about the scope, then what counts for
how much and who sees what. Every field has a default; who does not care presses on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)

from bot import actions as ids
from bot.actions import DraftValue
from bot.render import Words, label, words
from bot.views import forms, parts
from bot.views.parts import Block, modal
from bot.views.retention import months_menu, read_keeping
from conversation import retention
from conversation.drafting import Draft
from conversation.pack import Heading, Pack
from conversation.scope import USUAL_WEIGHT, Privacy, Scope
from scoring.levels import STRICTNESS

#: So many boxes Slack takes; more choices become a menu.
BOXES = 10
WORDS = 500
GROUPS = range(3, 11)
WEIGHTS = (1, 2, 3)
AS_ALL = "as_all"
TARGET, WEIGHT = "target:", "weight:"
MOST_REVIEWERS = 10


def matters_modal(draft: Draft) -> dict[str, Any]:
    """Goals, pains, stages, criteria, kinds, tools and metrics."""
    pack, scope = draft.pack, draft.scope
    said = words("matters", subject=draft.assessment.subject)
    blocks = [parts.context(said.slot("lead"))]
    for name, choices, chosen in (
        ("goals", pack.goals, scope.goals),
        ("pains", pack.pains, scope.pains),
    ):
        if choices:
            blocks.append(_several(said, name, choices, chosen, required=False))
        blocks.append(_words(said, f"other_{name}", getattr(scope, f"other_{name}")))
    for name, headings, picked in (
        ("kinds", pack.kinds, scope.kinds),
        ("stages", pack.stages, scope.stages),
        ("criteria", pack.criteria, scope.criteria),
    ):
        if len(headings) > 1:
            everything = tuple(heading.id for heading in headings)
            blocks.append(_several(said, name, headings, picked or everything, required=True))
    blocks += [_words(said, "tools", scope.tools), _words(said, "metrics", scope.metrics)]
    if any(criterion.regulated for criterion in pack.criteria):
        blocks.append(_regulated(said, pack, scope.regulated))
    return _step(ids.MATTERS_MODAL, said, blocks, draft, label("next_step"))


@forms.reads
def read_matters(view: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """The fields of Scope that this step decides; all of a list ticked is nothing left out."""

    def narrowed(name: str, headings: Sequence[Heading]) -> tuple[str, ...]:
        picked = forms.choices(forms.entered(view, name))
        return () if len(picked) == len(headings) else picked

    return {
        "goals": forms.choices(forms.entered(view, "goals")),
        "pains": forms.choices(forms.entered(view, "pains")),
        "kinds": narrowed("kinds", pack.kinds),
        "stages": narrowed("stages", pack.stages),
        "criteria": narrowed("criteria", pack.criteria),
        "regulated": bool(forms.choices(forms.entered(view, "regulated"))),
        **{name: forms.typed_in(view, name) for name in ("other_goals", "other_pains", "tools", "metrics")},
    }


def counting_modal(draft: Draft) -> dict[str, Any]:
    """Who sees what, how long it is kept, how strict, and what each aspect aims at and weighs."""
    pack, scope = draft.pack, draft.scope
    said = words("counting", subject=draft.assessment.subject)
    kept = scope.kept_for(draft.keep_most)
    blocks = [
        parts.context(said.slot("lead")),
        parts.field(
            "privacy",
            said.plain("privacy"),
            privacy_choice(scope, Privacy),
            hint=said.plain("privacy_hint"),
        ),
        parts.field("group", said.plain("group"), group_menu(scope, GROUPS), hint=said.plain("group_hint")),
        parts.field(
            "keep",
            said.plain("keep"),
            months_menu(retention.choices(draft.keep_most, kept), kept),
            hint=said.plain("keep_hint"),
        ),
        parts.field(
            "reviewers",
            said.plain("reviewers"),
            UserMultiSelectElement(
                action_id="reviewers",
                initial_users=list(scope.reviewers) or None,
                max_selected_items=MOST_REVIEWERS,
            ),
            hint=said.plain("reviewers_hint"),
            optional=True,
        ),
        parts.field("strictness", said.plain("strictness"), _strictness(scope)),
    ]
    for aspect in (aspect for aspect in pack.aspects if aspect.id in scope.aspects):
        each = words("counting", subject=draft.assessment.subject, aspect=aspect.title)
        blocks += [
            parts.field(f"{TARGET}{aspect.id}", each.plain("target"), _target(pack, scope, aspect.id)),
            parts.field(f"{WEIGHT}{aspect.id}", each.plain("weight"), _weight(scope, aspect.id)),
        ]
    return _step(ids.COUNTING_MODAL, said, blocks, draft, label("next"))


@forms.reads
def read_counting(view: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Scope that this step decides."""
    blocks = view.get("state", {}).get("values", {})

    def by_aspect(prefix: str) -> dict[str, int]:
        chosen = {
            block.removeprefix(prefix): forms.choice(forms.entered(view, block, prefix.rstrip(":")))
            for block in blocks
            if block.startswith(prefix)
        }
        return {aspect: int(value) for aspect, value in chosen.items() if value and value != AS_ALL}

    weights = by_aspect(WEIGHT)
    decided = {
        "privacy": Privacy(forms.choice(forms.entered(view, "privacy")) or Privacy.ATTRIBUTED),
        "group": int(forms.choice(forms.entered(view, "group")) or Scope.model_fields["group"].default),
        "reviewers": tuple(forms.entered(view, "reviewers").get("selected_users") or ()),
        "strictness": forms.choice(forms.entered(view, "strictness")) or "iso33020",
        "keep_months": read_keeping(view),
        "targets": by_aspect(TARGET),
        "weights": {aspect: weight for aspect, weight in weights.items() if weight != USUAL_WEIGHT},
    }
    Scope.model_validate({"aspects": (), **decided})
    return decided


def privacy_words(scope: Scope) -> Words:
    """What each mode promises, for the form and for every invitation."""
    return words("privacy", group=scope.group)


def _step(callback_id: str, said: Words, blocks: list[Block], draft: Draft, submit: str) -> dict[str, Any]:
    value = DraftValue(a=draft.assessment.id, r=draft.drafted.revision)
    return modal(
        callback_id, said.plain("title"), blocks, submit=submit, metadata=value, tells_when_closed=True
    )


def _several(
    said: Words, name: str, choices: Iterable[Any], chosen: Sequence[str], *, required: bool
) -> Block:
    options = [parts.option(choice.title, choice.id) for choice in choices]
    ticked = [option for option in options if option.value in chosen]
    element: InputInteractiveElement
    if len(options) <= BOXES:
        element = CheckboxesElement(action_id=name, options=options, initial_options=ticked or None)
    else:
        element = StaticMultiSelectElement(action_id=name, options=options, initial_options=ticked or None)
    return parts.field(
        name, said.plain(name), element, hint=said.plain(f"{name}_hint"), optional=not required
    )


def _words(said: Words, name: str, kept: str) -> Block:
    element = PlainTextInputElement(action_id=name, max_length=WORDS, initial_value=kept[:WORDS] or None)
    return parts.field(name, said.plain(name), element, hint=said.plain(f"{name}_hint"), optional=True)


def _regulated(said: Words, pack: Pack, ticked: bool) -> Block:
    names = [criterion.title for criterion in pack.criteria if criterion.regulated]
    each = words("matters", **{**said.values, "regulated_criteria": names})
    yes = parts.option(each.plain("regulated_yes"), "yes")
    boxes = CheckboxesElement(action_id="regulated", options=[yes], initial_options=[yes] if ticked else None)
    hint = each.plain("regulated_hint")
    return parts.field("regulated", each.plain("regulated"), boxes, hint=hint, optional=True)


def privacy_choice(scope: Scope, modes: Iterable[Privacy]) -> RadioButtonsElement:
    """Of these modes, with the present one picked."""
    said = privacy_words(scope)
    options = [
        parts.option(said.plain(f"{mode}_name"), str(mode), hint=said.plain(f"{mode}_short"))
        for mode in modes
    ]
    chosen = next(option for option in options if option.value == scope.privacy)
    return RadioButtonsElement(action_id="privacy", options=options, initial_option=chosen)


def group_menu(scope: Scope, groups: Iterable[int]) -> StaticSelectElement:
    """Of these sizes, with the present one picked."""
    options = [
        parts.option(words("counting", number=number).plain("people"), str(number)) for number in groups
    ]
    chosen = next(option for option in options if option.value == str(scope.group))
    return StaticSelectElement(action_id="group", options=options, initial_option=chosen)


def _strictness(scope: Scope) -> RadioButtonsElement:
    said = words("counting")
    options = [
        parts.option(said.plain(f"strictness_{name}"), name, hint=said.plain(f"strictness_{name}_hint"))
        for name in STRICTNESS
    ]
    chosen = next(option for option in options if option.value == scope.strictness)
    return RadioButtonsElement(action_id="strictness", options=options, initial_option=chosen)


def _target(pack: Pack, scope: Scope, aspect: str) -> StaticSelectElement:
    options = [parts.option(words("counting").plain("as_all"), AS_ALL), *level_options(pack)]
    wanted = scope.targets.get(aspect)
    chosen = options[0] if wanted is None else options[min(wanted, len(options) - 1)]
    return StaticSelectElement(action_id=TARGET.rstrip(":"), options=options, initial_option=chosen)


def level_options(pack: Pack, *, lowest: int = 1, word: str = "option") -> list[Option]:
    """The levels that one can aim at, by number and name."""
    return [
        parts.option(words("level", level=level, name=name.name).plain(word), str(level))
        for level, name in enumerate(pack.levels)
        if level >= lowest
    ]


def _weight(scope: Scope, aspect: str) -> StaticSelectElement:
    options = [parts.option(words("counting").plain(f"weight_{weight}"), str(weight)) for weight in WEIGHTS]
    chosen = options[WEIGHTS.index(scope.weight(aspect))]
    return StaticSelectElement(action_id=WEIGHT.rstrip(":"), options=options, initial_option=chosen)
