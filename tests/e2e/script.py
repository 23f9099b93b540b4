"""Conversation scripts: plain text that anybody can read, one scenario in a file.

    # Ana changes her mind.
    lee launches "Fraud team" to ana

    ana > start
    ana < Question 1 of 4
    ana presses B on "Question 1 of 4"

A script is a list of turns: something that somebody does, and what is seen of it. Whoever has seen nothing
of the turn before cannot have been caused by it; within a paragraph, two such turns of different people may
happen in either order. `docs/testing.md` is the guide to writing one.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path

#: Where somebody does or sees something; in their direct message with Tidemark if nothing is said.
_PLACE = (
    r'(?: in #(?P<channel>[\w-]+)| in the thread of "(?P<thread>[^"]+)"'
    r"| (?P<form>in the form)| (?P<home>on Home))?"
)
_WHO = rf"(?P<who>\w+){_PLACE}"
_ON = r'(?: on (?P<old>the old )?"(?P<on>[^"]+)")?'
_LINES = {
    "is_new": r"tidemark is new here",
    "asks": r"tidemark asks (?P<pack>[\w@-]+)",
    "fixes": r"slack lets messages be changed for (?P<minutes>\d+) minutes",
    "lacks": r"slack knows no (?P<what>[\w:.-]+(?:, [\w:.-]+)*) yet",
    "launches": r'(?P<who>\w+) launches "(?P<subject>[^"]+)" to (?P<people>\w+(?:, \w+)*)'
    r"(?:, aiming at level (?P<target>\d))?(?P<long>, in the long form)?",
    "types": rf"{_WHO} types (?P<command>/.+)",
    "says": rf"{_WHO} > (?P<text>.+)",
    "sees": rf"{_WHO} < (?P<text>.+)",
    "channel_shows": r"#(?P<channel>[\w-]+) < (?P<text>.+)",
    "sees_nothing_new": rf"{_WHO} sees nothing new",
    "presses": rf'{_WHO} presses (?P<button>.+?){_ON}(?: near "(?P<near>[^"]+)")?',
    "answers": r"(?P<who>\w+) answers (?P<letters>[A-F](?:, [A-F])*)",
    "shares": rf'{_WHO} shares the file "(?P<file>[^"]+)"(?: of (?P<megabytes>\d+) MB)?'
    r'(?: saying "(?P<text>[^"]+)")?',
    "deletes_file": r'(?P<who>\w+) deletes the file "(?P<file>[^"]+)"',
    "picks": rf'{_WHO} picks (?P<option>.+?){_ON}(?: near "(?P<near>[^"]+)")?',
    "enters": r'(?P<who>\w+) enters in "(?P<title>[^"]+)"',
    "rewords": r'(?P<who>\w+) changes her message "(?P<on>[^"]+)" to "(?P<text>[^"]+)"',
    "takes_back": r'(?P<who>\w+) deletes her message "(?P<on>[^"]+)"',
    "fills_in": r'(?P<who>\w+) fills in "(?P<title>[^"]+)"',
    "closes": r"(?P<who>\w+) closes the form",
    "rules": r"(?P<who>\w+) (?P<deed>deactivates|reactivates) (?P<whom>\w+)",
    "changes": r"(?P<who>\w+) (?P<deed>archives|unarchives|deletes|shares) #(?P<room>[\w-]+)",
    "moves": r"(?P<who>\w+) (?P<deed>invites|removes) tidemark (?:to|from) #(?P<room>[\w-]+)",
    "loses": rf'{_WHO} loses the message "(?P<on>[^"]+)"',
    "uninstalls": r"(?P<who>\w+) uninstalls Tidemark",
    "revokes": r"(?P<who>\w+) revokes Tidemark's token",
    "installs": r"(?P<who>\w+) installs Tidemark again",
    "closes_door": r"(?P<who>\w+) turns direct messages to Tidemark (?P<how>off|on)",
    "wrote_before": r'an older version wrote to (?P<whom>\w+) "(?P<text>[^"]+)" '
    r"with the button (?P<button>.+)",
    "adds": r"(?P<who>\w+) adds the app to #(?P<channel>[\w-]+)",
    "opens": r"(?P<who>\w+) opens Home",
    "travels": r"(?P<who>\w+) moves to (?P<zone>\w+/[\w/-]+)",
    "sets_status": r'(?P<who>\w+) sets the status "(?P<text>[^"]+)" until '
    r"(?P<moment>\d+ \w+ \d{4} at \d+:\d\d)",
    "wants_quiet": r"(?P<who>\w+) wants quiet from (?P<begins>\d\d:\d\d) to (?P<ends>\d\d:\d\d)",
    "joins": r"(?P<who>\w+) joins #(?P<place>[\w-]+)",
    "groups": r"(?P<who>\w+) puts (?P<guest>\w+) into @(?P<group>[\w-]+)",
    "leaves_out": r"(?P<who>\w+) removes Tidemark from #(?P<place>[\w-]+)",
    "stays_up": r"tidemark stays up",
    "later": r"later (?P<number>\d+) (?P<unit>day|hour|minute)s?",
    "on": r"on (?P<moment>\d+ \w+ \d{4} at \d+:\d\d)",
}
_READ = {verb: re.compile(line) for verb, line in _LINES.items()}
_FIELD = re.compile(r"(?P<label>.+?) =(?: (?P<value>.*))?")
#: What is said at the very beginning.
_BEFORE = {"asks", "is_new", "lacks", "fixes"}
LOOKING = {"sees", "channel_shows", "sees_nothing_new"}
#: What moves the whole scene, and is never swapped with anything.
_FOR_ALL = {
    *("launches", "later", "on", "rules", "changes", "moves", "loses", "uninstalls", "revokes", "installs"),
    *("closes_door", "wrote_before"),
}
_KINDS_OF_LINES = """    ana > words that she types
    ana < words that she sees since she did something last
    #ml-platform < words that the channel shows
    ana presses Skip [on "words of a message" | on the old "words of it then"] [near "words beside it"]
    ana picks Not part of my work [on "words"] [near "words beside it"]
    ana shares the file "oven.png" [of 11 MB] [saying "words"]; ana deletes the file "oven.png"
    ana fills in "Title of the form", and below, further in: Label = value
    ana enters in "Title of the form", the same without submitting it
    ana changes her message "words" to "other words"; ana deletes her message "words"
    lee adds the app to #secret
    ana closes the form; ana opens Home; ana sees nothing new; ana answers B, C, D
    lee types /tidemark status
    mia joins #ml-platform; lee puts mia into @ml-ops; lee removes Tidemark from #secret
    lee launches "Name" to ana, omar[, aiming at level 2][, in the long form]
    kim deactivates ana; kim reactivates ana
    kim archives #ml-platform; unarchives, deletes, shares; kim removes tidemark from, invites tidemark to
    lee loses the message "words"
    kim uninstalls Tidemark; kim revokes Tidemark's token; kim installs Tidemark again
    kim turns direct messages to Tidemark off; on
    an older version wrote to ana "words" with the button Next
    tidemark asks azure, and tidemark is new here, before anything happens
    slack knows no data_table, table yet, or slack knows no files:write yet, before anything happens
    slack lets messages be changed for 60 minutes, before anything happens
    ana moves to America/New_York; ana wants quiet from 09:00 to 15:00
    ana sets the status "Vacation" until 7 December 2026 at 09:00
    tidemark stays up, and is not restarted right after the turn above
    later 3 days; on 18 December 2026 at 09:30
  and after a name: in #channel, in the thread of "words", in the form, on Home"""


