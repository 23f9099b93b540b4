"""Who is spoken to in which language, from what Slack says of people and channels."""

from typing import Any

import pytest

from storage.store import Store
from tests.e2e.workspace import CHANNELS, PEOPLE, scene

MARIA: dict[str, Any] = {"name": "maria", "title": "ML Engineer", "locale": "es-MX"}
READING = ("channels:read", "groups:read")


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
        answer = await maria.sees("No tienes ningún cuestionario abierto")

    assert "Preparar una evaluación" in home.shown
    assert "/tidemark empezar" in answer.shown


async def test_somebody_of_whom_slack_says_nothing_is_spoken_to_in_english(store: Store) -> None:
    async with scene(store, people=people(MARIA)) as stage:
        await stage.slack.spoil("users.info", "internal_error")
        home = await stage.person("maria").opens_home()

    assert "Set up an assessment" in home.shown


@pytest.mark.parametrize(
    ("locale", "declined", "seen"),
    [
        ("es-ES", (), "empezó una evaluación"),
        ("en-US", (), "started an assessment"),
        ("es-ES", READING, "started an assessment"),
    ],
)
async def test_a_channel_is_spoken_to_in_its_language_or_if_we_may_not_read_it_in_the_facilitators(
    store: Store, locale: str, declined: tuple[str, ...], seen: str
) -> None:
    async with scene(store, channels=in_locale(locale), decline=declined) as stage:
        await stage.launch("ana")
        posts = [message.shown for message in await stage.slack.channel("ml-platform").messages()]

    assert any(seen in post for post in posts), posts


async def test_who_chose_a_language_gets_what_comes_by_itself_in_it_too(store: Store) -> None:
    async with scene(store, channels=in_locale("en-US")) as stage:
        await stage.launch("ana")
        lee, ana = stage.person("lee"), stage.person("ana")
        await ana.says("language es")
        await ana.sees("Contigo hablo en español")
        await lee.command("/tidemark language español", channel="ml-platform")

        await stage.later(days=3)
        await ana.sees("Recordatorio 1 de 3 como máximo")
        await stage.later(days=20)
        await lee.sees("Solo tú ves esto")
