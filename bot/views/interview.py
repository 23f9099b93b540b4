"""The interview as people see it: the card of a question, the record that it becomes, the review."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import structlog
from slack_sdk.models.blocks import (
    CheckboxesElement,
    PlainTextInputElement,
    StaticSelectElement,
)

from bot import actions as ids
from bot.actions import CardValue, MenuChoice, QuestionValue, SeatValue
from bot.language import name_of, spoken
from bot.render import Message, Words, cut, label, words
from bot.told import foreign_to
from bot.views import evidence, forms, parts, self_check
from bot.views.parts import Block, button
from conversation.contents import Card, Reply
from conversation.pack import Item, Pack
from conversation.sitting import Sitting
from conversation.typed import LETTERS, letters
from storage.records import Said

log = structlog.get_logger()

#: Slack's own limit for one field of a form.
FIELD = 3000


def asked(contents: Card) -> Message:
    """The question that is asked now; when none is, the review, or what a self-check comes to."""
    sitting = contents.sitting
    if sitting.interview.asking:
        return card(sitting)
    return self_check.outcome(sitting) if sitting.alone else review(sitting)


def card(sitting: Sitting) -> Message:
    item = sitting.interview.asking
    assert item is not None
    said = _card_words(sitting, item)
    comment = sitting.interview.comments.get(item.id)
    blocks = [parts.context(said.slot("context"))]
    if said.values["foreign"]:
        blocks.append(parts.context(said.slot("foreign")))
        log.info("question_fell_back", question=item.id, language=spoken())
    blocks += parts.sections(said.slot("body"))
    if said.values["changing"]:
        blocks.append(parts.context(said.slot("now")))
    if comment:
        blocks += [parts.context(said.slot("comment")), parts.quote(comment)]
    blocks += [parts.actions(*_options(sitting, item)), _card_actions(sitting, item)]
    if said.values["number"] == 1 and not said.values["changing"]:
        blocks.append(parts.context(said.slot("hint")))
    return Message(said.text(), blocks)


def record(sitting: Sitting, item: Item) -> Message:
    """What a card becomes once its question is answered, or left for another."""
    said = _record_words(sitting, item)
    number, open_still = said.values["number"], said.values["kind"] in {"skipped", "waiting"}
    change = button(
        label("answer" if open_still else "change"),
        ids.CHANGE,
        QuestionValue(s=sitting.seat.id, q=item.id),
        spoken=label("answer_spoken" if open_still else "change_spoken", number=number, title=item.title),
    )
    quoted = [text for text in (said.values["reason"], said.values["comment"]) if text]
    return Message(said.text(), [parts.section(said.slot("body"), change), *map(parts.quote, quoted)])


def review(sitting: Sitting) -> Message:
    """All answers by aspect; before sending with the button that sends, or while a question is open with the
    one that goes on; afterwards to look and change."""
    interview = sitting.interview
    skipped = len(interview.skipped)
    lines = [_record_words(sitting, item).values | {"item": item} for item in interview.items]
    said = words(
        "review",
        sent=interview.sent,
        asking=interview.asking is not None,
        subject=sitting.assessment.subject,
        closes_at=sitting.assessment.closes_at,
        skipped=skipped,
        answered=interview.answered,
        last=len(interview.items),
        lines=lines,
    )
    blocks = [parts.header(said.plain("title"))]
    for aspect, group in groupby(lines, key=lambda line: line["item"].aspect):
        title = sitting.pack.aspect(aspect).title
        part = words("review", **{**said.values, "aspect": title, "lines": list(group)})
        blocks += parts.sections(part.slot("aspect"))
    blocks.append(parts.section(said.slot("change"), _pick(sitting)))
    blocks += parts.actions_if(_onward(sitting), _answer_skipped(sitting))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def stale(values: Mapping[str, Any]) -> Message:
    """The answer to a button of an older card; `values` are those of StaleCard."""
    seat, now, question, number = (values[key] for key in ("seat", "now", "question", "number"))
    said = words("stale", now=now, number=number)
    go = label("go_to", number=now) if now else label("review")
    change = number and button(
        label("change_number", number=number), ids.CHANGE, QuestionValue(s=seat, q=question)
    )
    onward = button(go, ids.START if now else ids.REVIEW, SeatValue(s=seat), primary=True)
    return Message(said.text(), [*parts.sections(said.slot("body")), parts.actions(onward, change or None)])


def comment_modal(sitting: Sitting, item: Item) -> dict[str, Any]:
    existing, quotable = sitting.interview.comments.get(item.id, ""), sitting.interview.quotable
    said = words(
        "comment",
        number=sitting.interview.number(item.id),
        ask=item.wording(sitting.seat.roles),
        length=len(existing),
        most=FIELD,
    )
    element = PlainTextInputElement(
        action_id="text",
        multiline=True,
        max_length=FIELD,
        initial_value=existing[:FIELD] or None,
        focus_on_load=True,
    )
    too_long = parts.sections(said.slot("long")) if len(existing) > FIELD else []
    field = parts.field("comment", said.plain("field"), element, hint=said.plain("hint"), optional=True)
    return parts.modal(
        ids.COMMENT_MODAL,
        said.plain("title"),
        [*parts.sections(said.slot("about")), *too_long, field, _quoting(said, item.id in quotable)],
        submit=label("save"),
        metadata=QuestionValue(s=sitting.seat.id, q=item.id),
    )


def quoting_allowed(view: Mapping[str, Any]) -> bool:
    return bool(forms.choices(forms.entered(view, "quote")))


def _quoting(said: Words, ticked: bool) -> Block:
    """Unticked unless its author ticked it before."""
    yes = parts.option(said.plain("quote_yes"), "yes")
    boxes = CheckboxesElement(action_id="quote", options=[yes], initial_options=[yes] if ticked else None)
    return parts.field("quote", said.plain("quote"), boxes, hint=said.plain("quote_hint"), optional=True)


def reason_modal(sitting: Sitting, item: Item, revision: int) -> dict[str, Any]:
    ask = item.wording(sitting.seat.roles)
    about = words("comment", number=sitting.interview.number(item.id), ask=ask)
    said = words("reason")
    element = PlainTextInputElement(
        action_id="text", multiline=True, min_length=1, max_length=FIELD, focus_on_load=True
    )
    return parts.modal(
        ids.REASON_MODAL,
        said.plain("title"),
        [
            *parts.sections(about.slot("about")),
            parts.field("reason", said.plain("field"), element, hint=said.plain("hint")),
        ],
        submit=label("save"),
        metadata=CardValue(s=sitting.seat.id, q=item.id, r=revision),
    )


def reply(contents: Reply) -> Message:
    """The answer to something that somebody typed or did."""
    sitting, item, word = contents.sitting, contents.item, contents.word
    if word == "review":
        return review(sitting)
    here = item is not None and sitting.interview.asking == item
    if word == "kept" and not here:
        word = "kept_elsewhere"
    said = words("replies", **_reply_values(contents))
    return Message(said.text(word), [*parts.sections(said.slot(word)), *_reply_actions(contents, here)])


def _reply_values(contents: Reply) -> dict[str, Any]:
    sitting, item = contents.sitting, contents.item
    interview = sitting.interview
    values: dict[str, Any] = {
        "sent": interview.sent,
        "closes_at": sitting.assessment.closes_at,
        "facilitator": sitting.assessment.facilitator,
        "alone": sitting.alone,
        "left": sum(question.id not in interview.replies for question in interview.items),
        "frame": sitting.pack.frame_for(item) if item else sitting.pack.frame,
        "letters": [*letters(item or sitting.pack)],
    }
    if item:
        values |= _question_values(sitting, item)
    if contents.word == "digit":
        value = contents.values["value"]
        values["meant"] = values["letters"][max(value - 1, 0) : value + 1]
    return values | dict(contents.values)


def _question_values(sitting: Sitting, item: Item) -> dict[str, Any]:
    interview, evidence = sitting.interview, item.evidence
    by_level = sorted(evidence.items()) if isinstance(evidence, Mapping) else []
    return {
        "number": interview.number(item.id),
        "ask": item.wording(sitting.seat.roles),
        "why": item.explanation,
        "evidence": () if by_level else evidence,
        "evidence_by_level": [(LETTERS[level], level, shown) for level, shown in by_level],
        "sufficient": item.sufficient,
        "insufficient": item.insufficient,
        "aspect": sitting.pack.aspect(item.aspect).title,
        "comment": interview.comments.get(item.id),
        "open": item == interview.asking or item.id not in interview.replies,
    }


def _reply_actions(contents: Reply, here: bool) -> list[Block]:
    """What the person most likely does next; under a question, its options again."""
    sitting, item = contents.sitting, contents.item
    seat = SeatValue(s=sitting.seat.id)
    if contents.word == "shown" and item:
        after = _options(sitting, item) if here and item.id not in sitting.interview.replies else []
        return [*([parts.actions(*after)] if after else []), *_removals(contents)]
    if contents.word in {"kept", "digit", "no_option", "no_words"} and item:
        return [parts.actions(*_options(sitting, item))] if here else [parts.actions(_change(sitting, item))]
    if contents.word in {"pause", "not_yet"}:
        return [parts.actions(button(label("continue"), ids.START, seat))]
    if contents.word in {"sent", "changed", "unchanged", "nothing_asked"}:
        return [parts.actions(button(label("review"), ids.REVIEW, seat))]
    return []


def _removals(contents: Reply) -> list[Block]:
    kept = contents.values["evidence"]
    return [parts.actions(*evidence.removal(kept))] if kept else []


def _card_words(sitting: Sitting, item: Item) -> Words:
    interview, pack = sitting.interview, sitting.pack
    number, given = interview.number(item.id), interview.replies.get(item.id)
    before = interview.before(item.id)
    turn = before if before and before.aspect != item.aspect and not given else None
    finished = turn and all(
        other.id in interview.replies and interview.replies[other.id].kind is not Said.SKIPPED
        for other in interview.items
        if other.aspect == turn.aspect
    )
    return words(
        "card",
        alone=sitting.alone,
        number=number,
        last=len(interview.items),
        aspect=pack.aspect(item.aspect).title,
        next_aspect=turn is not None,
        done=pack.aspect(turn.aspect).title if turn and finished else None,
        changing=given is not None and given.kind is not Said.SKIPPED,
        skipped=given is not None and given.kind is Said.SKIPPED,
        minutes=interview.minutes_left,
        frame=pack.frame_for(item) if number == 1 and not given else None,
        foreign=_foreign(pack, item) if number == 1 or pack.fell_back else None,
        ask=item.wording(sitting.seat.roles),
        options=list(zip(letters(item), item.levels, strict=True)),
        now=_record_words(sitting, item).values["mark"],
    )


def _foreign(pack: Pack, item: Item) -> str | None:
    """What the language is called in which this is asked, if it is not the reader's."""
    language = foreign_to(pack, item)
    return language and name_of(language)