class BadScript(Exception):
    """A script that cannot be read, or that did not come true: file, line, and what."""


@dataclass(frozen=True)
class Step:
    """One line: who does what, with which words."""

    number: int
    line: str
    verb: str
    words: dict[str, str]
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def who(self) -> str:
        return self.words.get("who", "")


@dataclass(frozen=True)
class Turn:
    """Something that somebody does, and what is seen of it; `stays_up` where a restart right after it would
    matter, and may."""

    act: Step
    paragraph: int
    seen: tuple[Step, ...] = ()
    stays_up: bool = False

    def may_have_caused(self, later: "Turn") -> bool:
        """Whether the order of the two is more than chance."""
        return (
            self.paragraph != later.paragraph
            or self.act.who == later.act.who
            or {self.act.verb, later.act.verb} & _FOR_ALL != set()
            or any(step.who in {later.act.who, ""} for step in self.seen)
        )


@dataclass(frozen=True)
class Script:
    """`pack` names the questions; the newest of those that are shipped, if the script does not say. Where
    the app `is_new`, nobody was welcomed yet. `lacks` are types of blocks that Slack does not know yet, and
    optional scopes that nobody granted; `minutes` is how long a message can be changed, if not for ever."""

    file: Path
    turns: tuple[Turn, ...]
    pack: str = "mlops"
    is_new: bool = False
    lacks: tuple[str, ...] = ()
    minutes: int | None = None

    @property
    def name(self) -> str:
        return self.file.stem

    def at(self, step: Step) -> str:
        return f"{self.file.name}:{step.number}"

    @property
    def typed(self) -> frozenset[str]:
        """What people write in lines and forms. Single words may be Tidemark's own, too."""
        acts = [turn.act for turn in self.turns]
        lines = [act.words.get("text", "") for act in acts if act.verb in {"says", "rewords", "shares"}]
        fields = [value for act in acts for _, value in act.fields]
        return frozenset(each for each in (*lines, *fields) if " " in each.strip())

    @property
    def restarts(self) -> frozenset[int]:
        """The turns after which a restart must not matter."""
        return frozenset(number for number, turn in enumerate(self.turns) if not turn.stays_up)

    def swaps(self) -> Iterator[tuple[Turn, Turn, tuple[Turn, ...]]]:
        """Two neighbours, the first of which did not cause the second, and all turns with them swapped."""
        for at, (one, other) in enumerate(pairwise(self.turns)):
            if not one.may_have_caused(other):
                yield one, other, (*self.turns[:at], other, one, *self.turns[at + 2 :])

    def shuffled(self, chance: random.Random) -> tuple[Turn, ...]:
        """Any other order in which everything still comes after what may have caused it."""
        left, order = list(self.turns), list[Turn]()
        while left:
            free = [turn for i, turn in enumerate(left) if not any(t.may_have_caused(turn) for t in left[:i])]
            order.append(left.pop(left.index(chance.choice(free))))
        return tuple(order)


