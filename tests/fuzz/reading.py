"""What reads text and files from people: typed lines, packs, tables, exported results, archives. Whatever
stands in them, they are taken, or refused in words."""

from __future__ import annotations

import atexit
import gzip
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.breeding import Target

#: Imported with marks in their branches.
MODULES = frozenset(
    {
        *("conversation.typed", "conversation.dates", "conversation.snoozewords", "conversation.awaywords"),
        *(
            "conversation.actionwords",
            "conversation.rankwords",
            "conversation.mentions",
            "conversation.starting",
        ),
        *("conversation.pack", "conversation.packfile", "conversation.packcheck", "conversation.packoverlay"),
        *(
            "conversation.packparts",
            "conversation.packwords",
            "conversation.translation",
            "conversation.translationcheck",
        ),
        *(
            "conversation.sheetfile",
            "conversation.answersheet",
            "conversation.importing",
            "conversation.importing_actions",
        ),
        *("conversation.answersfile", "conversation.reference", "conversation.importing_result"),
        *("conversation.resultcheck", "conversation.exportfile", "storage.archive", "storage.restoring"),
    }
)
CORPUS = Path(__file__).parents[1] / "data" / "fuzz"


@cache
def _folder() -> Path:
    shared = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="fuzz-", dir=shared if os.access(shared, os.W_OK) else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _file(content: bytes, name: str) -> Path:
    file = _folder() / name
    file.write_bytes(content)
    return file


def corpus(name: str) -> tuple[bytes, ...]:
    """What was found to be worth beginning with."""
    return tuple(file.read_bytes() for file in sorted((CORPUS / name).glob("*")))


def lines() -> Target:
    """What is typed: every reader of it, in every language."""
    from conversation import actionwords, dates, evidence, mentions, rankwords, setting_up, snoozewords, typed
    from conversation.awaywords import back_on
    from conversation.awaywords import wish as away
    from conversation.errors import NoSuchDay, NoSuchRole, NoTimeToRemind, NotUnderstoodAsRanking, TooFarAhead
    from conversation.hours import Hours
    from conversation.vocabulary import folded, languages
    from tests.fuzz import words
    from tests.fuzz.world import MONDAY, pack

    asked, items = pack(), (None, *pack().items[:2])

    def read(given: bytes) -> None:
        text = given.decode("utf-8", "surrogateescape")
        kept = typed.as_typed(text)
        assert len(folded(text)) == len(text)
        for language in languages():
            for item in items:
                meant = typed.meaning(text, item, language, (item and asked.wordings(item.id)) or ())
                said = getattr(meant, "comment", None) or getattr(meant, "reason", None) or ""
                assert said in kept, (said, kept)
                if isinstance(meant, typed.Option | typed.Digit):
                    assert 0 <= meant.value <= 6
            assert typed.is_still(text, language) >= typed.keeps(text, language)
            done = actionwords.read(text, language)
            assert done is None or kept.endswith(done.rest)
            with suppress(NotUnderstoodAsRanking):
                ranked = rankwords.read(text, language)
                assert text.strip().endswith(ranked.name)
        typed.language_in(text)
        if (wanted := snoozewords.wish(text)) is not None:
            for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
                with suppress(NoTimeToRemind, TooFarAhead):
                    snoozewords.moment_of(wanted, MONDAY, Hours(zone))
        away(text)
        with suppress(NoSuchDay):
            back_on(text, MONDAY.date())
        for today in (MONDAY.date(), date(2028, 2, 29)):
            dates.date_in(text, today)
        with suppress(NoSuchRole):
            named = mentions.wanted(text, asked)
            assert not named.people.keys() & named.sources.keys()
        begun = setting_up.starts(text)
        assert begun is None or text.strip().endswith(begun)
        evidence.links_in(text)

    chance = Random(0)
    samples = {words.line(chance, ["U1", "U2"]).encode("utf-8", "replace") for _ in range(300)}
    vocabulary = (
        *words.known(),
        *words.DAYS,
        "<@U1>",
        "<#C1|x>",
        "<!subteam^S1|@ops>",
        " as ",
        "first 3 ",
        "4 weeks ",
    )
    return Target(
        "typed lines", read, (*corpus("lines"), *sorted(samples)), tuple(map(str.encode, vocabulary)), 2000
    )


