"""Who is welcomed, and how often somebody is helped."""

import pytest

from conversation import first, ledger
from conversation.contents import Contents, Help, ScopesMissing, Welcome
from conversation.errors import NothingToAnswer
from storage.records import Person, PersonKind
from tests.conversation.desk import Bench

ANA, OMAR = Person(user_id="U-ANA", name="Ana"), Person(user_id="U-OMAR", name="Omar")


def test_the_first_full_member_is_welcomed_and_nobody_after(bench: Bench) -> None:
    for kind in (PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT):
        assert first.welcome(bench.desk, ANA.model_copy(update={"kind": kind})) is None
    assert first.welcome(bench.desk, ANA.model_copy(update={"gone": True})) is None
    assert first.waits_for_installer(bench.desk)

    owed = first.welcome(bench.desk, ANA)

    assert owed is not None
    assert bench.post([owed]) == [Welcome("U-ANA")]
    assert not first.waits_for_installer(bench.desk)
    assert first.welcome(bench.desk, OMAR) is None
    assert first.welcome(bench.desk, ANA) is None


def test_a_self_check_before_does_not_stand_in_the_way_but_an_assessment_does(bench: Bench) -> None:
    bench.types("U-OMAR", "self-check")
    assert first.waits_for_installer(bench.desk)

    bench.drafted({"U-ANA": ["BAKER"]})

    assert not first.waits_for_installer(bench.desk)
    assert first.welcome(bench.desk, ANA) is None


def helped(bench: Bench, key: str, said: str = "hm") -> list[Contents]:
    return bench.post(ledger.refuse(bench.desk, "U-ANA", key=key, error=NothingToAnswer(said=said)))


def test_help_comes_once_a_minute_and_a_word_always(bench: Bench) -> None:
    full, brief = Help("hm", brief=False), Help("hm", brief=True)

    assert helped(bench, "D/1") == [full]
    bench.clock.passes(seconds=30)
    assert helped(bench, "D/2") == [brief]
    assert helped(bench, "D/3") == [brief]
    bench.clock.passes(seconds=30)
    assert helped(bench, "D/4") == [full]


def test_who_asks_for_help_gets_it_also_within_that_minute(bench: Bench) -> None:
    helped(bench, "D/1")

    with pytest.raises(NothingToAnswer) as refused:
        bench.writes("U-ANA", "Help!", ts="2")

    owed = ledger.refuse(bench.desk, "U-ANA", key="D/2", error=refused.value)
    assert bench.post(owed) == [Help("", brief=False, asked=True)]


@pytest.mark.parametrize(("line", "said"), [("hello", ""), ("what is this", "what is this")])
def test_a_greeting_is_nothing_that_we_did_not_understand(bench: Bench, line: str, said: str) -> None:
    with pytest.raises(NothingToAnswer) as refused:
        bench.writes("U-ANA", line, ts="2")

    owed = ledger.refuse(bench.desk, "U-ANA", key="D/2", error=refused.value)
    assert bench.post(owed) == [Help(said, brief=False)]


def test_every_command_is_listed_once_for_a_line(bench: Bench) -> None:
    said = [bench.post(first.every_command(bench.desk, "U-ANA", key="D/1")) for _ in range(2)]

    assert said == [[Help("", brief=False, whole=True)], []]


def test_a_line_that_comes_again_is_not_answered_again(bench: Bench) -> None:
    helped(bench, "D/1")
    helped(bench, "D/2")
    bench.clock.passes(minutes=5)

    assert helped(bench, "D/1") == helped(bench, "D/2") == []


def test_missing_permissions_are_told_once_to_who_was_welcomed(bench: Bench) -> None:
    first.tell_of_missing_scopes(bench.desk, ["users:read"])
    assert bench.beat() == []
    owed = first.welcome(bench.desk, ANA)
    assert owed is not None
    bench.post([owed])

    for _ in range(2):
        first.tell_of_missing_scopes(bench.desk, ["users:read", "im:write"])

    assert bench.beat() == [ScopesMissing(("im:write", "users:read"))]
