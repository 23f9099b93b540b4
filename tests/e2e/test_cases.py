"""Every script shows a case, and every case is shown, or it is said why not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.test_scripts import SCRIPTS

#: Where nothing can be tried.
NOTHING = "none"


@dataclass(frozen=True)
class Shown:
    """What shows a case: a script, or a test and why it is no script."""

    case: str
    script: str = ""
    test: str = ""
    because: str = ""


def cases() -> Iterator[Shown]:
    parts = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
    for part in parts.values():
        for case, by in part.items():
            yield from (_shown(case, each) for each in (by if isinstance(by, list) else [by]))


def _shown(case: str, by: Any) -> Shown:
    return Shown(case, script=by) if isinstance(by, str) else Shown(case, **by)


CASES = [*cases()]
TESTS = [shown for shown in CASES if not shown.script]


def test_every_script_shows_a_case_and_every_script_that_is_named_is_there() -> None:
    named, there = {shown.script for shown in CASES if shown.script}, {script.name for script in SCRIPTS}

    assert (sorted(there - named), sorted(named - there)) == ([], [])


@pytest.mark.parametrize("shown", TESTS, ids=lambda shown: shown.case)
def test_what_no_script_shows_has_a_reason_and_a_test(shown: Shown) -> None:
    file, _, name = shown.test.partition("::")

    assert shown.because
    if shown.test != NOTHING:
        source = Path(file).read_text(encoding="utf-8")
        assert re.search(rf"^(?:(?:async )?def )?{name}\b" if name else "def test_", source, re.M)
