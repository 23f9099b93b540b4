"""Nobody comes to the addresses of calendars too often, and nobody waits for those who do."""

from collections.abc import Mapping

from bot.feeds import MOST_MISSES, MOST_READS, Answer, Limited
from bot.limits import MOST_KEPT, Rate

GOOD, OTHER = "/calendar/T1/aa.ics", "/calendar/T1/bb.ics"
PROXY = "10.0.0.1"


class Calendars:
    """Has two addresses; counts who got as far as it."""

    asked = 0

    async def answer(self, path: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        self.asked += 1
        return Answer(200, b"BEGIN:VCALENDAR", ()) if path in {GOOD, OTHER} else None


async def test_one_address_is_read_so_often_and_then_told_when_to_come_again() -> None:
    now, there = [100.0], Calendars()
    limited = Limited(there, lambda: now[0])

    read = [await limited.answer(GOOD, {}, PROXY) for _ in range(MOST_READS)]
    now[0] += 20.5
    more = await limited.answer(GOOD, {}, "10.0.0.2")
    other = await limited.answer(OTHER, {}, PROXY)
    now[0] += 40
    again = await limited.answer(GOOD, {}, PROXY)

    assert {each.status for each in read if each} == {200}
    assert more == Answer(429, b"", ((b"retry-after", b"40"),))
    assert other
    assert again
    assert (other.status, again.status) == (200, 200)
    assert there.asked == MOST_READS + 2


async def test_who_tries_addresses_is_stopped_and_no_calendar_behind_the_same_proxy() -> None:
    there = Calendars()
    limited = Limited(there, lambda: 100.0)
    await limited.answer(GOOD, {}, PROXY)

    tried = [await limited.answer(f"/calendar/T1/{n}.ics", {}, PROXY) for n in range(MOST_MISSES + 5)]
    elsewhere = await limited.answer("/calendar/T1/0.ics", {}, "10.0.0.2")
    good = await limited.answer(GOOD, {}, PROXY)

    assert [each and each.status for each in tried] == [None] * MOST_MISSES + [429] * 5
    assert elsewhere is None
    assert good
    assert good.status == 200
    assert there.asked == MOST_MISSES + 3


def test_what_is_counted_does_not_grow_for_ever() -> None:
    rate = Rate(1, per=60, now=lambda: 100.0)

    for who in range(MOST_KEPT + 10):
        rate.count(who)

    assert (rate.wait(0), rate.wait(MOST_KEPT + 9)) == (0, 60)
