"""What a typed answer means. Pure: a line and the question it is about go in, a meaning comes out.

The words are those of the person's language and always the English ones (`conversation.vocabulary`). Case,
accents, surrounding blanks and punctuation, full-width letters and Cyrillic or Greek look-alikes of letters
do not matter. A letter is an answer only if the question has it, it stands first and is set off (`B`, `b)`,
`option b`, `B: we script it`, `b because …`); "A dog ate it" is a sentence. What is kept is kept as it was
typed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from conversation.pack import MOST_LEVELS, Item, Pack
from conversation.vocabulary import ENGLISH, Vocabulary, any_of, folded, languages, understood


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
    """One of: help, back, skip, why, review, send, pause, decline, resume, self_check, my data."""

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


@dataclass(frozen=True)
class Speak:
    """In this language from now on; in that of their Slack if it is None. `unknown` is what was named and is
    none of ours, or "" where none was named: then nothing changes."""

    language: str | None
    unknown: str | None = None


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
_FLAGS = re.IGNORECASE | re.DOTALL
_AROUND = " .!?¿¡\"'`*_~“”‘«»"
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


def meaning(text: str, item: Item | None, language: str = ENGLISH, wordings: Sequence[Item] = ()) -> Meaning:
    """What this line means as an answer to `item` (or to nothing in particular: then it has all letters) from
    somebody who is spoken to in this language. `wordings` are the same question in every language in which it
    may have been read."""
    return _grammar(language).meaning(text, item, wordings or ([item] if item else []))


def is_still(text: str, language: str = ENGLISH) -> bool:
    """Whether somebody who is asked so says that it is as it was last time: still, same, sigue igual."""
    return keeps(text, language) or _plain_words(text) in _still(language)


def keeps(text: str, language: str = ENGLISH) -> bool:
    """Whether somebody who has an answer before them says that it stays: keep, no change, dejar."""
    return _plain_words(text) in _keep(language)


def _plain_words(text: str) -> str:
    """Without what stands around them; a question stays one."""
    said = " ".join(folded(as_typed(text)).split())
    return said if said.endswith("?") else said.strip(_AROUND)


@cache
def _still(language: str) -> frozenset[str]:
    return any_of(vocabulary.still for vocabulary in understood(language))


@cache
def _keep(language: str) -> frozenset[str]:
    return any_of(vocabulary.keep for vocabulary in understood(language))


def language_in(text: str) -> Speak | None:
    """The language that somebody wants to be spoken to in, if this is what they say in any of ours: `language
    es`. What only begins like that is something else: "language models are bought in"."""
    found = _language().match(folded(as_typed(text).strip(_AROUND + "/")))
    if not found:
        return None
    name = found["name"].strip(_AROUND + ":=")
    wanted = language_named(name)
    return wanted if not wanted.unknown or name in _languages_of_the_world() else None


def language_named(name: str) -> Speak:
    """By its name in any of ours; without one, that they want to see which it is."""
    name = folded(" ".join(name.split()))
    for each in languages():
        vocabulary = Vocabulary.of(each)
        if name in map(folded, vocabulary.names):
            return Speak(each)
        if name in map(folded, vocabulary.automatic):
            return Speak(None)
    return Speak(None, unknown=name)


@cache
def _language() -> re.Pattern[str]:
    words = _all(Vocabulary.of(each).language for each in languages())
    return re.compile(rf"^{_any(map(folded, words))}\b(?P<name>.*)$")


@cache
def _languages_of_the_world() -> frozenset[str]:
    """By their names in our languages, and by their codes."""
    from babel import Locale  # the command line starts without it

    named = [Locale.parse(each).languages for each in languages()]
    return frozenset(folded(word) for names in named for item in names.items() for word in map(str, item))


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


class _Grammar:
    """What one language's words and the English ones mean."""

    def __init__(self, language: str) -> None:
        spoken = [*understood(language)]
        self.commands = {
            folded(word): command
            for vocabulary in reversed(spoken)
            for command, words in vocabulary.commands.items()
            for word in words
        }
        option, self.and_or = _any(v.option for v in spoken), _any(v.and_or for v in spoken)
        self.one_of = rf"(?:{option}(?:\s+|\s*:\s*))?"
        self.edit = re.compile(rf"^{_any(v.edit for v in spoken)}\s*#?\s*(\d{{1,3}})$")
        self.switch = re.compile(rf"^{_any(_all(v.switch for v in spoken))}(?:\s+(\S.{{0,79}}))?$")
        self.number = re.compile(rf"^{self.one_of}(\d+)[.)]?$")
        self.one_letter = re.compile(rf"^[(\[]?{self.one_of}[(\[]?([a-z])[.)\]]*$")
        #: What sets an answer off from the words after it. A hyphen or a full stop needs a blank ("C-level").
        self.set_off = (
            rf"[{_CLOSING}]*(?:[\s!?.…]*$|\s*[:;,)\n、]+\s*|[.…!]+\s+|\s*[–—]+\s*|\s+-+\s*|-+\s+"
            rf"|\s+(?={_any(v.joins for v in spoken)}\b))(?P<rest>.*)$"
        )
        self.phrases = tuple(
            (re.compile(rf"^[{_OPENING}]*{_any(map(phrase, spoken))}{self.set_off}", _FLAGS), kind)
            for phrase, kind in _PHRASES
        )
        self._by_options = {number: self._letters(number) for number in range(1, len(LETTERS) + 1)}

    def meaning(self, text: str, item: Item | None, wordings: Sequence[Item]) -> Meaning:
        options = len(item.levels) if item else MOST_LEVELS
        words = as_typed(text)
        plain = _comparable(words)
        said = _ANY_EMOJI.sub("", plain)
        if not any(map(str.isalnum, said)):
            return Command("help") if "?" in said else NoWords()
        bare = plain.strip(" .!¡¿…\"'`*_~“”‘«»")
        if folded(bare) in self.commands:
            return Command(self.commands[folded(bare)])
        if found := self.edit.match(folded(bare)):
            return Edit(int(found[1]))
        if found := self.switch.match(bare):
            return Switch(found[1] or "")
        if found := self.number.match(folded(bare)):
            return _number(found[1], options)
        letter = self.one_letter.match("".join(map(_plain_letter, bare)))
        if letter and letter[1].upper() not in LETTERS[:options]:
            return NoOption(letter[1].upper())
        return self._answer(words, options) or _label(bare, wordings) or Sentence(words)

    def _answer(self, words: str, options: int) -> Meaning | None:
        """Emoji around an answer do not make it a comment; within one they stay."""
        line = _unwrapped(_EMOJI_FIRST.sub("", words))
        bare = _EMOJI_LAST.sub("", line)
        found = self._read(bare, options)
        if bare == line or found in (None, *map(Option, range(options))):
            return found
        return self._read(line, options)

    def _read(self, line: str, options: int) -> Meaning | None:
        plain = "".join(map(_plain_letter, line[:_HEAD]))
        head = "".join(map(_without_accent, plain)) + line[_HEAD:]
        answer, another = self._by_options[options]
        if (found := answer.match(head)) and plain.startswith(found["letter"], found.start("letter")):
            rest = line[found.start("rest") :].strip()
            if not another.match(rest):
                return Option(LETTERS.index(found["letter"].upper()), rest or None)
        for pattern, kind in self.phrases:
            if found := pattern.match(head):
                return kind(line[found.start("rest") :].strip() or None)
        return None

    def _letters(self, options: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """One answer; and what may not follow it, because more than one answer is none: "A and B", "B, C or
        D"."""
        letter = rf"[{LETTERS[:options]}]"
        word = rf"{self.one_of}[{_OPENING}]*(?P<letter>{letter})"
        ending = rf"\s*(?:$|[,/;.!?)]|{self.and_or}\b)"
        return (
            re.compile(rf"^[{_OPENING}]*{word}{self.set_off}", _FLAGS),
            re.compile(rf"^(?:{self.and_or}\s+)?{letter}{ending}", re.IGNORECASE),
        )


_PHRASES: tuple[tuple[Callable[[Vocabulary], str], type[DontKnow | NotMine | DoesNotApply]], ...] = (
    (lambda words: words.dont_know, DontKnow),
    (lambda words: words.not_mine, NotMine),
    (lambda words: words.not_applicable, DoesNotApply),
)


@cache
def _grammar(language: str) -> _Grammar:
    return _Grammar(language)


def _any(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(patterns))})"


