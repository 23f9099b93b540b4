"""All questions in one form: on one page, or by aspect. Each question is a section with its behaviours, which
are longer than an option may be, and below it the choice and a comment.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from bot import actions as ids
from bot.actions import FormValue, OldButton
from bot.render import Words, cut, label, one_line, words
from bot.views import forms, parts
from bot.views.interview import last_values, record_words
from bot.views.parts import Block
from conversation import interview
from conversation.form import LONGEST_FIELD, Entered, Filled, Overruled, pages, times_commented
from conversation.pack import Item
from conversation.sitting import Choice, Sitting
from conversation.typed import LETTERS, letters
from storage.records import Said

_ANSWER, _COMMENT = "answer:", "comment:"
_DONT_KNOW, _NOT_MINE = "dk", "not_mine"
#: Of a behaviour that stands above in full, enough to know it again.
SHORT = 45


def form_modal(filled: Filled, page: int = 0) -> dict[str, Any]:
    """One page of the form as things are now; above it, what was not kept of the page before."""
    sitting = filled.sitting
    there = pages(sitting.interview.items)
    page = min(max(page, 0), len(there) - 1)
    said = _said(sitting, frame=sitting.pack.frame_for(there[page][0]))
    blocks = [*_overruled(sitting, filled.overruled), *parts.sections(said.slot("intro"))]
    if len(there) > 1:
        blocks += [_page_menu(sitting, there, page)]
    for item in there[page]:
        blocks += _question(sitting, item)
    view = parts.modal(
        ids.FORM_MODAL,
        said.plain("title"),
        blocks,
        submit=label("save_and_review" if page == len(there) - 1 else "save_and_next"),
        metadata=FormValue(s=sitting.seat.id, p=page),
    )
    return {**view, "close": {"type": "plain_text", "text": label("close_view")}, "notify_on_close": True}


def form_end_modal(filled: Filled) -> dict[str, Any]:
    """After the last page: what was answered, and the button that sends it."""
    sitting, shown = filled.sitting, filled.sitting.interview
    said = _said(sitting)
    blocks = [*_overruled(sitting, filled.overruled), *parts.sections(said.slot("end"))]
    there = pages(shown.items)
    blocks += [_page_menu(sitting, there, None), *parts.sections(said.slot("lines"))]
    metadata = FormValue(s=sitting.seat.id, p=len(there))
    if shown.sent:
        view = parts.notice(said.plain("title"), blocks)
        return {**view, "callback_id": ids.FORM_END_MODAL, "private_metadata": metadata.pack()}
    view = parts.modal(
        ids.FORM_END_MODAL, said.plain("title"), blocks, submit=label("send"), metadata=metadata
    )
    return {**view, "close": {"type": "plain_text", "text": label("close_view")}, "notify_on_close": True}


@forms.reads
def read_form(view: Mapping[str, Any]) -> tuple[Entered, ...]:
    """What stands beside each question of a page. Raises: OldButton for a form of another version."""
    values: Mapping[str, Any] = view.get("state", {}).get("values", {})
    answers = {_named(block, _ANSWER) for block in values if block.startswith(_ANSWER)}
    comments = dict(_named(block, _COMMENT) for block in values if block.startswith(_COMMENT))
    return tuple(
        Entered(
            question,
            revision,
            _choice(forms.choice(forms.entered(view, f"{_ANSWER}{revision}:{question}", ids.FORM_ANSWER))),
            comments.get(question, 0),
            _comment(view, question, comments.get(question)),
        )
        for question, revision in sorted(answers)
    )


@forms.reads
def read_state(view: Mapping[str, Any]) -> str:
    """By which the same form that is sent twice is known. Raises: OldButton."""
    return str(view["hash"])


@forms.reads
def read_changed(action: Mapping[str, Any]) -> Entered:
    """The one thing that was changed in the form. Raises: OldButton."""
    block = str(action.get("block_id", ""))
    if block.startswith(_ANSWER):
        question, revision = _named(block, _ANSWER)
        return Entered(question, revision, _choice(forms.choice(action)))
    if not block.startswith(_COMMENT):
        raise OldButton()
    question, times = _named(block, _COMMENT)
    return Entered(question, 0, None, times, str(action.get("value") or ""))


def _comment(view: Mapping[str, Any], question: str, times: int | None) -> str | None:
    if times is None:
        return None
    return str(forms.entered(view, f"{_COMMENT}{times}:{question}", ids.FORM_COMMENT).get("value") or "")


def _named(block: str, prefix: str) -> tuple[str, int]:
    times, _, question = block.removeprefix(prefix).partition(":")
    if not times.isdecimal() or not question:
        raise OldButton()
    return question, int(times)


def _choice(word: str | None) -> Choice | None:
    if word is None:
        return None
    named = {_DONT_KNOW: interview.DONT_KNOW, _NOT_MINE: interview.NOT_MINE}
    if word in named:
        return named[word]
    if word not in [*LETTERS]:
        raise OldButton()
    return interview.option(LETTERS.index(word))


def _said(sitting: Sitting, **values: Any) -> Words:
    shown = sitting.interview
    return words(
        "form",
        subject=sitting.assessment.subject,
        alone=sitting.alone,
        closes_at=sitting.assessment.closes_at,
        questions=len(shown.items),
        answered=shown.answered,
        left=len(shown.left),
        sent=shown.sent,
        again=any(shown.still(item.id) for item in shown.items),
        marks=[record_words(sitting, item).values for item in shown.items],
        **values,
    )


def _question(sitting: Sitting, item: Item) -> Iterator[Block]:
    shown = sitting.interview
    given, number = shown.replies.get(item.id), shown.number(item.id)
    chosen = _chosen(sitting, item)
    other = given is not None and given.kind is Said.DOES_NOT_APPLY
    said = words(
        "form_question",
        number=number,
        ask=item.wording(sitting.seat.roles),
        options=[] if _fit(item) else list(zip(letters(item), item.levels, strict=True)),
        other=other,
        reason=given.reason if given and other else None,
        chosen=chosen,
        **last_values(sitting, item),
    )
    yield from parts.sections(said.slot("body"))
    options = _options(item)
    radio = RadioButtonsElement(
        action_id=ids.FORM_ANSWER,
        options=options,
        initial_option=next((option for option in options if option.value == chosen), None),
    )
    answer = parts.field(
        f"{_ANSWER}{shown.revision(item.id)}:{item.id}", said.plain("answer"), radio, optional=True
    )
    yield {**answer, "dispatch_action": True}
    text = PlainTextInputElement(
        action_id=ids.FORM_COMMENT,
        multiline=True,
        max_length=LONGEST_FIELD,
        initial_value=shown.comments.get(item.id, "")[:LONGEST_FIELD] or None,
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_character_entered"]),
    )
    comment = parts.field(
        f"{_COMMENT}{times_commented(sitting, item.id)}:{item.id}", said.plain("comment"), text, optional=True
    )
    yield {**comment, "dispatch_action": True}


def _fit(item: Item) -> bool:
    """Whether the options can say the behaviours themselves."""
    return all(len(one_line(behaviour)) <= parts.OPTION - len("A: ") for behaviour in item.levels)


def _options(item: Item) -> list[Option]:
    limit = parts.OPTION if _fit(item) else SHORT
    lettered = [
        parts.option(cut(f"{letter}: {one_line(behaviour)}", limit), letter)
        for letter, behaviour in zip(letters(item), item.levels, strict=True)
    ]
    return [
        *lettered,
        parts.option(label("dont_know"), _DONT_KNOW),
        parts.option(label("not_mine"), _NOT_MINE),
    ]


def _chosen(sitting: Sitting, item: Item) -> str | None:
    given = sitting.interview.still(item.id) or sitting.interview.replies.get(item.id)
    if given is None:
        return None
    if given.value is not None:
        return LETTERS[given.value]
    return {Said.DONT_KNOW: _DONT_KNOW, Said.NOT_MINE: _NOT_MINE}.get(given.kind)


def _page_menu(sitting: Sitting, there: Sequence[tuple[Item, ...]], page: int | None) -> Block:
    """Where to go in the form; what stands on the page is kept first."""
    options = [
        parts.option(_page_name(sitting, items, number, there), FormValue(s=sitting.seat.id, p=number).pack())
        for number, items in enumerate(there)
    ]
    menu = StaticSelectElement(
        action_id=ids.FORM_PAGE,
        placeholder=parts.plain(label("form_page")),
        options=options,
        initial_option=options[page] if page is not None else None,
    )
    return parts.actions(menu.to_dict())


def _page_name(
    sitting: Sitting, items: Sequence[Item], number: int, there: Sequence[tuple[Item, ...]]
) -> str:
    title = sitting.pack.aspect(items[0].aspect).title if len(there) > 1 else label("form_all")
    return label("form_page_name", page=number + 1, title=cut(title, parts.OPTION - 5))


def _overruled(sitting: Sitting, found: Sequence[Overruled]) -> list[Block]:
    """What was newer and stays; what was entered is shown, so that it is not lost."""
    if not found:
        return []
    lines = [
        {
            **record_words(sitting, each.item).values,
            "entered": _word_of(each.choice) if each.choice else None,
            "written": each.comment,
        }
        for each in found
    ]
    return [*parts.sections(words("form_newer", lines=lines).slot("body")), {"type": "divider"}]


def _word_of(choice: Choice) -> str:
    if choice.value is not None:
        return LETTERS[choice.value]
    return label("dont_know" if choice.kind is Said.DONT_KNOW else "not_mine")
