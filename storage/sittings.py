"""What every answer goes on from, read in one exchange with PostgreSQL."""

from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from storage.answers import OF_SEAT
from storage.postings import LATEST
from storage.records import Assessment, Fact, Posting, Seat
from storage.repository import Repository, mine, table_of
from storage.seats import LOCK, seat_of
from storage.tables import AssessmentRow, SeatRow

_assessments = table_of(AssessmentRow)
_seats = table_of(SeatRow)
_ITS_ASSESSMENT = select(_assessments).where(
    mine(_assessments),
    _assessments.c.id
    == select(_seats.c.assessment_id).where(mine(_seats), _seats.c.id == bindparam("this")).scalar_subquery(),
)


#: All of them are looked at in one go: who has answered much has many.
_FACTS = TypeAdapter(tuple[Fact, ...])


@dataclass(frozen=True)
class SatDown:
    """A seat with its assessment, all that was said there, and the last card there that is in Slack."""

    seat: Seat
    assessment: Assessment
    said: tuple[Fact, ...]
    card: Posting | None


class Sittings(Repository):
    def begin(self, seat_id: str) -> SatDown | None:
        """The seat is held until the transaction ends; all else is read after that, and so as whoever held it
        before has left it."""
        seats, assessments, said, cards = self._all_rows(
            (LOCK, {"this": seat_id}),
            (_ITS_ASSESSMENT, {"this": seat_id}),
            (OF_SEAT, {"seat": seat_id}),
            (LATEST, {"subject": seat_id, "kind": "card", "besides": ""}),
        )
        if not seats:
            return None
        return SatDown(
            seat=seat_of(seats[0]),
            assessment=Assessment.model_validate(assessments[0]),
            said=_FACTS.validate_python(said),
            card=next((Posting.model_validate(row) for row in cards), None),
        )
