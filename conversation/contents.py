"""What each kind of posting says: values for a template, no words yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from conversation.actionprogress import Progress
from conversation.again import Again
from conversation.bearings import NOWHERE, Bearings
from conversation.drafting import Draft
from conversation.earlier import Comparison
from conversation.findings import Findings, GapFinding, RoleFinding
from conversation.hours import Hours
from conversation.latecomers import Offer
from conversation.pack import Item, Pack
from conversation.prioritising import NOTHING, Decided, Order, lay_over
from conversation.scope import Rhythm, Scope
from conversation.setting_up import Question
from conversation.shared import Differing, SinceLast
from conversation.sheetfile import Problem
from conversation.sitting import Sitting
from conversation.standing import Reply as AnswerGiven
from conversation.ticketing import NONE, TicketNews, Tickets
from storage.records import Action, ActionNote, Assessment, Evidence, Person, Posting, Seat


@dataclass(frozen=True)
class Card:
    """The question that is asked now, or the review when none is."""

    sitting: Sitting


@dataclass(frozen=True)
class Reply:
    """An answer to something that somebody typed or did; `word` names its sentence in the catalogue. With
    help comes what `else_waits` for them."""

    sitting: Sitting
    word: str
    values: Mapping[str, Any] = field(default_factory=dict)
    else_waits: Bearings = NOWHERE

    @property
    def item(self) -> Item | None:
        question = self.values.get("question")
        return self.sitting.interview.item(question) if question else None


@dataclass(frozen=True)
class Invite:
    """`left`: whether a reminder can come, which they may move. `by` passed it on, with a `note`, if it did
    not come from the facilitator. `busy_with` is what this person is in the middle of."""

    sitting: Sitting
    scope: Scope
    left: bool = False
    by: str | None = None
    note: str = ""
    busy_with: str | None = None


@dataclass(frozen=True)
class MoreToAnswer:
    """To somebody who is asked already, when `by` passed more to them."""

    sitting: Sitting
    by: str
    note: str
    questions: int


@dataclass(frozen=True)
class HandedOver:
    """To the facilitator, when `by` passed a `single` question or all of theirs on."""

    assessment: Assessment
    by: str
    to: str
    single: bool


@dataclass(frozen=True)
class RoleCorrected:
    """To the facilitator; roles by their titles."""

    assessment: Assessment
    who: str
    was: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True)
class LateAnswers:
    """To the facilitator, when somebody asks for answers to be added that came after closing."""

    sitting: Sitting
    questions: int


@dataclass(frozen=True)
class PrivacyTightened:
    """To whoever was told before who sees what."""

    sitting: Sitting
    scope: Scope


@dataclass(frozen=True)
class ClosedEarly:
    """To whoever was in the middle when it was closed before its date."""

    sitting: Sitting


@dataclass(frozen=True)
class NoLongerAsked:
    """In place of what asked somebody, since it is closed. Without a `sitting` where it is forgotten who sat
    where. Of an invitation the promise stays who sees what (`scope`)."""

    assessment: Assessment
    sitting: Sitting | None = None
    scope: Scope | None = None


@dataclass(frozen=True)
class NudgeLine:
    """One questionnaire that waits, and how many reminders of it there were, with this one."""

    sitting: Sitting
    number: int


@dataclass(frozen=True)
class Nudge:
    """A reminder of everything that waits for one person; `key` is its posting's. There are `most` for each
    questionnaire; `left` says whether another can come. `by_hand` is the facilitator who asked for it."""

    key: str
    lines: tuple[NudgeLine, ...]
    most: int
    left: bool = False
    by_hand: str | None = None


class Done(StrEnum):
    """What was just done, for the sentence that says so."""

    AWAY = "away"
    BACK = "back"
    STOPPED = "stopped"
    RESUMED = "resumed"


@dataclass(frozen=True)
class Waiting:
    """An unfinished questionnaire; `next_at` is when its next reminder is planned."""

    assessment: Assessment
    seat: Seat
    next_at: datetime | None


@dataclass(frozen=True)
class Snoozed:
    """What came of 'remind me later' for these questionnaires: when the next reminder comes, or None if none
    does. `invited` if it was chosen on an invitation."""

    sittings: tuple[Sitting, ...]
    hours: Hours
    at: datetime | None
    invited: bool


@dataclass(frozen=True)
class ReminderSettings:
    person: Person
    hours: Hours
    now: datetime
    waiting: tuple[Waiting, ...]
    done: Done | None = None

    @property
    def away(self) -> bool:
        return self.hours.is_away(self.now)


@dataclass(frozen=True)
class Intro:
    """To the channel, at launch."""

    assessment: Assessment
    scope: Scope
    pack: Pack
    people: int


@dataclass(frozen=True)
class Finished:
    """To the facilitator, when the last person has sent their answers."""

    assessment: Assessment
    roles: tuple[RoleFinding, ...]
    declined: int
    pack: Pack | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Verdict:
    """The result: as a private preview to the facilitator, or for readers. `headline` is what a facilitator
    says in place of the sentence that is worked out. `threaded`: it stands in a channel, and says in its
    thread what belongs to single aspects. `mine` is for somebody who took part. `updated` if another one
    was posted before. `posted_in` is the channel in which others read what this is the preview of.
    `decided` is what people decided about the order of its gaps. `beside` are the rounds before it, as
    whoever reads this may see them."""

    assessment: Assessment
    scope: Scope
    pack: Pack
    findings: Findings
    revision: int
    private: bool
    headline: str | None = None
    since: SinceLast | None = None
    differing: tuple[Differing, ...] = ()
    threaded: bool = False
    updated: bool = False
    posted_in: str | None = None
    mine: "Part | None" = None
    beside: Comparison | None = None
    decided: Decided = NOTHING

    @cached_property
    def order(self) -> Order:
        """The gaps that readers see, as they are ranked."""
        gaps, top = self.findings.for_readers.gaps, len(self.pack.levels) - 1
        return lay_over(gaps, self.decided, self.scope.ranking, top=top)

    @property
    def gaps(self) -> tuple[GapFinding, ...]:
        """In the order that people decided; without one, as they were published."""
        return self.order.gaps if self.order.by_people else self.findings.gaps


@dataclass(frozen=True)
class Part:
    """What somebody who took part has in a result: so many comments, of which so many are quoted. `known` is
    False where nobody can tell any more who answered what."""

    known: bool
    answered: int = 0
    comments: int = 0
    quoted: int = 0


@dataclass(frozen=True)
class AspectReply:
    """In the thread of a result: what there is to say of one aspect."""

    verdict: Verdict
    aspect: str

    @property
    def assessment(self) -> Assessment:
        return self.verdict.assessment


@dataclass(frozen=True)
class SinceReply:
    """In the thread of a result: what came of the last round."""

    comparison: Comparison

    @property
    def assessment(self) -> Assessment:
        return self.comparison.assessment


@dataclass(frozen=True)
class Correction:
    """In the thread of a result that Slack lets nobody change any more: what it is now."""

    verdict: Verdict

    @property
    def assessment(self) -> Assessment:
        return self.verdict.assessment


@dataclass(frozen=True)
class Agreed:
    """To the owner of a new action."""

    assessment: Assessment
    action: Action
    title: str
    pack: Pack | None = field(default=None, compare=False, repr=False)
    tickets: Tickets = NONE


@dataclass(frozen=True)
class Unaccepted:
    """To a facilitator, when its owner has not said for three working days whether they take it on."""

    assessment: Assessment
    action: Action


@dataclass(frozen=True)
class Informed:
    """To somebody who is kept informed of an action: that its state changed (`tells`), with what was said of
    it last, or that it moved from this day."""

    assessment: Assessment
    action: Action
    note: ActionNote | None
    tells: bool
    moved_from: date | None


@dataclass(frozen=True)
class Heard:
    """To who typed how an action goes; `word` names what we say: that it is saved, or what is missing.
    `actions` are those that it is about, or may be about; `files` were shown, each with its name, and with
    why it is only that which is kept of it, if so."""

    word: str
    actions: tuple[Action, ...]
    undoable: bool = False
    files: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class PlanPost:
    """The plan in its channel. `progress` is by action."""

    assessment: Assessment
    actions: tuple[Action, ...]
    owners: Mapping[str, Person]
    progress: Mapping[str, Progress]
    today: date


@dataclass(frozen=True)
class DueLine:
    """`late`: how many reminders since it is late this one is; then who is told (`tells`) after the last of
    them, if anybody. `asked`: a facilitator wanted it to be said once more."""

    action: Action
    assessment: Assessment
    late: int | None = None
    tells: str | None = None
    asked: bool = False


@dataclass(frozen=True)
class Due:
    """To an owner, on a day on which at least one of their actions wants attention."""

    person: Person
    actions: tuple[DueLine, ...]
    today: date
    tickets: Tickets = NONE


@dataclass(frozen=True)
class EscalatedLine:
    """`reminders`: how many its owner had since it is late; `last`: what they said of it last."""

    action: Action
    owner: Person
    reminders: int
    last: ActionNote | None


@dataclass(frozen=True)
class Escalated:
    """To a facilitator: these actions are late, and their owners are not reminded any more."""

    assessment: Assessment
    actions: tuple[EscalatedLine, ...]
    today: date


@dataclass(frozen=True)
class AspectProgress:
    """`level` is that of the result, None where readers see none; of `agreed` actions about it `done` are
    done."""

    aspect: str
    title: str
    level: int | None
    target: int | None
    done: int
    agreed: int


@dataclass(frozen=True)
class Digest:
    """To the channel: what changed since, and what is due within a week. `silence`: so many digests in a row
    had nothing to say. `edited_at`: since when it says so."""

    assessment: Assessment
    actions: tuple[Action, ...]
    changed: tuple[tuple[Action, ActionNote | None], ...]
    attention: tuple[Action, ...]
    owners: Mapping[str, Person]
    since: datetime
    today: date
    rhythm: Rhythm = Rhythm.WEEKLY
    more_attention: int = 0
    progress: tuple[AspectProgress, ...] = ()
    silence: int | None = None
    edited_at: datetime | None = None
    pack: Pack | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Summary:
    """To who sponsors it, once a month: the same, of a month."""

    digest: Digest

    @property
    def assessment(self) -> Assessment:
        return self.digest.assessment


@dataclass(frozen=True)
class Returned:
    """To the author of evidence that somebody sent back."""

    sitting: Sitting
    evidence: Evidence
    item: Item


@dataclass(frozen=True)
class Trouble:
    """To the facilitator: a post did not reach its channel."""

    assessment: Assessment
    what: str
    channel: str
    error: str
    posting: str


@dataclass(frozen=True)
class Attention:
    """People who have not finished and may not do so by themselves, to whoever facilitates: `away` until a
    day, `gone` from Slack, `silent` after the last reminder, or still `choosing` their role. Where answers
    are anonymous there are only numbers of those who are away or silent."""

    away: tuple[tuple[str, date], ...] = ()
    gone: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    choosing: tuple[str, ...] = ()
    named: bool = True


@dataclass(frozen=True)
class Status:
    """Counts only. `mine` is the asker's own seat; `declined` and `open` are people; `evidence` is what waits
    to be checked, for those who may; `undelivered` are messages to people that Slack did not take; `no_reply`
    are the people whom all reminders did not move. These two are for facilitators. `choosing` are the people
    who have not said yet which role is theirs."""

    assessment: Assessment
    roles: tuple[RoleFinding, ...]
    invited: int
    sent: int
    started: int
    declined: int
    withdrew: int
    silent_roles: tuple[RoleFinding, ...]
    facilitating: bool
    mine: Seat | None
    evidence: int
    uncertain: tuple[Posting, ...]
    attention: Attention
    undelivered: int
    at: datetime
    no_reply: int = 0
    choosing: int = 0
    pack: Pack | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Live:
    """The status that its owner finds in their direct message, kept up to date."""

    status: Status


@dataclass(frozen=True)
class ClosingSoon:
    """To the facilitator, a day before closing, if nobody has answered in some role."""

    assessment: Assessment
    silent: tuple[RoleFinding, ...]


@dataclass(frozen=True)
class Told:
    """Something that concerns somebody; `word` names its sentences in the catalogue."""

    assessment: Assessment
    word: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """To whoever closed a form of setting up."""

    draft: Draft


@dataclass(frozen=True)
class DraftEnded:
    """In place of what said that a draft is kept."""

    assessment: Assessment

    @property
    def launched(self) -> bool:
        """Or else another draft took its place."""
        return self.assessment.opened_at is not None


@dataclass(frozen=True)
class MyPart:
    """What somebody has in one assessment. Without a seat nothing of it can be found any more, because who
    sat where was erased; `one_less` is what would come of taking it back."""

    assessment: Assessment
    pack: Pack
    seat: Seat | None
    replies: tuple[tuple[Item, AnswerGiven], ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    one_less: str = ""


@dataclass(frozen=True)
class MyData:
    """What is kept of somebody."""

    person: Person
    parts: tuple[MyPart, ...]
    actions: int
    facilitated: int


@dataclass(frozen=True)
class Expiring:
    """To the facilitator, two weeks before an assessment is erased."""

    assessment: Assessment


@dataclass(frozen=True)
class Deleting:
    """To the facilitator who asked for it: until when it can be restored."""

    assessment: Assessment


@dataclass(frozen=True)
class No:
    """A refusal of something that was written to us; `key` names its sentence in the catalogue."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Language:
    """To whoever chose another language: it is `chosen` (or that of their Slack); `unknown` is one that they
    asked for and that we do not speak."""

    chosen: str | None
    unknown: str | None


