"""What a typed answer means. Pure: a line and the question it is about go in, a meaning comes out.

Case, surrounding blanks and punctuation, full-width letters and Cyrillic or Greek look-alikes of the letters
do not matter. A letter is an answer only if the question has it, it stands first and is set off (`B`, `b)`,
`option b`, `B: we script it`, `b because …`); "A dog ate it" is a sentence. What is kept is kept as it was
typed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from conversation.pack import MOST_LEVELS, Item, Pack


@dataclass(frozen=True)
class Option:
    """Option A is level 0, then ascending; and the rest of the line."""

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
class Switch:
    """To another questionnaire; to one of this name, if any."""

    name: str = ""


@dataclass(frozen=True)
class Edit:
    number: int


@dataclass(frozen=True)
class Digit:
    """A digit where letters are printed; it may have been meant as that option."""

    value: int


@dataclass(frozen=True)
class NoOption:
    """A letter or a number that no option has."""

    text: str


@dataclass(frozen=True)
class Sentence:
    text: str

    @property
    def asks(self) -> bool:
        """Whether it wants an answer from us, rather than giving one."""
        return self.text.endswith(("?", "？", "؟"))


@dataclass(frozen=True)
class NoWords:
    """Nothing to keep: blanks, emoji alone."""


Meaning = (
    Option
    | DontKnow
    | NotMine
    | DoesNotApply
    | Command
    | Switch
    | Edit
    | Digit
    | NoOption
    | Sentence
    | NoWords
)

LETTERS = "ABCDEF"
#: There are none of D but the small one of an extension for Komi, and none of F.
_LOOK_ALIKES = str.maketrans("АВСЕавсеԁΑΒΕαβε’‘", "ABCEabcedABEabe''")
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_PAIRS = {"*": "*", "_": "_", "~": "~", "`": "`", '"': '"', "'": "'", "“": "”", "„": "“", "‘": "’", "«": "»"}
_OPENING, _CLOSING = (re.escape("".join(marks)) for marks in ((*_PAIRS, "(["), (*_PAIRS.values(), ")]")))
_COMMANDS = {
    "help": "help", "help?": "help", "commands": "help",
    "back": "back", "previous": "back", "undo": "back",
    "skip": "skip", "next": "skip", "skip this": "skip", "pass": "skip",
    "why": "why", "why?": "why", "why do you ask": "why", "why do you ask?": "why",
    "review": "review", "my answers": "review",
    "send": "send", "submit": "send", "send my answers": "send", "done": "send",
    "pause": "pause", "later": "pause", "stop": "pause",
    "resume": "resume", "continue": "resume", "start": "resume", "go on": "resume",
    "hi": "resume", "hello": "resume",
}  # fmt: skip
_THIS_IS = r"(?:(?:this|that|it)(?:\s+is|'?s)\s+)?"
_DONT_KNOW = (
    r"(?:i\s+)?(?:do\s+not|don'?t)\s+(?:really\s+)?know|i?dk|dunno|unknown"
    r"|(?:i\s+have\s+)?no\s+(?:idea|clue)|(?:i\s+am\s+|i'?m\s+)?not\s+sure"
)
_NOT_MINE = (
    rf"{_THIS_IS}not\s+(?:part\s+of\s+|in\s+)?(?:mine|my(?:\s+(?:area|job|work|role|field|responsibility))?)"
)
_NOT_APPLICABLE = (
    rf"(?:(?:this|it)\s+)?(?:does\s+not|doesn'?t)\s+apply(?:\s+(?:to|for)\s+us|\s+here)?"
    rf"|n\s*/\s*a|na|{_THIS_IS}not\s+applicable(?:\s+(?:to|for)\s+us|\s+here)?"
)
#: What sets an answer off from the words after it. A hyphen or a full stop needs a blank ("C-level").
_SET_OFF = (
    rf"[{_CLOSING}]*(?:[\s!?.…]*$|\s*[:;,)\n、]+\s*|[.…!]+\s+|\s*[–—]+\s*|\s+-+\s*|-+\s+"
    r"|\s+(?=(?:because|since|as|but|and|though|although)\b))(?P<rest>.*)$"
)
_FLAGS = re.IGNORECASE | re.DOTALL
_PHRASES = tuple(
    (re.compile(rf"^[{_OPENING}]*(?:{phrase}){_SET_OFF}", _FLAGS), kind)
    for phrase, kind in ((_DONT_KNOW, DontKnow), (_NOT_MINE, NotMine), (_NOT_APPLICABLE, DoesNotApply))
)
_EDIT = re.compile(r"^(?:edit|change|go\s+to|question)\s*#?\s*(\d{1,3})$")
_SWITCH = re.compile(r"^switch(?:\s+to)?(?:\s+(\S.{0,79}))?$")
_NUMBER = re.compile(r"^(?:(?:option|answer|choice)\s+)?(\d+)[.)]?$")
_ONE_LETTER = re.compile(r"^[(\[]?(?:(?:option|answer|choice)\s+)?[(\[]?([a-z])[.)\]]*$")
_EMOJI = r"(?::[a-z0-9_+'\-]+:(?::skin-tone-\d:)?|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d])"
_ANY_EMOJI = re.compile(_EMOJI)
_EMOJI_FIRST, _EMOJI_LAST = re.compile(rf"^(?:\s|{_EMOJI})+"), re.compile(rf"(?:\s|{_EMOJI})+$")
#: Longer than any answer is before its comment begins.
_HEAD = 80

_SLACK = re.compile(
    r"<(?:(?P<url>(?:https?|ftp|mailto|tel):[^<>|\s]+)|(?P<mark>[@#!])(?P<id>[^<>|\s]+))(?:\|(?P<label>[^<>]*))?>"
)


def letters(scale: Pack | Item) -> str:
    """The letters of the options, from A on: one for each level."""
    return LETTERS[: len(scale.levels)]


def meaning(text: str, item: Item | None) -> Meaning:
    """What this line means as an answer to `item` (or to nothing in particular: then it has all letters)."""
    options = len(item.levels) if item else MOST_LEVELS
    words = as_typed(text)
    plain = _comparable(words)
    said = _ANY_EMOJI.sub("", plain)
    if not any(map(str.isalnum, said)):
        return Command("help") if "?" in said else NoWords()
    bare = plain.strip(" .!…\"'`*_~“”‘«»")
    if bare in _COMMANDS:
        return Command(_COMMANDS[bare])
    if found := _EDIT.match(bare):
        return Edit(int(found[1]))
    if found := _SWITCH.match(bare):
        return Switch(found[1] or "")
    if found := _NUMBER.match(bare):
        return _number(found[1], options)
    letter = _ONE_LETTER.match("".join(map(_plain_letter, bare)))
    if letter and letter[1].upper() not in LETTERS[:options]:
        return NoOption(letter[1].upper())
    return _answer(words, options) or _label(bare, item) or Sentence(words)


def as_typed(text: str) -> str:
    """What the person typed, from Slack's text: it escapes `<`, `>` and `&`, and marks links and names."""
    text = _SLACK.sub(_unmarked, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return unicodedata.normalize("NFC", text).strip().strip(_INVISIBLE).strip()


def _unmarked(found: re.Match[str]) -> str:
    url, mark, id_, label = found["url"], found["mark"], found["id"], found["label"]
    if url:
        url = url.removeprefix("mailto:").removeprefix("tel:")
        return url if not label or label in url else f"{label} ({url})"
    if mark == "!":
        return label or f"@{id_}"
    return f"{mark}{label or id_}"


def _number(digits: str, options: int) -> Meaning:
    """Counted from 0 or from 1: who knows."""
    value = int(digits) if len(digits) < 9 else None
    return NoOption(digits) if value is None or value > options else Digit(value)


def _answer(words: str, options: int) -> Meaning | None:
    """Emoji around an answer do not make it a comment; within one they stay."""
    line = _unwrapped(_EMOJI_FIRST.sub("", words))
    bare = _EMOJI_LAST.sub("", line)
    found = _read(bare, options)
    return found if bare == line or found in (None, *map(Option, range(options))) else _read(line, options)


@cache
def _letter(options: int) -> re.Pattern[str]:
    word = rf"(?:(?:option|answer|choice)\s+)?[{_OPENING}]*(?P<letter>[{LETTERS[:options]}])"
    return re.compile(rf"^[{_OPENING}]*{word}{_SET_OFF}", _FLAGS)


@cache
def _another_letter(options: int) -> re.Pattern[str]:
    """ "A and B", "B, C or D": more than one answer is none."""
    ending = r"\s*(?:$|[,/;.!?)]|(?:and|or)\b)"
    return re.compile(rf"^(?:(?:and|or)\s+)?[{LETTERS[:options]}]{ending}", re.IGNORECASE)


def _read(line: str, options: int) -> Meaning | None:
    head = "".join(map(_plain_letter, line[:_HEAD])) + line[_HEAD:]
    if found := _letter(options).match(head):
        rest = line[found.start("rest") :].strip()
        if not _another_letter(options).match(rest):
            return Option(LETTERS.index(found["letter"].upper()), rest or None)
    for pattern, kind in _PHRASES:
        if found := pattern.match(head):
            return kind(line[found.start("rest") :].strip() or None)
    return None


def _unwrapped(line: str) -> str:
    """Without what stands around the whole of it: *B*, "B", ```B```."""
    while len(line) > 1 and _PAIRS.get(line[0]) == line[-1]:
        line = line[1:-1].strip()
    return line


def _plain_letter(letter: str) -> str:
    """One for one, so that what follows an answer is found where it was typed."""
    plain = unicodedata.normalize("NFKC", letter)
    return (plain if len(plain) == 1 else letter).translate(_LOOK_ALIKES)


def _label(plain: str, item: Item | None) -> Meaning | None:
    """The words of exactly one option, or the beginning of them that only one option has."""
    if item is None or len(plain) < 8:
        return None
    texts = [_comparable(anchor).rstrip(".") for anchor in item.levels]
    fitting = [value for value, anchor in enumerate(texts) if anchor.startswith(plain)]
    return Option(fitting[0]) if len(fitting) == 1 else None


def _comparable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(folded.split())
