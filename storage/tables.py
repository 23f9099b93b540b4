"""The tables. Every row belongs to a Slack workspace (`team_id`, part of every key), so that many
workspaces can share one database and none sees another.

What people say is kept as append-only facts (`SaidRow`); what holds now is derived from them.
What we owe people is kept in the posting ledger (`PostingRow`).
No row leaves this package: repositories turn rows into the records of `storage.records`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field, SQLModel
from sqlmodel.main import get_column_from_field

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: SQLite counts rows only in a plain INTEGER key; PostgreSQL is to count past 2^31.
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Exact(TypeDecorator[Decimal]):
    """A decimal number as it was written, which neither database would keep so in a column of numbers."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Row(SQLModel):
    """Whoever derives from it declares a table (`__table__`), and nothing more. What SQLModel's own tables
    are beside that, classes whose instances a session keeps and pydantic checks, nobody needs here, and for
    all of these tables it would be a tenth of the time that a start takes."""

    model_config = {"defer_build": True}
    __tablename__: ClassVar[str]
    __table__: ClassVar[Table]
    __table_args__: ClassVar[tuple[SchemaItem, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        columns = {name: get_column_from_field(field) for name, field in cls.model_fields.items()}
        for name, column in columns.items():
            column.name = column.key = name
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns.values(), *cls.__table_args__)


def _belongs_to(parent: str, *columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["team_id", *columns], [f"{parent}.team_id", f"{parent}.{'id' if parent != 'pack' else 'digest'}"]
    )


class PackRow(Row):
    """The question pack as it was when an assessment was opened with it."""

    __tablename__: ClassVar[str] = "pack"
    team_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    name: str
    version: int
    body: str = Field(sa_column=Column(Text, nullable=False))


class PersonRow(Row):
    """What we last heard from Slack about somebody, only a memory, never the truth; and what they told us:
    the language that they want to be spoken to in, until when they are away, and whether they want no
    reminders (`quiet`). `reminded_at` and `reminded_with` (its key) are the last reminder to them. `home` is
    what Slack called their Home when it was drawn last; without it they never opened it."""

    __tablename__: ClassVar[str] = "person"
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: str
    tz: str = "UTC"
    locale: str = ""
    title: str = ""
    kind: str = "member"
    gone: bool = False
    dm: str | None = None
    home: str | None = None
    language: str | None = None
    away_until: date | None = None
    unavailable_until: datetime | None = None
    quiet: bool = False
    reminded_at: datetime | None = None
    reminded_with: str | None = None


class AssessmentRow(Row):
    __tablename__: ClassVar[str] = "assessment"
    __table_args__ = (
        _belongs_to("pack", "pack_digest"),
        UniqueConstraint("team_id", "subject_key", "round"),
        Index(None, "team_id", "state", "closes_at"),
    )
    team_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    subject: str
    subject_key: str
    round: int
    state: str
    facilitator: str
    channel: str | None = None
    pack_digest: str
    scope: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime
    opened_at: datetime | None = None
    closes_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    erase_at: datetime | None = None
    state_before: str | None = None
    imported_at: datetime | None = None
    kept: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class DraftRow(Row):
    """What belongs to a draft beside its scope: gone with the launch."""

    __tablename__: ClassVar[str] = "draft"
    __table_args__ = (_belongs_to("assessment", "assessment_id"),)
    team_id: str = Field(primary_key=True)
    assessment_id: str = Field(primary_key=True)
    revision: int = 0
    changed_by: str
    changed_at: datetime | None = None
    changes: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    roles: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    found: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    empty: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    aside: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    trial: str | None = None


class TalkRow(Row):
    """Who is setting up an assessment in the direct message, and what they are asked there."""

    __tablename__: ClassVar[str] = "talk"
    __table_args__ = (_belongs_to("assessment", "assessment_id"),)
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    assessment_id: str
    step: str


class SeatRow(Row):
    """Somebody answering in a role or two (`roles`: their ids in order, joined by a blank, so that
    scoring can count by it). `state` and `answered` are kept in the answer's own transaction, so
    that a status over thousands of seats reads no answers. `quiet`: no reminders about this one."""

    __tablename__: ClassVar[str] = "seat"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        Index(None, "team_id", "assessment_id", "state"),
    )
    team_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    assessment_id: str
    roles: str
    state: str
    questions: int = 0
    answered: int = 0
    invited_at: datetime
    active_at: datetime | None = None
    quiet: bool = False


