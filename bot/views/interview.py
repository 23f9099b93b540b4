"""The interview as people see it: the card of a question, the record that it becomes, the review."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
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
from bot.render import Message, Stencil, Words, cut, kept_words, label, pieces, words
from bot.told import foreign_to
from bot.views import choosing, evidence, forms, notes, parts, self_check
from bot.views.help import help_besides
from bot.views.parts import Block, button
from conversation.contents import Card, Reply
from conversation.pack import Item, Pack
from conversation.scope import Privacy
from conversation.sitting import Sitting
from conversation.standing import Reply as Answer
from conversation.typed import LETTERS, letters
from storage.records import Said

log = structlog.get_logger()

#: Slack's own limit for one field of a form.
FIELD = 3000


#: Replies under which the options of the question stand once more.
_ABOUT_A_CHOICE = {"kept", "digit", "no_option", "no_words", "as_saved", "no_clips"}


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
    if said.values["closed_at"]:
        return _closed_card(said)
    if said.values["foreign"]:
        log.info("question_fell_back", question=item.id, language=spoken(), pack=_whole(sitting.pack))
    if _is_as_for_anybody(sitting, item, said):
        stencil = _for_anybody(spoken(), item.id, sitting.alone, tuple(said.values.items()))
        return stencil.filled(sitting.seat.id)
    written = _comment(sitting, item, comment)
    about = [parts.context(said.slot("comment")), *written] if written else []
    options, further = parts.actions(*_options(sitting, item)), _card_actions(sitting, item)
    return Message(said.text(), _card_blocks(said, options, further, about))


def _is_as_for_anybody(sitting: Sitting, item: Item, said: Words) -> bool:
    """Whether nothing in it is because of what they said or did."""
    interview = sitting.interview
    theirs = interview.replies, interview.comments, interview.last.replies, interview.last.shown
    return said.kept and not any(item.id in each for each in theirs)


@lru_cache(maxsize=2000)
def _for_anybody(
    locale: str, question: str, alone: bool, values: tuple[tuple[str, Hashable], ...]
) -> Stencil:
    """On a seat that is still to be named; the values say all that there is to say."""
    said = Words("card", dict(values), kept=True)
    value = CardValue(s=Stencil.HOLE, q=question, r=0)
    controls = _controls(
        value, first=said.values["number"] == 1, alone=alone, again=False, pass_over=_skip(value)
    )
    blocks = _card_blocks(said, parts.actions(*_lettered(value, said.values["options"])), controls)
    return Stencil(Message(said.text(), blocks))


def _card_blocks(said: Words, options: Block, further: Block, comment: Sequence[Block] = ()) -> list[Block]:
    blocks = [parts.context(said.slot("context"))]
    if said.values["foreign"]:
        blocks.append(parts.context(said.slot("foreign")))
    blocks += parts.sections(said.slot("body"))
    if said.values["changing"]:
        blocks.append(parts.context(said.slot("now")))
    if said.values["then"]:
        blocks += parts.sections(said.slot("last"))
    blocks += [*comment, options, further]
    if said.values["number"] == 1 and not said.values["changing"]:
        blocks.append(parts.context(said.slot("hint")))
    return blocks


def _closed_card(said: Words) -> Message:
    """The question that was asked when it closed: there is nothing to press any more."""
    about = [parts.context(said.slot("context")), *parts.sections(said.slot("body"))]
    return Message(said.text(), [*about, parts.context(said.slot("closed"))])


def record(sitting: Sitting, item: Item) -> Message:
    """What a card becomes once its question is answered, left for another, or asked no longer."""
    said = record_words(sitting, item)
    if said.values["kind"] in {"passed_on", "not_asked"}:
        return Message(said.text(), [parts.section(said.slot("body"))])
    number, open_still = said.values["number"], said.values["kind"] in {"skipped", "waiting"}
    change = button(
        label("answer" if open_still else "change"),
        ids.CHANGE,
        QuestionValue(s=sitting.seat.id, q=item.id),
        spoken=label("answer_spoken" if open_still else "change_spoken", number=number, title=item.title),
    )
    reason, comment = said.values["reason"], said.values["comment"]
    blocks = [parts.section(said.slot("body"), change)]
    blocks += [parts.quote(reason)] if reason else []
    return Message(said.text(), [*blocks, *_comment(sitting, item, comment)])


def meanwhile(sitting: Sitting, item: Item) -> Message:
    """What a card becomes until the next one comes, where that takes a while: there is nothing to press."""
    said = record_words(sitting, item)
    text = f"{said.text()} {said.text('next_comes')}"
    return Message(text, [parts.section(said.slot("body")), parts.context(said.slot("next_comes"))])


def _comment(sitting: Sitting, item: Item, comment: str | None) -> list[Block]:
    """As it was written; of a long one the beginning, with the way to all of it."""
    if not comment:
        return []
    if len(comment) <= parts.QUOTE:
        return [parts.quote(comment)]
    value = QuestionValue(s=sitting.seat.id, q=item.id)
    number = sitting.interview.number(item.id)
    whole = button(label("show_all"), ids.SHOW_ALL, value, spoken=label("show_all_spoken", number=number))
    return [parts.quote(comment), parts.actions(whole)]


def whole_comment(sitting: Sitting, item: Item) -> dict[str, Any]:
    """A comment of any length that Slack takes in one message."""
    comment = sitting.interview.comments.get(item.id, "")
    said = words("comment", **_comment_values(sitting, item))
    texts = [parts.verbatim(piece) for piece in pieces(comment, parts.SECTION)]
    return parts.notice(said.plain("title"), [*parts.sections(said.slot("about")), *texts])


def review(sitting: Sitting) -> Message:
    """All answers by aspect; before sending with the button that sends, or while a question is open with the
    one that goes on; afterwards to look and change."""
    interview = sitting.interview
    skipped = len(interview.skipped)
    lines = [record_words(sitting, item).values | {"item": item} for item in interview.items]
    said = words(
        "review",
        sent=interview.sent,
        asking=interview.asking is not None,
        subject=sitting.assessment.subject,
        closes_at=sitting.assessment.closes_at,
        closed_at=sitting.assessment.closed_at,
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
    if not sitting.assessment.closed_at:
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
    said = words("comment", **_comment_values(sitting, item))
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


def _comment_values(sitting: Sitting, item: Item) -> dict[str, Any]:
    return {
        "number": sitting.interview.number(item.id),
        "ask": item.wording(sitting.seat.roles),
        "length": len(sitting.interview.comments.get(item.id, "")),
        "most": FIELD,
    }


@forms.reads
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
    if word == "declined":
        return notes.declined(sitting)
    if word == "help":
        return _help(contents)
    here = item is not None and sitting.interview.asking == item
    if word == "kept" and not here:
        word = "kept_elsewhere"
    said = words("replies", **_reply_values(contents))
    return Message(said.text(word), [*parts.sections(said.slot(word)), *_reply_actions(contents, here)])


def _help(contents: Reply) -> Message:
    """How to go on here, and what else waits."""
    asking = contents.sitting.interview.asking
    number = contents.sitting.interview.number(asking.id) if asking else None
    said = words("replies", **_reply_values(contents) | {"number": number})
    here = Message(said.text("help"), parts.sections(said.slot("help")))
    return help_besides(here, contents.else_waits)


def _reply_values(contents: Reply) -> dict[str, Any]:
    sitting, item = contents.sitting, contents.item
    interview = sitting.interview
    values: dict[str, Any] = {
        "sent": interview.sent,
        "started": interview.started,
        "subject": sitting.assessment.subject,
        "questions": len(interview.items),
        "roles": [sitting.pack.role(role).title for role in sitting.seat.roles],
        "late": _late_lines(sitting),
        "closed_at": sitting.assessment.closed_at,
        "closes_at": sitting.assessment.closes_at,
        "facilitator": sitting.assessment.facilitator,
        "alone": sitting.alone,
        "known_roles": [role.title for role in sitting.pack.roles],
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


def _late_lines(sitting: Sitting) -> list[tuple[int, str | None, str | None]]:
    """The number of each question, the letter (None for 'I don't know', "" for none) and the comment."""
    late, lines = sitting.interview.late, []
    for question in filter(sitting.interview.has, late.questions):
        value = late.answers.get(question)
        letter = "" if question not in late.answers else None if value is None else LETTERS[value]
        lines.append((sitting.interview.number(question), letter, late.comments.get(question)))
    return lines


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
        options = [parts.actions(*_options(sitting, item))] if here else []
        return [*options, *_removals(contents)]
    if contents.word == "late":
        return [_late_actions(seat)]
    if contents.word in _ABOUT_A_CHOICE and item:
        return [parts.actions(*_options(sitting, item))] if here else [parts.actions(_change(sitting, item))]
    if contents.word == "which_role":
        return [parts.actions(*choosing.roles(sitting))] if sitting.chooses_role else []
    if contents.word in {"pause", "not_yet"}:
        return [parts.actions(button(label("continue"), ids.START, seat))]
    if contents.word in {"sent", "changed", "unchanged", "nothing_asked"}:
        review = None if sitting.assessment.closed_at else button(label("review"), ids.REVIEW, seat)
        mine = button(label("export_answers"), ids.EXPORT_MINE, spoken=label("export_answers_spoken"))
        return [parts.actions(review, None if contents.word == "nothing_asked" else mine)]
    return []


def _late_actions(seat: SeatValue) -> Block:
    return parts.actions(
        button(label("ask_late"), ids.ASK_LATE, seat, primary=True),
        button(label("drop_late"), ids.DROP_LATE, seat),
    )


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
    again = last_values(sitting, item)
    return (words if again["then_reason"] else kept_words)(
        "card",
        alone=sitting.alone,
        number=number,
        last=len(interview.items),
        aspect=pack.aspect(item.aspect).title,
        next_aspect=turn is not None,
        done=pack.aspect(turn.aspect).title if turn and finished else None,
        changing=given is not None and given.kind is not Said.SKIPPED,
        skipped=given is not None and given.kind is Said.SKIPPED,
        minutes=interview.minutes_known,
        again=interview.again,
        frame=pack.frame_for(item) if number == 1 and not given else None,
        foreign=_foreign(pack, item) if number == 1 or pack.fell_back else None,
        whole=_whole(pack) is not None,
        ask=item.wording(sitting.seat.roles),
        options=tuple(zip(letters(item), item.levels, strict=True)),
        now=record_words(sitting, item).values["mark"] if given else None,
        **again,
        **_closing_values(sitting),
    )


def _closing_values(sitting: Sitting) -> dict[str, Any]:
    """Nothing of the assessment while it is open: its cards are the same as those of any other."""
    assessment = sitting.assessment
    closed = assessment.closed_at is not None
    return {
        "closed_at": assessment.closed_at,
        "subject": assessment.subject if closed else None,
        "facilitator": assessment.facilitator if closed else None,
        "late": closed and sitting.scope.privacy is Privacy.ATTRIBUTED,
    }


def last_values(sitting: Sitting, item: Item) -> dict[str, Any]:
    """What they are asked whether it still is so: the answer of last time, and what they showed for it."""
    interview = sitting.interview
    still = interview.still(item.id)
    return {
        "then": None if still is None else _mark_of(still),
        "then_on": interview.last.closed_at.date() if interview.last.closed_at else None,
        "then_reason": still.reason if still else None,
        "shown": 0 if interview.evidence.get(item.id) else interview.last.shown.get(item.id, 0),
    }


def _mark_of(reply: Answer) -> str:
    letter = None if reply.value is None else LETTERS[reply.value]
    return words("record", kind=str(reply.kind), letter=letter).plain("mark")


def _whole(pack: Pack) -> str | None:
    """Which pack it is, if nothing of it is in the reader's language; otherwise single questions are not."""
    untranslated = pack.spoken == pack.language and not pack.fell_back
    return f"{pack.id}@{pack.version}" if untranslated else None


def _foreign(pack: Pack, item: Item) -> str | None:
    """What the language is called in which this is asked, if it is not the reader's."""
    language = foreign_to(pack, item)
    return language and name_of(language)


def record_words(sitting: Sitting, item: Item) -> Words:
    interview = sitting.interview
    given, asked = interview.replies.get(item.id), interview.has(item.id)
    to = interview.passed_on.get(item.id) or interview.passed_on.get(None)
    value = given.value if given else None
    values: dict[str, Any] = {
        "number": interview.number(item.id) if asked else None,
        "title": item.title,
        "kind": _kind(given) if asked else "passed_on" if to else "not_asked",
        "to": to,
        "taken_back": item.id in interview.taken_back,
        "letter": None if value is None else LETTERS[value],
        "behaviour": None if value is None else item.levels[value],
        "reason": given.reason if given else None,
        "comment": sitting.interview.comments.get(item.id),
        "evidence": sitting.interview.evidence.get(item.id, 0),
    }
    mark = kept_words("record", kind=values["kind"], letter=values["letter"]).plain("mark")
    own = {"reason", "comment", "to"} & {name for name, value in values.items() if value}
    return (words if own else kept_words)("record", **values, mark=mark)


def _kind(given: Answer | None) -> str:
    return str(given.kind) if given else "waiting"


def _options(sitting: Sitting, item: Item) -> list[Block]:
    value = CardValue(s=sitting.seat.id, q=item.id, r=sitting.interview.revision(item.id))
    still = sitting.interview.still(item.id)
    options = tuple(zip(letters(item), item.levels, strict=True))
    if still is None:
        return _lettered(value, options)
    lettered = _lettered(value, options, besides=still.value)
    if still.kind is Said.DONT_KNOW:
        lettered.pop()
    return [_still(still, item, value), *lettered]


def _lettered(
    value: CardValue, options: Sequence[tuple[str, str]], besides: int | None = None
) -> list[Block]:
    """Option A is level 0, then ascending, always; not to know is the last."""
    lettered = [
        button(letter, f"{ids.ANSWER}{level}", value, spoken=f"{letter}: {behaviour}")
        for level, (letter, behaviour) in enumerate(options)
        if level != besides
    ]
    return [*lettered, button(label("dont_know"), f"{ids.ANSWER}dk", value)]


def _still(still: Answer, item: Item, value: CardValue) -> Block:
    """The answer of last time, in place of its letter."""
    mark = _mark_of(still)
    behaviour = None if still.value is None else f": {item.levels[still.value]}"
    spoken = f"{label('still', answer=mark)}{behaviour}" if behaviour else None
    return button(label("still", answer=mark), ids.STILL, value, spoken=spoken, primary=True)


def _card_actions(sitting: Sitting, item: Item) -> Block:
    value = CardValue(s=sitting.seat.id, q=item.id, r=sitting.interview.revision(item.id))
    return _controls(
        value,
        first=sitting.interview.number(item.id) == 1,
        alone=sitting.alone,
        again=bool(last_values(sitting, item)["shown"]),
        pass_over=_keep(sitting, item, value) or _skip(value),
    )


def _controls(value: CardValue, *, first: bool, alone: bool, again: bool, pass_over: Block) -> Block:
    others = () if alone else (ids.PASS_ON, ids.IN_FORM)
    menu = [
        (label(choice), MenuChoice(s=value.s, q=value.q, r=value.r, m=choice))
        for choice in (ids.NOT_MINE, ids.DOES_NOT_APPLY, *others, ids.PAUSE)
    ]
    about = QuestionValue(s=value.s, q=value.q)
    return parts.actions(
        None if first else button(label("back"), ids.BACK, value),
        *([] if alone else _additions(value, again=again)),
        pass_over,
        button(label("why"), ids.WHY_ASKED, about),
        parts.menu(ids.CARD_MENU, menu),
    )


def _additions(value: CardValue, *, again: bool) -> list[Block]:
    """Nobody reads the comments of a self-check, and nobody checks its evidence. `again`: what they showed
    last time can be shown once more."""
    about = QuestionValue(s=value.s, q=value.q)
    return [
        button(label("comment"), ids.COMMENT, value),
        button(label("evidence"), ids.EVIDENCE, about),
        *([button(label("same_evidence"), ids.SAME_EVIDENCE, about)] if again else []),
    ]


def _skip(value: CardValue) -> Block:
    return button(label("skip"), ids.SKIP, value)


def _keep(sitting: Sitting, item: Item, value: CardValue) -> Block | None:
    """In place of skipping, which would take away the answer that is there."""
    given = sitting.interview.replies.get(item.id)
    if given is None or given.kind is Said.SKIPPED:
        return None
    mark = record_words(sitting, item).values["mark"]
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
    said = record_words(sitting, item).values
    whole = words("record", **said).plain("option")
    over = max(len(whole) - parts.OPTION, 0)
    return words("record", **{**said, "title": cut(said["title"], len(said["title"]) - over)}).plain("option")
