"""Text that people wrote, without what nobody sees of it.

Characters without a shape hide words in a name, make two names look alike, or turn around what others wrote
beside them: a right-to-left override makes "exe.pdf" of "fdp.exe". Some no database or no file takes. None of
them is needed to write anything: what joins letters of Arabic or Indic scripts, or emoji, stays.
"""

import json
import re

_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"
#: Controls, marks and overrides of direction, spaces and fillers without width, tags, noncharacters.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SURROGATES = "\ud800-\udfff"
_BLANK = "\u2800"
#: After these a joiner or a non-joiner has a sense: Arabic, Indic and their relatives, and emoji.
_JOINED = "\u0600-\u0dff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
#: So many accents may stand on one letter; more of them cover the lines around it.
MOST_ACCENTS = 4

_HIDDEN = re.compile(
    rf"[{_UNSEEN}]|(?<![{_JOINED}])[\u200c\u200d]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]"
    rf"|(?<=[{_ACCENTS}]{{{MOST_ACCENTS}}})[{_ACCENTS}]+"
)
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
_NO_LETTER = re.compile(f"[{_SURROGATES}]")
_ODD = re.compile(
    rf"[{_UNSEEN}{_BREAKS}{_SURROGATES}{_BLANK}\u200c\u200d\ufe00-\ufe0f]|[{_ACCENTS}]{{{MOST_ACCENTS + 1}}}"
)


def in_json(written: str) -> str:
    """A JSON text with its odd characters written by their numbers: it means the same, and can be read."""
    return _ODD.sub(lambda found: "".join(json.dumps(letter)[1:-1] for letter in found[0]), written)


def legible(text: str) -> str:
    """The same to read. Every kind of line break becomes a line feed; half of a character the sign for one
    that is missing."""
    if (text.isascii() and text.isprintable()) or not _ODD.search(text):
        return text
    text = _BREAK.sub("\n", text).replace(_BLANK, " ")
    return _HIDDEN.sub("", _NO_LETTER.sub("\ufffd", text))
