"""Erasing an assessment, or a whole workspace: every row that belongs to it, in one transaction."""

from sqlalchemy import BindParameter, Delete, String, bindparam, select
from sqlmodel import SQLModel

from storage.repository import Repository, mine, table_of
from storage.tables import (
    ActionChangeRow,
    ActionNeedRow,
    ActionNoteRow,
    ActionRow,
    ActionStepRow,
    AssessmentRow,
    CalibrationRow,
    DeedRow,
    DeliveryRow,
    DraftRow,
    EvidenceRow,
    FollowUpRow,
    GapMoveRow,
    GapNeedRow,
    GapRatingRow,
    PackRow,
    PostingRow,
    RankingRow,
    RemarkRow,
    ResultRow,
    SaidRow,
    SeatHolderRow,
    SeatRow,
    TalkRow,
    TicketRow,
)

_assessments, _packs, _postings = table_of(AssessmentRow), table_of(PackRow), table_of(PostingRow)
_actions, _seats = table_of(ActionRow), table_of(SeatRow)
_OF_ACTIONS = tuple(
    table_of(model)
    for model in (
        ActionNoteRow,
        ActionStepRow,
        ActionNeedRow,
        ActionChangeRow,
        FollowUpRow,
        RemarkRow,
        TicketRow,
    )
)
_THIS: BindParameter[str] = bindparam("assessment", type_=String)
_ITS_ACTIONS = select(_actions.c.id).where(
    _actions.c.team_id == bindparam("team"), _actions.c.assessment_id == _THIS
)
_ITS_SEATS = select(_seats.c.id).where(_seats.c.team_id == bindparam("team"), _seats.c.assessment_id == _THIS)
_ITS = (
    table_of(model)
    for model in (
        DraftRow,
        TalkRow,
        DeedRow,
        DeliveryRow,
        CalibrationRow,
        RankingRow,
        GapRatingRow,
        GapNeedRow,
        GapMoveRow,
        ActionRow,
        EvidenceRow,
        SaidRow,
        SeatHolderRow,
        SeatRow,
        ResultRow,
    )
)
#: In an order in which nothing points to what is gone.
_STEPS: tuple[Delete, ...] = (
    _postings.delete().where(mine(_postings), _postings.c.subject_id == _THIS),
    _postings.delete().where(mine(_postings), _postings.c.subject_id.in_(_ITS_SEATS)),
    _postings.delete().where(mine(_postings), _postings.c.subject_id.in_(_ITS_ACTIONS)),
    *(table.delete().where(mine(table), table.c.action_id.in_(_ITS_ACTIONS)) for table in _OF_ACTIONS),
    *(table.delete().where(mine(table), table.c.assessment_id == _THIS) for table in _ITS),
    _assessments.delete().where(mine(_assessments), _assessments.c.id == _THIS),
    _postings.delete().where(
        mine(_postings),
        _postings.c.kind == "remind",
        _postings.c.subject_id.not_in(
            select(_actions.c.owner).where(
                _actions.c.team_id == bindparam("team"), _actions.c.owner.is_not(None)
            )
        ),
    ),
    _packs.delete().where(
        mine(_packs),
        _packs.c.digest.not_in(
            select(_assessments.c.pack_digest).where(_assessments.c.team_id == bindparam("team"))
        ),
    ),
)

#: Of every table, those that point to others first.
_WHOLE_WORKSPACE = tuple(
    table.delete().where(mine(table)) for table in reversed(SQLModel.metadata.sorted_tables)
)


class Erasure(Repository):
    def erase(self, assessment_id: str) -> None:
        """All that belongs to this assessment is gone for good, with what is only there because of it: its
        pack, and reminders to who owns nothing else."""
        for step in _STEPS:
            self._execute(step, {"assessment": assessment_id})

    def erase_workspace(self) -> None:
        """All that we keep of this workspace is gone for good."""
        for step in _WHOLE_WORKSPACE:
            self._execute(step)
