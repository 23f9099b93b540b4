"""What was answered elsewhere becomes a closed round with its result, by the same arithmetic as any other.

A file is taken as a whole or not at all, and once: the same one again is there already. Names of respondents
only tell them apart and are not kept; whoever is named by a Slack id sits on their seat, unless the round is
anonymous.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from conversation import again, conclusion, digests, retention, worktime
from conversation.answersheet import SLACK_ID, AnswerSheet, Given, day_in, known_as, privacy_in, read_answers
from conversation.desk import Desk
from conversation.evidence import links_in
from conversation.hours import own_zone
from conversation.pack import Length, Pack
from conversation.scope import CLOSING_HOUR, DEFAULT_GROUP, Privacy, Scope
from conversation.sheetfile import BadFile, Problem, Sheet
from storage.records import (
    Assessment,
    AssessmentState,
    Evidence,
    EvidenceForm,
    Fact,
    Nature,
    Said,
    Source,
    subject_key,
)
from storage.store import Tx

_CHANNEL = ("C", "G")
_HERE = (AssessmentState.OPEN, AssessmentState.CLOSED)
ANSWERS, ACTIONS = "imported_answers", "imported_actions"


@dataclass(frozen=True)
class Wanted:
    """What is said of the whole, beside the file or in it: what was said beside it counts."""

    subject: str = ""
    date: str = ""
    privacy: str = ""
    round: str = ""
    facilitator: str = ""
    channel: str = ""

    def over(self, about: Mapping[str, str]) -> "Wanted":
        """The rest from the file."""
        return Wanted(
            **{name: getattr(self, name) or about.get(name, "") for name in self.__dataclass_fields__}
        )


@dataclass(frozen=True)
class Planned:
    """What a file becomes; `there` is the round that it has become already."""

    subject: str
    round: int
    closed_on: date
    privacy: Privacy
    respondents: int
    answers: int
    there: Assessment | None = None


@dataclass(frozen=True)
class _Plan:
    planned: Planned
    sheet: AnswerSheet
    facilitator: str
    channel: str | None
    closed_at: datetime


def check_answers(desk: Desk, sheet: Sheet, wanted: Wanted) -> Planned:
    """What it would become; nothing is stored. Raises: BadFile, with everything that is in the way."""
    with desk.transaction() as tx:
        return become(desk, tx, sheet, wanted, store=False)


def import_answers(desk: Desk, sheet: Sheet, wanted: Wanted) -> Planned:
    """Raises: BadFile, with everything that is in the way; then nothing is stored."""
    with desk.transaction() as tx:
        return become(desk, tx, sheet, wanted, store=True)


def become(desk: Desk, tx: Tx, sheet: Sheet, wanted: Wanted, *, store: bool) -> Planned:
    """A step: what it becomes, or with `store` has become. Raises: BadFile, before anything is stored."""
    plan = _planned(desk, tx, sheet, wanted.over(sheet.about))
    if store and plan.planned.there is None:
        _store(desk, tx, plan)
    return plan.planned


def pack_asked(own: Pack, name: str) -> Pack:
    """The one whose questions a file says were asked: ours, if it says nothing, or a shipped one; what a file
    says never leads to another file. Raises: BadFile."""
    key, _, version = name.strip().partition("@")
    if not key or (key == own.id and version in {"", str(own.version)}):
        return own
    try:
        return Pack.shipped(key, int(version) if version.isdecimal() else None)
    except LookupError as error:
        raise BadFile([Problem(str(error), "pack")]) from None


def there_already(tx: Tx, what: str, digest: str, among: list[Assessment]) -> Assessment | None:
    """A step: where this file was imported."""
    for found in among:
        if any(deed.what == what and deed.values.get("digest") == digest for deed in tx.deeds.of(found.id)):
            return found
    return None


def _planned(desk: Desk, tx: Tx, sheet: Sheet, wanted: Wanted) -> _Plan:
    """Raises: BadFile, with what is wrong with the whole and with each row."""
    subject = " ".join(wanted.subject.split())
    rounds = [each for each in tx.assessments.in_states(_HERE) if each.subject_key == subject_key(subject)]
    day, privacy = day_in(wanted.date), privacy_in(wanted.privacy)
    facilitator = wanted.facilitator or next((each.facilitator for each in rounds), "")
    there = there_already(tx, ANSWERS, sheet.digest, rounds) if subject else None
    last = max((each.round for each in rounds), default=0)
    number = int(wanted.round) if wanted.round.isdecimal() else last + 1
    problems = [*_about(desk, wanted, subject, day, privacy, facilitator)]
    if there is None and day:
        problems += _order(rounds, number, day)
    try:
        found = read_answers(sheet, desk.pack)
    except BadFile as error:
        raise BadFile([*problems, *error.problems]) from None
    people = {known_as(each) for each in found.respondents}
    if privacy and privacy is not Privacy.ATTRIBUTED and len(people) < DEFAULT_GROUP:
        problems.append(
            Problem(
                f"{len(people)} respondents are too few for {privacy}: nothing is shown of "
                f"fewer than {DEFAULT_GROUP}. Import it as attributed, if they agree.",
                "privacy",
            )
        )
    if problems or day is None or privacy is None:
        raise BadFile(problems)
    planned = Planned(
        subject=there.subject if there else subject,
        round=there.round if there else number,
        closed_on=day,
        privacy=privacy,
        respondents=len(people),
        answers=sum(each.kind is not None for each in found.given),
        there=there,
    )
    closed_at = worktime.at_local(day, CLOSING_HOUR, own_zone(desk, tx.people.get(facilitator)))
    return _Plan(planned, found, facilitator, wanted.channel or None, min(closed_at, desk.now()))


def _about(
    desk: Desk, wanted: Wanted, subject: str, day: date | None, privacy: Privacy | None, facilitator: str
) -> Iterator[Problem]:
    if not subject:
        yield Problem("is missing. Say what was assessed: --subject, or a line # subject.", "subject")
    if day is None:
        said = f'"{wanted.date}" is no date' if wanted.date else "is missing"
        yield Problem(
            f"{said}. Say when it was held, written as 2026-12-05: --date, or a line # date.", "date"
        )
    elif day > worktime.today(desk.now(), desk.timezone):
        yield Problem(f"{day} is still to come. Only what was answered is imported.", "date")
    if privacy is None:
        said = f'"{wanted.privacy}" is none of them' if wanted.privacy else "is missing"
        yield Problem(
            f"{said}. Say who may know who answered what, as people were told: attributed, confidential or "
            "anonymous: --privacy, or a line # privacy.",
            "privacy",
        )
    if wanted.round and (not wanted.round.isdecimal() or int(wanted.round) < 1):
        yield Problem(f'"{wanted.round}" is no number of a round, from 1.', "round")
    if not SLACK_ID.fullmatch(facilitator):
        said = f'"{facilitator}" is no Slack id' if facilitator else "is missing"
        yield Problem(
            f"{said}. Say who facilitates it, as U0123ABCD: --facilitator, or a line # facilitator.",
            "facilitator",
        )
    if wanted.channel and not wanted.channel.startswith(_CHANNEL):
        yield Problem(f'"{wanted.channel}" is no id of a channel, as C0123ABCD.', "channel")


def _order(rounds: list[Assessment], number: int, day: date) -> Iterator[Problem]:
    """Rounds are counted in the order in which they were held."""
    for each in rounds:
        held = (each.closed_at or each.closes_at).date()
        if each.round == number:
            yield Problem(
                f"there is a round {number} already, of {held}. Leave it out, or name another.", "round"
            )
        elif (each.round < number) != (held <= day):
            yield Problem(
                f"round {number} of {day} would stand {'after' if each.round < number else 'before'} round "
                f"{each.round} of {held}. Import rounds in the order in which they were held.",
                "round",
            )


def _store(desk: Desk, tx: Tx, plan: _Plan) -> None:
    planned, sheet, pack = plan.planned, plan.sheet, desk.pack
    by_person: dict[str, list[Given]] = defaultdict(list)
    for given in sheet.given:
        by_person[known_as(given.respondent)].append(given)
    known = sorted(name for name in by_person if SLACK_ID.fullmatch(name))
    scope = Scope(
        aspects=tuple(aspect.id for aspect in pack.aspects),
        length=Length.LONG,
        privacy=planned.privacy,
        people=tuple(known),
    )
    tx.packs.keep(digest=pack.digest, name=pack.id, version=pack.version, body=pack.snapshot())
    assessment = desk.new_id()
    added = tx.assessments.add_closed(
        id=assessment,
        subject=planned.subject,
        round=planned.round,
        facilitator=plan.facilitator,
        channel=plan.channel,
        pack_digest=pack.digest,
        scope=scope.model_dump(mode="json"),
        created_at=desk.now(),
        opened_at=plan.closed_at,
        closed_at=plan.closed_at,
        closed_by=plan.facilitator,
    )
    if not added:
        raise BadFile([Problem(f"there is a round {planned.round} already.", "round")])
    hidden = planned.privacy is Privacy.ANONYMOUS
    for person, all_of in by_person.items():
        holder = None if hidden or person not in known else person
        _sit(desk, tx, assessment, holder, all_of, plan.closed_at)
    found = tx.assessments.get(assessment)
    result = conclusion.find(tx, pack, found)
    tx.results.add(assessment, body=result.model_dump(mode="json"), at=desk.now(), by=plan.facilitator)
    desk.write_down(tx, assessment, plan.facilitator, ANSWERS, digest=sheet.digest, people=len(by_person))
    _tell(desk, tx, found)


def _tell(desk: Desk, tx: Tx, found: Assessment) -> None:
    """The facilitator finds the private preview, as after any closing; whoever posts sends it."""
    tx.postings.owe(
        f"preview/{found.id}/1",
        kind="preview",
        subject_id=found.id,
        recipient=found.facilitator,
        due_at=desk.now(),
        contents={"revision": 1},
        now=desk.now(),
    )
    digests.owe_next(desk, tx, found, since=desk.now())
    again.owe(desk, tx, found)
    retention.plan(desk, tx, found)


def _sit(desk: Desk, tx: Tx, assessment: str, user_id: str | None, given: list[Given], at: datetime) -> None:
    seat = desk.new_id()
    roles = given[0].roles
    scope = Scope(aspects=tuple(aspect.id for aspect in desk.pack.aspects), length=Length.LONG)
    answered = sum(each.kind is not None for each in given)
    questions = max(len(scope.questions(desk.pack, roles)), answered)
    tx.seats.add_answered(
        id=seat,
        assessment_id=assessment,
        user_id=user_id,
        roles=roles,
        questions=questions,
        answered=answered,
        at=at,
    )
    for fact in _facts(given, at):
        tx.answers.put(seat, assessment, fact)
    for each in given:
        if each.evidence:
            shown = _evidence(desk, assessment, seat if user_id else None, each, at)
            tx.evidence.add(shown)
            key = f"showed/{shown.id}"
            fact = Fact(key=key, kind=Said.SHOWED, question=each.question, text=shown.id, at=at)
            tx.answers.put(seat, assessment, fact)


def _facts(given: list[Given], at: datetime) -> Iterator[Fact]:
    """As if they had been clicked: a comment of what does not apply is its reason, and may never be quoted,
    because nobody said that it may."""
    yield Fact(key="start", kind=Said.STARTED, at=at)
    for each in given:
        reason = each.comment if each.kind is Said.DOES_NOT_APPLY else None
        if each.kind:
            yield Fact(
                key=f"import/{each.question}",
                kind=each.kind,
                question=each.question,
                value=each.value,
                text=reason,
                at=at,
            )
        if each.comment and reason is None:
            key = f"import/{each.question}/comment"
            yield Fact(
                key=key, kind=Said.COMMENTED, question=each.question, value=0, text=each.comment, at=at
            )
    yield Fact(key="sent", kind=Said.SENT, at=at)


def _evidence(desk: Desk, assessment: str, seat: str | None, given: Given, at: datetime) -> Evidence:
    """It waits for a ruling, like any other."""
    id = desk.new_id()
    return Evidence(
        id=id,
        assessment_id=assessment,
        seat_id=seat,
        question=given.question,
        key=f"import/{given.question}" if seat else id,
        form=EvidenceForm.LINK if links_in(given.evidence) else EvidenceForm.TEXT,
        source=Source.OTHER,
        nature=Nature.QUALITATIVE,
        level=given.value,
        text=given.evidence,
        at=at,
    )
