"""From a draft to an open assessment: nothing is sent before the launch, and then everything is owed."""

from contextlib import nullcontext, suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from conversation import drafting, jobtitles, launching, opening, results, tightening
from conversation.contents import Invite, PrivacyTightened
from conversation.drafting import Draft
from conversation.errors import (
    AlreadyClosed,
    AlreadyLaunched,
    AlreadyOpen,
    ClosesTooSoon,
    DraftChanged,
    NobodyInvited,
    NobodyIsAsked,
    NoSubject,
    NoSuchAssessment,
    NotFacilitator,
    Refused,
    TooFewToHide,
    TooManyPeople,
    WouldLoosen,
)
from conversation.pack import Length, Pack
from conversation.scope import Privacy, Scope
from conversation.tightening import Tightened
from storage.records import Assessment, AssessmentState, Person, SeatState
from tests.conversation.desk import BAKERY, FRIDAY_WEEK, LEE, Bench, short
from tests.storage.given import at_once

ANA, BEN = Person(user_id="U-ANA", name="Ana"), Person(user_id="U-BEN", name="Ben", tz="America/New_York")
PEOPLE = {person.user_id: person for person in (ANA, BEN)}
SCOPE = Scope(aspects=("dough", "oven"), people=tuple(PEOPLE))


def draft(
    bench: Bench, *, subject: str = "ABC Inc.", wanted: Scope = SCOPE, closes_on: date = FRIDAY_WEEK
) -> Draft:
    return drafting.draft(bench.desk, LEE, subject=subject, scope=wanted, channel="C-ML", closes_on=closes_on)


def launch(
    bench: Bench, found: Draft, roles: dict[str, list[str]] | None = None, by: str = LEE.user_id
) -> opening.Launched:
    roles = roles or {"U-ANA": ["BAKER"], "U-BEN": ["SELLER", "BAKER"]}
    return opening.launch(bench.desk, by, assessment=found.assessment.id, roles=roles, people=PEOPLE)


def test_a_draft_is_kept_and_sends_nothing(bench: Bench) -> None:
    drafted = draft(bench, subject="  ABC\n Inc. ")

    waiting = drafting.waiting_draft(bench.desk, LEE.user_id)

    assert waiting == drafted
    assert (drafted.assessment.subject, drafted.assessment.round) == ("ABC Inc.", 1)
    assert drafted.assessment.closes_at == datetime(2026, 12, 4, 17, tzinfo=UTC)
    assert bench.beat() == []


def test_a_second_draft_takes_the_place_of_the_first(bench: Bench) -> None:
    draft(bench, subject="The bakery")
    draft(bench)
    changed = draft(bench, wanted=SCOPE.model_copy(update={"goal": "Better bread"}))

    launched = launch(bench, changed)

    assert drafting.waiting_draft(bench.desk, LEE.user_id) is None
    assert (launched.assessment.round, Scope.of(launched.assessment).goal) == (1, "Better bread")


