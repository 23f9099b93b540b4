"""Who facilitates: chosen, handed over, and what happens when somebody leaves."""

import pytest

from conversation import details, facilitating, leavers, reports, results
from conversation.contents import Live, Told, Verdict
from conversation.errors import (
    CannotFacilitate,
    ChangedMeanwhile,
    NoSuchAssessment,
    NotFacilitator,
    NotOwner,
    OwnerIsHere,
)
from conversation.scope import Privacy, Scope
from storage.records import Assessment, Person, PersonKind
from tests.conversation.desk import LEE, Bench
from tests.storage.given import at_once

KIM, OMAR = Person(user_id="U-KIM", name="Kim"), Person(user_id="U-OMAR", name="Omar")
ROLES = {"U-ANA": ["BAKER"], "U-BEA": ["BAKER"], "U-SAM": ["SELLER"]}


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened(ROLES)


def chosen(bench: Bench, opened: Assessment, *people: Person) -> None:
    was = facilitating.look(bench.desk, "U-LEE", assessment=opened.id).others
    bench.post(facilitating.choose(bench.desk, "U-LEE", assessment=opened.id, others=people, was=was).owed)


def told(bench: Bench) -> list[tuple[str, str]]:
    """Who was told what, in short."""
    return [(p.recipient, p.contents["word"]) for p in bench.posted if p.kind == "told"]


def test_everybody_whom_a_change_concerns_is_told_once(bench: Bench, opened: Assessment) -> None:
    chosen(bench, opened, KIM, OMAR)
    chosen(bench, opened, KIM, OMAR)
    chosen(bench, opened, OMAR)

    assert told(bench) == [("U-KIM", "added"), ("U-OMAR", "added"), ("U-KIM", "removed")]
    with bench.desk.transaction() as tx:
        deeds = [(deed.what, deed.values) for deed in tx.deeds.of(opened.id) if deed.what == "facilitators"]
    assert deeds == [
        ("facilitators", {"added": ["U-KIM", "U-OMAR"], "removed": []}),
        ("facilitators", {"added": [], "removed": ["U-KIM"]}),
    ]


@pytest.mark.parametrize(
    "person",
    [
        Person(user_id="U-1", name="Guest", kind=PersonKind.GUEST),
        Person(user_id="U-1", name="Bot", kind=PersonKind.BOT),
        Person(user_id="U-1", name="Elsewhere", kind=PersonKind.STRANGER),
        Person(user_id="U-1", name="Gone", gone=True),
    ],
)
def test_only_members_who_are_here_facilitate(bench: Bench, opened: Assessment, person: Person) -> None:
    with pytest.raises(CannotFacilitate):
        facilitating.choose(bench.desk, "U-LEE", assessment=opened.id, others=[person], was=())
    with pytest.raises(CannotFacilitate):
        facilitating.hand_over(bench.desk, "U-LEE", assessment=opened.id, to=person)


def test_of_two_forms_of_the_same_list_the_second_is_refused(bench: Bench, opened: Assessment) -> None:
    chosen(bench, opened, KIM)

    with pytest.raises(ChangedMeanwhile):
        facilitating.choose(bench.desk, "U-LEE", assessment=opened.id, others=[OMAR], was=())

    assert facilitating.look(bench.desk, "U-LEE", assessment=opened.id).others == ("U-KIM",)


def test_two_who_hand_over_at_once_hand_over_once(bench: Bench, opened: Assessment) -> None:
    def hands(to: Person) -> str:
        try:
            facilitating.hand_over(bench.desk, "U-LEE", assessment=opened.id, to=to)
        except NotFacilitator:  # pragma: no cover  # Lee goes on as a helper, so that it is NotOwner
            return ""
        except Exception as error:
            return type(error).__name__
        return to.user_id

    done = at_once(lambda: hands(KIM), lambda: hands(OMAR))

    owner = facilitating.look(bench.desk, "U-LEE", assessment=opened.id).owner
    assert sorted(done) == sorted(["NotOwner", owner])


