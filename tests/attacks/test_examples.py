"""Nothing that Bolt knows is left out of the attacks."""

from tests.attacks.examples import harvest
from tests.attacks.house import listeners

#: What cannot be done here by who does it: a button that nobody knows is refused to everybody.
NOBODY_MAY = {"of_long_ago"}


def test_every_listener_has_a_payload_that_reaches_it() -> None:
    assert [str(each) for each in harvest().missing] == []
    assert {each.listener for each in harvest().all} == set(listeners())


def test_every_payload_does_something_in_its_world() -> None:
    idle = {each.name for each in harvest().all if not each.works}
    assert idle - NOBODY_MAY == set()
