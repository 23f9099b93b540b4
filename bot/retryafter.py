"""The header `Retry-After`: for how long a server wants to be left alone."""

from collections.abc import Mapping
from datetime import timedelta

#: Digits; a longer number is of no wait that anybody means.
_LONGEST = 8


def retry_after(headers: Mapping[str, str], *, most: timedelta) -> timedelta | None:
    """No longer than `most`, whatever it says. None where it does not say so in seconds: nobody we speak with
    names a date. The header may be written in any case."""
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if not (said.isascii() and said.isdigit()):
        return None
    return min(timedelta(seconds=int(said)), most) if len(said) <= _LONGEST else most
