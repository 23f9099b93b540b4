"""Evidence as people see it: the form in which it is shown, and the list from which it is ruled on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement

from bot import actions as ids
from bot.actions import AssessmentValue, EvidenceValue, QuestionValue
from bot.render import Message, Words, label, words
from bot.views import forms, parts
from bot.views.parts import Block, button
from conversation.contents import Returned
from conversation.evidence import LONGEST_TEXT, MOST_AT_ONCE, Exhibit, Review, name_of, only_name_of
from conversation.pack import Item, Pack
from conversation.sitting import Sitting
from conversation.typed import LETTERS
from storage.records import (
    AssessmentState,
    Evidence,
    EvidenceForm,
    EvidenceState,
    Nature,
    SlackFile,
    Source,
)

#: How many exhibits one modal of a hundred blocks shows.
MOST_SHOWN = 25
UNIT = 60
ANY_LEVEL = "any"
#: What an author may do something about.
_LISTED = 10


@dataclass(frozen=True)
class EvidenceEntered:
    """What was entered; `files` as Slack describes them."""

    text: str
    number: str
    unit: str
    files: tuple[SlackFile, ...]
    source: Source
    nature: Nature
    level: int | None


def evidence_modal(
    sitting: Sitting, item: Item, there: Sequence[Evidence], *, files: bool = True
) -> dict[str, Any]:
    """What somebody shows already, and fields for more. `files` False where Slack lets us read none."""
    said = _form_words(sitting, item, files)
    blocks = [*parts.sections(said.slot("about"))]
    for shown in there[:_LISTED]:
        each = words("evidence_form", **{**said.values, **_values(shown)})
        remove = button(
            label("remove"),
            f"{ids.WITHDRAW}{shown.id}",
            EvidenceValue(e=shown.id),
            spoken=label("remove_spoken", what=name_of(shown)),
        )
        blocks.append(parts.section(each.slot("there"), remove))
    blocks += [
        parts.field(
            "what",
            said.plain("what"),
            PlainTextInputElement(action_id="what", multiline=True, max_length=LONGEST_TEXT),
            hint=said.plain("what_hint"),
            optional=True,
        ),
        parts.field(
            "number",
            said.plain("number_label"),
            NumberInputElement(action_id="number", is_decimal_allowed=True),
            hint=said.plain("number_hint"),
            optional=True,
        ),
        parts.field(
            "unit",
            said.plain("unit"),
            PlainTextInputElement(action_id="unit", max_length=UNIT),
            hint=said.plain("unit_hint"),
            optional=True,
        ),
    ]
    if files:
        blocks.append(
            parts.field(
                "files",
                said.plain("files"),
                FileInputElement(action_id="files", max_files=MOST_AT_ONCE),
                hint=said.plain("files_hint"),
                optional=True,
            )
        )
    blocks += [
        parts.field("source", said.plain("source"), _sources()),
        parts.field("nature", said.plain("nature"), _natures()),
        parts.field("level", said.plain("level"), _levels(item), hint=said.plain("level_hint")),
    ]
    return parts.modal(
        ids.EVIDENCE_MODAL,
        said.plain("title"),
        blocks,
        submit=label("save"),
        metadata=QuestionValue(s=sitting.seat.id, q=item.id),
    )


@forms.reads
def read_evidence(view: Mapping[str, Any]) -> EvidenceEntered:
    level = forms.choice(forms.entered(view, "level"))
    return EvidenceEntered(
        text=forms.text(forms.entered(view, "what")),
        number=forms.text(forms.entered(view, "number")),
        unit=forms.text(forms.entered(view, "unit")),
        files=slack_files(forms.entered(view, "files").get("files") or ()),
        source=Source(forms.choice(forms.entered(view, "source")) or Source.OTHER),
        nature=Nature(forms.choice(forms.entered(view, "nature")) or Nature.QUALITATIVE),
        level=int(level) if level and level != ANY_LEVEL else None,
    )


def slack_files(found: Iterable[Mapping[str, Any]]) -> tuple[SlackFile, ...]:
    """Files as Slack names them in forms and events; one that we may not read has only an id."""
    return tuple(
        SlackFile(
            id=file["id"],
            name=str(file.get("name") or file.get("title") or file["id"]),
            size=int(file.get("size") or 0),
            type=str(file.get("filetype") or ""),
        )
        for file in found
    )


def evidence_review(found: Review, *, again: bool | None = None) -> dict[str, Any]:
    """Everything that waits for a ruling by this person, with buttons; last what can only be returned.
    `again` says whether working the result out again has just changed it."""
    shown = found.waiting[:MOST_SHOWN]
    rest = found.unsupporting[: MOST_SHOWN - len(shown)]
    said = words(
        "evidence_review",
        subject=found.assessment.subject,
        waiting=len(found.waiting),
        more=len(found.waiting) - len(shown),
        unsupporting=len(found.unsupporting),
        unshown=len(found.unsupporting) - len(rest),
        mine=found.mine,
        accepted=found.accepted,
        returned=found.returned,
        closed=found.assessment.state is AssessmentState.CLOSED,
        changed=again,
    )
    blocks = parts.sections(said.slot("lead"))
    for exhibit in shown:
        blocks += _exhibit(found.pack, exhibit)
    if found.unsupporting:
        blocks += parts.sections(said.slot("unsupporting"))
    for exhibit in rest:
        blocks += _exhibit(found.pack, exhibit)
    if said.values["more"] or found.mine:
        blocks.append(parts.context(said.slot("rest")))
    if again is not None:
        blocks += parts.sections(said.slot("worked"))
    elif found.assessment.state is AssessmentState.CLOSED and found.accepted and found.facilitating:
        value = AssessmentValue(a=found.assessment.id)
        anew = button(label("work_out_again"), ids.WORK_OUT_AGAIN, value, primary=True)
        blocks += [*parts.sections(said.slot("again")), parts.actions(anew)]
    return parts.notice(said.plain("title"), blocks)


def return_modal(evidence: str, title: str) -> dict[str, Any]:
    said = words("evidence_return", title=title)
    reason = PlainTextInputElement(action_id="reason", multiline=True, min_length=1, max_length=1000)
    return parts.modal(
        ids.RETURN_MODAL,
        said.plain("title"),
        [
            *parts.sections(said.slot("about")),
            parts.field("reason", said.plain("reason"), reason, hint=said.plain("hint")),
        ],
        submit=said.plain("submit"),
        metadata=EvidenceValue(e=evidence),
    )


def returned(contents: Returned) -> Message:
    """To its author: what was returned, and why."""
    sitting, shown, item = contents.sitting, contents.evidence, contents.item
    said = words(
        "returned",
        by=shown.ruled_by,
        number=sitting.interview.number(item.id) if sitting.interview.has(item.id) else None,
        title=item.title,
        what=name_of(shown),
        reason=shown.reason,
        open=sitting.assessment.state is AssessmentState.OPEN,
    )
    blocks = [*parts.sections(said.slot("body")), parts.quote(shown.reason or "")]
    if said.values["open"]:
        value = QuestionValue(s=sitting.seat.id, q=item.id)
        blocks.append(parts.actions(button(label("evidence"), ids.EVIDENCE, value)))
    return Message(said.text(), blocks)


def removal(shown: Sequence[Mapping[str, str]]) -> list[Block]:
    """A button for each thing that was just kept."""
    return [
        button(
            label("remove_named", what=each["name"]) if len(shown) > 1 else label("remove"),
            f"{ids.WITHDRAW}{each['id']}",
            EvidenceValue(e=each["id"]),
            spoken=label("remove_spoken", what=each["name"]),
        )
        for each in shown
    ]


def _exhibit(pack: Pack, exhibit: Exhibit) -> list[Block]:
    shown, item = exhibit.evidence, exhibit.item
    value = EvidenceValue(e=shown.id)
    said = words(
        "exhibit",
        **_values(shown),
        title=item.title,
        aspect=pack.aspect(item.aspect).title,
        supports=exhibit.level,
        level_name=None if exhibit.level is None else pack.levels[exhibit.level].name,
        behaviour=None if exhibit.level is None else item.levels[exhibit.level],
        author=exhibit.author.user_id if exhibit.author else None,
    )
    accept = button(
        label("accept"),
        ids.ACCEPT,
        value,
        primary=True,
        spoken=label("accept_spoken", what=name_of(shown), title=item.title),
    )
    send_back = button(
        label("send_back"),
        ids.SEND_BACK,
        value,
        spoken=label("send_back_spoken", what=name_of(shown), title=item.title),
    )
    fetch = button(label("fetch"), ids.FETCH, value, spoken=label("fetch_spoken", what=name_of(shown)))
    return [
        *parts.sections(said.slot("body")),
        *([parts.quote(shown.text)] if shown.text else []),
        parts.actions(
            accept if exhibit.level else None, send_back, fetch if can_be_fetched(shown.file) else None
        ),
    ]


def can_be_fetched(file: SlackFile | None) -> bool:
    """Not what Slack has no longer, what belongs to another Slack, nor what is never passed on."""
    return file is not None and bool(file.id) and not file.gone and only_name_of(file) is None


def file_values(file: SlackFile) -> dict[str, Any]:
    return {"name": file.name, "gone": file.gone, "only_name": only_name_of(file)}


def _values(shown: Evidence) -> dict[str, Any]:
    return {
        "form": str(shown.form),
        "source": label(f"source_{shown.source}"),
        "nature": label(f"nature_{shown.nature}"),
        "words": shown.text,
        "number": shown.number,
        "unit": shown.unit,
        "file": shown.file.name if shown.file else None,
        "gone": bool(shown.file and shown.file.gone),
        "only_name": only_name_of(shown.file) if shown.file else None,
        "letter": None if shown.level is None else LETTERS[shown.level],
        "state": str(shown.state),
        "reason": shown.reason if shown.state is EvidenceState.RETURNED else None,
    }


def _form_words(sitting: Sitting, item: Item, files: bool) -> Words:
    return words(
        "evidence_form",
        number=sitting.interview.number(item.id),
        ask=item.wording(sitting.seat.roles),
        examples=_examples(item),
        sufficient=item.sufficient,
        insufficient=item.insufficient,
        privacy=str(sitting.scope.privacy),
        files=files,
        form=str(EvidenceForm.TEXT),
    )


def _examples(item: Item) -> list[str]:
    """What somebody could show, by answer where the pack says so."""
    if isinstance(item.evidence, Mapping):
        return [f"{LETTERS[level]}: {shown}" for level, shown in item.evidence.items()]
    return list(item.evidence)


def _sources() -> StaticSelectElement:
    options = [parts.option(label(f"source_{source}"), str(source)) for source in Source]
    return StaticSelectElement(
        action_id="source", options=options, placeholder=parts.plain(label("pick_one"))
    )


def _natures() -> RadioButtonsElement:
    options = [
        parts.option(label(f"nature_{nature}"), str(nature), hint=label(f"nature_{nature}_hint"))
        for nature in Nature
    ]
    return RadioButtonsElement(action_id="nature", options=options, initial_option=options[0])


def _levels(item: Item) -> StaticSelectElement:
    """Level 0 needs no evidence."""
    options: list[Option] = [parts.option(label("any_level"), ANY_LEVEL)]
    options += [
        parts.option(f"{LETTERS[level]}: {behaviour}", str(level))
        for level, behaviour in enumerate(item.levels)
        if level
    ]
    return StaticSelectElement(action_id="level", options=options, initial_option=options[0])
