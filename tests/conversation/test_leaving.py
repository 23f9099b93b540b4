"""What says that a draft is kept, and offers to go on with it, says so only as long as that is true."""

from conversation import drafting, leaving, ledger, opening, reports, setting_up
from conversation.contents import DraftEnded, Kept
from conversation.desk import LEASE
from conversation.drafting import Draft
from conversation.mentions import Wanted
from conversation.scope import Scope
from storage.records import Person, Posting
from tests.conversation.desk import FRIDAY_WEEK, LEE, Bench

ROLES = {"U-ANA": ["BAKER"], "U-BEN": ["BAKER"]}
Edited = tuple[str, str, bool]


def leave(bench: Bench, draft: Draft, form: str) -> tuple[Posting, ...]:
    return leaving.left(bench.desk, "U-LEE", assessment=draft.assessment.id, form=form)


def launch(bench: Bench, draft: Draft) -> None:
    people = {user: Person(user_id=user, name=user) for user in ROLES}
    opening.launch(bench.desk, "U-LEE", assessment=draft.assessment.id, roles=ROLES, people=people)


def begin_another(bench: Bench) -> Draft:
    scope = Scope(aspects=("dough",), people=tuple(ROLES))
    about = {"subject": "The shop", "scope": scope, "channel": None, "closes_on": FRIDAY_WEEK}
    return drafting.draft(bench.desk, LEE, **about)


def begin_in_words(bench: Bench) -> None:
    nothing = Wanted("", {}, {}, None)
    begun = setting_up.begin(
        bench.desk, LEE, wanted=nothing, subject="ABC Inc.", channel=None, key="setup/D/1"
    )
    bench.post(begun.owed)


def edited(bench: Bench) -> list[Edited]:
    """Which messages of leaving are changed where they stand: place, subject, whether that was launched."""
    found = []
    while posting := ledger.claim_next(bench.desk):
        contents = reports.contents(bench.desk, posting)
        if isinstance(contents, DraftEnded):
            place = posting.contents.get("place") or ledger.place_of_old(bench.desk, posting)
            found.append((place["ts"], contents.assessment.subject, contents.launched))
            ledger.sent(bench.desk, [ledger.Arrived(posting, place["channel"], place["ts"])])
    return found


def test_once_launched_each_message_of_leaving_says_so_where_it_stands(bench: Bench) -> None:
    draft = bench.drafted(ROLES)
    kept = bench.post((*leave(bench, draft, "V1"), *leave(bench, draft, "V2")))

    launch(bench, draft)

    assert all(isinstance(contents, Kept) for contents in kept)
    assert edited(bench) == [("posted-0001", "ABC Inc.", True), ("posted-0002", "ABC Inc.", True)]
    assert bench.found("kept/V1").ts == "posted-0001"


def test_where_another_draft_takes_its_place_the_message_says_that(bench: Bench) -> None:
    bench.post(leave(bench, bench.drafted(ROLES), "V1"))

    another = begin_another(bench)
    again = begin_another(bench)

    assert another.assessment.id == again.assessment.id
    assert edited(bench) == [("posted-0001", "ABC Inc.", False)]


def test_who_stops_setting_up_by_conversation_is_told_the_same(bench: Bench) -> None:
    begin_in_words(bench)
    line = {"channel": "D", "thread": None, "language": "en"}
    stopped = setting_up.hear(bench.desk, "U-LEE", text="stop", ts="2", **line)
    assert stopped is not None
    bench.post(stopped.owed)

    begin_another(bench)

    assert edited(bench) == [("posted-0002", "ABC Inc.", False)]


def test_what_was_on_its_way_at_the_launch_is_changed_when_it_has_arrived(bench: Bench) -> None:
    draft = bench.drafted(ROLES)
    (kept,) = leave(bench, draft, "V1")

    launch(bench, draft)
    edit = bench.claimed("kept_edit/kept/V1")
    too_early = ledger.place_of_old(bench.desk, edit)
    ledger.sent(bench.desk, [ledger.Arrived(kept, "D-LEE", "7.7")])
    bench.clock.at += LEASE

    assert too_early is None
    assert edited(bench) == [("7.7", "ABC Inc.", True)]


def test_a_question_of_setting_up_does_not_say_that_it_is_kept_and_stays(bench: Bench) -> None:
    begin_in_words(bench)

    begin_another(bench)

    assert edited(bench) == []
