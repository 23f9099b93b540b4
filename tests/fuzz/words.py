"""What people type: useful words in every order, and what nobody would think of."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from conversation.vocabulary import Vocabulary, languages

#: Text that programs trip over.
NASTY = (
    *(
        "",
        " ",
        ".",
        "?",
        "\u200b",
        "\u202e gnirts",
        "a\u0300" * 40,
        "🙂",
        "👩‍👩‍👧‍👦 ok",
        "\ufeffB",
        "Ｂ)",
        "B\u00a0because",
    ),
    *(
        "<!channel>",
        "<@U0>",
        "<#C0|x>",
        "<https://e.example|click>",
        "&lt;b&gt;",
        "*b* _i_ ~s~ `c`",
        "```\nx\n```",
    ),
    *(
        "{{ 7 * 7 }}",
        "{% raw %}",
        "%s %d {0}",
        "'; drop table said; --",
        "\\",
        "\x07",
        "\x00",
        "a\nb\nc",
        "\t",
    ),
    *(
        "9" * 30,
        "-1",
        "1e309",
        "١٢",
        "²",
        "½",
        "Ⅳ",
        "NaN",
        "None",
        "null",
        "[]",
        "{}",
        "true",
        "0",
        "00",
        "1,5",
        "1.234,5",
    ),
    *(
        "x" * 3000,
        "ж" * 2900,
        "🙂" * 800,
        "word " * 600,
        "<" * 900,
        "&" * 900,
        "\n" * 300 + "x",
        "\ud7ff",
        "\U0010ffff",
    ),
)
DAYS = (
    *(
        "tomorrow",
        "today",
        "friday",
        "next week",
        "in 3 days",
        "in 2 weeks",
        "31 February",
        "29 Feb 2027",
        "2026-12-24",
    ),
    *(
        "24 December",
        "9999-12-31",
        "0001-01-01",
        "1 January 10000",
        "in 999 weeks",
        "mañana",
        "el viernes",
        "en 3 días",
    ),
)
FREE = (
    *(
        "we do it by hand",
        "since last year",
        "nobody knows, really",
        "ask ana",
        "it depends on the team",
        "tests run nightly",
    ),
    *(
        "https://wiki.example/runbook",
        "about 30 % of models",
        "1 of 5 models, 12 ms",
        "Fraud team",
        "Churn",
        "Pricing & risk",
    ),
)


@cache
def known() -> tuple[str, ...]:
    """The words of all vocabularies that are no patterns, and lines made of the others."""
    words: list[str] = []
    for language in languages():
        vocabulary = Vocabulary.of(language)
        words += [word for each in vocabulary.commands.values() for word in each]
        words += [*vocabulary.still, *vocabulary.names]
    return tuple(dict.fromkeys(words))


LINES = (
    *(
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "B because {free}",
        "option c: {free}",
        "b) {free}",
        "don't know",
        "not mine",
        "n/a: {free}",
    ),
    *(
        "A and B",
        "2",
        "17",
        "edit {number}",
        "change 3",
        "switch to {free}",
        "language es",
        "language en",
        "language klingon",
    ),
    *(
        "away {day}",
        "away until {day}",
        "away for {number} weeks",
        "back",
        "reminders",
        "remind me {day}",
        "later, {day}",
    ),
    *(
        "done",
        "blocked: {free}",
        "on track",
        "at risk because {free}",
        "accept",
        "done {free}",
        "still",
        "yes",
        "ok",
        "keep",
    ),
    *(
        "start an assessment of {free} with {who} and {who}",
        "set up a new assessment",
        "launch",
        "cancel",
        "names",
        "anonymous",
    ),
    *(
        "{who} as data scientist",
        "without {who}",
        "standard",
        "short",
        "long",
        "in {number} days",
        "people",
        "roles",
        "check",
    ),
    *(
        "my data",
        "help",
        "why?",
        "review",
        "send",
        "pause",
        "no thanks",
        "resume",
        "skip",
        "self-check",
        "{free}",
        "{free}",
        "{nasty}",
    ),
)
COMMANDS = (
    *(
        "start",
        "start {free} with {who}, {who}",
        "start {free}",
        "status",
        "status {free}",
        "result",
        "plan",
        "rank",
    ),
    *(
        "rank first {number}",
        "rank capacity {number} points, {number} weeks",
        "digest",
        "path 3",
        "path {free} level 2 in data",
    ),
    *(
        "what-if",
        "compare",
        "again",
        "again {free}",
        "evidence",
        "hand-over",
        "history",
        "my-data",
        "export",
        "export csv",
    ),
    *(
        "export json {free}",
        "export pdf",
        "export xlsx",
        "export md",
        "language es",
        "language en",
        "language",
        "self-check",
    ),
    *(
        "privacy",
        "reminders",
        "away {day}",
        "away",
        "back",
        "help",
        "{nasty}",
        "{free}",
        "estado",
        "exportar",
        "statsu",
    ),
)


def line(chance: Random, who: list[str], *, mark: str = "", of: tuple[str, ...] = LINES) -> str:
    """`mark` goes into what people say in their own words."""
    if of is LINES and chance.random() < 0.25:
        return chance.choice(known())
    pattern = chance.choice(of)
    free = chance.choice(FREE) if chance.random() < 0.8 else chance.choice(NASTY)
    values: dict[str, Any] = {
        "free": f"{free} {mark}".strip(),
        "nasty": chance.choice(NASTY),
        "day": chance.choice(DAYS),
        "number": chance.choice((0, 1, 2, 3, 7, 12, 100, 999)),
    }
    for name, value in values.items():
        pattern = pattern.replace("{" + name + "}", str(value))
    while "{who}" in pattern:
        pattern = pattern.replace("{who}", f"<@{chance.choice(who)}>", 1)
    return pattern


def text(chance: Random, mark: str = "") -> str:
    """What stands in a field of a form."""
    if chance.random() < 0.2:
        return chance.choice(NASTY)
    return f"{chance.choice(FREE)} {mark}".strip()
