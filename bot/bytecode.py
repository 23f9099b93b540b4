"""Templates are compiled once, and kept beside themselves as Python keeps its own modules (in `__pycache__`,
or wherever it was told to, and not at all where it was told so): the labels alone take longer to compile than
dozens of answers take."""

import hashlib
import marshal
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from threading import get_ident
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """A template is compiled anew when it changes, or Jinja, or one of these files, by which it is compiled.

    All places share it. They differ only in how they finalize a value, and ask for the context when they do:
    Jinja leaves it to the drawing then, constants included."""

    def __init__(self, *by: Path) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}
        self._by = _digest([MAGIC_NUMBER, jinja2.__version__.encode(), *(each.read_bytes() for each in by)])

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return filename or name

    def get_source_checksum(self, source: str) -> str:
        return _digest([self._by.encode(), source.encode()])

    def load_bytecode(self, bucket: Bucket) -> None:
        what = bucket.key, bucket.checksum
        if what not in self._codes:
            self._codes[what] = _got(_file(bucket), bucket.checksum)
        bucket.code = self._codes[what]

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):  # the folder may be somebody else's, or read-only, or full
            _put(_file(bucket), bucket.checksum, bucket.code)


def _got(file: Path, checksum: str) -> CodeType | None:
    """None, if there is nothing that could be meant."""
    with suppress(OSError, EOFError, ValueError, TypeError):
        kept = file.read_bytes()
        if kept.startswith(checksum.encode()):
            code: CodeType = marshal.loads(kept[len(checksum) :])
            return code
    return None


def _put(file: Path, checksum: str, code: CodeType | None) -> None:
    """Whole, or not at all. Raises: OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.{get_ident()}")
    try:
        new.write_bytes(checksum.encode() + marshal.dumps(code))
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _file(bucket: Bucket) -> Path:
    return Path(cache_from_source(bucket.key)).with_suffix(".j2c")


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
