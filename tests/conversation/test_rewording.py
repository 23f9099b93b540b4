"""Editing and deleting what one typed. Ana bakes: she is asked FLOUR, YEAST and HEAT."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest

from conversation import interview, late, results, rewording
from conversation.errors import AssessmentIsClosed, NotLate
from conversation.sitting import Sitting, Spoken
from storage.records import Assessment, Evidence, EvidenceState
from tests.conversation.desk import Bench, answers, owed


@dataclass
class Typist:
    bench: Bench
    stamps: "count[int]" = field(default_factory=lambda: count(1))

    def types(self, text: str) -> str:
        """Where it stands."""
        ts = f"17.{next(self.stamps)}"
        self.bench.clock.passes(minutes=1)
        self.bench.drawn(self.bench.writes("U-ANA", text, ts=ts))
        return ts

    def now(self) -> str:
        """As Slack says it."""
        return f"{self.bench.clock.at.timestamp():.6f}"

    def edits(self, ts: str, text: str, *, stamp: str = "") -> Spoken:
        self.bench.clock.passes(minutes=1)
        stamp = stamp or self.now()
        spoken = rewording.reword(self.bench.desk, "U-ANA", channel="D-U-ANA", ts=ts, text=text, stamp=stamp)
        assert spoken
        return self.bench.drawn(spoken)

    def deletes(self, ts: str) -> Spoken:
        self.bench.clock.passes(minutes=1)
        spoken = rewording.take_back(self.bench.desk, "U-ANA", channel="D-U-ANA", ts=ts)
        assert spoken
        return self.bench.drawn(spoken)


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened({"U-ANA": ["BAKER"]})


@pytest.fixture
def ana(bench: Bench, opened: Assessment) -> Typist:
    bench.starts("U-ANA")
    return Typist(bench)


def comment(sitting: Sitting, question: str = "FLOUR") -> str | None:
    return sitting.interview.comments.get(question)


@pytest.mark.parametrize(
    ("typed", "edited", "comment_now", "said"),
    [
        ("We buy it.", "We buy rye.", "We buy rye.", ["reply reworded FLOUR"]),
        ("We buy it.", "We buy it.", "We buy it.", []),
        ("We buy it.", "B: we buy it", "we buy it", ["reply as_saved FLOUR"]),
        ("We buy it.", "skip", None, ["reply as_saved FLOUR"]),
        ("B: we buy it", "B: we mill it", "we mill it", []),
        ("B: we buy it", "b", None, []),
        ("B", "B, because we mill", "because we mill", []),
        ("B: we buy it", "C: we mill it", "we mill it", ["reply as_saved FLOUR"]),
        ("B", "C", None, ["reply as_saved FLOUR"]),
        ("B", "We mill.", "We mill.", ["reply as_saved FLOUR"]),
        ("dk: ask Ben", "dk: ask Bea", "ask Bea", []),
        ("not mine", "not mine", None, []),
    ],
)
def test_a_comment_follows_its_message_and_a_choice_stays(
    ana: Typist, typed: str, edited: str, comment_now: str | None, said: list[str]
) -> None:
    ts = ana.types(typed)
    before = answers(ana.bench.look("U-ANA"))

    spoken = ana.edits(ts, edited)

    assert owed(spoken) == said
    assert comment(ana.bench.look("U-ANA")) == comment_now
    assert answers(ana.bench.look("U-ANA")) == before


def test_of_several_lines_only_the_edited_one_is_replaced(ana: Typist) -> None:
    one, two, three = (ana.types(line) for line in ("We buy rye.", "And spelt.", "B: mostly"))

    ana.edits(two, "And wheat.")
    ana.edits(two, "And oats.\nA lot.")
    ana.edits(one, "We mill rye.")
    ana.edits(three, "B: always")

    assert comment(ana.bench.look("U-ANA")) == "We mill rye.\nAnd oats.\nA lot.\nalways"
    ana.deletes(two)
    assert comment(ana.bench.look("U-ANA")) == "We mill rye.\nalways"


def test_what_was_replaced_in_a_form_since_is_left_alone(ana: Typist) -> None:
    ts = ana.types("We buy it.")
    seat = ana.bench.seat("U-ANA")
    interview.comment(ana.bench.desk, "U-ANA", seat=seat, question="FLOUR", text="Rye.", key="m")

    ana.edits(ts, "We buy rye.")
    ana.deletes(ts)

    assert comment(ana.bench.look("U-ANA")) == "Rye."


def test_the_record_says_that_a_message_was_deleted(ana: Typist) -> None:
    ts = ana.types("B: we buy it")

    spoken = ana.deletes(ts)

    assert spoken.card == ana.bench.pack.item("FLOUR")
    assert spoken.last_card
    assert spoken.last_card.ts == ana.bench.ts_of_card("FLOUR")
    assert spoken.sitting.interview.taken_back == {"FLOUR"}
    assert answers(spoken.sitting) == {"FLOUR": "1"}
    ana.bench.clicks("U-ANA", 0)
    seat = ana.bench.seat("U-ANA")
    interview.comment(ana.bench.desk, "U-ANA", seat=seat, question="FLOUR", text="Rye.", key="m")
    assert ana.bench.look("U-ANA").interview.taken_back == frozenset()


def test_a_reason_is_replaced(ana: Typist) -> None:
    ts = ana.types("n/a: we buy bread")
    ana.edits(ts, "n/a: we buy all bread")
    assert ana.bench.look("U-ANA").interview.replies["FLOUR"].reason == "we buy all bread"

    ana.edits(ts, "We buy every loaf.")
    assert ana.bench.look("U-ANA").interview.replies["FLOUR"].reason == "We buy every loaf."
    assert owed(ana.edits(ts, "B")) == ["reply as_saved FLOUR"]
    ana.deletes(ts)
    assert answers(ana.bench.look("U-ANA")) == {"FLOUR": "does_not_apply"}


def test_evidence_goes_with_its_message(ana: Typist) -> None:
    ts = ana.types("https://mill.example/rye")
    assert owed(ana.edits(ts, "https://mill.example/spelt")) == ["reply reworded FLOUR"]
    shown = [each.text for each in evidence(ana.bench, EvidenceState.WAITING)]
    assert shown == ["https://mill.example/spelt"]

    assert owed(ana.deletes(ts)) == ["reply taken_back FLOUR"]

    assert evidence(ana.bench, EvidenceState.WAITING) == []
    assert ana.bench.look("U-ANA").interview.evidence == {}


def evidence(bench: Bench, state: EvidenceState) -> list[Evidence]:
    assessment = bench.look("U-ANA").assessment.id
    with bench.store.transaction("T1") as tx:
        return tx.evidence.in_state(assessment, state)


def test_the_same_edit_twice_is_one(ana: Typist) -> None:
    ts = ana.types("We buy it.")

    stamp = ana.now()
    heard = [owed(ana.edits(ts, "We buy rye.", stamp=stamp)) for _ in range(2)]

    assert heard == [["reply reworded FLOUR"], []]


@pytest.mark.parametrize(
    ("typed", "edited", "answer", "comment_now", "asks"),
    [
        ("B", "C", "2", None, "YEAST"),
        ("B: rye", "C: spelt", "2", "spelt", "YEAST"),
        ("We buy it.", "C", "2", None, "YEAST"),
        ("skip", "C", "2", None, "YEAST"),
        ("C", "I don't know", "dont_know", None, "YEAST"),
        ("C", "n/a because we buy bread", "does_not_apply", None, "YEAST"),
        ("n/a because we buy bread", "C", "2", None, "YEAST"),
    ],
)
def test_who_edits_a_line_before_it_was_heard_has_said_what_it_says_now(
    bench: Bench, ana: Typist, typed: str, edited: str, answer: str, comment_now: str | None, asks: str
) -> None:
    edited_at = ana.now()
    ts = ana.types(typed)

    ana.edits(ts, edited, stamp=edited_at)

    sitting = bench.look("U-ANA")
    assert answers(sitting) == {"FLOUR": answer}
    assert (comment(sitting), sitting.interview.asking and sitting.interview.asking.id) == (comment_now, asks)
    assert sitting.seat.answered == 1


def test_an_edit_that_comes_late_does_not_win_over_what_was_said_since(bench: Bench, ana: Typist) -> None:
    edited_at = ana.now()
    ts = ana.types("B")
    interview.change(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR")
    bench.clicks("U-ANA", 3, "FLOUR")

    ana.edits(ts, "C", stamp=edited_at)

    assert answers(bench.look("U-ANA")) == {"FLOUR": "3"}


def test_of_two_edits_that_overtake_each_other_the_later_one_counts(bench: Bench, ana: Typist) -> None:
    first, second = ana.now(), f"{float(ana.now()) + 1:.6f}"
    ts = ana.types("A")

    ana.edits(ts, "C: spelt", stamp=second)
    ana.edits(ts, "B: rye", stamp=first)

    sitting = bench.look("U-ANA")
    assert (answers(sitting), comment(sitting)) == ({"FLOUR": "2"}, "spelt")


def test_an_edit_that_is_heard_after_the_deletion_brings_nothing_back(bench: Bench, ana: Typist) -> None:
    edited_at = ana.now()
    ts = ana.types("B")
    ana.deletes(ts)

    ana.edits(ts, "B: we buy it", stamp=edited_at)

    assert comment(bench.look("U-ANA")) is None


def test_a_draft_after_closing_follows_what_its_line_says(
    bench: Bench, opened: Assessment, ana: Typist
) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    stamp, later = ana.now(), f"{float(ana.now()) + 1:.6f}"
    ts = ana.types("B: we buy it")

    def draft() -> tuple[Mapping[str, int | None], Mapping[str, str]]:
        now = interview.read_again(
            bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="FLOUR"
        ).interview.late
        return now.answers, now.comments

    assert owed(ana.edits(ts, "C: spelt", stamp=later)) == ["reply late FLOUR"]
    assert owed(ana.edits(ts, "D: rye", stamp=stamp)) == []
    assert draft() == ({"FLOUR": 2}, {"FLOUR": "spelt"})
    ana.edits(ts, "C")
    assert draft() == ({"FLOUR": 2}, {})

    words = ana.types("Ben says that it is rye.")
    ana.deletes(ts)
    assert draft() == ({"FLOUR": 2}, {"FLOUR": "Ben says that it is rye."})
    assert owed(ana.deletes(words)) == owed(ana.deletes(words)) == []
    assert draft() == ({"FLOUR": 2}, {})
    ana.edits(words, "It is rye.")
    assert draft() == ({"FLOUR": 2}, {})


def test_of_a_draft_that_was_deleted_with_its_line_nothing_can_be_added(
    bench: Bench, opened: Assessment, ana: Typist
) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    ts, seat = ana.types("We buy it."), bench.seat("U-ANA")
    late.ask(bench.desk, "U-ANA", seat=seat)
    ana.deletes(ts)

    with pytest.raises(NotLate):
        late.accept(bench.desk, "U-LEE", seat=seat)


def test_what_was_added_after_closing_follows_its_line_no_longer(
    bench: Bench, opened: Assessment, ana: Typist
) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    ts, seat = ana.types("B: we buy it"), bench.seat("U-ANA")
    late.ask(bench.desk, "U-ANA", seat=seat)
    late.accept(bench.desk, "U-LEE", seat=seat)

    with pytest.raises(AssessmentIsClosed):
        ana.deletes(ts)
    with pytest.raises(AssessmentIsClosed):
        ana.edits(ts, "B: we mill it")


def test_what_nobody_heard_is_left_alone(bench: Bench, ana: Typist) -> None:
    where = {"channel": "D-U-ANA", "ts": "1.1"}
    assert rewording.reword(bench.desk, "U-ANA", **where, text="B", stamp="1") is None
    assert rewording.take_back(bench.desk, "U-BEN", **where) is None


def test_after_closing_all_stays_as_it_is(bench: Bench, opened: Assessment, ana: Typist) -> None:
    ts = ana.types("B: we buy it")
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(AssessmentIsClosed):
        ana.edits(ts, "B: we mill it")
    with pytest.raises(AssessmentIsClosed):
        ana.deletes(ts)
