"""The interview by buttons. Ana bakes: she is asked FLOUR, YEAST and HEAT."""

from collections.abc import Callable
from functools import partial
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import evidence, interview, results
from conversation.contents import Nudge
from conversation.errors import AssessmentIsClosed, Forgotten, NoReason, NotYourSeat, StaleCard
from conversation.interview import DONT_KNOW, NOT_MINE, SKIPPED
from conversation.sitting import Choice, Spoken, card_key
from storage.records import Assessment, PostingState, Said, SeatState
from storage.store import Store
from storage.wire import Asked, Reply, Wire
from tests.conftest import few
from tests.conversation.desk import BAKERY, Bench, answers, owed
from tests.storage.given import at_once

FLOUR, YEAST, HEAT = (BAKERY.item(key) for key in ("FLOUR", "YEAST", "HEAT"))


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened({"U-ANA": ["BAKER"], "U-SAM": ["SELLER"]})


@pytest.fixture
def ana(bench: Bench, opened: Assessment) -> str:
    """Ana's seat; she has started."""
    bench.starts("U-ANA")
    return bench.seat("U-ANA")


def click(bench: Bench, seat: str, question: str, revision: int, choice: Choice | int) -> Spoken:
    """A click on a card as it was drawn once."""
    chosen = interview.option(choice) if isinstance(choice, int) else choice
    return interview.answer(
        bench.desk, "U-ANA", seat=seat, question=question, revision=revision, choice=chosen
    )


