"""The database is full, read-only, locked, slow or gone while people answer. Whoever's answer was not kept is
told so, nothing is kept by half, and all goes on by itself as soon as it can."""

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.records import PostingState
from storage.store import Store
from tests.e2e.test_company import helped, meet
from tests.e2e.test_resilience import once_each, question, said, the
from tests.e2e.workspace import Scene, town
from tests.faults.troubles import TROUBLES, Hand, gone, slow
from tests.faults.turn import AS_PROMISED, NOT_KEPT, Turn

NOT_KEPT_IN_SPANISH = "no guardé eso y no cuenta"
NOBODY_KNOWS = (
    "In a minute, type continue to me directly: if I still ask the same, answer again. Nothing counts"
)


@pytest.fixture
def database_url(own_database_url: str) -> str:
    """Whose connections can be cut without those of the tests that come after."""
    return own_database_url


@pytest.fixture
def impatient(database_url: str) -> Iterator[Store]:
    """More than in life."""
    store = Store.open(database_url, patience=0.2)
    yield store
    store.close()


@pytest.fixture
async def here(impatient: Store, database_url: str) -> AsyncIterator[tuple[Scene, str, Hand]]:
    """A bot behind a URL."""
    hand = Hand(impatient, database_url)
    async with town(impatient) as place, place.service() as (stage, url):
        yield stage, url, hand


async def test_what_the_database_does_not_take_is_said_and_all_goes_on(
    here: tuple[Scene, str, Hand], database_url: str
) -> None:
    stage, url, hand = here
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    troubles = TROUBLES[database_url.partition(":")[0]]
    for number, (name, trouble) in enumerate(troubles.items(), start=1):
        turn = await Turn.at(stage, url, number)
        with trouble(hand):
            told = await turn.tries()

        assert (name, told) == (name, AS_PROMISED)
        await turn.goes_on()
    assert [value for _, value in said(stage, ana) if value is not None] == [1] * len(troubles)
    assert await once_each(stage.slack)


async def test_what_is_typed_while_the_database_is_gone_for_a_minute_counts_after(
    here: tuple[Scene, str, Hand], database_url: str
) -> None:
    """A reminder that falls due meanwhile comes once, too. After an hour whoever wrote is told."""
    stage, _, hand = here
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    await question(ana, 1)
    trouble = next(iter(TROUBLES[database_url.partition(":")[0]].values()))
    with trouble(hand):
        await ana.says("B")
        await stage.slack.settled()
    await stage.slack.clock.move(seconds=60)
    await question(ana, 2)

    with trouble(hand):
        await ana.says("C")
        for seconds in (60, 300):
            await stage.slack.settled()
            await stage.slack.clock.move(seconds=seconds)
        await ana.sees(NOT_KEPT)
        await stage.later(days=2)
    await stage.later(minutes=1)

    await ana.sees("Reminder 1 of at most 3")
    assert [value for _, value in said(stage, ana) if value is not None] == [1]
    assert await once_each(stage.slack)


async def test_whom_a_process_has_not_met_is_told_in_their_language(
    impatient: Store, database_url: str
) -> None:
    """Sol's Slack is in Spanish, and the process that had asked it has ended."""
    trouble = next(iter(TROUBLES[database_url.partition(":")[0]].values()))
    async with town(impatient) as place:
        async with place.bot() as before:
            await before.launch("sol")
        async with place.bot() as stage:
            with trouble(Hand(impatient, database_url)):
                await stage.person("sol").clicks("Empezar")
                await stage.person("sol").sees(NOT_KEPT_IN_SPANISH, fresh=True)
                told = await stage.person("lee").command("/tidemark help")

    assert NOT_KEPT in told.shown


@pytest.mark.parametrize("own_database_url", ["postgresql"], indirect=True)
async def test_who_has_chosen_a_language_is_told_in_it_by_every_process(
    impatient: Store, database_url: str
) -> None:
    async with town(impatient) as place, place.bot() as first, place.bot() as second:
        await first.person("ana").command("/tidemark language español")
        await meet([first, second, first])
        with gone(Hand(impatient, database_url)):
            told = await helped(first)

    assert [NOT_KEPT_IN_SPANISH in each for each in told] == [True, True]


async def test_a_slow_database_answers_in_time_or_says_that_it_does_not_know(
    here: tuple[Scene, str, Hand],
) -> None:
    stage, _, hand = here
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    card = await question(ana, 1)
    with slow(hand, 0.08):
        assert (await ana.clicks("B", message=card)).acked
        card = await question(ana, 2)
    with slow(hand, 0.8):
        click = await ana.clicks("C", message=card)
        await ana.sees(NOBODY_KNOWS)

    assert click.acked, "within three seconds"
    for _ in range(100):
        await stage.beat()
    await stage.later(seconds=31)
    await question(ana, 3)
    await ana.clicks("C", message=card, stale=True)
    await stage.slack.settled()
    assert [value for _, value in said(stage, ana) if value is not None] == [1, 2]
    assert the(stage, "card", PostingState.CLAIMED) == []
    assert await once_each(stage.slack)