def packs() -> Target:
    from conversation.pack import Pack, PackError
    from tests.fuzz.world import PACK_FILES

    def read(given: bytes) -> None:
        try:
            pack = Pack.load(_file(given, "pack.yaml"))
        except PackError as error:
            if not all(problem.line >= 1 and problem.message for problem in error.problems):
                raise AssertionError("a problem without a place or words") from error
            return
        again = Pack.from_snapshot(pack.snapshot())
        assert (again, again.digest) == (pack, pack.digest)

    words = (
        *(
            "extends: azure\n",
            "disabled: true",
            "items:\n",
            "levels:\n  0: {name: A, meaning: M}\n",
            "requires: ",
            "- ",
            ": ",
        ),
        *(
            "&a ",
            "*a",
            "!!python/object:os.system ",
            "!!binary ",
            "<<: ",
            "|\n",
            ">-\n",
            "{",
            "}",
            "[",
            "]",
            "? ",
            "# ",
            "---\n",
        ),
        *(
            "primary: [BAKER]",
            "aspect: ",
            "gates:\n",
            "weight: 2",
            "effort: [1, 2]",
            "translations:\n",
            "revision: 2",
            "%YAML 1.1\n",
        ),
    )
    samples = (*corpus("packs"), *(file.read_bytes() for file in PACK_FILES))
    return Target("packs", read, samples, tuple(map(str.encode, words)), 6000, 5.0)


def snapshots() -> Target:
    """Packs as the store and exported results hold them: data, checked by the same rules."""
    from pydantic import ValidationError

    from conversation import jsontext, packcheck, resultcheck
    from conversation.exportfile import PackPart
    from conversation.pack import Pack
    from tests.fuzz.world import pack

    def read(given: bytes) -> None:
        try:
            data = jsontext.read(given.decode())
        except (UnicodeDecodeError, jsontext.NotJson):
            return
        [*packcheck.whole(data)]
        with suppress(ValidationError):
            resultcheck.read_pack(PackPart(id="p", title="T", version=1, digest="d", levels=(), body=data))
            Pack.model_validate(data).snapshot()

    return Target("pack data", read, (*corpus("snapshots"), pack().snapshot().encode()), most_bytes=8000)


def tables() -> Iterator[Target]:
    from conversation import answersheet, importing, importing_actions
    from conversation.sheetfile import BadFile
    from conversation.sheetfile import read as read_sheet
    from tests.conversation import answersheets
    from tests.fuzz.world import ACTIONS, ANSWERS, bench, pack

    here = bench()

    def read_answers(given: bytes) -> None:
        for encoding in ("utf-8", "cp1252"):
            with suppress(BadFile):
                sheet = answersheets.answers_in(given, pack(), encoding=encoding)
                again = answersheets.answers_in(answersheets.as_csv(sheet), pack())
                assert again.given == sheet.given
            with suppress(BadFile):
                raw = read_sheet(given, answersheet.COLUMNS, encoding=encoding)
                importing.check_answers(here.desk, raw, importing.Wanted(subject="X", facilitator="U1"))
                importing.check_answers(here.desk, raw, importing.Wanted())

    def read_actions(given: bytes) -> None:
        with suppress(BadFile):
            importing_actions.check(
                here.desk, read_sheet(given, importing_actions.COLUMNS), subject="ABC Inc."
            )

    words = (
        "respondent",
        "answer",
        ",",
        ";",
        "\t",
        '"',
        "\r\n",
        "# date,2026-11-02\n",
        "# round,",
        "dk",
        "na",
        "BAKER",
        "U0123ABCD",
        "sep=;\n",
    )
    vocabulary = tuple(map(str.encode, words))
    yield Target("answers", read_answers, (*corpus("answers"), *ANSWERS), vocabulary, 6000)
    words = (
        "objective",
        "due",
        "2026-12-05",
        "on track",
        "done",
        "1e999",
        "NaN",
        "-0",
        "level",
        "1.234,5",
        "U0123ABCD",
        ",",
        '"',
        "\n",
    )
    yield Target("actions", read_actions, (*corpus("actions"), *ACTIONS), tuple(map(str.encode, words)), 6000)


