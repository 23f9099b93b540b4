"""Nothing secret is printed: tokens and passwords are blotted out of whatever goes to a terminal or a log."""

import re
from collections.abc import Callable, Iterable
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
    """All that must not be read, and the passwords in URLs."""
    from pydantic import SecretStr  # whoever only reports a problem does not wait for it

    values = [getattr(settings, name) for name in type(settings).model_fields]
    kept = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    passwords = [_password(value) for value in values if isinstance(value, str) and "://" in value]
    return tuple(each for found in (*kept, *passwords) if found for each in {found, unquote(found)})


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
