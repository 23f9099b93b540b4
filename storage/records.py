"""What storage hands out: frozen records, never rows."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class AssessmentState(StrEnum):
    """A trial is a copy of a draft that its facilitator alone answers, and that counts nowhere. A self-check
    is open too, but for the one person whose it is: whoever looks for assessments finds neither."""

    DRAFT = "draft"
    TRIAL = "trial"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    SELF_CHECK = "self_check"


class SeatState(StrEnum):
    """`passed_on`: somebody else answers in this one's place."""

    INVITED = "invited"
    STARTED = "started"
    SENT = "sent"
    DECLINED = "declined"
    LEFT = "left"
    OFF = "off"
    PASSED_ON = "passed_on"
    WITHDREW = "withdrew"


#: Of whom answers are still awaited.
UNFINISHED = (SeatState.INVITED, SeatState.STARTED)


#: Who is not asked any more: their account in Slack is gone, or a facilitator took them off the list. What
#: they answered counts.
NOT_ASKED = (SeatState.LEFT, SeatState.OFF)


class Said(StrEnum):
    """The kinds of fact about a seat. Some need a word:

    `took_back`: the message from which a comment came was deleted.
    `corrected`: the roles were not theirs; `text` has those that are.
    `passed_on`: a question (or, without one, all of them) is another's now, named in `text`.
    `took_over`: a question that another (`text`) passed on; with `value` 1 on a seat that is asked nothing
    but what was passed to it.
    `late`: came after closing and is not counted: a level, -1 for 'I don't know', nothing for a comment
    alone; the comment is `text`. The other kinds about it say what became of it.
    """

    STARTED = "started"
    TYPED = "typed"
    LOOKED = "looked"
    ANSWERED = "answered"
    DONT_KNOW = "dont_know"
    DOES_NOT_APPLY = "does_not_apply"
    NOT_MINE = "not_mine"
    SKIPPED = "skipped"
    REASON_ASKED = "reason_asked"
    COMMENTED = "commented"
    SHOWED = "showed"
    WITHDREW = "withdrew"
    WENT_TO = "went_to"
    TOOK_BACK = "took_back"
    SENT = "sent"
    DECLINED = "declined"
    CORRECTED = "corrected"
    PASSED_ON = "passed_on"
    TOOK_OVER = "took_over"
    LATE = "late"
    LATE_DROPPED = "late_dropped"
    LATE_ASKED = "late_asked"
    LATE_TAKEN = "late_taken"
    LATE_REFUSED = "late_refused"


#: The facts that answer a question; the latest one of a seat and a question is its current answer.
ANSWERS = (Said.ANSWERED, Said.DONT_KNOW, Said.DOES_NOT_APPLY, Said.NOT_MINE, Said.SKIPPED)


