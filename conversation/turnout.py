"""How many take part, and how far they are."""

from collections.abc import Iterable

from conversation.findings import RoleFinding
from conversation.pack import Pack
from storage.records import NOT_ASKED, SeatCount, SeatState


def people(seats: Iterable[SeatCount], state: SeatState | None = None) -> int:
    """How many take part, or are in this state if one is named. Who is not asked any more takes part by what
    they have answered."""
    if state is None:
        return sum(seat.begun if seat.state in NOT_ASKED else seat.n for seat in seats)
    return sum(seat.n for seat in seats if seat.state is state)


def by_role(pack: Pack, seats: Iterable[SeatCount]) -> tuple[RoleFinding, ...]:
    """How many of each role have sent their answers; somebody in two roles counts in both."""
    seats = tuple(seats)
    asked = [seat for seat in seats if people([seat])]
    taken = [role for role in pack.roles if any(role.id in seat.roles for seat in asked)]
    return tuple(
        RoleFinding(
            id=role.id,
            title=role.title,
            sent=people((seat for seat in seats if role.id in seat.roles), SeatState.SENT),
            invited=people(seat for seat in seats if role.id in seat.roles),
        )
        for role in taken
    )
