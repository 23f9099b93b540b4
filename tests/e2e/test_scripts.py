"""Every conversation script comes true, and ends the same whatever happens that must not matter.

`make soak` plays every script in every variation on both databases, and `make scripts` each as it is written
on one of the two. Otherwise a fifth of them is played once, on one of the two: most as they are written, some
with everything together and some in one variation, chosen by a seed that every failure names: `make test
SEED=7` chooses others.
"""

import os
import random
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from storage.store import Store
from tests.conftest import DATABASES
from tests.conftest import ONE_OF as ONE_ON_POSTGRES
from tests.e2e.ending import Ending
from tests.e2e.playing import NAMES, Variation, play
from tests.e2e.script import BadScript, Script, read

FOLDER = Path(__file__).parent / "scripts"
SCRIPTS = [read(file, NAMES) for file in sorted(FOLDER.glob("*.txt"))]
SEED, SOAK, ALL = int(os.environ.get("SEED", "1")), "SOAK" in os.environ, "SCRIPTS" in os.environ
SHUFFLES = 5
#: Of so many scripts, one is played, and of so many of these, one with everything together and one in another
#: variation.
A_PART, ONE_OF = 5, 5

AS_WRITTEN = Variation("as written")
Case = tuple[Script, Variation, str]


def variations(script: Script) -> Iterator[Variation]:
    """Everything that must not matter to how this script ends, one by one."""
    yield AS_WRITTEN
    yield Variation("every event twice", events_twice=True)
    yield Variation("every event twice at once", twins=True)
    yield Variation("everything twice", everything_twice=True)
    yield Variation("restarted after every turn", restarts=script.restarts)
    yield Variation("every event again after a restart", events_again=True, restarts=script.restarts)
    for number in sorted(script.restarts):
        line = script.turns[number].act.number
        yield Variation(f"restarted after line {line}, turn {number}", restarts=frozenset([number]))
    for one, other, order in script.swaps():
        yield Variation(f"line {other.act.number} before line {one.act.number}", order=order)
    for number in range(SHUFFLES):
        order = script.shuffled(random.Random(f"{SEED}/{number}"))
        if order != script.turns:
            yield Variation(f"shuffled {number}, seed {SEED}", order=order)


def all_at_once(script: Script, chance: random.Random) -> Variation:
    return Variation(
        f"shuffled, restarted after every turn, every event twice, seed {SEED}",
        events_twice=True,
        restarts=script.restarts,
        order=script.shuffled(chance),
    )


def cases() -> Iterator[Case]:
    if SOAK:
        for script in SCRIPTS:
            every = [*variations(script), all_at_once(script, random.Random(f"{SEED}/{script.name}"))]
            yield from ((script, variation, database) for variation in every for database in DATABASES)
        return
    chosen = SCRIPTS if ALL else random.Random(SEED).sample(SCRIPTS, len(SCRIPTS) // A_PART)
    for place, script in enumerate(chosen):
        chance = random.Random(f"{SEED}/{script.name}")
        varied = (
            {0: all_at_once(script, chance), 1: chance.choice([*variations(script)][1:])} if not ALL else {}
        )
        database = DATABASES[chance.randrange(ONE_ON_POSTGRES) == 0]
        yield script, varied.get(place % ONE_OF, AS_WRITTEN), database


def named(value: object) -> str:
    return value.name.replace(" ", "-") if isinstance(value, (Script, Variation)) else str(value)


@pytest.mark.parametrize(
    ("script", "variation", "database_url"), list(cases()), ids=named, indirect=["database_url"]
)
async def test_a_script_ends_as_it_is_written(
    script: Script, variation: Variation, store: Store, endings: dict[str, Ending]
) -> None:
    try:
        found = await play(script, variation, store)
        if script.name not in endings:
            plainly = variation is AS_WRITTEN
            endings[script.name] = found if plainly else await play(script, AS_WRITTEN, Store.in_memory())
    except BadScript as no:
        pytest.fail(f"{script.file.name}, {variation.name} (SEED={SEED}): {no}", pytrace=False)

    lines = [ending.lines(reading=not variation.shows_more) for ending in (endings[script.name], found)]
    differing = "\n".join(unified_diff(*lines, "as written", variation.name, n=1, lineterm=""))
    assert not differing, (
        f"{script.file.name}, {variation.name} (SEED={SEED}), ends differently:\n{differing}"
    )


@pytest.fixture(scope="session")
def endings() -> dict[str, Ending]:
    """How each script ends that was played as it is written."""
    return {}