def scored() -> Target:
    from conversation.answersfile import BadAnswers, read_answers
    from tests.fuzz.world import pack

    asked = pack()
    first = asked.items[0]
    answer = {"respondent": "r", "role": first.primary[0], "question": first.id, "value": 1}
    shown = {"question": first.id, "level": 1, "accepted": True}

    def read(given: bytes) -> None:
        with suppress(BadAnswers):
            read_answers(given.decode("utf-8", "surrogateescape"), asked)

    samples = ([answer, {**answer, "value": "dk"}], {"answers": [answer], "evidence": [shown]})
    return Target(
        "answers to score", read, (*corpus("scored"), *(json.dumps(each).encode() for each in samples))
    )


def references() -> Target:
    from conversation.reference import BadReference, load
    from tests.fuzz.world import REFERENCE

    def read(given: bytes) -> None:
        with suppress(BadReference):
            load(_file(given, "reference.json"))

    return Target("reference data", read, (*corpus("references"), REFERENCE))


def results() -> Target:
    from conversation.importing_result import BadResultFile, import_result
    from tests.fuzz.world import bench, exported

    here = bench()

    def read(given: bytes) -> None:
        with suppress(BadResultFile):
            import_result(here.desk, given, facilitator="U-LEE", channel=None)

    return Target("exported results", read, (*corpus("results"), *exported()), most_bytes=60_000)


def archives() -> Iterator[Target]:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    from storage.archive import verify
    from storage.errors import BadArchive, CannotRestore
    from storage.restoring import restore
    from tests.fuzz.world import ARCHIVE

    def read_packed(given: bytes) -> None:
        with suppress(BadArchive):
            verify(_file(given, "packed.gz"))

    def read_unpacked(given: bytes) -> None:
        file = _file(gzip.compress(given, 1), "lines.gz")
        with suppress(BadArchive):
            verify(file)

    def read_resigned(given: bytes) -> None:
        """With checksums that fit, as somebody makes them who wants it to be taken."""
        file = _file(gzip.compress(resigned(given), 1), "signed.gz")
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        try:
            with suppress(BadArchive, CannotRestore):
                restore(engine, file)
        finally:
            engine.dispose()

    unpacked = gzip.decompress(ARCHIVE)
    yield Target("archives", read_packed, (*corpus("archives"), ARCHIVE), most_bytes=80_000)
    yield Target("archive lines", read_unpacked, (unpacked,), most_bytes=400_000)
    yield Target("archives with good sums", read_resigned, (unpacked,), most_bytes=400_000, patience=20)


def resigned(lines_: bytes) -> bytes:
    """The same lines, with the checksums that they would have."""
    import hashlib

    out, whole, sum_, count, total = [], hashlib.sha256(), hashlib.sha256(), 0, 0
    for line in lines_.split(b"\n"):
        if line.startswith(b'{"table"'):
            sum_, count = hashlib.sha256(), 0
        elif line.startswith(b"["):
            sum_.update(line + b"\n")
            count += 1
        elif line.startswith(b'{"end"'):
            with suppress(ValueError, TypeError, RecursionError):
                ending = json.loads(line)
                total += count if ending["end"] else 0
                of_all = {"rows": total, "sha256": whole.hexdigest()}
                ending |= {"rows": count, "sha256": sum_.hexdigest()} if ending["end"] else of_all
                line = json.dumps(ending, separators=(",", ":")).encode()
        out.append(line)
        whole.update(line + b"\n")
    return b"\n".join(out)


#: By name, and what share of all cases each gets: what is slow gets fewer.
SHARES: dict[str, float] = {
    "typed lines": 0.30,
    "answers": 0.14,
    "answers to score": 0.20,
    "actions": 0.12,
    "reference data": 0.10,
    "pack data": 0.08,
    "packs": 0.02,
    "exported results": 0.01,
    "archives": 0.029,
    "archive lines": 0.0008,
    "archives with good sums": 0.0002,
}


def targets() -> tuple[Target, ...]:
    return (lines(), *tables(), scored(), references(), snapshots(), packs(), results(), *archives())