@pytest.mark.parametrize(
    ("said", "kept"), [(("oven", "steam"), ("oven",)), ((" ",), ("dough", "oven"))], ids=["one", "none"]
)
def test_what_the_pack_does_not_have_is_not_in_scope(
    bench: Bench, said: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    wanted = SCOPE.model_copy(update={"aspects": said})

    begun = draft(bench, wanted=wanted)
    changed = draft(bench, wanted=wanted)

    assert begun.scope.aspects == changed.scope.aspects == kept
    assert drafting.waiting_draft(bench.desk, LEE.user_id) == changed


@pytest.mark.parametrize(("mine", "goal"), [(True, "Better bread"), (False, "Cheaper bread")])
def test_a_clash_is_settled_once_however_often_its_form_arrives(
    bench: Bench, *, mine: bool, goal: str
) -> None:
    drafted = draft(bench)
    about = {"assessment": drafted.assessment.id, "step": "matters"}
    drafting.refine(bench.desk, LEE.user_id, **about, seen=1, goal="Cheaper bread")
    with pytest.raises(DraftChanged) as told:
        drafting.refine(bench.desk, LEE.user_id, **about, seen=1, goal="Better bread")
    form = partial(drafting.settle, bench.desk, LEE.user_id, **about, **shown(told.value), mine=mine)
    settled = form()
    with pytest.raises(DraftChanged) as elsewhere:  # the same person, on another screen
        drafting.refine(bench.desk, LEE.user_id, **about, seen=1, goal="Bigger bread")

    again = form()

    assert (settled.scope.goal, again.scope.goal) == (goal, goal)
    assert again.drafted.revision == settled.drafted.revision
    other = drafting.settle(bench.desk, LEE.user_id, **about, **shown(elsewhere.value), mine=True)
    assert (other.scope.goal, other.drafted.aside) == ("Bigger bread", {})


def shown(clash: DraftChanged) -> dict[str, Any]:
    """What its form carries."""
    return {"aside": clash.values["aside"], "seen": clash.values["draft"].drafted.revision}


def test_the_next_round_of_a_subject(bench: Bench) -> None:
    launch(bench, draft(bench))

    again = draft(bench, subject="abc inc.")

    assert (again.assessment.round, again.assessment.state) == (2, AssessmentState.DRAFT)


@pytest.mark.parametrize(
    ("change", "closes_on", "refusal"),
    [
        ({"people": ()}, FRIDAY_WEEK, NobodyInvited(without=[])),
        ({"people": tuple(map(str, range(301)))}, FRIDAY_WEEK, TooManyPeople(number=301, most=300)),
        ({}, date(2026, 11, 22), ClosesTooSoon(date=date(2026, 11, 22), passed=True)),
    ],
)
def test_a_draft_that_could_not_work_is_refused(
    bench: Bench, change: dict[str, object], closes_on: date, refusal: Refused
) -> None:
    with pytest.raises(type(refusal)) as refused:
        draft(bench, wanted=SCOPE.model_copy(update=change), closes_on=closes_on)

    if refused.value.values:
        assert refused.value.values == refusal.values
    assert drafting.waiting_draft(bench.desk, LEE.user_id) is None


@pytest.mark.parametrize("subject", ["", "   ", "\n\t\u2003"])
def test_what_is_assessed_needs_a_name(bench: Bench, subject: str) -> None:
    with pytest.raises(NoSubject):
        bench.opened({"U-ANA": ["BAKER"]}, subject=subject)

    assert drafting.waiting_draft(bench.desk, "U-LEE") is None


def test_a_launch_invites_everybody_in_their_working_hours(bench: Bench) -> None:
    launched = launch(bench, draft(bench))

    assert (launched.people, launched.assessment.state) == (2, AssessmentState.OPEN)
    assert [posting.kind for posting in launched.owed] == ["intro", "launched"]
    assert list(map(short, bench.beat())) == ["invite"]
    with bench.store.transaction("T1") as tx:
        seats = tx.seats.of(launched.assessment.id)
    assert [(seat.user_id, seat.roles, seat.questions, seat.state) for seat in seats] == [
        ("U-ANA", ("BAKER",), 3, SeatState.INVITED),
        ("U-BEN", ("BAKER", "SELLER"), 4, SeatState.INVITED),
    ]
    assert seats[1].invited_at == datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


def test_who_sleeps_is_invited_in_their_morning(bench: Bench) -> None:
    bench.post(launch(bench, draft(bench)).owed)
    bench.beat()

    bench.clock.passes(hours=4.4)
    early = bench.beat()
    bench.clock.passes(hours=0.2)

    assert (early, list(map(short, bench.beat()))) == ([], ["invite"])


def test_an_invitation_that_is_late_does_not_come_at_night(bench: Bench) -> None:
    bench.post(launch(bench, draft(bench)).owed)
    bench.beat()

    bench.clock.passes(hours=18)  # 23:00 for Ben
    at_night = bench.beat()
    bench.clock.passes(hours=10.6)

    assert at_night == []
    assert list(map(short, bench.beat())) == ["invite"]


def test_a_launch_happens_once(bench: Bench) -> None:
    drafted = draft(bench)
    launch(bench, drafted)

    with pytest.raises(AlreadyLaunched):
        launch(bench, drafted)

    with bench.store.transaction("T1") as tx:
        assert len(tx.seats.of(drafted.assessment.id)) == 2


def test_what_is_launched_is_no_draft_any_more_and_not_set_up_again(bench: Bench) -> None:
    launched = launch(bench, draft(bench)).assessment

    with pytest.raises(AlreadyLaunched):
        drafting.drafted(bench.desk, "U-LEE", assessment=launched.id)
    with pytest.raises(AlreadyLaunched):
        drafting.refine(bench.desk, "U-LEE", assessment=launched.id, step="matters", seen=1, goal="More")
    with pytest.raises(AlreadyOpen):
        drafting.must_not_be_open(bench.desk, "U-LEE", subject=" abc inc.")


def test_too_few_to_hide_each_other_are_not_asked(bench: Bench) -> None:
    hidden = SCOPE.model_copy(update={"privacy": Privacy.CONFIDENTIAL, "group": 3})
    drafted = draft(bench, wanted=hidden)

    with pytest.raises(TooFewToHide):
        launch(bench, drafted)
    with pytest.raises(TooFewToHide):
        launching.check(bench.desk, "U-LEE", assessment=ready(bench, drafted, "BAKER").assessment.id)


def test_nobody_is_asked_nothing(bench: Bench) -> None:
    drafted = ready(bench, draft(bench, wanted=SCOPE.model_copy(update={"aspects": ("dough",)})), "SELLER")

    for check in (launching.check, launching.try_out):
        with pytest.raises(NobodyIsAsked):
            check(bench.desk, "U-LEE", assessment=drafted.assessment.id)


def test_who_launches_what_was_changed_meanwhile_sees_it_first(bench: Bench) -> None:
    drafted = ready(bench, draft(bench), "BAKER")
    about = {"assessment": drafted.assessment.id}
    seen = launching.check(bench.desk, "U-LEE", **about).draft.drafted.revision
    drafting.refine(bench.desk, "U-LEE", **about, step="matters", seen=seen, goal="Better bread")

    with pytest.raises(DraftChanged):
        launching.ready(bench.desk, "U-LEE", **about, seen=seen)


def ready(bench: Bench, drafted: Draft, role: str) -> Draft:
    """Ana and Ben were found, and have that role."""
    launching.gathered(
        bench.desk,
        "U-LEE",
        assessment=drafted.assessment.id,
        found=dict.fromkeys(PEOPLE, ()),
        people=PEOPLE.values(),
    )
    about = {"assessment": drafted.assessment.id, "roles": {key: [role] for key in PEOPLE}}
    return drafting.assign(bench.desk, "U-LEE", **about)


@pytest.mark.parametrize(
    ("roles", "by", "refusal"),
    [
        ({}, "U-ANA", NotFacilitator),
        ({"U-ANA": [], "U-BEN": ["BAKER"]}, "U-LEE", NobodyInvited),
        ({"U-ANA": ["BAKER"], "U-BEN": ["MILLER"]}, "U-LEE", NobodyIsAsked),
    ],
)
def test_a_launch_that_could_not_work_leaves_the_draft(
    bench: Bench, roles: dict[str, list[str]], by: str, refusal: type[Refused]
) -> None:
    drafted = draft(bench)

    with pytest.raises(refusal):
        launch(bench, drafted, roles, by)

    assert drafting.waiting_draft(bench.desk, LEE.user_id) == drafted
    assert bench.beat() == []


def test_a_launch_when_it_is_too_late_or_of_nothing(bench: Bench) -> None:
    drafted = draft(bench, closes_on=date(2026, 11, 23))
    bench.clock.passes(hours=3.5)

    with pytest.raises(ClosesTooSoon) as refused:
        launch(bench, drafted)
    assert refused.value.values == {"date": date(2026, 11, 23), "passed": False}
    with pytest.raises(NoSuchAssessment):
        opening.launch(bench.desk, LEE.user_id, assessment="?", roles={"U-ANA": ["BAKER"]}, people=PEOPLE)


def test_a_draft_that_was_left_for_too_long_is_told_that_its_day_has_passed(bench: Bench) -> None:
    west = LEE.model_copy(update={"tz": "America/Los_Angeles"})  # closes on the next day by UTC
    about = {"subject": "ABC Inc.", "scope": SCOPE, "channel": None, "closes_on": FRIDAY_WEEK}
    drafted = drafting.draft(bench.desk, west, **about)
    found, roles = {"assessment": drafted.assessment.id}, {"U-ANA": ["BAKER"], "U-BEN": ["BAKER"]}
    drafting.assign(bench.desk, LEE.user_id, **found, roles=roles)
    bench.clock.passes(days=20)

    with pytest.raises(ClosesTooSoon) as launched:
        launch(bench, drafted, roles)
    with pytest.raises(ClosesTooSoon) as looked:
        launching.check(bench.desk, LEE.user_id, **found)

    day = {"date": FRIDAY_WEEK, "passed": True}
    assert [launched.value.values, looked.value.values] == [day, day]


def test_a_role_given_twice_is_one(bench: Bench) -> None:
    launch(bench, draft(bench), {"U-ANA": ["BAKER", "BAKER"]})

    assert bench.look("U-ANA").seat.roles == ("BAKER",)


@pytest.mark.parametrize(
    ("length", "asked"),
    [
        (Length.SHORT, ["FLOUR", "HEAT"]),
        (Length.STANDARD, ["PRICE"]),
        (Length.LONG, ["FLOUR", "PRICE"]),
    ],
)
def test_the_length_decides_what_a_seller_is_asked(bench: Bench, length: Length, asked: list[str]) -> None:
    bench.opened({"U-SAM": ["SELLER"]}, length=length)

    sitting = bench.look("U-SAM")

    assert [item.id for item in sitting.interview.items] == asked
    assert sitting.seat.questions == len(asked)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Senior ML Engineer", ("MLE",)),
        ("Data engineer, ML platform", ("DE",)),
        ("data scientist/analyst", ("DS",)),
        ("Científica de datos", ("DS",)),
        ("Ingeniera de datos, plataforma", ("DE",)),
        ("Ingeniero de machine learning sénior", ("MLE",)),
        ("Jefa de producto", ("PM",)),
        ("Analista de negocio", ("BA",)),
        ("cientifica de datos", ("DS",)),
        ("Ingeniero/a de datos", ("DE",)),
        ("Científico(a) de datos", ("DS",)),
        ("Gardener", ()),
        ("", ()),
    ],
)
def test_a_job_title_suggests_a_role(title: str, role: tuple[str, ...]) -> None:
    assert jobtitles.suggested_roles(Pack.shipped("mlops"), title) == role


