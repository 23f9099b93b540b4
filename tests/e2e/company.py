"""Tidemark as a company runs it: one service, which several workspaces install for themselves."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession, DummyCookieJar

from bot import hosting
from bot.settings import HttpSettings, Settings
from bot.vault import new_key
from storage.store import Store
from tests.e2e.workspace import CHANNELS, MANIFEST, MONDAY, PEOPLE, SHORT, Time, free_port, never_short
from workspace.people import Message, People, Someone
from workspace.seed import Seed
from workspace.team import Organisation
from workspace.together import Together

CLIENT, SECRET = "1.2", "client-secret"
Everywhere = Sequence[dict[str, Any]] | Mapping[str, Sequence[dict[str, Any]]]


@dataclass
class Browser:
    """That of somebody who installs: it keeps cookies, and shows one page after the other."""

    http: ClientSession
    service: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def install(
        self, team: str, *, answer: str = "allow", person: str = "", language: str = "en"
    ) -> str:
        """All the way; what the last page says."""
        return await self.opens(await self.consents(team, answer=answer, person=person), language=language)

    async def consents(self, team: str, *, answer: str = "allow", person: str = "") -> str:
        """Up to the address at which they come back to us."""
        start = f"{self.service}/slack/install"
        async with self.http.get(start, allow_redirects=False, headers=self._headers()) as sent:
            self._keep(sent.headers.getall("Set-Cookie"))
            link = f"{sent.headers['Location']}&team={team}"
        form = {"answer": answer, "person": person}
        async with self.http.post(link, data=form, allow_redirects=False) as back:
            return back.headers["Location"]

    async def opens(self, url: str, *, language: str = "en") -> str:
        async with self.http.get(url, headers={**self._headers(), "Accept-Language": language}) as page:
            assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
            return f"{page.status} {_words(await page.text())}"

    def _headers(self) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": said} if said else {}

    def _keep(self, cookies: Sequence[str]) -> None:
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


@dataclass
class Company:
    """One Slack with its workspaces, and the service that they install."""

    slack: Together
    people: dict[str, People]
    store: Store
    time: Time
    keys: str
    http: ClientSession
    organisation: Organisation | None = None

    @asynccontextmanager
    async def service(self, **more: Any) -> AsyncIterator["Service"]:
        port = free_port()
        settings = HttpSettings(**self.settings(port), **more)
        life = hosting.hosting(settings, self.store, now=self.time.now, seconds=never_short())
        async with life as host:
            url = f"http://127.0.0.1:{port}"
            for each in self.people.values():
                await each.delivers_to(f"{url}/slack/events")
            yield Service(self, host, url)

    @asynccontextmanager
    async def sockets(self) -> AsyncIterator["Service"]:
        """The same over Socket Mode, where only the pages of who installs are served."""
        port = free_port()
        settings = Settings(SLACK_APP_TOKEN=self.slack.app_token, **self.settings(port))
        life = hosting.hosting(settings, self.store, now=self.time.now, seconds=never_short())
        async with life as host:
            yield Service(self, host, f"http://127.0.0.1:{port}")

    def settings(self, port: int) -> dict[str, Any]:
        """By their variables."""
        return {
            "SLACK_CLIENT_ID": CLIENT,
            "SLACK_CLIENT_SECRET": SECRET,
            "SLACK_API_URL": self.slack.api_url,
            "TIDEMARK_SIGNING_SECRET": "signing-secret-of-all",
            "TIDEMARK_TOKEN_KEYS": self.keys,
            "TIDEMARK_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TIDEMARK_PORT": str(port),
        }

    def id(self, name: str) -> str:
        """Of a workspace or the organisation."""
        if self.organisation and name == self.organisation.name:
            return self.organisation.id
        return self.slack.team(name).team.id


@dataclass(frozen=True)
class Service:
    company: Company
    host: hosting.Host
    url: str

    def browser(self) -> Browser:
        return Browser(self.company.http, self.url)

    async def install(self, where: str, **more: str) -> str:
        return await self.browser().install(self.company.id(where), **more)

    async def later(self, **by: float) -> None:
        self.company.time.at += timedelta(**by)
        for each in self.company.people.values():
            await each.clock.set(self.company.time.at)
        await self.beat()

    async def beat(self) -> None:
        """What happens once a beat, once."""
        await self.host.offices.look()
        await self.host.offices.renew()
        for office in self.host.offices:
            await office.drawing.finished()
            await office.poster.post_due()


@asynccontextmanager
async def company(
    store: Store,
    *names: str,
    organisation: Organisation | None = None,
    rotation: bool = False,
    people: Everywhere = PEOPLE,
    channels: Everywhere = CHANNELS,
    groups: Everywhere = (),
    start: datetime = MONDAY,
) -> AsyncIterator[Company]:
    """Workspaces of these names in one Slack, in none of which the app is installed. What is the same in all
    of them is a list, else there is one for each name."""
    async with AsyncExitStack() as opened:
        seeds = [
            _seed(
                name,
                people=_there(people, name),
                channels=_there(channels, name),
                groups=_there(groups, name),
                start=start,
                rotation=rotation,
            )
            for name in names
        ]
        slack = await opened.enter_async_context(Together.start(seeds, organisation=organisation))
        there = {name: await opened.enter_async_context(People(slack.team(name).url)) for name in names}
        http = await opened.enter_async_context(ClientSession(cookie_jar=DummyCookieJar()))
        yield Company(slack, there, store, Time(start), new_key(), http, organisation)


def _there(what: Everywhere, name: str) -> Sequence[dict[str, Any]]:
    return what.get(name, ()) if isinstance(what, Mapping) else what


def _seed(name: str, *, start: datetime, rotation: bool, **who_and_what: Sequence[dict[str, Any]]) -> Seed:
    seed = Seed.from_manifest(
        MANIFEST,
        team={"name": name, "domain": name.lower()},
        clock={"start": start, "runs": False},
        **who_and_what,
    )
    changed = {
        "installed": False,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "signing_secret": "signing-secret-of-all",
        "token_rotation": rotation,
    }
    return seed.model_copy(update={"app": seed.app.model_copy(update=changed)})


async def question(person: Someone, number: int) -> Message:
    return await person.sees(f"Question {number} of")


async def launch(
    service: Service, team: str, *people: str, subject: str, by: str = "lee", channel: str = "ml-platform"
) -> None:
    lee = service.company.people[team].person(by)
    await lee.command("/tidemark start", channel=channel)
    form = await lee.modal("Set up an assessment")
    await form.fill({"subject": subject, "length": SHORT, "people": list(people)})
    assert not (await form.submit()).errors
    await checked_and_launched(lee)


async def checked_and_launched(lee: Someone) -> None:
    for step in ("What matters", "What counts, who sees", "Check the roles", "Ready to launch?"):
        assert not (await (await lee.modal(step)).submit()).errors
    await lee.sees("is launched")


async def interview(service: Service, team: str, *, beats: bool = True) -> Someone:
    """An assessment whose one participant has answered its first question; without `beats` the service has
    its own."""
    ana = service.company.people[team].person("ana")
    await launch(service, team, "ana", subject=f"{team} team")
    if beats:
        await service.beat()
    await ana.clicks("Start", message=await ana.sees("asks for your view"))
    await ana.clicks("B", message=await question(ana, 1))
    await question(ana, 2)
    return ana


def state_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def _words(html: str) -> str:
    """What somebody reads."""
    body = html[html.index("<main>") :]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