def test_who_owns_it_gets_its_messages_from_then_on(bench: Bench, opened: Assessment) -> None:
    said = bench.post(facilitating.hand_over(bench.desk, "U-LEE", assessment=opened.id, to=KIM).owed)
    for name in ROLES:
        bench.answers_all(name)
        bench.sends(name)
    closed = results.close(bench.desk, "U-KIM", assessment=opened.id)

    assert [type(each) for each in said] == [Told, Live]
    to = {p.kind: p.recipient for p in bench.posted if p.kind in {"finished", "launched"}}
    assert to == {"finished": "U-KIM", "launched": "U-KIM"}
    assert [posting.recipient for posting in closed.owed] == ["U-KIM", "U-LEE"]


def test_whose_it_is_not_is_told_whose_it_is_if_they_see_it(bench: Bench, opened: Assessment) -> None:
    with pytest.raises(NotOwner) as invited:
        facilitating.to_hand_over(bench.desk, "U-ANA", name="abc", admin=False)
    with pytest.raises(NoSuchAssessment) as stranger:
        facilitating.to_hand_over(bench.desk, "U-ZOE", name="abc", admin=False)

    assert invited.value.values == {"subject": opened.subject, "facilitator": "U-LEE"}
    assert stranger.value.values == {"name": "abc", "known": ()}


def test_an_admin_hands_over_only_what_nobody_facilitates(bench: Bench, opened: Assessment) -> None:
    with pytest.raises(OwnerIsHere):
        facilitating.hand_over(bench.desk, "U-ADA", assessment=opened.id, to=KIM, admin=True)

    gone = leavers.changed(bench.desk, LEE.model_copy(update={"gone": True}))
    asked = facilitating.ask_admin(bench.desk, "U-ADA", owner="U-LEE")
    again = facilitating.ask_admin(bench.desk, "U-ADA", owner="U-LEE")
    facilitating.hand_over(bench.desk, "U-ADA", assessment=opened.id, to=KIM, admin=True)

    assert ([found.id for found in gone.orphans], len(asked), again) == ([opened.id], 1, ())
    assert facilitating.look(bench.desk, "U-KIM", assessment=opened.id).owned


def test_the_first_helper_owns_what_its_owner_leaves_behind(bench: Bench, opened: Assessment) -> None:
    chosen(bench, opened, KIM, OMAR)

    gone = leavers.changed(bench.desk, LEE.model_copy(update={"gone": True}))
    bench.post(gone.owed)
    again = leavers.changed(bench.desk, LEE.model_copy(update={"gone": True}))

    found = facilitating.look(bench.desk, "U-KIM", assessment=opened.id)
    assert (found.owner, found.others, gone.orphans) == ("U-KIM", ("U-OMAR",), ())
    assert told(bench)[2:] == [("U-KIM", "owner"), ("U-OMAR", "other_owner")]
    assert again.owed == ()


def test_who_comes_later_does_not_learn_names_in_a_confidential_assessment(bench: Bench) -> None:
    opened = bench.opened(ROLES, privacy=Privacy.CONFIDENTIAL, group=3)
    chosen(bench, opened, KIM)
    for name in ROLES:
        bench.answers_all(name)
    said = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    for_lee, for_kim = (each for each in said if isinstance(each, Verdict))
    assert for_kim.findings == for_lee.findings.for_readers
    assert details.details(bench.desk, "U-LEE", assessment=opened.id).voices is not None
    assert details.details(bench.desk, "U-KIM", assessment=opened.id).voices is None
    assert reports.verdict(bench.desk, "U-KIM").findings == for_kim.findings

    facilitating.hand_over(bench.desk, "U-LEE", assessment=opened.id, to=KIM)
    assert details.details(bench.desk, "U-KIM", assessment=opened.id).voices is None


def test_whoever_was_chosen_before_the_launch_is_one_whom_people_were_told_of(bench: Bench) -> None:
    draft = bench.drafted(ROLES)
    facilitating.choose(bench.desk, "U-LEE", assessment=draft.assessment.id, others=[KIM], was=())

    found = facilitating.look(bench.desk, "U-LEE", assessment=draft.assessment.id)

    assert Scope.of(found.assessment).newcomers == ()
