"""The writing rules of docs/packs.md, as far as a machine can tell, over every question that is shipped."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from conversation.pack import Item, Pack, shipped_names
from conversation.packpage import as_markdown

#: The newest version of each: older ones stay as they were published.
PACKS = [Pack.shipped(name) for name in shipped_names()]
ITEMS = [item for pack in PACKS for item in pack.items]
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)


def words(patterns: str, *, exactly: bool = False) -> re.Pattern[str]:
    """Any of these, one a blank apart; an underscore is a blank within."""
    listed = "|".join(pattern.replace("_", r"\s") for pattern in patterns.split())
    return re.compile(rf"\b(?:{listed})\b", 0 if exactly else re.IGNORECASE)


#: How often is "how often"? Some, every, all, or a number.
VAGUE = words("usually mostly (?<!at_)most often regularly frequently typically generally normally largely")
LEADING = words("fully properly sufficiently excellent best_practices? of_course obviously simply")
#: "I don't know" has a button of its own.
IGNORANCE = words("nobody_knows no_one_knows not_known unknown unclear not_clear no_idea not_sure uncertain")
VENDORS = words(
    """
    AWS Amazon SageMaker Azure Microsoft Google Vertex GCP IBM Oracle Databricks Snowflake DataRobot H2O
    MLflow Kubeflow Airflow Dagster Prefect DVC Git GitHub GitLab Jenkins CircleCI Docker Kubernetes
    Terraform Ansible Prometheus Grafana Datadog Evidently Arize Fiddler WhyLabs Seldon BentoML Ray Spark
    Kafka dbt Feast Tecton Neptune Comet TensorFlow PyTorch scikit-learn Hugging_?Face OpenAI ChatGPT GPT
    Claude Anthropic Gemini Llama Mistral Copilot LangChain Slack Jira Confluence Excel Jupyter
    """,
    exactly=True,
)
AMERICAN = words(
    r"""
    organiz\w* behavior\w* color\w* center\w* analyz\w* label(?:ed|ing) model(?:ed|ing) favor\w* defense
    fulfill\w* judgment catalog(?!ue)\w* recogniz\w* optimiz\w* summariz\w* prioritiz\w* standardiz\w*
    minimiz\w* maximiz\w* utiliz\w* canceled artifact\w*
    """
)
LEVEL = re.compile(r"[Ll]evel (\d)")
#: An imperative does not begin with who or what.
SUBJECT = words("You We The An? It There This These Your Teams? Someone All Every", exactly=True)


def questions(item: Item) -> tuple[str, ...]:
    return item.ask, *item.ask_as.values()


def everything(item: Item) -> Iterator[str]:
    yield from (item.title, *questions(item), *item.levels, *item.advice.values())
    yield from filter(None, (item.why, item.sufficient, item.insufficient, item.measure))
    for level in range(len(item.levels)):
        yield from item.evidence_for(level)


def offending(is_wrong: Callable[[str], object], texts: Callable[[Item], Iterable[str]]) -> list[str]:
    return [f"{item.origin} {item.id}: {text}" for item in ITEMS for text in texts(item) if is_wrong(text)]


def test_a_question_says_all_that_it_needs() -> None:
    short = [
        item.id
        for item in ITEMS
        if not all((item.why, item.sufficient, item.insufficient, item.measure, item.sources))
        or not [*item.advice] == [*dict(item.evidence)] == [*range(1, len(item.levels))]
    ]

    assert short == []


def test_level_0_is_a_fact_and_no_ignorance() -> None:
    assert offending(IGNORANCE.search, lambda item: item.levels) == []


def test_questions_and_answers_neither_lead_nor_leave_open_how_often() -> None:
    assert offending(VAGUE.search, lambda item: (*questions(item), *item.levels)) == []
    assert offending(LEADING.search, lambda item: (*questions(item), *item.levels)) == []


def test_no_vendor_is_named() -> None:
    texts = lambda item: (*questions(item), *item.levels, *item.advice.values(), item.measure)  # noqa: E731

    assert offending(VENDORS.search, texts) == []


def test_spelling_is_british() -> None:
    assert offending(AMERICAN.search, everything) == []


def test_questions_and_answers_can_be_read_on_a_phone() -> None:
    def too_long(text: str) -> bool:
        return len(text) > 140 or len(text.split()) > 25

    assert offending(too_long, lambda item: item.levels) == []
    assert offending(lambda text: text.count("?") != 1 or len(text) > 160, questions) == []


def test_sentences_end() -> None:
    texts = lambda item: (*item.levels, *item.advice.values(), item.why, item.sufficient)  # noqa: E731

    assert offending(lambda text: not text.endswith((".", "?")), texts) == []


def test_what_adds_to_the_answer_before_begins_with_also_and_nothing_else_does() -> None:
    wrong = re.compile(r"^Also\b(?!: [a-z])|.\balso\b", re.IGNORECASE | re.DOTALL)

    assert offending(wrong.search, lambda item: item.levels) == []
    assert offending(lambda text: text.startswith("Also"), lambda item: item.levels[:1]) == []


def test_an_answer_never_names_its_level() -> None:
    assert offending(re.compile(r"\blevels? \d|\bmaturity\b").search, lambda item: item.levels) == []


def test_the_examples_lie_on_two_sides_of_a_line() -> None:
    """Both name a level, and the one that is not enough a lower one."""
    wrong = [
        item.id
        for item in ITEMS
        if not 0 <= int(LEVEL.findall(item.insufficient or "level 9")[-1]) < _enough(item) < len(item.levels)
    ]

    assert wrong == []


def _enough(item: Item) -> int:
    return int(LEVEL.findall(item.sufficient or "level 0")[0])


def test_advice_is_in_the_imperative() -> None:
    assert offending(SUBJECT.match, lambda item: item.advice.values()) == []


def test_a_measure_is_a_part_of_a_whole() -> None:
    """It goes on with ": 1 of 5 now, 5 of 5 by June"."""
    counted = re.compile(r"[A-Z].* / all .*[^.]")

    assert offending(lambda text: not counted.fullmatch(text), lambda item: [item.measure or ""]) == []


HOURS = {"hours": 1, "day": 24, "days": 24, "week": 7 * 24, "weeks": 7 * 24, "month": 30 * 24}
NUMBERS = {"a": 1, "two": 2}
BAND = re.compile(r"(?:Over (?P<over>\w+ \w+))?(?:, up to (?P<to>\w+ \w+)|(?P<least>\w+ \w+) or less)?\.")


def hours(text: str | None) -> int | None:
    number, _, unit = (text or "").partition(" ")
    return NUMBERS[number.casefold()] * HOURS[unit] if text else None


def test_time_bands_leave_no_hole_and_do_not_overlap() -> None:
    """From the longest to the shortest: over a month; over a week, up to a month; ...; a day or less."""
    timed: dict[str, list[tuple[int | None, int | None]]] = {}
    for item in ITEMS:
        bands = [band for text in item.levels if (band := BAND.fullmatch(text))]
        if bands:
            timed[item.id] = [(hours(band["over"]), hours(band["to"] or band["least"])) for band in bands]

    assert [*timed] == ["DEP-V2", "MON-V1"]
    for key, limits in timed.items():
        (longest, _), *_, (_, shortest) = limits
        assert len(limits) == 4, key
        assert longest
        assert shortest
        assert [over for over, _ in limits] == [to for _, to in limits[1:]] + [None], key


def test_a_question_has_a_new_revision_only_if_it_was_changed() -> None:
    """Whether the meaning has changed, only a person can tell; that the words have not, a machine can."""
    before = {item.id: item for item in Pack.shipped("mlops", 1).items}
    now = Pack.shipped("mlops").items

    assert {item.id for item in now if item.revision not in {1, 2}} == set()
    assert {item.id for item in now if item.id not in before and item.revision != 1} == set()
    assert {
        item.id
        for item in now
        if item.revision == 2 and (item.ask, item.levels) == (before[item.id].ask, before[item.id].levels)
    } == set()


@each_pack
def test_no_step_asks_for_a_higher_level_than_its_own(pack: Pack) -> None:
    links = [
        (item.id, level, need) for item in pack.items for level, row in item.requires.items() for need in row
    ]

    assert [f"{key}@{level} needs {need}" for key, level, need in links if need.level > level] == []


@each_pack
def test_every_question_serves_something_that_people_want_or_are_rid_of(pack: Pack) -> None:
    concerns = (*pack.goals, *pack.pains)

    assert {item.id for item in pack.items} - {key for concern in concerns for key in concern.items} == set()
    assert [concern.id for concern in concerns if not 2 <= len(concern.items) <= 8] == []


@each_pack
def test_every_reference_is_pointed_to(pack: Pack) -> None:
    """Where two fit, the longer one counts."""
    ids = sorted((work.id for work in pack.references), key=len, reverse=True)
    sources = {source for item in pack.items for source in item.sources}

    assert set(ids) - {next(key for key in ids if source.startswith(key)) for source in sources} == set()


def test_the_bank_in_the_documentation_is_that_of_the_shipped_pack() -> None:
    """Renew it with: make bank"""
    page = Path("docs/question-bank.md").read_text(encoding="utf-8")

    assert page == as_markdown(Pack.shipped("mlops"))