class SeatHolderRow(Row):
    """Who sits there: a row of its own, so that it can be erased and the answers stay."""

    __tablename__: ClassVar[str] = "seat_holder"
    __table_args__ = (
        _belongs_to("seat", "seat_id"),
        UniqueConstraint("team_id", "assessment_id", "user_id"),
        Index(None, "team_id", "user_id"),
    )
    team_id: str = Field(primary_key=True)
    seat_id: str = Field(primary_key=True)
    assessment_id: str
    user_id: str


class SaidRow(Row):
    """One fact about a seat: answered, commented, skipped, went back, sent … Append-only.

    `key` makes a fact unique: a click by its card (`card/<question>/<revision>`), a typed line by
    its message (`typed/<channel>/<ts>`). The same fact told twice is one fact.
    """

    __tablename__: ClassVar[str] = "said"
    __table_args__ = (
        _belongs_to("seat", "seat_id"),
        UniqueConstraint("team_id", "seat_id", "key"),
        # In the order in which rows are written, so that counting reads them one after another.
        Index(None, "team_id", "assessment_id", "seat_id", "question", "kind"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    assessment_id: str
    seat_id: str
    key: str
    kind: str
    question: str | None = None
    value: int | None = None
    text: str | None = Field(default=None, sa_column=Column(Text))
    at: datetime


class PostingRow(Row):
    """The posting ledger: a message that we owe somebody, under a natural key."""

    __tablename__: ClassVar[str] = "posting"
    __table_args__ = (
        Index(None, "team_id", "state", "due_at", "created_at", "key"),
        Index(None, "team_id", "subject_id", "kind"),
        Index(None, "team_id", "channel", "ts"),
    )
    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    subject_id: str
    recipient: str
    state: str
    due_at: datetime
    contents: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    claim: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    failures: int = 0
    channel: str | None = None
    ts: str | None = None
    note: str | None = None
    created_at: datetime


class ResultRow(Row):
    """A published result is immutable; a change makes a new revision. Only the headline is written later."""

    __tablename__: ClassVar[str] = "result"
    __table_args__ = (_belongs_to("assessment", "assessment_id"),)
    team_id: str = Field(primary_key=True)
    assessment_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime
    by: str
    headline: str | None = Field(default=None, sa_column=Column(Text))


class ChannelPauseRow(Row):
    """A channel in which nothing is posted until somebody confirms that it may be."""

    __tablename__: ClassVar[str] = "channel_pause"
    team_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    why: str
    since: datetime


class DepartureRow(Row):
    """The workspace has removed us (`why`, in Slack's word) since then, so that nothing is sent; what we keep
    of it is erased at `erase_at`, unless that is empty or we are there again by then."""

    __tablename__: ClassVar[str] = "departure"
    team_id: str = Field(primary_key=True)
    why: str
    since: datetime
    erase_at: datetime | None = None


class InstallationRow(Row):
    """Somebody has installed us, in a workspace or in a whole organisation, whose id `team_id` is then.
    `sealed` are the tokens, which nobody can read without the keys; `version` grows whenever they are others.
    Who holds `renewing_until` gets new ones from Slack until then."""

    __tablename__: ClassVar[str] = "installation"
    team_id: str = Field(primary_key=True)
    name: str
    is_organisation: bool
    app_id: str
    bot_id: str
    bot_user_id: str
    scopes: str
    installed_by: str
    installed_at: datetime
    sealed: str
    expires_at: datetime | None = None
    renewing_until: datetime | None = None
    version: int


class ConsentRow(Row):
    """Somebody was sent to Slack to consent, from one browser, and is expected back until then. In which
    workspace that will be nobody knows yet, so that `team_id` is empty. Hashes: the database does not say
    what would be taken."""

    __tablename__: ClassVar[str] = "consent"
    team_id: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    browser: str
    until: datetime


class FormKeyRow(Row):
    """The key with which forms are sealed, and the one before, whose forms are good until then. They are for
    all workspaces, so that `team_id` is empty."""

    __tablename__: ClassVar[str] = "form_key"
    team_id: str = Field(primary_key=True)
    key: str
    key_before: str | None = None
    before_until: datetime | None = None


class NoticeRow(Row):
    """What one process tells the others on this database; it holds until a time."""

    __tablename__: ClassVar[str] = "notice"
    team_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    until: datetime


class EvidenceRow(Row):
    """What somebody can show for their answer, and what a reviewer said of it. Which of `text`, `number` and
    `file` it has follows from its `form`; the content of a file is never kept. `key` makes it unique on its
    seat: the form or the message in which it came. `level` is empty as long as it supports whatever its
    author answers. `seat_id` is empty once its author was forgotten: Slack knows who shared a file."""

    __tablename__: ClassVar[str] = "evidence"
    __table_args__ = (
        _belongs_to("seat", "seat_id"),
        UniqueConstraint("team_id", "seat_id", "key"),
        Index(None, "team_id", "assessment_id", "state"),
    )
    team_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    assessment_id: str
    seat_id: str | None = None
    question: str
    key: str
    form: str
    source: str
    nature: str
    level: int | None = None
    text: str | None = Field(default=None, sa_column=Column(Text))
    number: str | None = None
    unit: str | None = None
    file: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    at: datetime
    state: str
    ruled_by: str | None = None
    ruled_at: datetime | None = None
    reason: str | None = Field(default=None, sa_column=Column(Text))


class CalibrationRow(Row):
    """A level that a facilitator recorded for a contested question, and why. Append-only: the last one of a
    question counts, and one without a level takes it back. The answers stay as they are."""

    __tablename__: ClassVar[str] = "calibration"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        UniqueConstraint("team_id", "assessment_id", "key"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    assessment_id: str
    key: str
    question: str
    level: int | None = None
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by: str
    at: datetime


class DeedRow(Row):
    """What somebody did to an assessment that others may want to know of: launched it, closed it, saw who
    is behind. Append-only; `values` fill its sentence. `key` is that of a request which may come again."""

    __tablename__: ClassVar[str] = "deed"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        Index(None, "team_id", "assessment_id"),
        Index(None, "team_id", "assessment_id", "key", unique=True),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    assessment_id: str
    by: str
    what: str
    values: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime
    key: str | None = None


class ActionRow(Row):
    """What was agreed to be done: about a gap, or without one (no `question`). Without an `owner` nobody has
    taken it, or who had it gave it back. The measure is a sentence (`measure`) and, if it has a number, where
    it was (`baseline`), is to be (`target`) and is (`current`), in `unit`. `became`: the action that this one
    was merged into; `split_from`: the one that it was a part of. `revision` counts its changes."""

    __tablename__: ClassVar[str] = "action"
    __table_args__ = (_belongs_to("assessment", "assessment_id"), Index(None, "team_id", "owner", "state"))
    team_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    assessment_id: str
    question: str | None = None
    level: int | None = None
    objective: str = Field(sa_column=Column(Text, nullable=False))
    measure: str = Field(sa_column=Column(Text, nullable=False))
    owner: str | None = None
    due: date
    state: str
    agreed_by: str
    agreed_at: datetime
    changed_at: datetime
    revision: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    unit: str | None = None
    baseline: Decimal | None = Field(default=None, sa_column=Column(Exact, nullable=True))
    target: Decimal | None = Field(default=None, sa_column=Column(Exact, nullable=True))
    current: Decimal | None = Field(default=None, sa_column=Column(Exact, nullable=True))
    starts: date | None = None
    accepted_at: datetime | None = None
    informed: list[Any] = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))
    became: str | None = None
    split_from: str | None = None


class ActionStepRow(Row):
    """A part of an action that can be ticked off; they are in the order of `position`."""

    __tablename__: ClassVar[str] = "action_step"
    __table_args__ = (_belongs_to("action", "action_id"),)
    team_id: str = Field(primary_key=True)
    action_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    position: int
    text: str = Field(sa_column=Column(Text, nullable=False))
    done_at: datetime | None = None
    done_by: str | None = None


class ActionNeedRow(Row):
    """The action cannot be finished before another one (`needs`)."""

    __tablename__: ClassVar[str] = "action_need"
    __table_args__ = (_belongs_to("action", "action_id"), _belongs_to("action", "needs"))
    team_id: str = Field(primary_key=True)
    action_id: str = Field(primary_key=True)
    needs: str = Field(primary_key=True)


class ActionChangeRow(Row):
    """What somebody changed about an action: by column what it was and what it became. Append-only."""

    __tablename__: ClassVar[str] = "action_change"
    __table_args__ = (_belongs_to("action", "action_id"), Index(None, "team_id", "action_id"))
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    action_id: str
    by: str
    what: str
    values: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime


class FollowUpRow(Row):
    """A day on which an owner hears of an action that was due on `due` then, or (an escalation) somebody else
    does; and the posting in which it was said."""

    __tablename__: ClassVar[str] = "follow_up"
    __table_args__ = (_belongs_to("action", "action_id"), Index(None, "team_id", "owner", "said_in"))
    team_id: str = Field(primary_key=True)
    action_id: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    due: date
    said_in: str | None = None
    said_at: datetime | None = None


class ActionNoteRow(Row):
    """What an owner said about an action, and when; `link` leads to what shows it, `files` show it and stay
    in Slack, and `measured` is what the measure was then. Append-only, but for files that Slack loses."""

    __tablename__: ClassVar[str] = "action_note"
    __table_args__ = (_belongs_to("action", "action_id"), Index(None, "team_id", "action_id"))
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    action_id: str
    by: str
    state: str
    text: str | None = Field(default=None, sa_column=Column(Text))
    at: datetime
    link: str | None = Field(default=None, sa_column=Column(Text))
    measured: Decimal | None = Field(default=None, sa_column=Column(Exact, nullable=True))
    files: list[Any] = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))


