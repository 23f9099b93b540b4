"""Setting up in one line: whom it names, in which roles, and what is assessed."""

import pytest

from conversation.errors import NoSuchRole
from conversation.mentions import Wanted, roles_named, wanted
from conversation.pack import Pack

ANA, OMAR, ML, FRAUD = "<@U1|ana>", "<@U2>", "<!subteam^S1|@ml-platform>", "<#C1|fraud>"
DS, OPS = ("DS",), ("OPS",)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (f"Fraud team {ML}", Wanted("Fraud team", {}, {"S1": ()}, None)),
        (
            f"{ML} as ml operations, {ANA} as data scientist {FRAUD}",
            Wanted("", {"U1": DS}, {"S1": OPS}, "C1"),
        ),
        (FRAUD, Wanted("", {}, {"C1": ()}, "C1")),
        (f"{FRAUD} as data scientists", Wanted("", {}, {"C1": DS}, None)),
        (
            f"of Fraud team with {ANA} and {OMAR} as a Data Scientist",
            Wanted("Fraud team", {"U1": DS, "U2": DS}, {}, None),
        ),
        (f"{ANA}, {OMAR} as SRE", Wanted("", {"U1": (), "U2": OPS}, {}, None)),
        (f"{ANA} as data scientist and sre", Wanted("", {"U1": ("DS", "OPS")}, {}, None)),
        ("R&amp;D as a service", Wanted("R&D as a service", {}, {}, None)),
        (f"{ANA} {ANA} as sre", Wanted("", {"U1": OPS}, {}, None)),
        ("", Wanted("", {}, {}, None)),
    ],
)
def test_a_line_is_read_as_it_was_meant(line: str, meant: Wanted) -> None:
    assert wanted(line, Pack.shipped("mlops")) == meant


def test_a_role_that_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(NoSuchRole) as refused:
        wanted(f"{ANA} as wizard", Pack.shipped("mlops"))

    assert refused.value.values["said"] == "wizard"
    assert "Data scientist" in refused.value.values["known"]


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("data scientist", DS),
        ("I am a Data Scientist.", DS),
        ("data scientist & SRE", ("DS", "OPS")),
        ("ciencia de datos y operaciones de ML", ("DS", "OPS")),
        ("ML engineer, data scientist, SRE", ("MLE", "DS", "OPS")),
        ("whatever comes", ()),
    ],
)
def test_who_is_asked_for_their_role_may_say_it_in_a_sentence(words: str, roles: tuple[str, ...]) -> None:
    assert roles_named(words, Pack.shipped("mlops")) == roles
