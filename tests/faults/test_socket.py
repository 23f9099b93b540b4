"""The socket is gone for a minute, with Slack's own client, which connects anew by itself."""

from tests.e2e.test_resilience import once_each, question, said
from tests.e2e.workspace import Scene
from workspace.letters import NOBODY

#: The client looks every ten seconds whether it is connected, and waits as long between its attempts.
SECONDS_TO_CONNECT = 60


async def test_a_socket_that_is_gone_for_a_minute_loses_nothing_that_was_accepted(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    card = await question(ana, 1)
    await stage.slack.spoil("apps.connections.open", "unavailable")
    await stage.slack.drop_sockets()

    click = await ana.clicks("B", message=card)
    await ana.says("C")
    await stage.slack.connected(within=SECONDS_TO_CONNECT)
    await stage.slack.clock.move(seconds=60)
    card = await question(ana, 2)
    await ana.clicks("D", message=card)
    await question(ana, 3)

    assert (click.acked, click.error) == (False, NOBODY)
    assert [value for _, value in said(stage, ana) if value is not None] == [2, 3]
    assert await once_each(stage.slack)
