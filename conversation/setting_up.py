"""Setting up by conversation: the same six things one after the other, by button or by word, then the launch
check. Whoever is in it is heard here, not as somebody who answers a questionnaire, until it is launched or
they say stop."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from conversation import launching, mentions, typed, worktime
from conversation.assessments import facilitated
from conversation.awaywords import days_in_numbers
from conversation.dates import date_in, must_be_near
from conversation.desk import Desk
from conversation.drafting import (
    MOST_PEOPLE,
    ROLE,
    Draft,
    add_draft,
    decide_now,
    draft_of,
    must_leave_time,
    proposed_closing,
    waiting_of,
)
from conversation.errors import TooManyPeople
from conversation.hours import own_zone
from conversation.launching import LaunchCheck, Roster
from conversation.mentions import Wanted
from conversation.opening import open_now
from conversation.pack import TITLE, Length
from conversation.scope import ASK_THEM, CLOSING_HOUR, LONGEST_YEARS, Scope
from conversation.vocabulary import Vocabulary, any_of, folded, languages, meant
from storage.records import Assessment, AssessmentState, Person, Posting, Talk
from storage.store import Tx

#: What is asked, in this order.
STEPS = ("name", "people", "roles", "length", "dates", "privacy", "check")


class _Words:
    """What may be said here, in every language that we have words for."""

    def __init__(self) -> None:
        words = [Vocabulary.of(language).setup for language in languages()]
        self.starts = re.compile(
            rf"\s*(?:{'|'.join(each.starts for each in words)})\b(?P<rest>.*)", re.DOTALL
        )
        self.out = re.compile(rf"\b(?:{'|'.join(each.out for each in words)})\b")
        self.asks = re.compile(rf"\b(?:{'|'.join(each.asks for each in words)})\b")
        self.yes, self.launch = any_of(each.yes for each in words), any_of(each.launch for each in words)
        self.cancel = any_of(each.cancel for each in words)
        self.lengths = meant(each.lengths for each in words)
        self.privacy = meant(each.privacy for each in words)
        self.goes_to = meant(each.goes_to for each in words)
        long = sorted((word for word in self.lengths if len(word) > 1), key=len, reverse=True)
        self.length = re.compile(rf"\b(?:{'|'.join(map(re.escape, long))})\b")


@cache
def _words() -> _Words:
    return _Words()


@dataclass(frozen=True)
class Talked:
    """What came of a line or a press: messages that are owed at once; and if people were named, the draft for
    which they have to be looked up before it goes on."""

    owed: tuple[Posting, ...]
    look_up: Draft | None = None
    key: str = ""


@dataclass(frozen=True)
class Question:
    """What somebody is asked next, after `word` about what they said: for each step what stands now."""

    step: str
    word: str
    values: Mapping[str, Any]
    roster: Roster
    check: LaunchCheck | None
    later: date


def starts(text: str) -> str | None:
    """Whether somebody wants to set up an assessment by conversation: what they said of it, if so."""
    found = _words().starts.fullmatch(folded(text))
    return text[found.start("rest") :].strip() if found else None


def begin(
    desk: Desk, facilitator: Person, *, wanted: Wanted, subject: str, channel: str | None, key: str
) -> Talked:
    """With the draft that waits, else a new one about `subject`; whom they named is in it. The same line
    twice is once."""
    with desk.transaction() as tx:
        if tx.postings.find(key):
            return Talked(())
        draft = waiting_of(desk, tx, facilitator.user_id)
        if draft is None:
            tz = own_zone(desk, facilitator)
            closing = worktime.at_local(proposed_closing(desk.now(), tz), CLOSING_HOUR, tz)
            scope = Scope(aspects=tuple(aspect.id for aspect in desk.pack.aspects))
            draft = add_draft(desk, tx, facilitator, subject, scope, channel, closing)
        talk = _Talk(desk, tx, facilitator.user_id, draft, "name", key)
        if wanted.subject:
            talk.decide(subject=wanted.subject[:TITLE])
        if wanted.names_somebody:
            talk.name(wanted)
            return talk.looks_up()
        return talk.goes_on("people" if wanted.subject else "name", "begun")


def hear(
    desk: Desk, user_id: str, *, text: str, channel: str, ts: str, thread: str | None, language: str
) -> Talked | None:
    """A line of somebody who is setting up an assessment; None if it is none of that. What was heard before
    is not heard again, wherever they are since.

    Raises: NoSuchRole, ClosesTooSoon, NobodyInvited, TooFewToHide, NobodyIsAsked.
    """
    key = f"setup/{channel}/{ts}"
    with desk.transaction() as tx:
        if tx.postings.find(key) or tx.postings.find(f"no/{channel}/{ts}"):  # heard, or refused
            return Talked(())
        talk = tx.drafts.talk(user_id)
        if talk is None or thread or _heard_elsewhere(tx, user_id, channel, ts):
            return None
        found = tx.assessments.get(talk.assessment_id)
        if found.state is not AssessmentState.DRAFT:
            tx.drafts.end_talk(user_id)
            return None
        return _Talk(desk, tx, user_id, draft_of(desk, tx, found), talk.step, key).hears(text, language)


def press(desk: Desk, user_id: str, *, assessment: str, step: str, value: str, key: str) -> Talked:
    """A button of a question; one that was asked before changes nothing.

    Raises: NoSuchAssessment, NotFacilitator, ClosesTooSoon.
    """
    with desk.transaction() as tx:
        draft = draft_of(desk, tx, facilitated(tx, user_id, assessment))
        talk = tx.drafts.talk(user_id)
        if not _is_asked(talk, draft.assessment, step) or tx.postings.find(f"setup/{key}"):
            return Talked(())
        return _Talk(desk, tx, user_id, draft, step, f"setup/{key}").presses(value)


def found(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    inside: Mapping[str, Iterable[str]],
    people: Iterable[Person],
    empty: Iterable[str],
    key: str,
) -> tuple[Posting, ...]:
    """The people who were named are looked up: on with their roles. Raises: TooManyPeople."""
    if len(inside) > MOST_PEOPLE:
        raise TooManyPeople(number=len(inside), most=MOST_PEOPLE)
    with desk.transaction() as tx:
        draft = draft_of(desk, tx, facilitated(tx, user_id, assessment))
        for person in people:
            tx.people.remember(person)
        kept = {user: tuple(sources) for user, sources in inside.items()}
        tx.drafts.note(draft.assessment.id, found=kept, empty=tuple(empty))
        talk = _Talk(desk, tx, user_id, draft, "people", f"{key}/found")
        return talk.goes_on("roles" if kept else "people", "found" if kept else "nobody").owed


def question(desk: Desk, tx: Tx, posting: Posting) -> Question | None:
    """What to ask, as things stand now; nothing, once it is launched or asked no more."""
    assessment = tx.assessments.get(posting.subject_id)
    if assessment.state is not AssessmentState.DRAFT:
        return None
    step, word = posting.contents["step"], posting.contents["word"]
    draft = draft_of(desk, tx, assessment)
    roster = launching.roster_of(tx, draft)
    ready = step == "check" and roster.asked and not roster.waiting
    today = worktime.today(desk.now(), own_zone(desk, tx.people.get(posting.recipient)))
    return Question(
        step=step,
        word=word,
        values=posting.contents["values"],
        roster=roster,
        check=launching.check_of(desk, tx, roster) if ready else None,
        later=worktime.workdays_after(max(today, draft.assessment.closes_at.date()), 5),
    )


def _is_asked(talk: Talk | None, assessment: Assessment, step: str) -> bool:
    return talk is not None and (talk.assessment_id, talk.step) == (assessment.id, step)


def _heard_elsewhere(tx: Tx, user_id: str, channel: str, ts: str) -> bool:
    """A line that was about a questionnaire, and is brought again."""
    seats = [seat.id for seat in tx.seats.held_by(user_id)]
    return bool(seats) and tx.answers.heard(f"typed/{channel}/{ts}", seats) is not None


@dataclass
class _Talk:
    """Somebody at a step of setting up this draft, and what follows from what they say."""

    desk: Desk
    tx: Tx
    user_id: str
    draft: Draft
    step: str
    key: str

    def hears(self, text: str, language: str) -> Talked:
        words = " ".join(typed.as_typed(text).split())
        bare, known = folded(words).strip(" .!¡¿?\"'"), _words()
        meaning = typed.meaning(text, None, language)
        command = meaning.name if isinstance(meaning, typed.Command) else ""
        if command == "pause" or bare in known.cancel:
            self.tx.drafts.end_talk(self.user_id)
            return self.says("stopped")
        if command == "back":
            return self.goes_on(STEPS[max(0, STEPS.index(self.step) - 1)])
        if command == "help":
            return self.says("help")
        if bare in known.goes_to and self.step != "name":
            return self.goes_on(known.goes_to[bare])
        if command in {"resume", "skip", "send"} or bare in known.yes | known.launch:
            return self.accepts(launches=bare in known.launch or command == "send")
        return self._hears(text if self.step in {"people", "roles"} else words)

    def presses(self, value: str) -> Talked:
        if value == "keep":
            return self.accepts()
        return self._hears(value)

    def accepts(self, *, launches: bool = False) -> Talked:
        """What stands there is right."""
        if self.step == "check":
            return self.launches() if launches else self.says("press_launch")
        if self.step == "people":
            scope = self.draft.scope
            return self.looks_up() if scope.people or scope.sources else self.says("no_people")
        if self.step == "roles" and launching.roster_of(self.tx, self.draft).waiting:
            return self.says("roles_wait")
        return self.goes_on(STEPS[STEPS.index(self.step) + 1])

    def launches(self) -> Talked:
        roster = launching.roster_of(self.tx, self.draft)
        launching.must_be_ready(self.desk, self.tx, roster)
        done = open_now(self.desk, self.tx, self.user_id, self.draft.assessment, roster.roles, roster.people)
        return Talked((*self.says("launching").owed, *done.owed))

    def name(self, wanted: Wanted) -> None:
        """Beside those who are in the draft already."""
        scope = self.draft.scope
        roles = {f"{ROLE}{key}": list(taken) for key, taken in wanted.roles.items()}
        self.decide(
            people=list(dict.fromkeys((*scope.people, *wanted.people))),
            sources=list(dict.fromkeys((*scope.sources, *wanted.sources))),
            **roles,
        )

    def looks_up(self) -> Talked:
        self.tx.drafts.talk_about(self.user_id, self.draft.assessment.id, "people")
        owed = self.says("looking_up").owed
        return Talked(owed, look_up=self.draft, key=self.key)

    def goes_on(self, step: str, word: str = "", **values: Any) -> Talked:
        self.step = step
        self.tx.drafts.talk_about(self.user_id, self.draft.assessment.id, step)
        return self.says(word, **values)

    def says(self, word: str, **values: Any) -> Talked:
        owed = self.desk.owe(
            self.tx,
            self.key,
            kind="setup",
            subject_id=self.draft.assessment.id,
            recipient=self.user_id,
            step=self.step,
            word=word,
            values=values,
        )
        return Talked((owed,) if owed else ())

    def decide(self, **wanted: Any) -> None:
        kept = decide_now(self.desk, self.tx, self.user_id, self.draft.assessment, wanted)
        assert isinstance(kept, Draft)  # whoever has seen everything clashes with nobody
        self.draft = kept

    def _hears(self, text: str) -> Talked:
        """What is said to the question of this step."""
        match self.step:
            case "name":
                return self._hears_name(text)
            case "people":
                return self._hears_people(text)
            case "roles":
                return self._hears_roles(text)
            case "length":
                return self._hears_length(text)
            case "dates":
                return self._hears_dates(text)
            case "privacy":
                return self._hears_privacy(text)
        return self.says("press_launch")

    def _hears_name(self, text: str) -> Talked:
        if not text:
            return self.says("no_name")
        self.decide(subject=text[:TITLE])
        return self.goes_on("people")

    def _hears_people(self, text: str) -> Talked:
        wanted = mentions.wanted(text, self.draft.pack)
        if not wanted.names_somebody:
            return self.says("no_people")
        self.name(wanted)
        return self.looks_up()

    def _hears_roles(self, text: str) -> Talked:
        wanted, plain = mentions.wanted(text, self.draft.pack), folded(text)
        asks = plain == ASK_THEM or bool(_words().asks.search(plain))
        if asks and not wanted.people:
            waiting = launching.roster_of(self.tx, self.draft).waiting
            return self._gives({each.person.user_id: (ASK_THEM,) for each in waiting})
        if not wanted.people or wanted.roles:
            return self._gives(wanted.roles if wanted.people else {})
        if asks:
            return self._gives(dict.fromkeys(wanted.people, (ASK_THEM,)))
        return self._gives(dict.fromkeys(wanted.people, ()) if _words().out.search(plain) else {})

    def _gives(self, roles: Mapping[str, tuple[str, ...]]) -> Talked:
        if not roles:
            return self.says("no_roles")
        self.decide(**{f"{ROLE}{user}": list(taken) for user, taken in roles.items()})
        return self.goes_on("roles", "roles_kept")

    def _hears_length(self, text: str) -> Talked:
        plain, known = folded(text), _words()
        aspects = [
            aspect.id
            for aspect in self.draft.pack.aspects
            if aspect.id in plain
            or any(folded(each.aspect(aspect.id).title) in plain for each in self.draft.pack.in_all_languages)
        ]
        named = known.length.search(plain)
        word = named[0] if named else plain.strip(" .!)")
        length = Length(known.lengths[word]) if word in known.lengths else None
        if length is None and not aspects:
            return self.says("no_length")
        decided: dict[str, Any] = {"length": str(length)} if length else {}
        self.decide(**decided, **({"aspects": aspects} if aspects else {}))
        return self.goes_on("dates")

    def _hears_dates(self, text: str) -> Talked:
        tz = own_zone(self.desk, self.tx.people.get(self.user_id))
        day = date_in(text, worktime.today(self.desk.now(), tz))
        if day is None:
            may_be = days_in_numbers(text, worktime.today(self.desk.now(), tz))
            return self.says("no_date", may_be=[each.isoformat() for each in may_be])
        must_be_near(day, worktime.today(self.desk.now(), tz), years=LONGEST_YEARS)
        closes_at = worktime.at_local(day, CLOSING_HOUR, tz)
        must_leave_time(self.desk.now(), closes_at, tz)
        self.decide(closes_at=closes_at.isoformat())
        return self.goes_on("privacy")

    def _hears_privacy(self, text: str) -> Talked:
        mode = _words().privacy.get(folded(text).strip(" .!)"))
        if mode is None:
            return self.says("no_privacy")
        self.decide(privacy=str(mode))
        return self.goes_on("check")