def test_from_the_start_to_sent(bench: Bench, opened: Assessment) -> None:
    heard = [owed(bench.starts("U-ANA"))]
    heard += [owed(bench.clicks("U-ANA", value)) for value in (0, 3, 1)]
    heard += [owed(bench.sends("U-ANA"))]

    assert heard == [["card FLOUR"], ["card YEAST"], ["card HEAT"], ["review"], ["reply sent"]]
    sitting = bench.look("U-ANA")
    assert answers(sitting) == {"FLOUR": "0", "YEAST": "3", "HEAT": "1"}
    assert (sitting.seat.state, sitting.seat.answered) == (SeatState.SENT, 3)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_answer_is_two_exchanges_with_postgresql(
    bench: Bench, opened: Assessment, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it goes on from; and all that it says, with the commit."""
    bench.clicks("U-ANA", 0)  # which prepares its statements
    exchanged: list[list[str]] = []
    ask = Wire.ask

    def noted(wire: Wire, *asked: Asked) -> list[Reply]:
        exchanged.append([sql.split()[0] for sql, _ in (*wire._later, *asked)])
        return ask(wire, *asked)

    monkeypatch.setattr(Wire, "ask", noted)
    click(bench, ana, "YEAST", 0, 1)

    assert exchanged == [
        ["BEGIN", "SELECT", "SELECT", "SELECT", "SELECT"],
        ["INSERT", "UPDATE", "INSERT", "COMMIT"],
    ]


def test_start_pressed_twice_is_one_card(bench: Bench, opened: Assessment) -> None:
    seat = bench.seat("U-ANA")

    pressed = [interview.start(bench.desk, "U-ANA", seat=seat) for _ in range(2)]

    assert list(map(owed, pressed)) == [["card FLOUR"], []]


def test_a_while_later_start_brings_the_card_to_the_bottom(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)

    assert owed(bench.starts("U-ANA")) == ["card YEAST"]
    assert owed(bench.starts("U-ANA")) == ["card YEAST"]


def test_the_same_click_twice_is_one_answer(bench: Bench, ana: str) -> None:
    first = click(bench, ana, "FLOUR", 0, 2)
    second = click(bench, ana, "FLOUR", 0, 2)

    assert (owed(first), owed(second)) == (["card YEAST"], [])
    assert (second.card, second.sitting.interview) == (FLOUR, first.sitting.interview)


def test_of_two_different_clicks_on_one_card_the_first_counts(bench: Bench, ana: str) -> None:
    click(bench, ana, "FLOUR", 0, 2)

    with pytest.raises(StaleCard) as refused:
        click(bench, ana, "FLOUR", 0, 3)

    assert refused.value.values == {"seat": ana, "now": 2, "question": "FLOUR", "number": 1}
    assert answers(bench.look("U-ANA")) == {"FLOUR": "2"}


@pytest.mark.parametrize("question", ["", "SALT"])
def test_a_form_about_a_question_that_nobody_asks_is_refused(bench: Bench, ana: str, question: str) -> None:
    with pytest.raises(StaleCard):
        interview.look(bench.desk, "U-ANA", seat=ana, question=question)


@pytest.mark.parametrize("question", ["HEAT", "PRICE", "SALT"])
def test_a_card_that_is_not_the_current_one_is_stale(bench: Bench, ana: str, question: str) -> None:
    with pytest.raises(StaleCard):
        click(bench, ana, question, 0, 1)

    assert answers(bench.look("U-ANA")) == {}


def test_before_the_start_there_is_no_card(bench: Bench, opened: Assessment) -> None:
    with pytest.raises(StaleCard) as refused:
        click(bench, bench.seat("U-ANA"), "FLOUR", 0, 1)

    assert refused.value.values["now"] is None


def test_back_asks_the_question_before_and_its_old_card_stays_stale(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 2)

    moved = interview.back(bench.desk, "U-ANA", seat=ana, question="YEAST", revision=0)
    with pytest.raises(StaleCard):
        click(bench, ana, "YEAST", 0, 1)
    with pytest.raises(StaleCard):
        click(bench, ana, "FLOUR", 0, 3)
    changed = click(bench, ana, "FLOUR", 1, 3)

    assert (owed(moved), moved.card) == (["card FLOUR"], YEAST)
    assert owed(changed) == ["card YEAST"]
    assert answers(bench.look("U-ANA")) == {"FLOUR": "3"}


def test_back_from_the_first_question_goes_nowhere(bench: Bench, ana: str) -> None:
    moved = interview.back(bench.desk, "U-ANA", seat=ana, question="FLOUR", revision=0)

    assert (owed(moved), moved.card) == ([], None)
    assert bench.look("U-ANA").interview.asking == FLOUR


def test_on_two_devices_each_question_is_answered_once(bench: Bench, ana: str) -> None:
    """The phone shows the first card still, the desktop is at the third."""
    click(bench, ana, "FLOUR", 0, 1)
    click(bench, ana, "YEAST", 0, 1)

    same = click(bench, ana, "FLOUR", 0, 1)
    with pytest.raises(StaleCard) as refused:
        click(bench, ana, "FLOUR", 0, 0)

    assert owed(same) == []
    assert refused.value.values["now"] == 3
    assert answers(bench.look("U-ANA")) == {"FLOUR": "1", "YEAST": "1"}


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (DONT_KNOW, "dont_know"),
        (NOT_MINE, "not_mine"),
        (SKIPPED, "skipped"),
        (interview.does_not_apply("  We buy bread. "), "does_not_apply"),
    ],
)
def test_what_is_no_option_is_a_fact_too(bench: Bench, ana: str, choice: Choice, kept: str) -> None:
    heard = bench.clicks("U-ANA", choice)

    reply = heard.sitting.interview.replies["FLOUR"]
    assert (owed(heard), str(reply.kind), reply.value) == (["card YEAST"], kept, None)
    assert reply.reason == ("We buy bread." if kept == "does_not_apply" else None)


def test_what_does_not_apply_needs_a_reason() -> None:
    with pytest.raises(NoReason):
        interview.does_not_apply("  ")


@pytest.mark.parametrize("value", [4, -1])
def test_a_question_has_no_option_beyond_its_last(bench: Bench, ana: str, value: int) -> None:
    with pytest.raises(StaleCard):
        click(bench, ana, "FLOUR", 0, value)

    assert answers(bench.look("U-ANA")) == {}


def test_what_was_skipped_waits_at_the_review(bench: Bench, ana: str) -> None:
    for choice in (SKIPPED, 1, 1):
        at_review = bench.clicks("U-ANA", choice)

    again = interview.change(bench.desk, "U-ANA", seat=ana, question="FLOUR")
    done = click(bench, ana, "FLOUR", 1, 2)

    assert owed(at_review) == ["review"]
    assert at_review.sitting.interview.skipped == (FLOUR,)
    assert (owed(again), owed(done)) == (["card FLOUR"], ["review"])
    assert done.sitting.interview.skipped == ()


def test_skipped_questions_may_stay_open(bench: Bench, ana: str) -> None:
    for choice in (SKIPPED, SKIPPED, 1):
        bench.clicks("U-ANA", choice)

    assert owed(bench.sends("U-ANA")) == ["reply sent"]
    assert bench.look("U-ANA").seat.answered == 1


def test_an_earlier_answer_can_be_changed_on_the_way(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)

    changing = interview.change(bench.desk, "U-ANA", seat=ana, question="FLOUR")
    pressed_twice = interview.change(bench.desk, "U-ANA", seat=ana, question="FLOUR")

    assert (owed(changing), changing.card, owed(pressed_twice)) == (["card FLOUR"], YEAST, [])
    assert owed(click(bench, ana, "FLOUR", 1, 1)) == ["card YEAST"]


def test_a_comment_is_replaced_and_removed_and_the_card_stays(bench: Bench, ana: str) -> None:
    def comment(text: str, key: str, question: str = "FLOUR") -> Spoken:
        return interview.comment(bench.desk, "U-ANA", seat=ana, question=question, text=text, key=key)

    kept = [
        comment(" Rye. ", "V1"),
        comment("Spelt.", "V2"),
        comment("Spelt!", "V2"),
        comment("Ok", "V3", YEAST.id),
    ]
    comments = bench.look("U-ANA").interview.comments
    removed = comment("", "V4")

    assert comments == {"FLOUR": "Spelt.", "YEAST": "Ok"}
    assert [owed(each) for each in kept] == [
        ["reply commented FLOUR"],
        ["reply commented FLOUR"],
        [],
        ["reply commented YEAST"],
    ]
    assert [each.card for each in kept] == [None, None, None, YEAST]
    assert removed.sitting.interview.comments == {"YEAST": "Ok"}
    assert removed.sitting.interview.asking == FLOUR


@pytest.mark.parametrize("deed", [interview.explain, interview.pause])
def test_a_question_or_a_pause_is_answered_once_and_changes_nothing(
    bench: Bench, ana: str, deed: object
) -> None:
    def do(key: str) -> Spoken:
        if deed is interview.pause:
            return interview.pause(bench.desk, "U-ANA", seat=ana, key=key)
        return interview.explain(bench.desk, "U-ANA", seat=ana, question="FLOUR", key=key)

    before = bench.look("U-ANA")
    heard = [len(do(key).owed) for key in ("1.0", "1.0", "2.0")]

    assert heard == [1, 0, 1]
    assert bench.look("U-ANA") == before


def test_sending_needs_the_review_and_happens_once(bench: Bench, ana: str) -> None:
    too_early = bench.sends("U-ANA")
    bench.answers_all("U-ANA")
    sent, again = bench.sends("U-ANA"), bench.sends("U-ANA")

    assert [owed(each) for each in (too_early, sent, again)] == [["card FLOUR"], ["reply sent"], []]


def test_after_sending_an_answer_can_still_be_changed(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA", 1)
    bench.sends("U-ANA")

    reviewing = interview.review(bench.desk, "U-ANA", seat=ana)
    changing = interview.change(bench.desk, "U-ANA", seat=ana, question="YEAST")
    changed = click(bench, ana, "YEAST", 1, 3)

    assert [owed(each) for each in (reviewing, changing, changed)] == [
        ["review"],
        ["card YEAST"],
        ["reply changed"],
    ]
    sitting = bench.look("U-ANA")
    assert (sitting.seat.state, answers(sitting)["YEAST"]) == (SeatState.SENT, "3")


def test_review_in_the_middle_goes_on_from_there(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)
    bench.clock.passes(minutes=1)

    assert owed(interview.review(bench.desk, "U-ANA", seat=ana)) == ["card YEAST"]


def test_who_declines_is_not_reminded_and_may_change_their_mind(bench: Bench, opened: Assessment) -> None:
    seat = bench.seat("U-ANA")

    declined = [interview.decline(bench.desk, "U-ANA", seat=seat) for _ in range(2)]
    state = bench.look("U-ANA").seat.state
    bench.clock.passes(days=2)
    nudges = [said for said in bench.beat() if isinstance(said, Nudge)]
    nudged = [line.sitting.seat.user_id for nudge in nudges for line in nudge.lines]
    started = bench.starts("U-ANA")

    assert (state, list(map(owed, declined)), nudged) == (SeatState.DECLINED, [[], []], ["U-SAM"])
    assert owed(started) == ["card FLOUR"]
    assert bench.look("U-ANA").seat.state is SeatState.STARTED


def test_who_declined_on_the_way_starts_again_where_they_were(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)
    interview.decline(bench.desk, "U-ANA", seat=ana)

    assert owed(bench.starts("U-ANA")) == ["card YEAST"]
    assert bench.look("U-ANA").seat.state is SeatState.STARTED


def test_who_has_sent_does_not_decline_by_an_old_button(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")

    with pytest.raises(StaleCard):
        interview.decline(bench.desk, "U-ANA", seat=ana)

    assert bench.look("U-ANA").seat.state is SeatState.SENT


def test_the_facilitator_hears_when_the_last_one_is_done_and_once(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA")
    first = bench.sends("U-ANA")

    last = bench.drawn(interview.decline(bench.desk, "U-SAM", seat=bench.seat("U-SAM")))
    bench.starts("U-SAM")
    bench.answers_all("U-SAM")
    after_all = bench.sends("U-SAM")

    assert [owed(each) for each in (first, last, after_all)] == [
        ["reply sent"],
        ["finished"],
        ["reply sent"],
    ]


def test_a_seat_is_one_persons(bench: Bench, ana: str) -> None:
    for seat, refused in ((ana, NotYourSeat), ("forgotten", Forgotten)):
        with pytest.raises(refused):
            interview.answer(bench.desk, "U-SAM", seat=seat, question="FLOUR", revision=0, choice=DONT_KNOW)

    assert answers(bench.look("U-ANA")) == {}


def test_after_closing_nothing_changes(bench: Bench, opened: Assessment, ana: str) -> None:
    bench.clicks("U-ANA", 1)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    deeds = [
        lambda: interview.start(bench.desk, "U-ANA", seat=ana),
        lambda: interview.send(bench.desk, "U-ANA", seat=ana),
        lambda: interview.look(bench.desk, "U-ANA", seat=ana),
    ]
    for deed in deeds:
        with pytest.raises(AssessmentIsClosed) as refused:
            deed()
        assert refused.value.values == {"subject": "ABC Inc.", "facilitator": "U-LEE"}

    with bench.store.transaction("T1") as tx:
        assert [fact.kind for fact in tx.answers.of(ana)] == [Said.STARTED, Said.ANSWERED]


def test_two_roles_share_one_questionnaire(bench: Bench) -> None:
    bench.opened({"U-BEA": ["SELLER", "BAKER"]})

    bench.answers_all("U-BEA", 2)

    assert answers(bench.look("U-BEA")) == dict.fromkeys(["FLOUR", "YEAST", "HEAT", "PRICE"], "2")


def test_the_card_that_becomes_a_record_is_the_one_that_was_answered(bench: Bench, ana: str) -> None:
    """Also when it was brought to the bottom once more."""
    bench.starts("U-ANA")
    copies = [posting.key for posting in bench.posted if posting.kind == "card"]

    answered = bench.clicks("U-ANA", 1)

    assert len(copies) == 2
    assert answered.card == FLOUR
    assert answered.last_card == bench.found(copies[-1])


def test_a_card_that_was_overtaken_before_it_was_drawn_is_not_drawn(bench: Bench, ana: str) -> None:
    """The process died after the first answer; the next one has answered on from the desktop since."""
    undrawn = click(bench, ana, "FLOUR", 0, 1)
    bench.clicks("U-ANA", 1)

    late = bench.post(undrawn.owed)

    assert late == []
    assert bench.found(undrawn.owed[0].key).state is PostingState.DROPPED


def test_the_review_is_not_drawn_after_sending(bench: Bench, ana: str) -> None:
    bench.clicks("U-ANA", 1)
    bench.clicks("U-ANA", 1)
    undrawn = click(bench, ana, "HEAT", 0, 1)
    interview.send(bench.desk, "U-ANA", seat=ana)

    assert bench.post(undrawn.owed) == []


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("click"), st.sampled_from([0, 1, 2, 3, DONT_KNOW, SKIPPED])),
        st.tuples(st.just("stale click"), st.sampled_from(["FLOUR", "YEAST", "HEAT"])),
        st.tuples(st.just("back"), st.none()),
        st.tuples(st.just("start"), st.none()),
        st.tuples(st.just("change"), st.sampled_from(["FLOUR", "YEAST", "HEAT"])),
        st.tuples(st.just("comment"), st.sampled_from(["FLOUR", "HEAT"])),
        st.tuples(st.just("send"), st.none()),
        st.tuples(st.just("decline"), st.none()),
        st.tuples(
            st.just("type"),
            st.sampled_from(["B", "dk: no", "hm", "back", "edit 2", "skip", "send", "review", "n/a", ":+1:"]),
        ),
    ),
    max_size=25,
)


@few(20)
@given(DEEDS)
def test_whatever_is_done_it_is_heard_as_kept_and_the_present_card_is_owed_once(
    deeds: list[tuple[str, object]],
) -> None:
    """After every deed: what the use case said is what a fresh reading says; the present card is in the
    ledger; of all cards that were ever owed no other is still wanted; and a typed line that comes again owes
    nothing."""
    store = Store.in_memory()
    bench = Bench(store)
    bench.opened({"U-ANA": ["BAKER"], "U-SAM": ["SELLER"]})
    seat = bench.seat("U-ANA")
    undrawn = []
    for n, (deed, what) in enumerate(deeds):
        bench.clock.passes(minutes=1)
        try:
            spoken = _do(bench, seat, n, deed, what)
        except StaleCard:
            continue
        undrawn += [posting for posting in spoken.owed if posting.kind == "card"]

        sitting = bench.look("U-ANA")
        assert spoken.sitting.interview.replies == sitting.interview.replies
        assert spoken.sitting.interview.asking == sitting.interview.asking
        if deed == "type" and any(fact.key.endswith(f"/line-{n}") for fact in sitting.said):
            assert bench.writes("U-ANA", str(what), ts=f"line-{n}").owed == ()
        if sitting.interview.turn and sitting.seat.state is not SeatState.DECLINED:
            assert bench.found(card_key(sitting)).kind == "card"
    wanted = {posting.key for posting in undrawn if bench.post([posting])}
    assert wanted <= {card_key(bench.look("U-ANA"))}
    store.close()


def _do(bench: Bench, seat: str, n: int, deed: str, what: object) -> Spoken:
    desk, now = bench.desk, bench.look("U-ANA").interview
    asking = now.asking.id if now.asking else "FLOUR"
    match deed:
        case "click":
            choice = interview.option(what) if isinstance(what, int) else what
            assert isinstance(choice, Choice)
            revision = now.revision(asking)
            return interview.answer(
                desk, "U-ANA", seat=seat, question=asking, revision=revision, choice=choice
            )
        case "stale click":
            return click(bench, seat, str(what), 0, 1)
        case "back":
            return interview.back(desk, "U-ANA", seat=seat, question=asking, revision=now.revision(asking))
        case "start":
            return interview.start(desk, "U-ANA", seat=seat)
        case "change":
            if not now.started:
                return interview.start(desk, "U-ANA", seat=seat)
            return interview.change(desk, "U-ANA", seat=seat, question=str(what))
        case "comment":
            return interview.comment(desk, "U-ANA", seat=seat, question=str(what), text="Hm", key=f"V{n}")
        case "send":
            if not now.started:
                return interview.start(desk, "U-ANA", seat=seat)
            return interview.send(desk, "U-ANA", seat=seat)
        case "decline":
            return interview.decline(desk, "U-ANA", seat=seat)
        case _:
            if bench.look("U-ANA").seat.state is SeatState.DECLINED:
                return interview.start(desk, "U-ANA", seat=seat)
            return bench.writes("U-ANA", str(what), ts=f"line-{n}")


def test_two_who_finish_at_once_have_the_facilitator_told_once(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA")
    bench.answers_all("U-SAM")
    seats = {user: bench.seat(user) for user in ("U-ANA", "U-SAM")}

    told = at_once(*(partial(interview.send, bench.desk, user, seat=seat) for user, seat in seats.items()))

    assert sorted(chain(*map(owed, told))) == ["finished", "reply sent", "reply sent"]


def test_of_different_clicks_at_once_one_counts_and_one_card_is_owed(bench: Bench, ana: str) -> None:
    def attempt(value: int) -> list[str] | int:
        try:
            return owed(click(bench, ana, "FLOUR", 0, value))
        except StaleCard:
            return value

    heard = at_once(*(partial(attempt, value) for value in range(4)))

    stale = {each for each in heard if isinstance(each, int)}
    assert [each for each in heard if not isinstance(each, int)] == [["card YEAST"]]
    assert {int(answers(bench.look("U-ANA"))["FLOUR"])} == set(range(4)) - stale


@pytest.mark.parametrize(
    "does",
    [
        interview.change,
        interview.read_again,
        evidence.of_question,
        partial(interview.explain, key="k"),
        partial(interview.comment, text="We do.", key="k"),
    ],
)
def test_a_question_that_is_not_theirs_is_a_card_of_before(
    bench: Bench, opened: Assessment, does: Callable[..., object]
) -> None:
    bench.starts("U-ANA")

    with pytest.raises(StaleCard):
        does(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), question="NONE")


def test_without_an_answer_of_last_time_none_is_still_so(bench: Bench, ana: str) -> None:
    with pytest.raises(StaleCard):
        interview.still(bench.desk, "U-ANA", seat=ana, question="FLOUR", revision=0)

    assert answers(bench.look("U-ANA")) == {}
