"""What a form carries comes back from whom it was given to, in that form and unchanged, or it is refused."""

from typing import Any

import pytest

from bot.seals import Seal, SealBroken

GIVEN = Seal(b"key", "T1", "U1")
FORM = {"type": "modal", "callback_id": "scope", "private_metadata": "C1"}


def taken_off(seal: Seal, **otherwise: str) -> str:
    """What a listener sees of the form that was given, with this in it instead."""
    view: dict[str, Any] = {**GIVEN.put(FORM), **otherwise}
    seal.take_off(view)
    return str(view["private_metadata"])


@pytest.mark.parametrize("seal", [GIVEN, Seal(b"newer key", "T1", "U1", older=(b"key",))])
def test_it_comes_back_as_it_was(seal: Seal) -> None:
    assert taken_off(seal) == "C1"


@pytest.mark.parametrize(
    ("seal", "otherwise"),
    [
        (GIVEN.of("T1", "U2"), {}),
        (GIVEN.of("T2", "U1"), {}),
        (GIVEN.of("T", "1U1"), {}),  # the same letters, one after the other
        (Seal(b"newer key", "T1", "U1"), {}),
        (GIVEN, {"callback_id": "reason"}),
        (GIVEN, {"private_metadata": "C1"}),
        (GIVEN, {"private_metadata": GIVEN.put(FORM)["private_metadata"].replace("C1", "C2")}),
        (GIVEN, {"private_metadata": ""}),
    ],
)
def test_whatever_else_comes_is_refused(seal: Seal, otherwise: dict[str, str]) -> None:
    with pytest.raises(SealBroken):
        taken_off(seal, **otherwise)


def test_what_is_no_form_carries_nothing() -> None:
    assert taken_off(GIVEN, type="home") == ""


def test_a_key_is_not_printed() -> None:
    assert "key'" not in repr(Seal(b"key", older=(b"older key",)))