def read(file: Path, people: Sequence[str]) -> Script:
    """Raises: BadScript."""
    steps, before = [*_steps(file, people)], list[Step]()
    while steps and steps[0][1].verb in _BEFORE:
        before.append(steps.pop(0)[1])
    said = {name: value for step in before for name, value in step.words.items()}
    lacks = [what for step in before for what in step.words.get("what", "").split(", ") if what]
    return Script(
        file,
        tuple(_turns(file, steps)),
        pack=said.get("pack", Script.pack),
        is_new=any(step.verb == "is_new" for step in before),
        lacks=tuple(lacks),
        minutes=int(said["minutes"]) if "minutes" in said else None,
    )


def _turns(file: Path, steps: Iterable[tuple[int, Step]]) -> Iterator[Turn]:
    turn: Turn | None = None
    for paragraph, step in steps:
        if step.verb in _BEFORE:
            raise BadScript(f"{file.name}:{step.number}: this is said before anything happens.")
        if turn and step.verb == "stays_up":
            turn = replace(turn, stays_up=True)
            continue
        if turn and step.verb in LOOKING:
            turn = replace(turn, seen=(*turn.seen, step))
            continue
        if step.verb in {*LOOKING, "stays_up"}:
            raise BadScript(f"{file.name}:{step.number}: nobody has done anything yet that could be seen.")
        if turn:
            yield turn
        *before, last = _one_by_one(step)
        yield from (Turn(each, paragraph) for each in before)
        turn = Turn(last, paragraph)
    if turn is None:
        raise BadScript(f"{file.name}:1: nothing happens in this script.")
    yield turn


def _one_by_one(step: Step) -> list[Step]:
    """`ana answers B, C` is one press after the other."""
    if step.verb != "answers":
        return [step]
    return [
        replace(step, verb="presses", words={"who": step.who, "button": letter})
        for letter in step.words["letters"].split(", ")
    ]


def _steps(file: Path, people: Sequence[str]) -> Iterator[tuple[int, Step]]:
    paragraph, form = 0, None
    for number, line in enumerate(chain(file.read_text(encoding="utf-8").splitlines(), [""]), start=1):
        if form and line.startswith(" ") and line.strip():
            form = replace(form, fields=(*form.fields, _field(file, number, line)))
            continue
        if form:
            yield paragraph, form
            form = None
        if not line.strip():
            paragraph += 1
        elif not line.startswith("#") or re.match(r"#[\w-]+ <", line):
            step = _step(file, number, line, people)
            if step.verb in {"fills_in", "enters"}:
                form = step
            else:
                yield paragraph, step


def _step(file: Path, number: int, line: str, people: Sequence[str]) -> Step:
    for verb, pattern in _READ.items():
        if found := pattern.fullmatch(line.rstrip()):
            words = {name: value for name, value in found.groupdict().items() if value is not None}
            for name in [words.get("who"), words.get("whom"), *words.get("people", "").split(", ")]:
                if name and name not in people:
                    raise BadScript(
                        f"{file.name}:{number}: nobody is called {name}. There are {', '.join(people)}."
                    )
            return Step(number, line.strip(), verb, words)
    raise BadScript(f"{file.name}:{number}: I cannot read “{line}”. A line is one of:\n{_KINDS_OF_LINES}")


def _field(file: Path, number: int, line: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(line.strip())
    if not found:
        raise BadScript(
            f"{file.name}:{number}: a field of a form is written as “Label = value”, not “{line.strip()}”."
        )
    return found["label"], found["value"] or ""
