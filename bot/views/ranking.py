"""Ranking the gaps: rating one, the list with what explains each place, what is decided about the whole, and
the phases in which the work fits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot import actions as ids
from bot.actions import (
    AssessmentValue,
    CutOffValue,
    GapChoice,
    GapValue,
    HistoryValue,
    PlaceValue,
    RatingValue,
    ShapeValue,
)
from bot.render import Message, Mrkdwn, label, words
from bot.views import forms, parts
from bot.views.parts import Block, button
from bot.views.results import gap_values
from conversation.pack import Pack
from conversation.prioritising import Change, Order, Ranked, band
from conversation.ranking import NEED, Listing, RatingClash, RatingForm, Shape, ShapeForm
from conversation.rankwords import BOUNDS
from conversation.scope import Ranking
from scoring.priorities import Choice
from storage.records import Assessment

#: So many gaps are a page of the list, so many changes of a gap stand there, and so many options a menu has.
PAGE, CHANGES, OPTIONS = 20, 3, 100
REASON = 500
#: What may be left open.
OPEN = {"weeks", "phases"}
MINE, THEIRS = "mine", "theirs"
BANDS = {Choice.LOW: "low", Choice.MEDIUM: "medium", Choice.HIGH: "high"}
#: What the menu of the list offers to work on first.
FIRST = (1, 2, 3, 5, 8, 10)


@dataclass(frozen=True)
class Rating:
    factors: dict[str, int]
    needs: tuple[str, ...]
    reason: str


def ranking_button(assessment: Assessment) -> Block:
    spoken = label("ranking_spoken", subject=assessment.subject)
    return button(label("ranking"), ids.RANKING, AssessmentValue(a=assessment.id), spoken=spoken)


def next_to_rate(found: RatingForm | Listing | RatingClash) -> Block:
    """What comes after a gap was rated: the next one, the list after the last, or what two decided
    otherwise."""
    match found:
        case RatingForm():
            return rating_modal(found)
        case RatingClash():
            return rating_clash_modal(found)
        case Listing():
            return ranking_view(found)


# One gap.


def rating_modal(found: RatingForm) -> Block:
    """A new name for the fields of each gap, so that nothing entered for another one stays in them."""
    ranked, pack, step = found.ranked, found.pack, found.ranked.step
    grounds = found.grounds
    said = words(
        "rating",
        at=found.at,
        of=found.of,
        gap=gap_values(pack, ranked.gap),
        place=place_sentence(found.order, ranked),
        fixed=[_title(found.order, need) for need in _fixed(ranked)],
        changes=[_change(each) for each in ranked.changes[-CHANGES:]],
        proposed={name: BANDS[band(value)] for name, value in ranked.proposed.factors.items()},
        grounds=grounds,
        names=[*grounds.serves, *grounds.hurts],
        hurts=bool(grounds.hurts),
    )
    blocks = [
        *parts.sections(said.slot("gap")),
        *[
            parts.field(
                f"{name}:{step}",
                said.plain(name),
                _levels(name, ranked.gap.factors[name]),
                hint=said.plain(f"hint_{name}"),
            )
            for name in ranked.factors
        ],
        *_needs(found, said.plain("needs"), said.plain("needs_hint")),
        parts.field(
            f"reason:{step}",
            said.plain("reason"),
            PlainTextInputElement(
                action_id="reason",
                multiline=True,
                max_length=REASON,
                initial_value=ranked.opinion.reason[:REASON] or None,
            ),
            hint=said.plain("reason_hint"),
            optional=True,
        ),
        parts.actions(ranking_button(found.assessment)),
        parts.context(said.slot("footer")),
    ]
    left = [each for each in found.order.unrated if each.step != step]
    view = parts.modal(
        ids.RATING_MODAL,
        said.plain("title"),
        blocks,
        submit=label("save_next_gap") if left else label("save"),
        metadata=RatingValue(a=found.assessment.id, g=step, r=found.order.head.revision),
    )
    return view | {"close": parts.plain(label("stop_here"), 24).to_dict()}


@forms.reads
def read_rating(view: Mapping[str, Any], step: str) -> Rating:
    chosen = {
        name: forms.choice(forms.entered(view, f"{name}:{step}", name))
        for name in ("impact", "urgency", "feasibility", "cost", "risk", "benefit")
    }
    return Rating(
        factors={name: int(value) for name, value in chosen.items() if value},
        needs=forms.choices(forms.entered(view, f"needs:{step}", "needs")),
        reason=forms.text(forms.entered(view, f"reason:{step}", "reason")),
    )


def rating_clash_modal(found: RatingClash) -> Block:
    """Two decided otherwise about one gap: what differs, and whose counts."""
    fields = [
        (_field_name(found, name), _shown(name, mine), _shown(name, theirs))
        for name, mine, theirs in found.fields
    ]
    said = words("rating_clash", by=found.by, title=found.ranked.gap.title, fields=fields)
    theirs, mine = (
        parts.option(said.plain(f"keep_{whose}"), whose, hint=said.plain(f"keep_{whose}_hint"))
        for whose in (THEIRS, MINE)
    )
    keep = RadioButtonsElement(action_id="keep", options=[theirs, mine], initial_option=theirs)
    return parts.modal(
        ids.RATING_CLASH_MODAL,
        said.plain("title"),
        [*parts.sections(said.slot("body")), parts.field("keep", said.plain("keep"), keep)],
        submit=label("save"),
        metadata=RatingValue(a=found.assessment.id, g=found.ranked.step, r=found.revision),
    )


@forms.reads
def keeps_own_rating(view: Mapping[str, Any]) -> bool:
    return forms.choice(forms.entered(view, "keep")) == MINE


def _levels(name: str, value: int) -> RadioButtonsElement:
    options = {each: parts.option(_band_words(name, each), str(int(each))) for each in Choice}
    return RadioButtonsElement(
        action_id=name, options=list(options.values()), initial_option=options[band(value)]
    )


def _needs(found: RatingForm, text: str, hint: str) -> list[Block]:
    """What people may say comes first; what the questions say is fixed, and is no choice."""
    ranked, chosen = found.ranked, found.ranked.opinion.needs
    others = sorted(found.order.can_come_before(ranked.step), key=lambda each: each.step not in chosen)
    options = [_step_option(each) for each in others[:OPTIONS]]
    if not options:
        return []
    menu = StaticMultiSelectElement(
        action_id="needs",
        options=options,
        initial_options=[option for option in options if option.value in chosen] or None,
    )
    return [parts.field(f"needs:{ranked.step}", text, menu, hint=hint, optional=True)]


def _fixed(ranked: Ranked) -> tuple[str, ...]:
    """What it comes after by the pack."""
    return ranked.proposed.waits_for


def _step_option(ranked: Ranked) -> Option:
    return parts.option(label("reached", title=ranked.gap.title, level=ranked.gap.level), ranked.step)


def _title(order: Order, step: str) -> str:
    found = order.find(step)
    return label("reached", title=found.gap.title, level=found.gap.level) if found else step


def _field_name(found: RatingClash, name: str) -> Mrkdwn:
    if name.startswith(NEED):
        item, _, level = name.removeprefix(NEED).rpartition("@")
        title = label("reached", title=found.pack.item(item).title, level=level)
        return Mrkdwn(words("rating_clash", need=title).slot("field_need"))
    return Mrkdwn(words("rating_clash").slot(f"field_{name}"))


def _shown(name: str, value: Any) -> str:
    if name.startswith(NEED):
        return label("yes_short") if value else label("no_short")
    if name == "reason":
        return str(value) or "–"
    return _band_words(name, Choice(value))


def _band_words(name: str, value: Choice) -> str:
    """Low, medium or high, of this factor."""
    return label(f"{name}_{BANDS[value]}")


# The list.


def ranking_view(found: Listing, page: int = 0) -> Block:
    order, assessment = found.order, found.assessment
    pages = max(-(-len(order.ranked) // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    said = words(
        "ranking",
        subject=assessment.subject,
        by_people=order.by_people,
        by=order.head.changed_by,
        at=order.head.changed_at,
        unrated=len(order.unrated),
        total=len(order.ranked),
        cut_off=order.cut_off,
        method=str(order.method),
        new=[_title(order, each.step) for each in order.new],
        gone=[_gone(found.pack, step) for step in order.gone],
        crossing=[(_title(order, step), _title(order, need)) for step, need in order.crossing],
        facilitating=found.facilitating,
        facilitator=assessment.facilitator,
        later=max(len(order.ranked) - order.cut_off, 0),
    )
    if not order.ranked:
        return _noticed(found, said.plain("title"), parts.sections(said.slot("nothing")))
    blocks = parts.sections(said.slot("lead"))
    blocks += parts.actions_if(*_list_buttons(found, page))
    for each in order.ranked[page * PAGE : (page + 1) * PAGE]:
        if each.number == 1:
            blocks.append(parts.header(said.plain("now")))
        if each.number == order.cut_off + 1:
            blocks += [parts.header(said.plain("afterwards")), parts.context(said.slot("not_lost"))]
        blocks += _in_list(found, each)
    blocks += parts.actions_if(*_turns(found, page, pages))
    blocks.append(parts.context(said.slot("footer")))
    return _noticed(found, said.plain("title"), blocks)


@forms.reads
def seen_from(view: Mapping[str, Any]) -> str | None:
    """The channel in which somebody asked for what this view shows; a form carries something else."""
    return (view.get("private_metadata") or None) if view.get("callback_id") == "notice" else None


def _noticed(found: Listing, title: str, blocks: list[Block]) -> Block:
    return parts.notice(title, blocks) | {"private_metadata": found.channel or ""}


def ranking_view_at(found: Listing, step: str) -> Block:
    """The page on which this gap stands."""
    ranked = found.order.find(step)
    return ranking_view(found, (ranked.number - 1) // PAGE if ranked else 0)


def place_sentence(order: Order, ranked: Ranked) -> Mrkdwn:
    """Why it is where it is, from what its priority is made of."""
    said = words("ranking", **_place(order, ranked))
    return Mrkdwn(said.slot("place"), said.plain("place"))


def _list_buttons(found: Listing, page: int) -> list[Block | None]:
    value = AssessmentValue(a=found.assessment.id)
    roadmap = button(label("roadmap"), ids.ROADMAP, value)
    if not found.facilitating:
        return [roadmap]
    left = len(found.order.unrated)
    rate = button(label("rate_next", number=left), ids.RANK, value, primary=True) if left else None
    return [rate, _first(found, page), button(label("shape"), ids.SHAPE, value), roadmap]


def _first(found: Listing, page: int) -> Block:
    """How many are worked on first: acts as soon as it is chosen."""
    choices = [
        (label("work_on_first", number=number), CutOffValue(a=found.assessment.id, n=number, p=page))
        for number in sorted({*FIRST, found.order.cut_off})
    ]
    menu = parts.select(ids.CUT_OFF, label("work_on"), choices)
    standing = next(
        o for o, (_, value) in zip(menu["options"], choices, strict=True) if value.n == found.order.cut_off
    )
    return menu | {"initial_option": standing}


def _in_list(found: Listing, ranked: Ranked) -> Iterable[Block]:
    said = words(
        "ranking",
        place=place_sentence(found.order, ranked),
        number=ranked.number,
        gap=gap_values(found.pack, ranked.gap),
        method=str(found.order.method),
        taken=ranked.step in found.taken,
        moved=ranked.moved,
        changes=[_change(each) for each in ranked.changes[-CHANGES:]],
        is_new=ranked.is_new,
    )
    yield from parts.sections(said.slot("ranked"))
    if found.facilitating:
        yield parts.actions(*_moves(found, ranked))


def _moves(found: Listing, ranked: Ranked) -> list[Block | None]:
    assessment, gap, number = found.assessment.id, ranked.gap, ranked.number
    value = PlaceValue(a=assessment, g=ranked.step, n=number)
    names = {"title": gap.title, "level": gap.level, "place": number}
    up = button(label("move_up"), ids.GAP_UP, value, spoken=label("move_up_spoken", **names))
    down = button(label("move_down"), ids.GAP_DOWN, value, spoken=label("move_down_spoken", **names))
    offered = [ids.RATE, *([ids.EXPLAIN, ids.PUT_BACK] if ranked.moved else [])]
    choices = [
        (label(f"gap_{choice}"), GapChoice(a=assessment, g=ranked.step, n=number, m=choice))
        for choice in offered
    ]
    return [
        up if number > 1 else None,
        down if number < len(found.order.ranked) else None,
        parts.menu(ids.GAP_MENU, choices),
    ]


def _turns(found: Listing, page: int, pages: int) -> Iterable[Block | None]:
    for name, other in (("earlier", page - 1), ("later", page + 1)):
        value = HistoryValue(a=found.assessment.id, n=other)
        text = label(f"gaps_{name}")
        yield button(text, f"{ids.RANKING_PAGE}{name}", value) if 0 <= other < pages else None


def _place(order: Order, ranked: Ranked) -> dict[str, Any]:
    """What the sentence about a place says."""
    factors = ranked.gap.factors
    return {
        "first": [(name, _degree(name, factors)) for name in ranked.speaks_for],
        "against": [(name, _degree(name, factors)) for name in ranked.speaks_against],
        "after": [_title(order, need) for need in ranked.gap.waits_for],
        "ahead_for": _title(order, ranked.ahead_for) if ranked.ahead_for and not ranked.moved else None,
        "distance": factors.get("gap", 0),
    }


def _degree(name: str, factors: Mapping[str, int]) -> str:
    return "levels" if name == "gap" else BANDS[band(factors[name])]


def _change(change: Change) -> dict[str, Any]:
    return {
        "by": change.by,
        "at": change.at,
        "factors": [(name, BANDS[was], BANDS[now]) for name, was, now in change.factors],
        "reason": change.reason,
        "wish": change.wish,
    }


def _gone(pack: Pack, step: str) -> str:
    item, _, level = step.rpartition("@")
    known = {each.id: each.title for each in pack.items}
    return label("reached", title=known.get(item, item), level=level)


# Why something was moved.


def move_modal(found: Listing, ranked: Ranked) -> Block:
    said = words("ranking", title=ranked.gap.title, number=ranked.number)
    kept = ranked.moved.reason[:REASON] if ranked.moved else ""
    why = PlainTextInputElement(action_id="why", max_length=REASON, initial_value=kept or None)
    return parts.modal(
        ids.MOVE_MODAL,
        said.plain("move_title"),
        [
            *parts.sections(said.slot("move_lead")),
            parts.field("why", said.plain("move_why"), why, hint=said.plain("move_hint"), optional=True),
        ],
        submit=label("save"),
        metadata=GapValue(a=found.assessment.id, g=ranked.step),
    )


# The whole.


def shape_modal(found: ShapeForm) -> Block:
    """With what somebody else decided in the meantime, if that is in the way of what was entered here."""
    stands, entered = found.stands, found.wanted or found.stands
    differing = [
        (words("shape").plain(name), _shape_words(name, entered), _shape_words(name, stands))
        for name in found.differing
    ]
    said = words("shape", subject=found.assessment.subject, differing=differing, by=found.by)
    options = {
        method: parts.option(label(f"order_{method}"), method.value, hint=label(f"order_{method}_hint"))
        for method in Ranking
    }
    method = StaticSelectElement(
        action_id="method", options=list(options.values()), initial_option=options[entered.method]
    )
    numbers = {
        "cut_off": entered.cut_off,
        "capacity": entered.capacity,
        "weeks": entered.weeks,
        "phases": entered.phases,
    }
    blocks = [
        *(parts.sections(said.slot("differs")) if differing else []),
        parts.context(said.slot("lead")),
        parts.field("method", said.plain("method"), method),
        *[
            parts.field(
                name,
                said.plain(name),
                _number(name, value),
                hint=said.plain(f"{name}_hint"),
                optional=name in OPEN,
            )
            for name, value in numbers.items()
        ],
    ]
    return parts.modal(
        ids.SHAPE_MODAL,
        said.plain("title"),
        blocks,
        submit=label("save"),
        metadata=ShapeValue(
            a=found.assessment.id,
            m=stands.method.value,
            n=stands.cut_off,
            c=stands.capacity,
            w=stands.weeks,
            f=stands.phases,
        ),
    )


def after_shape(found: Listing | ShapeForm) -> Block:
    return shape_modal(found) if isinstance(found, ShapeForm) else ranking_view(found)


def shape_shown(value: ShapeValue) -> Shape:
    """What stood in the form when it was opened."""
    return Shape(Ranking(value.m), value.n, value.c, value.w, value.f)


@forms.reads
def read_shape(view: Mapping[str, Any]) -> Shape:
    def number(name: str) -> int | None:
        entered = forms.typed_in(view, name)
        return int(entered) if entered else None

    return Shape(
        Ranking(forms.choice(forms.entered(view, "method")) or Ranking.WEIGHTED),
        number("cut_off") or 1,
        number("capacity") or 1,
        number("weeks"),
        number("phases"),
    )


def _number(name: str, value: int | None) -> NumberInputElement:
    least, most = BOUNDS[name]
    return NumberInputElement(
        action_id=name,
        is_decimal_allowed=False,
        initial_value=None if value is None else str(value),
        min_value=str(least),
        max_value=str(most),
    )


def _shape_words(name: str, shape: Shape) -> str:
    value = shape.fields[name]
    if name == "method":
        return label(f"order_{value}")
    return "–" if value is None else str(value)


# The phases.


def roadmap_view(found: Listing) -> Block:
    """By phase, in words; the picture of it comes to the direct message."""
    order, head = found.order, found.order.head
    phases = [
        {
            "number": number,
            "load": load,
            "weeks": ((number - 1) * head.weeks + 1, number * head.weeks) if head.weeks else None,
            "beyond": head.phases is not None and number > head.phases,
            "steps": [_in_phase(found, each) for each in order.in_phase(number)],
        }
        for number, load in enumerate(order.load, start=1)
    ]
    said = words(
        "roadmap",
        subject=found.assessment.subject,
        capacity=order.capacity,
        phases_left=head.phases,
        not_fitting=len(order.not_fitting),
        by_people=order.by_people,
    )
    blocks = parts.sections(said.slot("lead"))
    each = [words("roadmap", **{**said.values, "phase": phase}).slot("phase") for phase in phases]
    blocks += parts.sections("\n\n".join(each))
    value = AssessmentValue(a=found.assessment.id)
    blocks.append(
        parts.actions(
            button(label("roadmap_picture"), ids.ROADMAP_PICTURE, value),
            button(label("shape"), ids.SHAPE, value) if found.facilitating else None,
        )
    )
    return _noticed(found, said.plain("title"), blocks)


def roadmap_given(found: Listing) -> Message:
    """Beside the picture of it."""
    said = words("roadmap", subject=found.assessment.subject)
    return Message(said.text("picture"), parts.sections(said.slot("picture")))


def _in_phase(found: Listing, ranked: Ranked) -> dict[str, Any]:
    order = found.order
    return {
        "title": _title(order, ranked.step),
        "effort": ranked.gap.effort,
        "after": [_title(order, need) for need in ranked.gap.waits_for],
        "too_large": ranked.gap.effort > order.capacity,
        "taken": ranked.step in found.taken,
    }