def _record_words(sitting: Sitting, item: Item) -> Words:
    given = sitting.interview.replies.get(item.id)
    value = given.value if given else None
    values = {
        "number": sitting.interview.number(item.id),
        "title": item.title,
        "kind": str(given.kind) if given else "waiting",
        "letter": None if value is None else LETTERS[value],
        "behaviour": None if value is None else item.levels[value],
        "reason": given.reason if given else None,
        "comment": sitting.interview.comments.get(item.id),
        "evidence": sitting.interview.evidence.get(item.id, 0),
    }
    return words("record", **values, mark=words("record", **values).plain("mark"))


def _options(sitting: Sitting, item: Item) -> list[Block]:
    """Option A is level 0, then ascending, always."""
    value = CardValue(s=sitting.seat.id, q=item.id, r=sitting.interview.revision(item.id))
    lettered = [
        button(letter, f"{ids.ANSWER}{level}", value, spoken=f"{letter}: {item.levels[level]}")
        for level, letter in enumerate(letters(item))
    ]
    return [*lettered, button(label("dont_know"), f"{ids.ANSWER}dk", value)]


def _card_actions(sitting: Sitting, item: Item) -> Block:
    value = CardValue(s=sitting.seat.id, q=item.id, r=sitting.interview.revision(item.id))
    first = sitting.interview.number(item.id) == 1
    menu = [
        (label(choice), MenuChoice(s=value.s, q=value.q, r=value.r, m=choice))
        for choice in (ids.NOT_MINE, ids.DOES_NOT_APPLY, ids.WHY, ids.PAUSE)
    ]
    return parts.actions(
        None if first else button(label("back"), ids.BACK, value),
        *([] if sitting.alone else _additions(value)),
        _keep(sitting, item, value) or button(label("skip"), ids.SKIP, value),
        parts.menu(ids.CARD_MENU, menu),
    )


