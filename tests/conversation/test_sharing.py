"""What becomes of a result: headline, channel, participants."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from conversation import agreeing, channels, facilitating, leavers, ledger, reports, results, sharing
from conversation.contents import Digest, Told, Verdict
from conversation.errors import AlreadyPosted, CannotPostThere, ChangedMeanwhile, NobodyToSendTo, NotShared
from conversation.scope import Privacy
from storage.records import Assessment, AssessmentState, Person, PersonKind, PostingState
from tests.conversation.desk import Bench

ROLES = {"U-ANA": ["BAKER"], "U-BEA": ["BAKER"], "U-SAM": ["SELLER"]}
ZOE = Person(user_id="U-ZOE", name="Zoe")


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    return closing(bench)


def closing(bench: Bench, **decided: object) -> Assessment:
    opened = bench.opened(ROLES, **decided)  # type: ignore[arg-type]
    for name in ROLES:
        bench.answers_all(name)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def head(bench: Bench, closed: Assessment, headline: str, was: str = "") -> None:
    sharing.head(bench.desk, "U-LEE", assessment=closed.id, revision=1, headline=headline, was=was)


def test_a_headline_stands_over_the_preview_and_over_what_is_posted(bench: Bench, closed: Assessment) -> None:
    head(bench, closed, "  We release well;\nnobody watches. ")
    head(bench, closed, "We release well; nobody watches.")

    (posted,) = bench.post(sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed)

    assert isinstance(posted, Verdict)
    assert (
        posted.headline == reports.verdict(bench.desk, "U-LEE").headline == "We release well; nobody watches."
    )
    with pytest.raises(AlreadyPosted):
        head(bench, closed, "Better", was="We release well; nobody watches.")


def test_of_two_who_write_a_headline_the_second_is_refused(bench: Bench, closed: Assessment) -> None:
    head(bench, closed, "Mine")

    with pytest.raises(ChangedMeanwhile):
        head(bench, closed, "Yours")
    head(bench, closed, "", was="Mine")

    assert reports.verdict(bench.desk, "U-LEE").headline is None


def test_everybody_who_took_part_gets_the_result_once_as_readers_see_it(bench: Bench) -> None:
    closed = closing(bench, privacy=Privacy.CONFIDENTIAL, group=3)
    with pytest.raises(NotShared):
        reports.verdict(bench.desk, "U-ANA")

    sent = [sharing.send_to_participants(bench.desk, "U-LEE", assessment=closed.id) for _ in range(2)]
    said = [each for each in bench.beat() if isinstance(each, Verdict)]

    assert [(each.people, each.told_before) for each in sent] == [(3, 0), (0, 3)]
    whole = reports.verdict(bench.desk, "U-LEE").findings
    assert [(each.private, each.findings) for each in said] == [(False, whole.for_readers)] * 3
    assert reports.verdict(bench.desk, "U-ANA").findings == whole.for_readers


def test_who_declined_or_left_is_not_written_to_and_guests_only_if_wanted(bench: Bench) -> None:
    opened = bench.opened({**ROLES, "U-GUS": ["BAKER"]})
    with bench.desk.transaction() as tx:
        tx.people.remember(Person(user_id="U-GUS", name="Gus", kind=PersonKind.GUEST))
    bench.answers_all("U-ANA")
    bench.starts("U-SAM")
    leavers.changed(bench.desk, Person(user_id="U-SAM", name="Sam", gone=True))
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    found = sharing.audience(bench.desk, "U-LEE", assessment=opened.id)

    assert [person.user_id for person in found.people] == ["U-ANA", "U-BEA"]
    assert [person.user_id for person in found.guests] == ["U-GUS"]
    assert sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id).people == 2
    again = sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id, guests=True)
    assert again.people == 1


def test_where_who_took_part_is_forgotten_everybody_who_was_asked_gets_it(bench: Bench) -> None:
    closed = closing(bench, privacy=Privacy.ANONYMOUS, group=3)

    sharing.send_to_participants(bench.desk, "U-LEE", assessment=closed.id)

    said = [p.recipient for p in bench.posted if p.kind == "participant_result"]
    assert said == []
    bench.beat()
    assert sorted(p.recipient for p in bench.posted if p.kind == "participant_result") == sorted(ROLES)


def test_if_all_are_gone_there_is_nobody_to_send_to(bench: Bench, closed: Assessment) -> None:
    for name in ROLES:
        leavers.changed(bench.desk, Person(user_id=name, name=name, gone=True))

    with pytest.raises(NobodyToSendTo):
        sharing.audience(bench.desk, "U-LEE", assessment=closed.id)


def test_the_second_who_posts_hears_who_did(bench: Bench, closed: Assessment) -> None:
    facilitating.choose(bench.desk, "U-LEE", assessment=closed.id, others=[ZOE], was=())
    bench.post(sharing.share(bench.desk, "U-ZOE", assessment=closed.id).owed)
    bench.clock.passes(minutes=3)

    again = sharing.share(bench.desk, "U-LEE", assessment=closed.id)

    assert (again.owed, again.before and again.before.by, again.minutes) == ((), "U-ZOE", 3)
    assert sharing.share(bench.desk, "U-ZOE", assessment=closed.id).before is None


def test_a_channel_that_takes_nothing_is_told_of_once_and_posts_wait(
    bench: Bench, closed: Assessment
) -> None:
    for why in (channels.ARCHIVED, channels.LEFT):
        bench.post(channels.pause(bench.desk, channel="C-ML", why=why))

    told = [p.contents["word"] for p in bench.posted if p.kind == "told"]
    assert told == ["channel_paused"]
    with pytest.raises(CannotPostThere):
        sharing.share(bench.desk, "U-LEE", assessment=closed.id)


def test_what_waited_is_posted_where_it_may_be(bench: Bench, closed: Assessment) -> None:
    owed = sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed
    bench.post(channels.pause(bench.desk, channel="C-ML", why=channels.ARCHIVED))
    assert bench.post(owed) == []

    with pytest.raises(CannotPostThere):
        channels.resume(bench.desk, "U-LEE", assessment=closed.id, blocked=channels.ARCHIVED)
    resumed = channels.resume(bench.desk, "U-LEE", assessment=closed.id)
    again = channels.resume(bench.desk, "U-LEE", assessment=closed.id)

    assert [posting.kind for posting in resumed.owed] == ["result"]
    assert again.owed == ()


def test_another_channel_gets_what_waited(bench: Bench, closed: Assessment) -> None:
    owed = sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed
    bench.post(channels.pause(bench.desk, channel="C-ML", why=channels.DELETED))
    bench.post(owed)

    moved = channels.move(bench.desk, "U-LEE", assessment=closed.id, channel="C-2")

    assert [(posting.kind, posting.recipient) for posting in moved.owed] == [("result", "C-2")]
    assert moved.assessment.channel == "C-2"


@pytest.mark.parametrize("given_up", [ledger.failed, ledger.nobody_knows])
def test_what_was_given_up_goes_to_the_channel_that_is_chosen_instead(
    bench: Bench, closed: Assessment, given_up: Callable[..., None]
) -> None:
    (result, *_) = sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed
    given_up(bench.desk, result, note="channel_not_found")

    (again,) = ledger.post_elsewhere(bench.desk, "U-LEE", key=result.key, channel="C-OTHER")

    assert (again.key, again.recipient) == (result.key, "C-OTHER")


def test_a_digest_of_a_channel_that_waits_is_left_out_and_the_next_tells_of_all(
    bench: Bench, closed: Assessment
) -> None:
    verdict = reports.verdict(bench.desk, "U-LEE")
    bench.clock.passes(minutes=1)
    agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        step=verdict.findings.gaps[0].step,
        objective="Better",
        measure="1 of 1",
        owner=ZOE,
        due=date(2026, 12, 30),
        id="AC1",
    )
    bench.post(channels.pause(bench.desk, channel="C-ML", why=channels.ARCHIVED))
    bench.clock.at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert not any(isinstance(said, Digest) for said in bench.beat())

    channels.resume(bench.desk, "U-LEE", assessment=closed.id)
    bench.clock.at = datetime(2026, 12, 7, 12, tzinfo=UTC)

    assert any(isinstance(said, Digest) for said in bench.beat())


def test_back_again_is_asked_and_not_assumed(bench: Bench, closed: Assessment) -> None:
    assert channels.back(bench.desk, channel="C-ML") == ()  # nothing was in the way
    bench.post(channels.pause(bench.desk, channel="C-ML", why=channels.ARCHIVED))

    (asked,) = bench.post(channels.back(bench.desk, channel="C-ML"))

    assert isinstance(asked, Told)
    assert asked.word == "channel_back"
    assert channels.look(bench.desk, "U-LEE", assessment=closed.id).pause is not None


def test_a_channel_with_another_id_is_the_same_channel(bench: Bench, closed: Assessment) -> None:
    channels.renumber(bench.desk, was="C-ML", now="C-NEW")

    owed = sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed

    assert [posting.recipient for posting in owed] == ["C-NEW"]
    with bench.desk.transaction() as tx:
        digests = [p for p in tx.postings.in_state(PostingState.OWED) if p.kind == "digest"]
    assert [posting.recipient for posting in digests] == ["C-NEW"]


def test_who_reads_in_a_channel_with_another_id_sees_earlier_rounds_too(
    bench: Bench, closed: Assessment
) -> None:
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed)
    closing(bench)

    channels.renumber(bench.desk, was="C-ML", now="C-NEW")

    with bench.desk.transaction() as tx:
        assert [each.channel for each in tx.assessments.in_states(list(AssessmentState))] == ["C-NEW"] * 2


def test_actions_of_who_left_are_handed_over(bench: Bench, closed: Assessment) -> None:
    step = reports.verdict(bench.desk, "U-LEE").findings.gaps[0].step
    made = {"objective": "Better", "measure": "1 of 1", "due": date(2026, 12, 30), "id": "AC1"}
    agreeing.agree(bench.desk, "U-LEE", assessment=closed.id, step=step, owner=ZOE, **made)  # type: ignore[arg-type]

    said = [
        each
        for _ in range(2)
        for each in bench.post(leavers.changed(bench.desk, ZOE.model_copy(update={"gone": True})).owed)
    ]
    promise = agreeing.hand_over(bench.desk, "U-LEE", action="AC1", owner=Person(user_id="U-ANA", name="Ana"))

    assert [(each.word, each.values["actions"]) for each in said if isinstance(each, Told)] == [
        ("ownerless", [["AC1", "Better"]])
    ]
    assert (promise.action.owner, [posting.recipient for posting in promise.owed]) == ("U-ANA", ["U-ANA"])


def test_whoever_owns_an_action_and_facilitates_is_told_by_nobody_that_they_left(
    bench: Bench, closed: Assessment
) -> None:
    step = reports.verdict(bench.desk, "U-LEE").findings.gaps[0].step
    made = {"objective": "Better", "measure": "1 of 1", "due": date(2026, 12, 30), "id": "AC1"}
    lee = Person(user_id="U-LEE", name="Lee")
    agreeing.agree(bench.desk, "U-LEE", assessment=closed.id, step=step, owner=lee, **made)  # type: ignore[arg-type]

    owed = leavers.changed(bench.desk, lee.model_copy(update={"gone": True})).owed

    assert [posting.recipient for posting in owed if posting.recipient == "U-LEE"] == []
