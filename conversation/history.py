"""What was done to an assessment, for everybody who takes part: who closed it, what was shared, when. It
never says who answered what."""

from collections.abc import Callable
from dataclasses import dataclass

from conversation.assessments import assessment_for, may_review, visible
from conversation.desk import Desk
from conversation.errors import NoSuchAssessment
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from conversation.shared import shared_revisions
from storage.records import Assessment, AssessmentState, Deed
from storage.store import Tx

_STATES = [AssessmentState.OPEN, AssessmentState.CLOSED]
#: So many deeds are a page.
PAGE = 15
#: What these are about everybody may know who takes part. All others tell of the result: of its gaps, and of
#: the actions for them.
_FOR_EVERYBODY = {
    *("launched", "tightened", "imported", "imported_answers", "reminded", "closed", "withdrew"),
    *("invited_late", "added_people", "facilitators", "handed_over"),
    *("shared", "sent_to_participants", "posted_plan", "moved_channel", "resumed_channel", "changed_digest"),
    *("kept_for", "imported_actions"),
}
_OF_EVIDENCE = {"accepted_evidence", "returned_evidence"}


@dataclass(frozen=True)
class History:
    """A page of the list, the newest first; `older` and `newer` are the pages beside it, if there are any."""

    assessment: Assessment
    pack: Pack
    deeds: tuple[Deed, ...]
    number: int
    pages: int

    @property
    def older(self) -> int | None:
        return self.number + 1 if self.number + 1 < self.pages else None

    @property
    def newer(self) -> int | None:
        return self.number - 1 if self.number else None


def history(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> History:
    """Of the one that is meant. Raises: NoSuchAssessment."""
    with desk.transaction() as tx:
        return _page(desk, tx, user_id, assessment_for(tx, user_id, name, channel, _STATES), 0)


def history_of(desk: Desk, user_id: str, *, assessment: str, number: int, channel: str | None) -> History:
    """Another page of one that this person sees, there or because they take part.

    Raises: NoSuchAssessment.
    """
    with desk.transaction() as tx:
        seen = {found.id: found for found in visible(tx, user_id, {channel}, _STATES)}
        if assessment not in seen:
            raise NoSuchAssessment(name="")
        return _page(desk, tx, user_id, seen[assessment], number)


def _page(desk: Desk, tx: Tx, user_id: str, assessment: Assessment, number: int) -> History:
    deeds = tx.deeds.of(assessment.id)[::-1]
    pages = max(-(-len(deeds) // PAGE), 1)
    number = min(max(number, 0), pages - 1)
    told = _told_in_full(tx, user_id, assessment)
    shown = [
        deed if told(deed) else deed.model_copy(update={"values": {}})
        for deed in deeds[number * PAGE : (number + 1) * PAGE]
    ]
    return History(assessment, desk.pack_of(tx, assessment), tuple(shown), number, pages)


def _told_in_full(tx: Tx, user_id: str, assessment: Assessment) -> Callable[[Deed], bool]:
    """Of the other deeds only that they were done is said: about the result, as long as this person does not
    know it, and about evidence, where nobody is to guess whose it is."""
    if user_id == assessment.facilitator:
        return lambda deed: True
    known = assessment.id in shared_revisions(tx, [assessment.id], user_id)
    traced = Scope.of(assessment).privacy is Privacy.ATTRIBUTED or may_review(assessment, user_id)

    def told(deed: Deed) -> bool:
        if deed.what in _OF_EVIDENCE:
            return traced
        return known or deed.what in _FOR_EVERYBODY

    return told