def _all(several: Iterable[tuple[str, ...]]) -> list[str]:
    return [each for some in several for each in some]


def _number(digits: str, options: int) -> Meaning:
    """Counted from 0 or from 1: who knows."""
    value = int(digits) if len(digits) < 9 else None
    return NoOption(digits) if value is None or value > options else Digit(value)


def _unwrapped(line: str) -> str:
    """Without what stands around the whole of it: *B*, "B", ```B```."""
    while len(line) > 1 and _PAIRS.get(line[0]) == line[-1]:
        line = line[1:-1].strip()
    return line


def _plain_letter(letter: str) -> str:
    """One for one, so that what follows an answer is found where it was typed."""
    plain = unicodedata.normalize("NFKC", letter)
    return (plain if len(plain) == 1 else letter).translate(_LOOK_ALIKES)


def _without_accent(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _label(plain: str, wordings: Iterable[Item]) -> Meaning | None:
    """The words of exactly one option, or the beginning of them that only one option has; accents do not
    matter."""
    if len(plain) < 8:
        return None
    fitting = {
        value
        for item in wordings
        for value, anchor in enumerate(item.levels)
        if folded(_comparable(anchor)).rstrip(".").startswith(folded(plain))
    }
    return Option(fitting.pop()) if len(fitting) == 1 else None


def _comparable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(folded.split())
