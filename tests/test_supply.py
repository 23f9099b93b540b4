"""What we are made of is pinned, named and licensed."""

import re
from pathlib import Path

import pytest

from tests.licences import PAGE, pinned

LOCKS = [*Path("requirements").glob("*.txt")]
#: Packages of the smaller ones.
FEWEST = {"build.txt": 1}
#: Those that may be used as a library in what is under another licence.
GOOD = re.compile(r"(MIT|MIT-0|BSD|0BSD|Apache|PSF|MPL|LGPL|Zlib|CC0)[\w.\s-]*")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_everything_is_pinned_by_hash_and_comes_from_wherever_packages_come_from(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    pieces = re.split(r"(?m)^(?=[a-z0-9])", text.partition("\n")[2])[1:]

    assert len(pieces) == len(pinned(lock)) >= FEWEST.get(lock.name, 30)
    assert [piece.splitlines()[0] for piece in pieces if "--hash=sha256:" not in piece] == []
    assert "://" not in text


def test_every_package_that_runs_with_us_is_listed_with_a_licence_that_we_may_use() -> None:
    listed = re.findall(r"(?m)^\| ([a-z0-9._-]+) \| (\S+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"))

    assert [(name, version) for name, version, _ in listed] == pinned(), "make licences"
    assert [
        (name, licence)
        for name, _, licence in listed
        if not all(GOOD.fullmatch(each) for each in re.split(r" AND | OR |; ", licence))
    ] == []


def test_nobody_is_told_to_install_us_by_a_name_that_is_somebody_elses() -> None:
    """On the public index `tidemark` is another program."""
    told = [
        *Path("docs").glob("*.md"),
        *Path("deploy").iterdir(),
        *Path("bot").rglob("*.py"),
        Path("README.md"),
    ]
    by_name = re.compile(r"pip install [^\n`]*(?<![\w/.-])tidemark(?![\w/.-])")

    assert [str(each) for each in told if by_name.search(each.read_text(encoding="utf-8"))] == []


def test_nothing_is_fetched_without_a_hash_where_we_say_how_to_install_us() -> None:
    """Not even what builds us: pip fetches that by itself, if it may. OpenTelemetry is somebody's choice."""
    told = [Path("docs/operations.md"), *Path("deploy").iterdir(), Path("Makefile")]
    lines = [line for page in told for line in page.read_text(encoding="utf-8").splitlines()]
    commands = [line for line in lines if "pip install" in line and "otel" not in line]
    pinned_or_here = re.compile(r"--require-hashes|--no-index|--no-deps --no-build-isolation|--quiet .* uv$")

    assert len(commands) > 6
    assert [line for line in commands if not pinned_or_here.search(line)] == []


def test_an_audit_that_could_not_look_is_no_pass() -> None:
    """pip-audit counts what it does not find as well, unless it is strict."""
    (recipe,) = re.findall(r"(?m)^audit:.*\n((?:\t.*\n)+)", Path("Makefile").read_text(encoding="utf-8"))

    assert "--strict" in recipe
    assert "--require-hashes -r requirements/runtime.txt" in recipe