def test_seven_working_days_to_answer() -> None:
    monday_evening = datetime(2026, 11, 23, 23, tzinfo=UTC)

    assert drafting.proposed_closing(monday_evening, "UTC") == date(2026, 12, 2)
    assert drafting.proposed_closing(monday_evening, "Asia/Tokyo") == date(2026, 12, 3)


def test_the_questions_stay_those_of_the_launch(bench: Bench) -> None:
    bench.opened({"U-ANA": ["BAKER"]})
    renamed = Pack.from_snapshot(BAKERY.snapshot().replace("YEAST", "SALT"))

    later = Bench(bench.store, pack=renamed, clock=bench.clock)

    assert [item.id for item in later.look("U-ANA").interview.items] == ["FLOUR", "YEAST", "HEAT"]


SIX = {f"U-{name}": ["BAKER"] for name in ("ANA", "BEN", "CAT", "DAN", "EVA", "FAY")}


def tighten(
    bench: Bench, opened: Assessment, privacy: Privacy, group: int = 5, by: str = "U-LEE"
) -> Tightened:
    return tightening.tighten(bench.desk, by, assessment=opened.id, privacy=privacy, group=group)


def test_whoever_was_invited_is_told_once_that_less_is_seen(bench: Bench) -> None:
    opened = bench.opened(SIX)
    bench.answers_all("U-ANA", 2)

    tightened = tighten(bench, opened, Privacy.ANONYMOUS, 3)
    again = tighten(bench, opened, Privacy.ANONYMOUS, 3)

    told = bench.beat()
    assert (tightened.told, again.told, [*map(short, told)]) == (6, 0, ["privacytightened"] * 6)
    assert {
        (each.scope.privacy, each.scope.group) for each in told if isinstance(each, PrivacyTightened)
    } == {(Privacy.ANONYMOUS, 3)}
    assert bench.beat() == []


