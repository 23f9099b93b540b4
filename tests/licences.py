"""Writes docs/licences.md: under which licence each package comes that runs with us, as it says itself."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

PAGE, LOCK = Path("docs/licences.md"), Path("requirements/runtime.txt")
_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
#: What says so in its files, and not in its metadata.
_IN_ITS_FILES = {"resvg-py": "MIT"}
_SHORT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_LEAD = """# Licences
What `tidemark` runs with, as locked in `requirements/runtime.txt`, and under which licence each package says
that it comes. `make licences` writes this page; a test holds it against the lock. Why we take each of them is
in [architecture.md](architecture.md). `make sbom` makes the list for machines ([security.md](security.md)).

| Package | Version | Licence |
|---|---|---|
"""


def pinned(lock: Path = LOCK) -> list[tuple[str, str]]:
    """Names and versions, of some one for each version of Python."""
    return _PINNED.findall(lock.read_text(encoding="utf-8"))


def licence(name: str) -> str:
    """As an expression of SPDX where there is one."""
    if name in _IN_ITS_FILES:
        return _IN_ITS_FILES[name]
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "only on another system"
    if expression := said.get("License-Expression"):
        return str(expression)
    classes = [each.rpartition(":: ")[2] for each in said.get_all("Classifier") or () if "License ::" in each]
    named = [_SHORT.get(each, each) for each in classes] or [str(said.get("License") or "not said")]
    return "; ".join(named).splitlines()[0]


def rows() -> Iterator[str]:
    for name, version in pinned():
        yield f"| {name} | {version} | {licence(name)} |\n"


if __name__ == "__main__":
    PAGE.write_text(_LEAD + "".join(rows()), encoding="utf-8")
