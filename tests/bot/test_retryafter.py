"""How long a server wants to be left alone, as it says so itself."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.patience import seconds_to_wait
from bot.retryafter import retry_after

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"retry-after": " 30 "}, timedelta(seconds=30)),
        ({"Retry-After": "0"}, timedelta()),
        ({"Retry-After": "7200"}, HOUR),
        ({"Retry-After": "9" * 5000}, HOUR),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "\u0663"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
    ],
)
def test_it_is_a_number_of_seconds_and_not_for_ever(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(headers, most=HOUR) == wait


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "2"}, 2), ({"Retry-After": "0"}, 1), ({"Retry-After": "later"}, 30), ({}, 30)],
)
def test_slack_is_asked_again_when_it_says_so(headers: dict[str, str], seconds: float) -> None:
    class Answer:
        def __init__(self) -> None:
            self.headers: Any = headers

    refused = SlackApiError("no", Answer())  # type: ignore[no-untyped-call]

    assert seconds_to_wait(refused, otherwise=30) == seconds
