"""Nothing secret is printed: tokens and passwords are blotted out of whatever goes to a terminal or a log."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pydantic import BaseModel

#: Of Slack, GitHub, Jira and Standard Webhooks. A prefix alone, as in "it starts with xoxb-", is none.
_TOKEN = re.compile(
    r"\b(xox[a-z](?:\.xox[a-z])?-|xapp-|xwfp-|gh[a-z]_|github_pat_|ATATT|ATCTT|whsec_)[\w%-]{3}[\w.%+/=-]*"
)
#: What a request proves itself with. A word is nothing of that: Slack has a page called Basic Information.
_CREDENTIALS = re.compile(r"\b(Bearer|(?:Basic|token)(?! [A-Za-z]?[a-z]+(?![\w+/=-]|\.\w))) [\w.+/=-]{8,}")
#: What stands between a scheme and an @: a user, and perhaps a password with anything in it.
_PASSWORD = re.compile(r"(\w://[^\s:/@]*):\S+@")
#: Where none of these is, none of those is: to see that is quicker, and most lines of a log have none.
HINTS = (
    "xox",
    "xapp-",
    "xwfp-",
    "gh",
    "github",
    "ATATT",
    "ATCTT",
    "whsec_",
    "Bearer",
    "Basic",
    "token",
    "://",
)
#: Fewer letters than this are words of other things, too.
SHORTEST = 6


def without_secrets(text: str) -> str:
    if not any(map(text.__contains__, HINTS)):
        return text
    return searched(text)


def searched(text: str) -> str:
    blotted = _PASSWORD.sub(r"\1:***@", _TOKEN.sub(r"\1***", text))
    return _CREDENTIALS.sub(r"\1 ***", blotted)


def blotter(secrets: Iterable[str]) -> Callable[[str], str]:
    """The same, and these secrets, wherever they stand."""
    longest_first = sorted({each for each in secrets if len(each) >= SHORTEST}, key=len, reverse=True)
    if not longest_first:
        return without_secrets
    known = re.compile("|".join(map(re.escape, longest_first)))

    def blotted(text: str) -> str:
        found = any(map(text.__contains__, longest_first))
        return without_secrets(known.sub("***", text) if found else text)

    return blotted


def secrets_of(settings: "BaseModel") -> tuple[str, ...]:
    """All that must not be read, wherever in the settings it is, and the passwords in URLs."""
    return tuple(each for found in _kept(settings) if found for each in {found, unquote(found)})


def _kept(value: object) -> Iterator[str]:
    from pydantic import BaseModel, SecretStr  # whoever only reports a problem does not wait for it

    match value:
        case SecretStr():
            yield value.get_secret_value()
        case str() if "://" in value:
            yield _password(value)
        case BaseModel():
            for name in type(value).model_fields:
                yield from _kept(getattr(value, name))
        case dict():
            for each in value.values():
                yield from _kept(each)
        case tuple():
            for each in value:
                yield from _kept(each)


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
