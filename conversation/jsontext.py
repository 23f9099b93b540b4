"""JSON from outside, read strictly: what parsers disagree about, or only costs memory and time, is none."""

import json
import re
from collections import Counter
from typing import Any, NoReturn

#: Lists, objects and values in one text. The largest file of ours, a result with ten rounds before, has a
#: twentieth of it.
MOST_PARTS = 1_000_000
#: One of two halves that only together are a character; both may be there.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class NotJson(Exception):
    """`place` is where, if that is known; `text` what is wrong, and what to do."""

    def __init__(self, text: str, place: str = "") -> None:
        self.text, self.place = text, place
        super().__init__(f"{place}: {text}" if place else text)


def read(text: str) -> Any:
    """Raises: NotJson."""
    if text.count(",") + text.count("[") + text.count("{") > MOST_PARTS:
        raise NotJson(f"has more than {MOST_PARTS:,} parts; take it in pieces")
    try:
        found = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number, object_pairs_hook=_object)
        if _HALF.search(text):
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except UnicodeEncodeError:
        raise NotJson("has half of a character (a surrogate without the other); write it whole") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"not JSON: {error.msg}", f"line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):
        raise NotJson("not JSON that can be read: a number too long, or nested too deeply") from None


def _no_number(constant: str) -> NoReturn:
    raise NotJson(f"not JSON: {constant} is no number; leave the value out")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two equal keys some parsers keep the first and some the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise NotJson(f'the key "{twice[:60]}" stands twice in one object; keep one')
    return found