class PostingState(StrEnum):
    OWED = "owed"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class ActionState(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


#: Final: it is done, or will not be.
OVER = frozenset({ActionState.DONE, ActionState.DROPPED})


#: Away, and they will say when they are back.
OPEN_END = date.max


class PersonKind(StrEnum):
    """What an account in Slack is. A stranger belongs to another organisation."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    BOT = "bot"


class Person(Record):
    """`tz` (empty if Slack does not say), `locale`, `title` (of their job), `kind`, `gone` (the account is
    switched off) and `unavailable_until` (by their status or their do-not-disturb hours) are Slack's word;
    `language` (if it is not to follow the locale), `away_until` (the day on which they are back, or OPEN_END)
    and `quiet` (no reminders) are their own. `reminded_at` is when we reminded them last, and `reminded_with`
    the key of that posting. `home` is what Slack called their Home when it was drawn last."""

    user_id: str
    name: str
    tz: str = ""
    locale: str = ""
    title: str = ""
    kind: PersonKind = PersonKind.MEMBER
    gone: bool = False
    dm: str | None = None
    home: str | None = None
    language: str | None = None
    away_until: date | None = None
    unavailable_until: datetime | None = None
    quiet: bool = False
    reminded_at: datetime | None = None
    reminded_with: str | None = None

    @property
    def asked(self) -> bool:
        """Whether this is somebody who could answer."""
        return self.kind is not PersonKind.BOT and not self.gone


class Deed(Record):
    """What somebody did to an assessment; `by` is empty for the clock."""

    by: str
    what: str
    values: dict[str, Any] = {}
    at: datetime


def subject_key(subject: str) -> str:
    """Equal for what is the same subject, however it is typed."""
    return " ".join(subject.casefold().split())


class Assessment(Record):
    """A numbered round of its subject. `erase_at` is when it is gone for good, if that is planned;
    `state_before` is what it was before somebody asked for that. `imported_at` is when it came from a file,
    with nobody's answers, and `kept` what that file says beside its result: the rounds up to it, and
    the ranking."""

    id: str
    subject: str
    round: int
    state: AssessmentState
    facilitator: str
    channel: str | None
    pack_digest: str
    scope: dict[str, Any]
    created_at: datetime
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    erase_at: datetime | None = None
    state_before: str | None = None
    imported_at: datetime | None = None
    kept: dict[str, Any] | None = None

    @property
    def subject_key(self) -> str:
        return subject_key(self.subject)

    @property
    def takes_answers(self) -> bool:
        return self.state in {AssessmentState.OPEN, AssessmentState.TRIAL, AssessmentState.SELF_CHECK}


class DraftChange(Record):
    """From this revision of a draft on, one of its fields is not what it `was`."""

    revision: int
    field: str
    was: Any = None


class Drafted(Record):
    """What belongs to a draft beside its scope, as long as it is one.

    `revision` counts its changes, and `changes` are the latest of them. `roles` that were chosen, by person,
    or by the user group or channel whose members speak for them. `found` are the people who were found in it
    last, each with the sources in which they were. `empty` sources had nobody in them. `aside` is
    what people wanted to save when somebody else had just done so, by its id. `trial` is the copy that its
    facilitator tries out."""

    revision: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None
    changes: tuple[DraftChange, ...] = ()
    roles: dict[str, tuple[str, ...]] = {}
    found: dict[str, tuple[str, ...]] = {}
    empty: tuple[str, ...] = ()
    aside: dict[str, dict[str, Any]] = {}
    trial: str | None = None


class Talk(Record):
    """Somebody sets up this assessment in the direct message; `step` is what they are asked there."""

    user_id: str
    assessment_id: str
    step: str


class Seat(Record):
    """`user_id` is empty once who sat there was forgotten; `quiet`: they want no reminders about this one."""

    id: str
    assessment_id: str
    user_id: str
    roles: tuple[str, ...]
    state: SeatState
    questions: int
    answered: int
    invited_at: datetime
    active_at: datetime | None
    quiet: bool = False


class SeatBefore(Record):
    """Somebody's seat in an earlier round, which was asked by that pack and closed then."""

    seat_id: str
    pack_digest: str
    closed_at: datetime


class Fact(Record):
    """One thing that somebody said about one question (or, without a question, about the whole). A comment
    whose `value` is 1 may be quoted without a name."""

    key: str
    kind: Said
    question: str | None = None
    value: int | None = None
    text: str | None = None
    at: datetime


class Count(Record):
    """How many seats with these roles gave this answer to this question."""

    question: str
    roles: tuple[str, ...]
    kind: Said
    value: int | None
    n: int


class EvidenceForm(StrEnum):
    LINK = "link"
    FILE = "file"
    NUMBER = "number"
    TEXT = "text"


class Source(StrEnum):
    """Where evidence comes from (step 2 of the white paper names these)."""

    REPOSITORY = "repository"
    DEPLOYMENT_LOG = "deployment_log"
    DASHBOARD = "dashboard"
    SURVEY = "survey"
    INTERVIEW = "interview"
    DOCUMENT = "document"
    OTHER = "other"


class Nature(StrEnum):
    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class EvidenceState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class SlackFile(Record):
    """A file that stays in Slack; `size` in bytes. `gone`: it was deleted there."""

    id: str
    name: str
    size: int
    type: str
    gone: bool = False


class Evidence(Record):
    """`seat_id` is empty once its author was forgotten."""

    id: str
    assessment_id: str
    seat_id: str | None
    question: str
    key: str
    form: EvidenceForm
    source: Source
    nature: Nature
    level: int | None = None
    text: str | None = None
    number: str | None = None
    unit: str | None = None
    file: SlackFile | None = None
    at: datetime
    state: EvidenceState = EvidenceState.WAITING
    ruled_by: str | None = None
    ruled_at: datetime | None = None
    reason: str | None = None


class Calibration(Record):
    """The level that was agreed for a question; None takes an earlier one back."""

    key: str
    question: str
    level: int | None
    reason: str
    by: str
    at: datetime


class GapRanking(Record):
    """What people decided about the order of an assessment's gaps as a whole.

    `revision` counts what they changed; 0 is the order that the data propose. `method` None is that of the
    scope. `capacity` is effort points in a phase, `weeks` how long a phase is, `phases` how many there are;
    None if nobody said. `steps` are the gaps that there were when it began."""

    revision: int = 0
    method: str | None = None
    cut_off: int = 3
    capacity: int | None = None
    weeks: int | None = None
    phases: int | None = None
    steps: tuple[str, ...] = ()
    changed_by: str = ""
    changed_at: datetime | None = None


class GapRating(Record):
    """What somebody said of a step ("MON-Q4@2"): the factors that they changed, 1, 3 or 5, None for what the
    data propose. `reason` None leaves it as it was. A wish is kept beside what counts; it may also say what
    the step should come after ("need:MON-Q2@1", 1 or 0)."""

    revision: int
    step: str
    values: dict[str, int | None]
    wish: bool = False
    reason: str | None = None
    by: str
    at: datetime


class GapNeed(Record):
    """Whether a step comes after another one, from this revision on."""

    revision: int
    step: str
    need: str
    holds: bool
    by: str
    at: datetime


class GapMove(Record):
    """A step was put to this place (from 1); None gives it back to the ranking."""

    revision: int
    step: str
    place: int | None
    reason: str = ""
    by: str
    at: datetime


class Sheet(Record):
    """All current answers of a seat with these roles, by question; whose it is is not said."""

    roles: tuple[str, ...]
    answers: dict[str, tuple[Said, int | None]]


class SeatCount(Record):
    """How many seats with these roles are in this state; `begun` of them have answered something."""

    roles: tuple[str, ...]
    state: SeatState
    n: int
    begun: int


#: How the note begins of a posting that another message says.
FOLDED = "with "


class Posting(Record):
    """`failures` is how often something that nobody foresaw came in between."""

    key: str
    kind: str
    subject_id: str
    recipient: str
    state: PostingState
    due_at: datetime
    contents: dict[str, Any]
    claim: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    failures: int = 0
    channel: str | None = None
    ts: str | None = None
    note: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still going to be sent, as far as we know."""
        return self.state in {PostingState.OWED, PostingState.CLAIMED}

    @property
    def said_with(self) -> str | None:
        """The key of the other message that says what this one would have said."""
        note = self.note or ""
        return note.removeprefix(FOLDED) if note.startswith(FOLDED) else None


class Result(Record):
    """`headline` is the facilitators' own sentence over it, if they wrote one."""

    assessment_id: str
    revision: int
    body: dict[str, Any]
    at: datetime
    by: str
    headline: str | None = None


class Departure(Record):
    """A workspace that has removed us; `why` is app_uninstalled, tokens_revoked, or Slack's word for why it
    takes our token no longer. `erase_at` empty: what we keep of it stays."""

    why: str
    since: datetime
    erase_at: datetime | None


class Installation(Record):
    """We are installed in the workspace `team_id`, or in the whole organisation of this id. `sealed`: its
    tokens, as only who has the keys can read them; a bot token with an end is renewed before `expires_at`.
    `version` tells one set of tokens from the next."""

    team_id: str
    name: str
    is_organisation: bool
    app_id: str
    bot_id: str
    bot_user_id: str
    scopes: str
    installed_by: str
    installed_at: datetime
    sealed: str
    expires_at: datetime | None
    version: int = 0


class Notice(Record):
    """What one process tells the others: something of a kind, about a process, a channel or a person."""

    kind: str
    about: str
    until: datetime


class ChannelPause(Record):
    """A channel in which nothing is posted since then, until somebody confirms that it may be; `why` is one
    of archived, deleted, left, shared, or Slack's word for why it took nothing."""

    channel: str
    why: str
    since: datetime


class Action(Record):
    """What was agreed to be done about a gap, or without one. `measure` says in words how one will know;
    `baseline`, `target` and `current` are its number before, in the end, and now, in `unit`. Who is
    `informed` hears how it goes. `became` is the action that it was merged into, `split_from` the one that it
    is a part of."""

    id: str
    assessment_id: str
    question: str | None
    level: int | None
    objective: str
    measure: str
    owner: str | None
    due: date
    state: ActionState
    agreed_by: str
    agreed_at: datetime
    changed_at: datetime
    revision: int = 0
    unit: str | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    current: Decimal | None = None
    starts: date | None = None
    accepted_at: datetime | None = None
    informed: tuple[str, ...] = ()
    became: str | None = None
    split_from: str | None = None

    @property
    def is_over(self) -> bool:
        """Nothing is expected of it any more."""
        return self.state in OVER


class ActionStep(Record):
    id: str
    action_id: str
    position: int
    text: str
    done_at: datetime | None = None
    done_by: str | None = None


class ActionChange(Record):
    """`what` is one word for it; `values` are by column what it was and what it became."""

    action_id: str
    by: str
    what: str
    values: dict[str, Any]
    at: datetime


class FollowUpKind(StrEnum):
    """Before the due date, on it, or after it; because a facilitator asked for it; and to a facilitator,
    when the owner has heard of it as often as they may."""

    BEFORE = "before"
    DUE = "due"
    LATE = "late"
    BY_HAND = "by_hand"
    ESCALATION = "escalation"


class FollowUp(Record):
    """A day on which `owner` hears of an action that was due on `due`; `said_in` is the key of the posting
    in which they did."""

    action_id: str
    owner: str
    day: date
    kind: FollowUpKind
    due: date
    said_in: str | None = None
    said_at: datetime | None = None


class ActionNote(Record):
    """What somebody said of an action; `measured` is what its measure was then, `files` show it."""

    action_id: str
    by: str
    state: ActionState
    text: str | None
    at: datetime
    link: str | None = None
    measured: Decimal | None = None
    files: tuple[SlackFile, ...] = ()


class TrackerKind(StrEnum):
    GITHUB = "github"
    JIRA = "jira"


class TicketState(StrEnum):
    """`OWED`: it is to be created. `FAILED`: the tracker does not take it. `KEPT`: it came with an imported
    result, and is not read."""

    OWED = "owed"
    CREATED = "created"
    LINKED = "linked"
    FAILED = "failed"
    KEPT = "kept"


class TicketStatus(StrEnum):
    """What the tracker said last. `GONE`: it was deleted or moved, or we may not see it."""

    OPEN = "open"
    CLOSED = "closed"
    GONE = "gone"


class Ticket(Record):
    """The issue of an action in a tracker; see `TicketRow`."""

    action_id: str
    tracker: TrackerKind
    state: TicketState
    marker: str
    asked_by: str
    key: str | None
    url: str | None
    status: TicketStatus | None
    detail: str | None
    etag: str | None
    due_at: datetime
    checked_at: datetime | None
    claim: str | None
    lease_until: datetime | None
    attempts: int
    attempted_at: datetime | None
    failures: int
    refused: str | None
    words: str | None

    @property
    def is_there(self) -> bool:
        return self.state in {TicketState.CREATED, TicketState.LINKED, TicketState.KEPT}


class RemarkWord(StrEnum):
    """What a tracker is told of an action. `REOPENED`: it is not done after all."""

    DONE = "done"
    DROPPED = "dropped"
    REOPENED = "reopened"
    OWNER = "owner"
    DUE = "due"


class Remark(Record):
    """What is to be written to the issue of an action; see `RemarkRow`."""

    id: int
    action_id: str
    ticket: str
    mark: str
    word: RemarkWord
    by: str
    due: date | None
    due_at: datetime
    claim: str | None
    lease_until: datetime | None
    attempts: int
    attempted_at: datetime | None
    failures: int


class Feed(Record):
    """The private address of somebody's due dates; see `FeedRow`."""

    user_id: str
    fingerprint: str
    made_at: datetime


class Delivery(Record):
    """An event that is owed to the webhook; `event` is its id."""

    id: int
    event: str
    assessment_id: str
    subject_id: str
    body: dict[str, Any]
    created_at: datetime
    due_at: datetime
    claim: str | None
    lease_until: datetime | None
    attempts: int
