"""Whose request it is, and from which workspace it comes, in the ways in which Slack says so."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltContext

from bot.slack import tenant_of
from bot.teams import tenants, workspace_of

HERE, WHOLE = "T0HERE", "E0WHOLE"


@pytest.mark.parametrize(
    ("said", "whose"),
    [
        ({"team_id": HERE}, (HERE,)),
        ({"team_id": HERE, "enterprise_id": WHOLE}, (HERE, WHOLE)),
        ({"team_id": HERE, "enterprise_id": WHOLE, "is_enterprise_install": True}, (WHOLE,)),
        ({"team_id": None, "enterprise_id": WHOLE, "is_enterprise_install": True}, (WHOLE,)),
        ({"team_id": None, "enterprise_id": WHOLE}, (WHOLE,)),
        ({"team_id": WHOLE, "enterprise_id": WHOLE}, (WHOLE,)),
        ({"is_enterprise_install": True}, ()),
        ({}, ()),
    ],
)
def test_a_request_is_of_who_has_installed_us(said: dict[str, Any], whose: tuple[str, ...]) -> None:
    assert tenants(AsyncBoltContext(said)) == whose


@pytest.mark.parametrize(
    ("body", "workspace"),
    [
        ({"command": "/tidemark", "team_id": HERE, "user_id": "U1"}, HERE),
        (
            {"team": None, "user": {"id": "U1", "team_id": HERE}, "view": {"app_installed_team_id": WHOLE}},
            HERE,
        ),
        ({"team": None, "user": {"id": "U1"}}, ""),
        ({"team": None, "user": {"id": "U1", "team_id": 7}}, ""),
    ],
)
def test_somebody_acts_from_one_workspace_of_an_organisation(body: dict[str, Any], workspace: str) -> None:
    assert workspace_of(body) == workspace


def test_a_token_is_of_a_workspace_or_an_organisation() -> None:
    alone = {"team_id": HERE, "enterprise_id": WHOLE, "is_enterprise_install": False}

    tokens = [{"team_id": HERE}, alone, {**alone, "is_enterprise_install": True}]

    assert [tenant_of(said) for said in tokens] == [HERE, HERE, WHOLE]
