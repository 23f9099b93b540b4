"""The role that somebody's job title suggests."""

import re

from conversation.pack import Pack
from conversation.vocabulary import folded

#: What stands between the words of a job title: data scientist/analyst, ingeniero(a) de datos.
_MARKS = re.compile(r"[/,()|]")


def suggested_roles(pack: Pack, job_title: str) -> tuple[str, ...]:
    """The role whose words, in any language of the pack, fit the job title best: the longest found in it."""
    title = _set_off(job_title)
    found = [
        (len(word), role.id)
        for role in pack.roles
        for word in pack.job_titles(role.id)
        if _set_off(word) in title
    ]
    return (max(found)[1],) if found else ()


def _set_off(words: str) -> str:
    """Without case, accents and marks, and with a blank on both sides, so that only whole words are found."""
    return f" {' '.join(_MARKS.sub(' ', folded(words)).split())} "
