"""Where somebody stands follows from what was said, and from nothing else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.standing import Interview, Reply, asked, standing
from storage.records import ANSWERS, Fact, Said
from tests.conversation.desk import BAKERY

ITEMS = BAKERY.items
FLOUR, YEAST, HEAT, PRICE = IDS = tuple(item.id for item in ITEMS)
START = datetime(2026, 11, 23, 10, tzinfo=UTC)


def said(*told: tuple[Said, str | None] | Said, every: timedelta = timedelta(seconds=20)) -> list[Fact]:
    facts = [each if isinstance(each, tuple) else (each, None) for each in told]
    return [
        Fact(key=str(n), kind=kind, question=question, at=START + n * every)
        for n, (kind, question) in enumerate(facts)
    ]


def answered(question: str) -> tuple[Said, str]:
    return Said.ANSWERED, question


TO_REVIEW = (Said.STARTED, *map(answered, IDS))


@pytest.mark.parametrize(
    ("told", "asking"),
    [
        ((), None),
        ((Said.STARTED,), FLOUR),
        ((Said.TYPED, Said.LOOKED), None),
        ((Said.STARTED, answered(FLOUR)), YEAST),
        ((Said.STARTED, (Said.SKIPPED, FLOUR)), YEAST),
        ((Said.STARTED, (Said.COMMENTED, FLOUR), Said.TYPED, Said.LOOKED), FLOUR),
        ((Said.STARTED, answered(FLOUR), (Said.WENT_TO, FLOUR)), FLOUR),
        ((Said.STARTED, answered(FLOUR), (Said.WENT_TO, FLOUR), answered(FLOUR)), YEAST),
        ((Said.STARTED, (Said.WENT_TO, HEAT), answered(FLOUR)), HEAT),
        ((Said.STARTED, (Said.WENT_TO, HEAT), answered(HEAT)), FLOUR),
        (TO_REVIEW, None),
        ((*TO_REVIEW, (Said.WENT_TO, YEAST)), YEAST),
        ((*TO_REVIEW, Said.SENT), None),
        ((*TO_REVIEW, Said.SENT, (Said.WENT_TO, YEAST)), YEAST),
        ((*TO_REVIEW, Said.SENT, (Said.WENT_TO, YEAST), answered(YEAST)), None),
    ],
)
def test_the_question_that_is_asked_now(told: tuple[Said, ...], asking: str | None) -> None:
    found = standing(ITEMS, said(*told))

    assert (found.asking.id if found.asking else None) == asking


def test_skipped_is_no_answer_and_comes_back_at_review() -> None:
    told = [Said.STARTED, (Said.SKIPPED, FLOUR), answered(YEAST), (Said.DONT_KNOW, HEAT), answered(PRICE)]

    found = standing(ITEMS, said(*told))

    assert found.at_review
    assert found.answered == 3
    assert [item.id for item in found.skipped] == [FLOUR]


def test_an_emptied_comment_is_none() -> None:
    facts = said(Said.STARTED, (Said.COMMENTED, FLOUR), (Said.COMMENTED, YEAST))
    facts = [fact.model_copy(update={"text": "rye" if fact.question == FLOUR else ""}) for fact in facts]

    found = standing(ITEMS, facts)

    assert found.comments == {FLOUR: "rye"}


@pytest.mark.parametrize(
    ("answers", "every", "minutes"),
    [
        (0, timedelta(seconds=60), 2),  # 4 × 25 seconds: nobody's pace is known yet
        (3, timedelta(seconds=60), 1),
        (4, timedelta(seconds=60), 0),
    ],
)
def test_minutes_left(answers: int, every: timedelta, minutes: int) -> None:
    told = TO_REVIEW[: answers + 1]

    assert standing(ITEMS, said(*told, every=every)).minutes_left == minutes


@pytest.mark.parametrize(
    ("seconds", "pace"),
    [([10, 30, 20], 20), ([10, 30], None), ([10, 30, 20, 4000], 20), ([0, 0, 0], None)],
)
def test_the_pace_is_the_middle_one_and_a_pause_is_none(seconds: list[int], pace: int | None) -> None:
    at, facts = START, said(Said.STARTED, answered(FLOUR))[:2]
    facts = [fact.model_copy(update={"at": START}) for fact in facts]
    for n, gap in enumerate(seconds):
        at += timedelta(seconds=gap)
        facts.append(Fact(key=f"a{n}", kind=Said.ANSWERED, question=FLOUR, at=at))

    assert standing(ITEMS, facts).pace == (pace and timedelta(seconds=pace))


@dataclass
class Model:
    """A clerk with a slip of paper: the answers, the page that lies open, whether it is sent. Says of each
    deed whether it is legal now."""

    replies: dict[str, tuple[Said, int]] = field(default_factory=dict)
    open_page: str | None = None
    started: bool = False
    sent: bool = False

    @property
    def asking(self) -> str | None:
        if not self.started:
            return None
        if self.open_page:
            return self.open_page
        return None if self.sent else next((q for q in IDS if q not in self.replies), None)

    def takes(self, deed: tuple[Said, str | None]) -> bool:
        kind, question = deed
        if kind is Said.STARTED:
            legal, self.started = not self.started, True
            return legal
        if not self.started:
            return kind is Said.TYPED
        if kind in ANSWERS:
            assert question
            _, times = self.replies.get(question, (kind, 0))
            self.replies[question] = kind, times + 1
            if self.open_page == question:
                self.open_page = None
        elif kind is Said.WENT_TO:
            self.open_page = question
        elif kind is Said.SENT:
            if self.asking or self.sent:
                return False
            self.sent = True
        return True


KINDS = [Said.STARTED, Said.TYPED, Said.LOOKED, Said.WENT_TO, Said.COMMENTED, Said.SENT, *ANSWERS, *ANSWERS]
DEEDS = st.tuples(st.sampled_from(KINDS), st.sampled_from(IDS))


@given(st.lists(DEEDS, max_size=40), st.booleans())
def test_for_any_legal_deeds_the_position_is_that_of_a_clerk_with_a_slip(
    deeds: list[tuple[Said, str]], begins: bool
) -> None:
    model, told = Model(), []
    for deed in [(Said.STARTED, FLOUR), *deeds] if begins else deeds:
        if model.takes(deed):
            told.append(deed)

            found = standing(ITEMS, said(*told))

            assert (found.asking.id if found.asking else None) == model.asking
            assert (found.started, found.sent, found.facts) == (model.started, model.sent, len(told))
            assert {q: (r.kind, r.revision) for q, r in found.replies.items()} == model.replies


@given(st.lists(DEEDS, max_size=30))
def test_what_was_said_says_it_all(deeds: list[tuple[Said, str]]) -> None:
    """Nothing but the list is remembered; and a line that only says something changes only the count."""
    facts = said(*deeds)

    once = standing(ITEMS, iter(facts))
    and_a_line = standing(ITEMS, [*facts, *said(Said.TYPED)])

    assert once == standing(ITEMS, facts)
    assert _but_the_count(and_a_line) == _but_the_count(once)


@given(st.lists(DEEDS, max_size=20), st.lists(DEEDS, min_size=1, max_size=3))
def test_what_is_heard_later_leads_to_the_same_as_all_at_once_and_changes_nothing_before(
    first: list[tuple[Said, str]], then: list[tuple[Said, str]]
) -> None:
    facts = said(*first, *then)
    before = going_on = standing(ITEMS, facts[: len(first)])
    for fact in facts[len(first) :]:
        going_on = going_on.after(fact)

    assert going_on == standing(ITEMS, facts)
    assert before == standing(ITEMS, facts[: len(first)])


def _but_the_count(found: Interview) -> tuple[object, ...]:
    return found.replies, found.comments, found.asking, found.started, found.sent, found.turn, found.pace


def test_an_interview_knows_its_numbers() -> None:
    found = standing(ITEMS, said(Said.STARTED, answered(FLOUR)))

    assert [found.number(question) for question in IDS] == [1, 2, 3, 4]
    assert (found.before(FLOUR), found.before(HEAT)) == (None, BAKERY.item(YEAST))
    assert found.replies == {FLOUR: Reply(Said.ANSWERED, None, None, 1)}
    assert (found.revision(FLOUR), found.revision(PRICE)) == (1, 0)
    assert not found.has("SALT")
    with pytest.raises(KeyError):
        found.number("SALT")


PASSED_AND_TAKEN = st.lists(
    st.tuples(st.sampled_from([Said.PASSED_ON, Said.TOOK_OVER]), st.sampled_from(IDS)), max_size=8
)


@given(PASSED_AND_TAKEN)
def test_what_is_asked_follows_from_what_was_passed_on(moved: list[tuple[Said, str]]) -> None:
    """What was passed on is asked no more, what was taken over is, once, and aspects stay together."""
    usual = ITEMS[:2]

    found = asked(BAKERY, usual, said(*moved))

    gone = {question for kind, question in moved if kind is Said.PASSED_ON}
    new = {question for kind, question in moved if kind is Said.TOOK_OVER}
    ids = [item.id for item in found]
    assert set(ids) == ({item.id for item in usual} | new) - gone
    assert len(ids) == len(set(ids))
    aspects = [item.aspect for item in found]
    assert aspects == sorted(aspects, key=[aspect.id for aspect in BAKERY.aspects].index)


def test_whoever_only_took_something_over_is_asked_nothing_else() -> None:
    took = Fact(key="t", kind=Said.TOOK_OVER, question=HEAT, value=1, at=START)

    assert [item.id for item in asked(BAKERY, ITEMS, [took])] == [HEAT]


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ((*TO_REVIEW, Said.SENT, Said.CORRECTED), True),
        ((*TO_REVIEW[:-1], Said.SENT, Said.CORRECTED), False),
        ((*TO_REVIEW[:-1], Said.SENT, (Said.TOOK_OVER, PRICE)), False),
        ((*TO_REVIEW, Said.SENT, (Said.PASSED_ON, PRICE)), True),
    ],
)
def test_whoever_has_sent_is_asked_again_only_what_is_new(told: tuple[Said, ...], sent: bool) -> None:
    assert standing(ITEMS, said(*told)).sent is sent


@pytest.mark.parametrize(("hours", "again"), [(23, False), (24, True), (60, True)])
def test_the_card_after_a_long_silence_says_so(hours: int, again: bool) -> None:
    before = said(Said.STARTED, answered(FLOUR))
    silence = START + timedelta(hours=hours, minutes=1)
    after = [Fact(key="a", kind=Said.TYPED, at=silence), Fact(key="b", kind=Said.LOOKED, at=silence)]

    assert standing(ITEMS, [*before, *after]).again is again
    later = Fact(key="c", kind=Said.ANSWERED, question=YEAST, value=1, at=silence + timedelta(minutes=2))
    assert not standing(ITEMS, [*before, *after, later]).again


def test_minutes_are_told_once_there_are_answers_enough_to_tell_by() -> None:
    found = [standing(ITEMS, said(Said.STARTED, *map(answered, IDS[:n]))).minutes_known for n in range(4)]

    assert found == [None, None, None, 1]
