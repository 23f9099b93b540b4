"""What goes wrong is told where somebody is, and with what they can do about it."""

import json
from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from bot import actions
from bot.explain import explain
from conversation.errors import NeedsInACircle
from storage.errors import Uncertain

COMMENT = {"type": "input", "block_id": "comment"}


def form(name: str) -> dict[str, Any]:
    return {"type": "view_submission", "view": {"callback_id": name, "blocks": [COMMENT]}}


@pytest.mark.parametrize(
    ("body", "what_to_do"),
    [
        (form(actions.COMMENT_MODAL), "type continue to me directly: if I still ask the same, answer again."),
        (form(actions.CLOSE_MODAL), "Copy what you entered and close this form. In a minute, look whether"),
        (form(f"{actions.ACTION_FORM_MODAL}{actions.DONE}"), "Copy what you entered and close this form."),
        ({"command": "/tidemark", "text": "close"}, "In a minute, look whether it is done. If it is not,"),
    ],
)
async def test_whoever_cannot_be_told_whether_it_was_kept_is_told_where_to_look(
    body: dict[str, Any], what_to_do: str
) -> None:
    answer = await explain(Uncertain("no answer in time"), body, AsyncBoltContext())

    assert answer is not None
    said = json.loads(answer.body)
    (sentence,) = said["errors"].values() if "errors" in said else [said["text"]]
    assert sentence.startswith("My database is too slow just now, so I cannot say yet whether I kept that.")
    assert what_to_do in sentence


async def test_a_circle_is_refused_under_the_menu_that_closes_it() -> None:
    blocks = [{"type": "input", "block_id": f"{name}:FLOUR@1"} for name in ("impact", "needs", "reason")]
    body = {"type": "view_submission", "view": {"callback_id": actions.RATING_MODAL, "blocks": blocks}}
    circle = NeedsInACircle(known=("Flour", "Heat", "Flour"), reached=(1, 2, 1), step="FLOUR@1")

    answer = await explain(circle, body, AsyncBoltContext({"desk": None}))

    assert answer is not None
    assert list(json.loads(answer.body)["errors"]) == ["needs:FLOUR@1"]
