"""What a typed line means. What the person wrote beside the answer is kept as they wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.pack import Pack
from conversation.typed import (
    Command,
    Digit,
    DoesNotApply,
    DontKnow,
    Edit,
    Meaning,
    NoOption,
    NotMine,
    NoWords,
    Option,
    Sentence,
    as_typed,
    letters,
    meaning,
)
from tests.conversation.desk import BAKERY, CAFE

A, B, C, D, E, F = map(Option, range(6))
HEAT = BAKERY.item("HEAT")
SIX = HEAT.model_copy(update={"levels": (*HEAT.levels, "By the baker's dream.", "By nobody.")})

LETTERS: dict[str, Meaning] = {
    **dict.fromkeys(["A", "a", " a ", "a)", "(A)", "[a]", "A.", "a!", "*A*", "`a`", "```A```", "“A”"], A),
    **dict.fromkeys(["option b", "Option B.", "answer b", "choice (b)", "B?", "B…"], B),
    **dict.fromkeys(["Keep: B", "keep b", "still b", "Answer: b", "option : (b)"], B),
    **dict.fromkeys(["Ａ", "А", "а", "Α", "α", "\u200fA\u200f", "（ａ）"], A),
    **dict.fromkeys(["В", "в", "Β", "ｂ)"], B),
    **dict.fromkeys(["С", "с", "Ｃ．"], C),
    **dict.fromkeys(["D", "d :+1:", ":wave: D", "D 👍🏽"], D),
}
WITH_WORDS: dict[str, Meaning] = {
    "B: we script it": Option(1, "we script it"),
    "Keep: B, we script it": Option(1, "we script it"),
    "b:we script it": Option(1, "we script it"),
    "B, by hand at the end": Option(1, "by hand at the end"),
    "B. We script it": Option(1, "We script it"),
    "B - by hand": Option(1, "by hand"),
    "B—by hand": Option(1, "by hand"),
    "(b) by hand": Option(1, "by hand"),
    "*B*: by hand": Option(1, "by hand"),
    "b because we script it": Option(1, "because we script it"),
    "B but C in the UK team": Option(1, "but C in the UK team"),
    "B: a script does it": Option(1, "a script does it"),
    'B: Ana said "soon"': Option(1, 'Ana said "soon"'),
    "B: fine :+1:": Option(1, "fine :+1:"),
    "b\nwe script it\n• nightly": Option(1, "we script it\n• nightly"),
    "В: вся команда": Option(1, "вся команда"),
    "С, и вот почему": Option(2, "и вот почему"),
    "B: ½ of it’s ﬁne": Option(1, "½ of it’s ﬁne"),
    "B: see <https://ci.example/x|ci.example/x>": Option(1, "see https://ci.example/x"),
    "B: latency &lt; 5 ms &amp; falling": Option(1, "latency < 5 ms & falling"),
}
NO_ANSWERS: dict[str, Meaning] = {
    text: Sentence(text)
    for text in [
        "A dog ate it",
        "keep a list of them",
        "Answer: a dog ate it",
        "a script builds it",
        "B we script it",
        "C-level does not care",
        "D.C. office",
        "a.m. only",
        "A/B testing",
        "C++ and Java",
        "A and B",
        "b, c or d",
        "B-C",
        "not sure if we do",
        "don't know why that is",
        "we do not know",
        "В нашей команде все вручную",
        "nah",
        "skip it if you like",
        "edit the third",
        "It depends.\nB in the UK",
        "10:30:45",
    ]
}
NO_OPTIONS: dict[str, Meaning] = {
    **dict.fromkeys(
        ["don't know", "I don’t know", "i do not know.", "DK", "idk", "dont know", "no idea", "Not sure!"],
        DontKnow(),
    ),
    "dk: ask Ana": DontKnow("ask Ana"),
    "I don't know, but Ana does": DontKnow("but Ana does"),
    **dict.fromkeys(["not my area", "Not part of my work", "this is not my job", "not mine"], NotMine()),
    "not my area: ask Ops": NotMine("ask Ops"),
    **dict.fromkeys(
        ["n/a", "N / A", "does not apply", "doesn’t apply to us", "not applicable"], DoesNotApply()
    ),
    "n/a: we buy our models": DoesNotApply("we buy our models"),
    "Does not apply because we buy models": DoesNotApply("because we buy models"),
}
COMMANDS: dict[str, Meaning] = {
    **dict.fromkeys(["help", "Help!", "?", "???", "help?", "`help`"], Command("help")),
    **dict.fromkeys(["back", "BACK", "undo", " previous "], Command("back")),
    **dict.fromkeys(["skip", "next", "pass"], Command("skip")),
    **dict.fromkeys(["why", "why?", "Why do you ask?"], Command("why")),
    **dict.fromkeys(["review", "my answers"], Command("review")),
    **dict.fromkeys(["send", "Submit", "done."], Command("send")),
    **dict.fromkeys(["pause", "later", "stop"], Command("pause")),
    **dict.fromkeys(["resume", "continue", "start", "hi", "Hello!"], Command("resume")),
    **dict.fromkeys(["edit 3", "Edit #3", "change 3", "go to 3", "question 3", "edit ٣"], Edit(3)),
}
THE_REST: dict[str, Meaning] = {
    **dict.fromkeys(["2", "2.", "option 2", "２", "٢"], Digit(2)),
    **dict.fromkeys(["0"], Digit(0)),
    "5": NoOption("5"),
    **dict.fromkeys(["42", "option 42."], NoOption("42")),
    "9" * 5000: NoOption("9" * 5000),
    **dict.fromkeys(["E", "e)", "(e)", "option E", "*e*"], NoOption("E")),
    **dict.fromkeys(["", "  \n", "…", "👍", ":tada: :custom_one:", ":+1::skin-tone-3:", "***"], NoWords()),
    "We script it by hand.": Sentence("We script it by hand."),
    " two\nlines ": Sentence("two\nlines"),
    "<https://ci.example/x>": Sentence("https://ci.example/x"),
    "<https://ci.example/x|our CI>": Sentence("our CI (https://ci.example/x)"),
    "<mailto:a@b.example|a@b.example>": Sentence("a@b.example"),
    "<@U123> knows <#C1|general> <!here>": Sentence("@U123 knows #general @here"),
    "a &lt; b &amp;&amp; c": Sentence("a < b && c"),
    "e\u0301tudes": Sentence("études"),
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        each
        for table in (LETTERS, WITH_WORDS, NO_ANSWERS, NO_OPTIONS, COMMANDS, THE_REST)
        for each in table.items()
    ],
)
def test_a_line_means(text: str, meant: Meaning) -> None:
    assert meaning(text, HEAT) == meant


#: What a question with six answers reads otherwise than one with four, and one with three.
LONGER: dict[str, Meaning] = {
    **dict.fromkeys(["E", "e)", "option E", "Ｅ", "Е", "е", "Ε", "ε"], E),
    **dict.fromkeys(["F", "f.", "choice f", "*F*", "Ｆ"], F),
    "e: by dreaming": Option(4, "by dreaming"),
    "F because nobody does": Option(5, "because nobody does"),
    **dict.fromkeys(["ԁ", "D"], D),
    **dict.fromkeys(["E and F", "e, f", "A or F"], None),
    **dict.fromkeys(["5", "6"], None),
    "7": NoOption("7"),
    **dict.fromkeys(["G", "g)"], NoOption("G")),
    "By the baker's dream": E,
    "By nobody.": F,
}


@pytest.mark.parametrize(("text", "meant"), LONGER.items())
def test_a_question_has_as_many_letters_as_answers(text: str, meant: Meaning | None) -> None:
    expected = meant or (Digit(int(text)) if text.isdecimal() else Sentence(text))

    assert meaning(text, SIX) == expected


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("C", C),
        ("D", NoOption("D")),
        ("d)", NoOption("D")),
        ("С", C),
        ("Е", NoOption("E")),
        ("3", Digit(3)),
        ("4", NoOption("4")),
        ("D: a script", Sentence("D: a script")),
    ],
)
def test_beyond_the_last_letter_of_a_question_there_is_none(text: str, meant: Meaning) -> None:
    assert letters(CAFE) == "ABC"
    assert meaning(text, CAFE.item("HEAT")) == meant


def test_about_no_question_every_letter_is_one() -> None:
    assert [meaning(letter, None) for letter in "AFG"] == [A, F, NoOption("G")]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("By a thermometer.", B),
        ("by a thermo", B),
        ("BY FEELING", A),
        ("By a", Sentence("By a")),
        ("By a thermometer and by hand", Sentence("By a thermometer and by hand")),
    ],
)
def test_the_words_of_exactly_one_option_are_that_option(text: str, meant: Meaning) -> None:
    assert meaning(text, HEAT) == meant


@pytest.mark.parametrize(
    ("text", "asks"), [("What is a pipeline?", True), ("¿Qué es？", True), ("We ask why? Rarely.", False)]
)
def test_a_sentence_may_ask_us_something(text: str, asks: bool) -> None:
    assert Sentence(text).asks == asks


@given(st.text())
def test_words_are_never_thrown_away(text: str) -> None:
    """Whatever was typed has a meaning; what is not a command or an answer is kept whole."""
    match meaning(text, HEAT):
        case Sentence(text=kept):
            assert kept == as_typed(text)
        case (
            Option(comment=kept) | DontKnow(comment=kept) | NotMine(comment=kept) | DoesNotApply(reason=kept)
        ):
            assert kept is None or kept in as_typed(text)
        case NoWords():
            assert not any(map(str.isalpha, as_typed(text)))


@given(
    st.sampled_from("ABCDEFabcdefＡ"),
    st.sampled_from([": ", ", ", " - ", "\n", " — "]),
    st.text("déjà vu. Д", min_size=6),
)
def test_what_follows_an_answer_comes_back_as_it_was_typed(letter: str, between: str, rest: str) -> None:
    kept = rest.strip(" .")

    found = meaning(f"{letter}{between}x{kept}y", SIX)

    assert isinstance(found, Option)
    assert found.comment == as_typed(f"x{kept}y")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Con comprobaciones automáticas en cada pipeline", Option(2)),
        ("con comprobaciones automaticas en cada", Option(2)),
        ("By automatic checks in every", Option(2)),
        ("Con comprobaciones", Sentence("Con comprobaciones")),
        ("Por una queja o un mal resultado.", Option(0)),
    ],
)
def test_the_words_of_an_option_count_in_every_language_of_the_question(text: str, found: Meaning) -> None:
    """Whoever changes their language goes on with a card that was drawn in the other one."""
    mlops = Pack.shipped("mlops")

    for language in ("en", "es"):
        assert meaning(text, mlops.item("DEV-Q1"), language, mlops.wordings("DEV-Q1")) == found
