"""What a typed answer means. Pure: a line and the question it is about go in, a meaning comes out.

Case, surrounding blanks, full-width letters and the Cyrillic or Greek look-alikes of A to D do not matter.
A letter is an answer only if it stands first and is set off (`B`, `b)`, `option b`, `B: we script it`,
`b because …`); "A dog ate it" is a sentence.
"""

import re
import unicodedata
from dataclasses import dataclass

from conversation.pack import Item


@dataclass(frozen=True)
class Option:
    """Option A to D (0 to 3), and the rest of the line."""

    value: int
    comment: str | None = None


@dataclass(frozen=True)
class DontKnow:
    comment: str | None = None


@dataclass(frozen=True)
class NotMine:
    comment: str | None = None


@dataclass(frozen=True)
class DoesNotApply:
    reason: str | None = None


@dataclass(frozen=True)
class Command:
    """One of: help, back, skip, why, review, send, pause, resume."""

    name: str


@dataclass(frozen=True)
class Edit:
    number: int


@dataclass(frozen=True)
class Digit:
    """A digit where letters are printed; it may have been meant as that option."""

    value: int


@dataclass(frozen=True)
class Sentence:
    text: str


@dataclass(frozen=True)
class NoWords:
    """Nothing to keep: blanks, or emoji alone."""


Meaning = Option | DontKnow | NotMine | DoesNotApply | Command | Edit | Digit | Sentence | NoWords

LETTERS = "ABCD"
_LOOK_ALIKES = str.maketrans("АВСаᴬᴮсвΑΒ", "ABCaABcbAB")
_COMMANDS = {
    "help": "help", "?": "help", "commands": "help",
    "back": "back", "previous": "back", "undo": "back",
    "skip": "skip", "next": "skip", "skip this": "skip", "pass": "skip",
    "why": "why", "why do you ask": "why",
    "review": "review", "my answers": "review",
    "send": "send", "submit": "send", "send my answers": "send", "done": "send",
    "pause": "pause", "later": "pause", "stop": "pause",
    "resume": "resume", "continue": "resume", "start": "resume", "go on": "resume",
    "hi": "resume", "hello": "resume",
}  # fmt: skip
_DONT_KNOW = r"(?:i\s+)?(?:do\s+not|don'?t|dont|dunno)\s*know|dk|dunno|no\s+idea|not\s+sure|unknown"
_NOT_MINE = r"not\s+(?:part\s+of\s+)?(?:my|mine|in\s+my)(?:\s+(?:area|job|work|role|field|responsibility))?"
_NOT_APPLICABLE = (
    r"(?:it\s+)?(?:does\s+not|doesn'?t|doesnt)\s+apply(?:\s+to\s+us)?|n\s*/\s*a|not\s+applicable"
)
_REST = r"(?:$|\s*[:;,.)\-–—]+\s*|\s+(?=because\b|since\b|as\b|but\b|and\b))(?P<rest>.*)$"
_LETTER = re.compile(
    r"^(?:(?:option|answer|choice)\s+)?[(\[]?(?P<letter>[a-d])[)\]]?" + _REST, re.IGNORECASE | re.DOTALL
)
_PHRASES = tuple(
    (re.compile(rf"^(?:{phrase}){_REST}", re.IGNORECASE | re.DOTALL), kind)
    for phrase, kind in ((_DONT_KNOW, DontKnow), (_NOT_MINE, NotMine), (_NOT_APPLICABLE, DoesNotApply))
)
_EDIT = re.compile(r"^(?:edit|change|go\s+to|question)\s*#?\s*(\d{1,3})$", re.IGNORECASE)
_DIGIT = re.compile(r"^(?:option\s+)?([0-4])[.)]?$", re.IGNORECASE)
_EMOJI = re.compile(r":[a-z0-9_+'\-]+:(?::skin-tone-\d:)?")


def meaning(text: str, item: Item | None) -> Meaning:
    """What this line means as an answer to `item` (or to nothing in particular)."""
    words = _as_typed(text)
    plain = _comparable(words)
    if not _EMOJI.sub("", plain).strip(" .,!-*_~'\""):
        return NoWords()
    if plain.rstrip("?") == "why" or plain == "why do you ask?":
        return Command("why")
    bare = plain.strip(" .!\"'`*_")
    if bare in _COMMANDS:
        return Command(_COMMANDS[bare])
    if found := _EDIT.match(bare):
        return Edit(int(found[1]))
    if found := _DIGIT.match(bare):
        return Digit(int(found[1]))
    return _answer(words) or _label(bare, item) or Sentence(words)


def _answer(words: str) -> Meaning | None:
    line = unicodedata.normalize("NFKC", words).replace("’", "'").strip("*_`\"' ")
    head = line[:12].translate(_LOOK_ALIKES) + line[12:]
    if found := _LETTER.match(head):
        return Option(LETTERS.index(found["letter"].upper()), _rest(found))
    for pattern, kind in _PHRASES:
        if found := pattern.match(line):
            return kind(_rest(found))
    return None


def _rest(found: re.Match[str]) -> str | None:
    """The rest of the line, as the person would say it alone: 'because we script it' keeps its because."""
    return found["rest"].strip() or None


def _label(plain: str, item: Item | None) -> Meaning | None:
    """The words of exactly one option, or the beginning of them that only one option has."""
    if item is None or len(plain) < 8:
        return None
    texts = [_comparable(anchor).rstrip(".") for anchor in item.levels]
    fitting = [value for value, anchor in enumerate(texts) if anchor.startswith(plain)]
    return Option(fitting[0]) if len(fitting) == 1 else None


def _as_typed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _comparable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(folded.split())
