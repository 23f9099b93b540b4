"""What Slack says of a message, as the words of whoever wrote it."""

from typing import Any

import pytest

from bot import views
from bot.views.written import Changed, Line

CLIP = {"id": "F1", "mimetype": "audio/mp4", "subtype": "slack_audio"}
HEARD = {**CLIP, "transcription": {"status": "complete", "preview": {"content": "We script it."}}}
WAITING = {**CLIP, "transcription": {"status": "processing"}}
PICTURE = {"id": "F2", "mimetype": "image/png"}
PASSED = {"is_share": True, "from_url": "https://abc.slack.com/archives/C1/p17"}


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ({"text": "B"}, Line("B", clip=False)),
        ({}, Line("", clip=False)),
        ({"text": "", "files": [PICTURE]}, Line("", clip=False)),
        ({"text": "", "files": [CLIP]}, Line("", clip=True)),
        ({"text": "", "files": [WAITING]}, Line("", clip=True)),
        ({"text": "", "files": [HEARD]}, Line("We script it.", clip=False)),
        ({"text": "B", "files": [HEARD, CLIP]}, Line("B\nWe script it.", clip=True)),
        ({"text": "", "attachments": [PASSED]}, Line(PASSED["from_url"], clip=False)),
        (
            {"text": "<https://app.slack.com/huddle/T1/C1>"},
            Line("<https://app.slack.com/huddle/T1/C1>", clip=True),
        ),
        (
            {"text": "huddle https://wiki.example/huddle/"},
            Line("huddle https://wiki.example/huddle/", clip=False),
        ),
        ({"text": "B, see there", "attachments": [PASSED]}, Line("B, see there", clip=False)),
    ],
)
def test_what_somebody_said(event: dict[str, Any], line: Line) -> None:
    assert views.line(event) == line


BEFORE = {"user": "U1", "ts": "17.1", "text": "B"}


def changed(subtype: str, **facts: Any) -> dict[str, Any]:
    return {"subtype": subtype, "channel": "D1", "event_ts": "18.1", "previous_message": BEFORE, **facts}


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (
            changed("message_changed", message={**BEFORE, "text": "C"}),
            Changed("U1", "D1", "17.1", "C", "18.1"),
        ),
        (changed("message_changed", message={**BEFORE, "attachments": [PASSED]}), None),
        (changed("message_changed", message={**BEFORE, "text": "C", "bot_id": "B1"}), None),
        (
            changed("message_changed", message={**BEFORE, "text": "deleted", "subtype": "tombstone"}),
            Changed("U1", "D1", "17.1", None, "18.1"),
        ),
        (changed("message_deleted", deleted_ts="17.1"), Changed("U1", "D1", "17.1", None, "18.1")),
        (changed("message_deleted", previous_message={"bot_id": "B1", "ts": "1"}), None),
    ],
)
def test_what_somebody_changed(event: dict[str, Any], found: Changed | None) -> None:
    assert views.changed_message(event) == found
