"""Whether Slack would accept these blocks."""

from __future__ import annotations

from dataclasses import dataclass

from workspace.state import Json


@dataclass(frozen=True)
class Problem:
    message: str
    pointer: str

    @property
    def detailed(self) -> Json:
        return {"code": "failed_constraint", "message": self.message, "pointer": self.pointer}


def check_message(blocks: object) -> list[Problem]:
    return []


def check_view(view: object) -> list[Problem]:
    return []