class RankingRow(Row):
    """How the gaps of an assessment are put in order, as people decided: the method, how many are worked on
    first, and how much fits into a phase. What they said of single gaps stands in the tables below, which are
    append-only, each row with the revision that it made."""

    __tablename__: ClassVar[str] = "ranking"
    __table_args__ = (_belongs_to("assessment", "assessment_id"),)
    team_id: str = Field(primary_key=True)
    assessment_id: str = Field(primary_key=True)
    revision: int
    method: str | None = None
    cut_off: int
    capacity: int | None = None
    weeks: int | None = None
    phases: int | None = None
    steps: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    changed_by: str
    changed_at: datetime | None = None


class GapRatingRow(Row):
    """The factors of a step that somebody changed, and why; with `wish`, what they would have changed had
    not somebody else decided otherwise."""

    __tablename__: ClassVar[str] = "gap_rating"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        Index(None, "team_id", "assessment_id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    assessment_id: str
    revision: int
    step: str
    values: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    wish: bool
    reason: str | None = Field(default=None, sa_column=Column(Text))
    by: str
    at: datetime


class GapNeedRow(Row):
    """A step comes after another one because people say so, or (`holds` false) does so no longer."""

    __tablename__: ClassVar[str] = "gap_need"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        Index(None, "team_id", "assessment_id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    assessment_id: str
    revision: int
    step: str
    need: str
    holds: bool
    by: str
    at: datetime


class GapMoveRow(Row):
    """A step was put to a place by hand; without one it goes back to where the ranking has it."""

    __tablename__: ClassVar[str] = "gap_move"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        Index(None, "team_id", "assessment_id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    assessment_id: str
    revision: int
    step: str
    place: int | None = None
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by: str
    at: datetime


class TicketRow(Row):
    """The issue of an action in a tracker: owed as long as it is to be created there, then read again and
    again. `marker` stands in the issue itself, so that one that was created by a process that died is found
    and not created twice. `status`, `detail` (the tracker's own word for it) and `etag` are what it said
    last; `refused` is what it has against us, `words` how it put that."""

    __tablename__: ClassVar[str] = "ticket"
    __table_args__ = (_belongs_to("action", "action_id"), Index(None, "team_id", "state", "due_at"))
    team_id: str = Field(primary_key=True)
    action_id: str = Field(primary_key=True)
    tracker: str
    state: str
    marker: str
    asked_by: str
    key: str | None = None
    url: str | None = None
    status: str | None = None
    detail: str | None = None
    etag: str | None = None
    due_at: datetime
    checked_at: datetime | None = None
    claim: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    failures: int = 0
    refused: str | None = None
    words: str | None = Field(default=None, sa_column=Column(Text))


class RemarkRow(Row):
    """What became of an action and is to be written to its issue; gone once it is. `ticket` is the marker of
    the issue that is meant, so that another one that took its place hears nothing of it; `mark` stands in
    what is written, so that it is found and not written twice. Of one action each waits for those before."""

    __tablename__: ClassVar[str] = "remark"
    __table_args__ = (
        _belongs_to("action", "action_id"),
        Index(None, "team_id", "due_at"),
        Index(None, "team_id", "action_id", "id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    action_id: str
    ticket: str
    mark: str
    word: str
    by: str
    due: date | None = None
    due_at: datetime
    claim: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    failures: int = 0


class FeedRow(Row):
    """The private address from which this person's calendars read their due dates. Of its secret part only
    the fingerprint (SHA-256) is kept, so that whoever reads the database cannot read the calendar by it."""

    __tablename__: ClassVar[str] = "feed"
    __table_args__ = (Index(None, "team_id", "fingerprint", unique=True),)
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    fingerprint: str
    made_at: datetime


class DeliveryRow(Row):
    """An event that is owed to the webhook, as it was when it happened; gone once it is delivered. Of one
    subject (an action, an assessment) each waits for those before it."""

    __tablename__: ClassVar[str] = "delivery"
    __table_args__ = (
        _belongs_to("assessment", "assessment_id"),
        Index(None, "team_id", "due_at"),
        Index(None, "team_id", "subject_id", "id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    team_id: str
    event: str
    assessment_id: str
    subject_id: str
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime
    due_at: datetime
    claim: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
