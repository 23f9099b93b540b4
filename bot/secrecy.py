"""Nothing secret is printed: tokens and passwords are blotted out of whatever goes to a terminal."""

import re

#: A prefix alone, as in "it starts with xoxb-", is none.
_TOKEN = re.compile(r"\b(xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w%-]{3}[\w.%-]*")
#: What stands between a scheme and an @: a user, and perhaps a password with anything in it.
_PASSWORD = re.compile(r"(\w://[^\s:/@]*):\S+@")


def without_secrets(text: str) -> str:
    return _PASSWORD.sub(r"\1:***@", _TOKEN.sub(r"\1-***", text))