def test_an_invitation_that_goes_out_later_says_so_itself(bench: Bench) -> None:
    opened = bench.opened(SIX, tz="America/Los_Angeles")

    tightened = tighten(bench, opened, Privacy.CONFIDENTIAL)

    bench.clock.passes(hours=8)
    told = bench.beat()
    assert (tightened.told, [*map(short, told)]) == (0, ["invite"] * 6)
    assert {each.scope.privacy for each in told if isinstance(each, Invite)} == {Privacy.CONFIDENTIAL}


def test_what_became_tighter_still_is_told_in_one_message(bench: Bench) -> None:
    opened = bench.opened(SIX)
    tighten(bench, opened, Privacy.CONFIDENTIAL)
    tighten(bench, opened, Privacy.CONFIDENTIAL, 6)
    tighten(bench, opened, Privacy.ANONYMOUS, 6)

    assert [*map(short, bench.beat())] == ["privacytightened"] * 6


def test_nobody_is_told_at_night_or_after_closing(bench: Bench) -> None:
    opened = bench.opened(SIX)
    bench.clock.passes(hours=12)
    tighten(bench, opened, Privacy.CONFIDENTIAL)

    assert bench.beat() == []
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.clock.passes(hours=12)
    assert bench.beat() == []


@pytest.mark.parametrize(
    ("before", "privacy", "group", "refusal"),
    [
        ((Privacy.CONFIDENTIAL, 5), Privacy.ATTRIBUTED, 5, WouldLoosen),
        ((Privacy.ANONYMOUS, 5), Privacy.CONFIDENTIAL, 6, WouldLoosen),
        ((Privacy.CONFIDENTIAL, 5), Privacy.ANONYMOUS, 4, WouldLoosen),
        ((Privacy.CONFIDENTIAL, 5), Privacy.CONFIDENTIAL, 4, WouldLoosen),
        ((Privacy.CONFIDENTIAL, 5), Privacy.CONFIDENTIAL, 7, TooFewToHide),
        ((Privacy.ATTRIBUTED, 5), Privacy.ANONYMOUS, 7, TooFewToHide),
        ((Privacy.ATTRIBUTED, 5), Privacy.CONFIDENTIAL, 3, None),
        ((Privacy.CONFIDENTIAL, 3), Privacy.CONFIDENTIAL, 4, None),
        ((Privacy.CONFIDENTIAL, 3), Privacy.ANONYMOUS, 3, None),
    ],
)
def test_who_sees_what_becomes_tighter_and_never_looser(
    bench: Bench,
    before: tuple[Privacy, int],
    privacy: Privacy,
    group: int,
    refusal: type[Refused] | None,
) -> None:
    opened = bench.opened(SIX, privacy=before[0], group=before[1])

    with pytest.raises(refusal) if refusal else nullcontext():
        tighten(bench, opened, privacy, group)

    now = tightening.who_sees_what(bench.desk, "U-LEE", assessment=opened.id).scope
    assert (now.privacy, now.group) == (before if refusal else (privacy, group))


