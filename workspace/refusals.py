"""Two kinds of no: what Slack answers an app, and what a person finds impossible."""

from __future__ import annotations

from workspace.state import Json


class ApiError(Exception):
    """An answer with ok=false. Everything besides the code goes into the answer as it is."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


class Cannot(Exception):
    """A person cannot do that here, in a sentence that says why and what there is instead."""


def bad_arguments(*messages: str) -> ApiError:
    return ApiError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]}
    )
