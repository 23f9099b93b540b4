"""Which groups are too small to be shown."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_K = 5
"""Published practice: Lattice and Humaans default to 5."""


def hidden(counts: Mapping[str, int], k: int = DEFAULT_K) -> tuple[str, ...]:
    """The groups to hide: those with fewer than k people, and as many more as protect these.

    Whoever knows the total can subtract the groups that are shown. So while the hidden ones hold fewer than k
    people together, as a single one always does, the next smallest is hidden as well (complementary
    suppression). A group of nobody is no group: there is nothing to hide in it.
    """
    by_size = sorted((count, group) for group, count in counts.items() if count)
    out = [entry for entry in by_size if entry[0] < k]
    for entry in by_size[len(out) :]:
        if not out or sum(count for count, _ in out) >= k:
            break
        out.append(entry)
    return tuple(sorted(group for _, group in out))