@dataclass(frozen=True)
class Welcome:
    """To whoever installed us."""

    user_id: str


@dataclass(frozen=True)
class Help:
    """To whoever writes without a question of ours; `said` is what they wrote, if it was neither a call for
    help (`asked`) nor a greeting. `whole`: they want every command."""

    said: str
    brief: bool
    asked: bool = False
    whole: bool = False
    bearings: Bearings = NOWHERE


@dataclass(frozen=True)
class ScopesMissing:
    """To whoever installed us."""

    scopes: tuple[str, ...]


@dataclass(frozen=True)
class RenewalRefused:
    """To whoever installed us: our token ends then, and there will be no other one before we are installed
    again (`url`, if it is known)."""

    ends: datetime
    url: str


class TableKind(StrEnum):
    ANSWERS = "answers"
    ACTIONS = "actions"


@dataclass(frozen=True)
class Tabled:
    """What a file would become, or has become: of `subject`, in round `round`. `rows` are actions, or answers
    of so many `people`."""

    what: TableKind
    subject: str
    round: int
    rows: int
    people: int = 0
    there: bool = False

    @classmethod
    def kept(cls, values: Mapping[str, Any]) -> "Tabled":
        """As a message in the ledger has it."""
        return cls(**{**values, "what": TableKind(values["what"])})


@dataclass(frozen=True)
class HandedIn:
    """To who handed it in. `found` unless there are problems: of `problems` in all, these are the first."""

    file: str
    posting: str
    found: Tabled | None
    told: tuple[Problem, ...] = ()
    problems: int = 0


Contents = (
    Again
    | ScopesMissing
    | RenewalRefused
    | Welcome
    | Help
    | Card
    | Reply
    | Invite
    | PrivacyTightened
    | ClosedEarly
    | NoLongerAsked
    | MoreToAnswer
    | HandedOver
    | RoleCorrected
    | LateAnswers
    | Nudge
    | Snoozed
    | ReminderSettings
    | Intro
    | Live
    | ClosingSoon
    | Told
    | Finished
    | Verdict
    | AspectReply
    | SinceReply
    | Correction
    | Agreed
    | Unaccepted
    | Informed
    | Heard
    | HandedIn
    | PlanPost
    | TicketNews
    | Due
    | Escalated
    | Digest
    | Summary
    | Returned
    | Trouble
    | Kept
    | DraftEnded
    | Offer
    | Question
    | MyData
    | Expiring
    | Deleting
    | No
    | Language
)
