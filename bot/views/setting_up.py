"""Setting up by conversation: what is asked, and what can be pressed instead of typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import actions as ids
from bot.actions import StepValue
from bot.render import LONGEST_TEXT, Message, Words, cut, label, words
from bot.views import parts
from bot.views.forms import reads
from bot.views.launching import check_blocks, check_words, role_titles
from bot.views.parts import Block, button
from bot.views.scope import draft_value
from conversation.pack import Length
from conversation.scope import ASK_THEM, MOST_ROLES, Privacy
from conversation.setting_up import Question

#: More people than this are not listed one by one.
LISTED = 40
DATE = "date"
#: After these nothing is asked: they wait for something, or are the end.
_LAST = {"looking_up", "stopped", "launching"}


def question(contents: Question) -> Message:
    said = _said(contents)
    told = parts.sections(said.slot(f"said_{contents.word}")) if contents.word else []
    first = said.text(f"said_{contents.word}") if contents.word else ""
    if contents.word in _LAST:
        return Message(first, [*told, *_onward(contents)])
    if contents.check:
        check = check_words(contents.check)
        return Message(
            cut(f"{first} {check.text()}".strip(), LONGEST_TEXT),
            [*told, *check_blocks(contents.check), _launch(contents)],
        )
    asked = said.slot(f"ask_{contents.step}")
    buttons = parts.actions_if(*_buttons(contents, said))
    text = f"{first} {said.text(f'ask_{contents.step}')}".strip()
    return Message(cut(text, LONGEST_TEXT), [*told, *parts.sections(asked), *buttons])


def launching_now() -> Message:
    said = words("setup")
    return Message(said.text("said_launching"), parts.sections(said.slot("said_launching")))


@reads
def read_step(action: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[StepValue, str]:
    """Which question is answered, and with what. A date carries no value of its own: it is beside a button
    that does."""
    if chosen := action.get("selected_date"):
        blocks = (body.get("message") or {}).get("blocks") or ()
        beside = [each for block in blocks for each in block.get("elements", ()) if each.get("value")]
        return StepValue.read(beside[0]["value"] if beside else None), str(chosen)
    value = StepValue.of(dict(action))
    return value, value.v


def _said(contents: Question) -> Words:
    draft, roster = contents.roster.draft, contents.roster
    scope, pack = draft.scope, draft.pack
    return words(
        "setup",
        subject=draft.assessment.subject,
        people=len(roster.candidates),
        picked=bool(scope.people or scope.sources),
        waiting=[each.person.user_id for each in roster.waiting],
        roles=[
            (each.person.user_id, role_titles(pack, each.roles), each.left_out, each.chooses)
            for each in roster.candidates[:LISTED]
        ],
        more=max(0, len(roster.candidates) - LISTED),
        titles=[role.title for role in pack.roles],
        most=MOST_ROLES,
        length=str(scope.length),
        aspects=[pack.aspect(key).title for key in scope.aspects],
        all_aspects=[aspect.title for aspect in pack.aspects],
        closes_at=draft.assessment.closes_at,
        group=scope.group,
        privacy=str(scope.privacy),
        may_be=[date.fromisoformat(day) for day in contents.values.get("may_be", ())],
    )


def _buttons(contents: Question, said: Words) -> list[Block | None]:
    draft, step = contents.roster.draft, contents.step

    def press(text: str, value: str, *, primary: bool = False) -> Block:
        carried = StepValue(a=draft.assessment.id, s=step, v=value)
        return button(text, f"{ids.SET_UP}{value}", carried, primary=primary)

    form = button(label("resume_in_form"), ids.SCOPE)
    match step:
        case "name":
            return [press(said.plain("keep_name"), "keep", primary=True), form]
        case "people":
            keep = (
                press(said.plain("keep_people"), "keep", primary=True) if contents.roster.candidates else None
            )
            return [keep, form]
        case "roles":
            if contents.roster.waiting:
                return [press(said.plain("ask_them"), ASK_THEM, primary=True), form]
            return [press(said.plain("keep_roles"), "keep", primary=True), form]
        case "length":
            lengths = (Length.STANDARD, Length.LONG, Length.SHORT)
            return [press(said.plain(f"length_{length}"), str(length)) for length in lengths]
        case "dates":
            picker = {
                "type": "datepicker",
                "action_id": f"{ids.SET_UP}{DATE}",
                "initial_date": contents.later.isoformat(),
                "placeholder": {"type": "plain_text", "text": said.plain("pick_date")},
            }
            return [press(said.plain("keep_dates"), "keep", primary=True), picker]
        case "privacy":
            return [press(said.plain(f"privacy_{mode}"), str(mode)) for mode in Privacy]
    return [form]


def _launch(contents: Question) -> Block:
    assert contents.check
    go = check_words(contents.check).plain("submit")
    value = draft_value(contents.check.draft)
    return parts.actions(
        button(go, ids.LAUNCH, value, primary=True), button(label("resume_in_form"), ids.SCOPE)
    )


def _onward(contents: Question) -> list[Block]:
    return [parts.actions(button(label("resume_scope"), ids.SCOPE))] if contents.word == "stopped" else []
