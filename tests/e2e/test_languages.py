"""Who is spoken to in which language, from what Slack says of people and channels."""

from typing import Any

import pytest

from storage.store import Store
from tests.e2e.workspace import CHANNELS, PEOPLE, scene

MARIA: dict[str, Any] = {"name": "maria", "title": "ML Engineer", "locale": "es-MX"}


def people(*changed: dict[str, Any]) -> list[dict[str, Any]]:
    by_name = {person["name"]: person for person in [*PEOPLE, *changed]}
    return [*by_name.values()]


def in_locale(locale: str) -> list[dict[str, Any]]:
    return [channel | {"locale": locale, "members": [*channel["members"]]} for channel in CHANNELS]


async def test_a_stranger_is_answered_in_the_language_of_their_slack(store: Store) -> None:
    async with scene(store, people=people(MARIA)) as stage:
        maria = stage.person("maria")

        home = await maria.opens_home()
        await maria.says("hola")
        answer = await maria.sees("Ahora no te espera nada aquí")

    assert "Preparar una evaluación" in home.shown
    assert "/tidemark empezar" in answer.shown


async def test_somebody_of_whom_slack_says_nothing_is_spoken_to_in_english(store: Store) -> None:
    async with scene(store, people=people(MARIA)) as stage:
        await stage.slack.spoil("users.info", "internal_error")
        home = await stage.person("maria").opens_home()

    assert "Set up an assessment" in home.shown


@pytest.mark.parametrize(
    ("locale", "readable", "seen"),
    [
        ("es-ES", True, "empezó una evaluación"),
        ("en-US", True, "started an assessment"),
        ("es-ES", False, "started an assessment"),
    ],
)
async def test_a_channel_is_spoken_to_in_its_language_or_if_we_may_not_read_it_in_the_facilitators(
    store: Store, locale: str, readable: bool, seen: str
) -> None:
    async with scene(store, channels=in_locale(locale)) as stage:
        check = await stage.set_up("ana")
        if not readable:
            await stage.slack.spoil("conversations.info", "missing_scope", times=9)
        assert not (await check.submit()).errors
        await stage.person("lee").sees("is launched")
        await stage.beat()
        posts = [message.shown for message in await stage.slack.channel("ml-platform").messages()]

    assert any(seen in post for post in posts), posts
