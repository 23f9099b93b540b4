"""Who plays: eight people in six roles and a facilitator, what each will answer, and where they meet."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conversation.pack import Item, Pack

BEGINS = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CHANNEL = "ml-platform"
FACILITATOR = "lee"
SUBJECT = "ABC Inc. ML team"

#: What Lee says in the second and third form, by form and field.
SCOPE: Mapping[str, Mapping[str, object]] = {
    "What matters": {
        "kinds": ["trained"],
        "goals": ["Improve customer satisfaction", "Fewer errors and failures"],
        "pains": ["Users notice problems before you do"],
        "other_goals": "Lessons that fit each student",
        "tools": "Python, scikit-learn, Airflow, a cloud platform",
        "metrics": "Precision of recommendations, hours to a release, availability",
    },
    "What counts, who sees": {},
}

_PEOPLE = (
    ("lee", "Lee Moran", "Head of ML Platform", "Europe/Madrid"),
    ("dana", "Dana Okafor", "Data Engineer", "Europe/Madrid"),
    ("sofia", "Sofia Lind", "Senior Data Scientist", "Europe/Berlin"),
    ("sam", "Sam Rivera", "Data Scientist", "Europe/Madrid"),
    ("mika", "Mika Tanaka", "ML Engineer", "Europe/Berlin"),
    ("max", "Max Weber", "Machine Learning Engineer", "Europe/Berlin"),
    ("omar", "Omar Haddad", "MLOps Engineer", "Europe/Madrid"),
    ("bea", "Bea Costa", "Business Analyst", "Europe/Lisbon"),
    ("pat", "Pat Quinn", "Product Manager", "Europe/London"),
)
#: The respondents of the case, and who plays them.
RESPONDENTS = {
    "de1": "dana",
    "ds1": "sofia",
    "ds2": "sam",
    "mle1": "mika",
    "mle2": "max",
    "ops1": "omar",
    "ba1": "bea",
    "pm1": "pat",
}


@dataclass(frozen=True)
class Case:
    """`answers` by person and question; `levels` that they must come to, by aspect and overall."""

    answers: Mapping[str, Mapping[str, int | str]]
    levels: Mapping[str, int]

    @property
    def number(self) -> int:
        return sum(len(sheet) for sheet in self.answers.values())


def abc_inc() -> Case:
    told = json.loads(Path(__file__).with_name("abc-inc.json").read_text(encoding="utf-8"))
    answers = {RESPONDENTS[respondent]: sheet for respondent, sheet in told["answers"].items()}
    return Case(answers, told["levels"])


def people() -> list[dict[str, Any]]:
    return [
        {"name": name, "real_name": real_name, "title": title, "tz": tz}
        for name, real_name, title, tz in _PEOPLE
    ]


def channels() -> list[dict[str, Any]]:
    return [{"name": CHANNEL, "members": [person[0] for person in _PEOPLE], "app": True}]


def seats() -> dict[str, str]:
    """The roles that one can play, and whose seat it is."""
    return {
        "facilitator": FACILITATOR,
        "data-engineer": "dana",
        "data-scientist": "sofia",
        "ml-engineer": "mika",
        "ml-operations": "omar",
        "business-analyst": "bea",
        "product-manager": "pat",
    }


def another(name: str) -> dict[str, str]:
    """Somebody else to look at from a seat."""
    if name == FACILITATOR:
        return {"sofia": "one of those whom you can invite"}
    return {FACILITATOR: "the facilitator's, who will invite you"}


def full_name(name: str) -> str:
    return next(real_name for handle, real_name, *_ in _PEOPLE if handle == name)


def pack() -> Pack:
    """The questions that the case was written for."""
    return Pack.shipped("mlops")


def asked_on(pack: Pack, card: str) -> Item:
    """The question that a card shows, found as a person does: by reading it."""
    return next(item for item in pack.items if any(ask in card for ask in (item.ask, *item.ask_as.values())))


def questions_in(card: str) -> int:
    """How many questions there are, as the card says."""
    found = re.search(r"Question \d+ of (\d+)", card)
    assert found, card
    return int(found[1])
