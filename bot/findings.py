"""What `tidemark doctor` and `tidemark db check` find, one line each, with what to do about it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.secrecy import without_secrets


class Health(StrEnum):
    """A warning is something that Tidemark works without; a problem is not."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """`about` one word. `said` and `fix` are whole sentences; what is well needs no fix."""

    about: str
    health: Health
    said: str
    fix: str = ""


def ok(about: str, said: str) -> Finding:
    return Finding(about, Health.OK, said)


def warning(about: str, said: str, fix: str) -> Finding:
    return Finding(about, Health.WARNING, said, fix)


def problem(about: str, said: str, fix: str) -> Finding:
    return Finding(about, Health.PROBLEM, said, fix)


def is_well(findings: Iterable[Finding]) -> bool:
    return all(finding.health != Health.PROBLEM for finding in findings)


def as_text(findings: list[Finding]) -> str:
    lines = [
        f"{finding.health:<8} {finding.about:<10} {finding.said} {finding.fix}".rstrip()
        for finding in findings
    ]
    counts = {health: sum(finding.health == health for finding in findings) for health in Health}
    problems, warnings = counts[Health.PROBLEM], counts[Health.WARNING]
    told = f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}."
    return without_secrets("\n".join([*map(_in_one_line, lines), told]))


def as_json(findings: list[Finding]) -> str:
    found = {"well": is_well(findings), "findings": [asdict(finding) for finding in findings]}
    return without_secrets(json.dumps(found, indent=2, ensure_ascii=False))


def _in_one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())
