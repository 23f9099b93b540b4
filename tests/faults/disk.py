"""A small disk of its own: a file system (ext4) in a file, which can be filled and which fails as a broken
one does. Whoever mounts it needs to be root, or to be allowed `sudo` without a password, as in CI."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_SUDO = () if os.geteuid() == 0 else ("sudo", "-n")


@dataclass
class Disk:
    """`place` is where it is mounted."""

    image: Path
    place: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not one block is free."""
        filler = self.place / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass
            with suppress(OSError):
                os.fsync(file.fileno())
        try:
            yield
        finally:
            filler.unlink()

    def breaks(self) -> None:
        """The kernel sees an error in it, and from then on it can only be read, whoever has files open."""
        device = _does("findmnt", "--noheadings", "--output", "SOURCE", str(self.place)).strip()
        _does("tee", f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error", said="1")

    def is_repaired(self) -> None:
        """As its owner does it: taken down, checked, mounted again."""
        self._unmounted()
        subprocess.run(["e2fsck", "-f", "-y", self.image], check=False, capture_output=True)
        self._mounted()

    def _mounted(self) -> None:
        _does("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.place))

    def _unmounted(self) -> None:
        _does("umount", str(self.place))


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """Where nobody may mount, the test is left out and says so; in CI it fails."""
    with tempfile.TemporaryDirectory(prefix="tidemark-disk-") as folder:
        Path(folder).chmod(0o755)
        disk = Disk(Path(folder) / "image", Path(folder) / "disk")
        disk.place.mkdir()
        with disk.image.open("wb") as file:
            file.truncate(megabytes << 20)
        owned = f"root_owner={os.geteuid()}:{os.getegid()}"
        try:
            _does("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", "-E", owned, str(disk.image))
            disk._mounted()
        except (OSError, subprocess.CalledProcessError) as error:
            if "CI" in os.environ:
                raise
            pytest.skip(f"A disk of its own needs root, ext4 and loop devices: {error}")
        try:
            yield disk
        finally:
            disk._unmounted()


def _does(*command: str, said: str | None = None) -> str:
    done = subprocess.run([*_SUDO, *command], input=said, check=True, capture_output=True, text=True)
    return done.stdout