def test_of_two_who_tighten_at_once_neither_loosens(bench: Bench) -> None:
    opened = bench.opened(SIX)

    def tightens(privacy: Privacy) -> None:
        with suppress(WouldLoosen):
            tighten(bench, opened, privacy)

    at_once(partial(tightens, Privacy.ANONYMOUS), partial(tightens, Privacy.CONFIDENTIAL))

    now = tightening.who_sees_what(bench.desk, "U-LEE", assessment=opened.id).scope
    assert now.privacy is Privacy.ANONYMOUS


def test_closing_and_tightening_at_once_keep_the_promise(bench: Bench) -> None:
    """Either it was closed before, or nobody is known any more."""
    opened = bench.opened(SIX)

    def tightens() -> bool:
        try:
            tighten(bench, opened, Privacy.ANONYMOUS)
        except AlreadyClosed:
            return False
        return True

    done, _ = at_once(tightens, lambda: bool(results.close(bench.desk, "U-LEE", assessment=opened.id)))

    with bench.store.transaction("T1") as tx:
        known = [seat.user_id for seat in tx.seats.of(opened.id) if seat.user_id]
    assert known == ([] if done else sorted(SIX))


def test_only_the_facilitator_tightens_and_only_before_closing(bench: Bench) -> None:
    drafted = draft(bench)
    assert tighten(bench, drafted.assessment, Privacy.CONFIDENTIAL).told == 0
    opened = bench.opened(SIX)

    with pytest.raises(NotFacilitator):
        tighten(bench, opened, Privacy.ANONYMOUS, by="U-ANA")
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(AlreadyClosed):
        tighten(bench, opened, Privacy.ANONYMOUS)


def test_too_few_to_hide_each_other_are_refused_where_it_is_chosen(bench: Bench) -> None:
    drafted = draft(bench)
    hidden: dict[str, Any] = {"privacy": Privacy.ANONYMOUS, "group": 3}

    with pytest.raises(TooFewToHide):
        drafting.refine(bench.desk, "U-LEE", assessment=drafted.assessment.id, **hidden)

    assert drafting.drafted(bench.desk, "U-LEE", assessment=drafted.assessment.id).scope == drafted.scope


def test_members_of_a_channel_may_be_enough_to_hide_each_other(bench: Bench) -> None:
    drafted = draft(bench, wanted=SCOPE.model_copy(update={"sources": ("C-ML",)}))

    wanted = drafting.refine(bench.desk, "U-LEE", assessment=drafted.assessment.id, privacy=Privacy.ANONYMOUS)

    assert wanted.scope.privacy is Privacy.ANONYMOUS
