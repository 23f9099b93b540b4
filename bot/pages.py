"""Pages in a browser, for who installs us: plain HTML that loads nothing and runs nothing."""

import re
from dataclasses import dataclass

from bot.drawn import drawn
from bot.entrance import Send
from bot.language import ENGLISH, language_of, languages, speaking
from bot.render import words
from storage.records import Installation

_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "referrer-policy": "no-referrer",  # or the code that stands in the address would be told
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Page:
    """`name` is that of its words in the template `installing`; `link` leads on; `why` is Slack's word, and
    `who` has installed us."""

    name: str
    status: int
    link: str
    why: str = ""
    who: str = ""


def installed(installation: Installation, slack: str) -> Page:
    """`slack` is where its web pages are. An organisation still has to choose its workspaces."""
    if installation.is_organisation:
        place = f"manage/{installation.team_id}/integrations/profile/{installation.app_id}/workspaces/add"
        return Page("organisation", 200, f"https://app.slack.com/{place}", who=installation.name)
    link = f"{slack}app_redirect?app={installation.app_id}&team={installation.team_id}"
    return Page("installed", 200, link, who=installation.name)


def html(page: Page, *, accepted: str) -> str:
    """In the language that the browser would have, by its Accept-Language, if it is one of ours."""
    locale = preferred(accepted)
    with speaking(locale):
        said = words("installing", why=page.why, who=page.who)
        return drawn(
            "installing.html",
            language=language_of(locale),
            title=said.plain(f"{page.name}_title"),
            paragraphs=said.plain(page.name).split("\n"),
            link=page.link,
            onward=said.plain(f"{page.name}_link"),
        )


def preferred(header: str) -> str:
    """Of an Accept-Language the first that is spoken here."""
    wanted = re.findall(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2})?(?=[;,\s]|$)", header[:200])
    return next((each for each in wanted if each[:2].lower() in languages()), ENGLISH)


async def show(send: Send, page: Page, *, accepted: str) -> None:
    await _send(send, page.status, _HEADERS, html(page, accepted=accepted).encode())


async def redirect(send: Send, to: str, cookie: str) -> None:
    headers = {
        "location": to,
        "set-cookie": cookie,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
    }
    await _send(send, 302, headers, b"")


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