def _additions(value: CardValue) -> list[Block]:
    """Nobody reads the comments of a self-check, and nobody checks its evidence."""
    return [
        button(label("comment"), ids.COMMENT, value),
        button(label("evidence"), ids.EVIDENCE, QuestionValue(s=value.s, q=value.q)),
    ]


def _keep(sitting: Sitting, item: Item, value: CardValue) -> Block | None:
    """In place of skipping, which would take away the answer that is there."""
    given = sitting.interview.replies.get(item.id)
    if given is None or given.kind is Said.SKIPPED:
        return None
    mark = _record_words(sitting, item).values["mark"]
    choice = {Said.ANSWERED: f"{ids.ANSWER}{given.value}", Said.DONT_KNOW: f"{ids.ANSWER}dk"}
    return button(label("keep", answer=mark), choice.get(given.kind, ids.SKIP), value)


def _change(sitting: Sitting, item: Item) -> Block:
    number = sitting.interview.number(item.id)
    value = QuestionValue(s=sitting.seat.id, q=item.id)
    return button(label("change_number", number=number), ids.CHANGE, value)


def _onward(sitting: Sitting) -> Block | None:
    if sitting.interview.asking:
        return button(label("continue"), ids.START, SeatValue(s=sitting.seat.id), primary=True)
    if sitting.interview.sent:
        return None
    return button(label("send"), ids.SEND, SeatValue(s=sitting.seat.id), primary=True)


def _answer_skipped(sitting: Sitting) -> Block | None:
    skipped = sitting.interview.skipped
    if not skipped:
        return None
    value = QuestionValue(s=sitting.seat.id, q=skipped[0].id)
    return button(label("answer_skipped", number=len(skipped)), ids.CHANGE, value)


def _pick(sitting: Sitting) -> Block | None:
    options = [
        parts.option(_option_text(sitting, item), QuestionValue(s=sitting.seat.id, q=item.id).pack())
        for item in sitting.interview.items[:100]
    ]
    if not options:
        return None
    placeholder = parts.plain(label("pick_question"))
    return StaticSelectElement(action_id=ids.CHANGE, placeholder=placeholder, options=options).to_dict()


def _option_text(sitting: Sitting, item: Item) -> str:
    said = _record_words(sitting, item).values
    whole = words("record", **said).plain("option")
    over = max(len(whole) - parts.OPTION, 0)
    return words("record", **{**said, "title": cut(said["title"], len(said["title"]) - over)}).plain("option")
