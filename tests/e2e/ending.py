"""How a play ends: what the database holds and what everybody reads, in the same words in every run."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from conversation.pack import Pack
from conversation.sitting import hear
from storage.records import Assessment, AssessmentState, EvidenceState, PostingState
from storage.store import Tx
from tests.e2e.workspace import Scene

#: What Slack gives its messages and forms is another in every run, and so is what ends the key of a trouble,
#: and the seed, which is made of the assessment's id.
_TIMESTAMP, _VIEW = re.compile(r"\b\d{10}\.\d{6}\b"), re.compile(r"\bV[A-Z0-9]{10}\b")
#: What people are drawn again with follows from the assessment's id.
_SEED = re.compile(r'"seed": \d+')
_TROUBLE = re.compile(r"(trouble/\S+)/\w{12}(?= )")
#: What is told is told apart by how many deeds were written down before, looks among them: looking twice is
#: two.
_DEEDS = re.compile(r"(told/\S+)/\d+(?= )")


@dataclass(frozen=True)
class Ending:
    """`state` is what the database holds, `reading` what each person finds on their screen, in its order."""

    state: list[str]
    reading: list[str]

    def lines(self, *, reading: bool) -> list[str]:
        return self.state + self.reading if reading else self.state


async def ending(stage: Scene, people: Iterable[str], channels: Iterable[str]) -> Ending:
    here = [name for name in people if not stage.server.team.person(name).deleted]
    reading = [line for name in here async for line in _reading(stage, name, channels)]
    with stage.store.transaction(stage.server.team.id) as tx:
        names = _names(stage, tx)
        lines = [*_state(stage, tx), *_posted(stage)]
    return Ending(sorted(_named(line, names) for line in lines), reading)


async def _reading(stage: Scene, name: str, channels: Iterable[str]) -> AsyncIterator[str]:
    """Everything that is in front of this person, from the first message to the last."""
    person, team = stage.person(name), stage.server.team
    there = {place.name: place for place in team.channels.values()}
    theirs = [each for each in channels if each in there and team.person(name).id in there[each].members]
    for channel in (None, *theirs):
        yield f"--- @{name} in {channel or 'the direct message'}"
        for message in await person.reads(channel):
            for line in f"{message.author}: {message.shown}".splitlines():
                yield line
    yield f"--- @{name} on Home"
    for line in (await person.opens_home()).shown.splitlines():
        yield line


def _state(stage: Scene, tx: Tx) -> Iterator[str]:
    for assessment in tx.assessments.in_states(list(AssessmentState)):
        yield f"{assessment.id}: {assessment.state}, closed by {assessment.closed_by}"
        yield f"{assessment.id}: {_json(assessment.scope)}"
        yield from _seats(tx, stage.bot.desk.pack_of(tx, assessment), assessment)
        yield from _evidence(tx, assessment)
        for agreed in tx.calibrations.of(assessment.id):
            yield f"{assessment.id}: {agreed.question} agreed {agreed.level} by {agreed.by}, {agreed.reason}"
        if result := tx.results.latest(assessment.id):
            yield f"{assessment.id}: result {result.revision} by {result.by}, {_json(result.body)}"
        yield from _ranking(tx, assessment)
        yield from _actions(tx, assessment)
    for state in PostingState:
        for posting in tx.postings.in_state(state):
            # Of two reminders that are one message, either may carry the other.
            told = PostingState.SENT if posting.said_with else state
            yield f"{told}: {posting.key} to {posting.recipient}"


def _seats(tx: Tx, pack: Pack, assessment: Assessment) -> Iterator[str]:
    for seat in tx.seats.of(assessment.id):
        now = hear(tx, pack, assessment, seat).interview
        asked = now.asking.id if now.asking else "nothing"
        done = f"{seat.answered} of {seat.questions} answered, last active {_minute(seat.active_at)}"
        yield f"{seat.id}: as {seat.roles}, {seat.state}, asked {asked}, {done}"
        for question, reply in now.replies.items():
            said = " ".join(str(each) for each in (reply.kind, reply.value, reply.reason) if each is not None)
            yield f"{seat.id}: {question} {said}, answered {reply.revision} times"
        for question, text in now.comments.items():
            yield f"{seat.id}: {question} comment {text!r}"


def _evidence(tx: Tx, assessment: Assessment) -> Iterator[str]:
    for state in EvidenceState:
        for shown in tx.evidence.in_state(assessment.id, state):
            what = shown.file.name if shown.file else shown.text or f"{shown.number} {shown.unit}"
            said = f"{shown.source}, {shown.nature}, level {shown.level}, {what!r}"
            yield f"{shown.seat_id}: {shown.question} {state} by {shown.ruled_by}, {shown.reason}: {said}"


def _ranking(tx: Tx, assessment: Assessment) -> Iterator[str]:
    book, key = tx.rankings, assessment.id
    yield f"{key}: {book.get(key).model_dump(exclude={'changed_at'})}"
    for each in (*book.ratings(key), *book.needs(key), *book.moves(key)):
        yield f"{key}: {each.step} {each.model_dump(exclude={'at', 'step'})}"


def _actions(tx: Tx, assessment: Assessment) -> Iterator[str]:
    for action in tx.actions.of(assessment.id):
        yield f"{action.id}: {action.state}, {action.objective!r}, {action.measure!r}"
        yield f"{action.id}: of {action.owner}, due {action.due}"
        yield f"{action.id}: agreed by {action.agreed_by}, {_minute(action.agreed_at)}"
    for note in tx.actions.notes(assessment.id):
        yield f"{note.action_id}: {note.by} said {note.state} {note.text} at {_minute(note.at)}"


def _posted(stage: Scene) -> Iterator[str]:
    """What was posted more than once; never anything."""
    taken = [each for each in stage.server.log.exchanges if each.method == "chat.postMessage"]
    said = [each.args.get("metadata") for each in taken if each.response.get("ok")]
    read = [json.loads(each) if isinstance(each, str) else each for each in said if each]
    times = Counter(each["event_payload"]["key"] for each in read)
    yield from (f"posted {often} times: {key}" for key, often in times.items() if often > 1)


def _names(stage: Scene, tx: Tx) -> dict[str, str]:
    """What each id stands for."""
    team = stage.server.team
    names = {person.id: f"@{person.name}" for person in team.people.values()}
    names |= {channel.id: f"#{channel.name}" for channel in team.channels.values() if channel.name}
    for assessment in tx.assessments.in_states(list(AssessmentState)):
        subject = f"“{assessment.subject}” ({assessment.round})"
        names[assessment.id] = subject
        names |= {
            seat.id: f"{names.get(seat.user_id, 'somebody')} in {subject}"
            for seat in tx.seats.of(assessment.id)
        }
        for state in EvidenceState:
            for shown in tx.evidence.in_state(assessment.id, state):
                names[shown.id] = (
                    f"evidence of {names.get(shown.seat_id or '', 'somebody')} for {shown.question}"
                )
        for action in tx.actions.of(assessment.id):
            owner = names[action.owner] if action.owner else "nobody"
            names[action.id] = f"action on {action.question} for {owner} until {action.due}"
    return names


def _named(line: str, names: Mapping[str, str]) -> str:
    line = _DEEDS.sub(r"\1", _TROUBLE.sub(r"\1", line))
    line = _SEED.sub('"seed": (seed)', _TIMESTAMP.sub("(ts)", line))
    return _VIEW.sub("(form)", re.sub(r"\w+", lambda found: names.get(found[0], found[0]), line))


def _minute(at: datetime | None) -> str:
    return f"{at:%d %B %H:%M}" if at else "never"


def _json(body: object) -> str:
    """Without the seed of the resampling, which goes by the assessment's id."""
    return _SEED.sub('"seed": (seed)', json.dumps(body, sort_keys=True, ensure_ascii=False))
