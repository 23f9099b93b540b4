"""`tidemark db check`: whether the database, and a backup of it, are in order."""

from pathlib import Path

from bot.doctor import schema
from bot.findings import Finding, ok, problem
from storage import archive, inspection
from storage.errors import BadArchive, CannotOpenDatabase

_RESTORE = "Stop Tidemark, and restore the newest backup into a new database (docs/operations.md)."


def of_database(url: str) -> list[Finding]:
    try:
        with inspection.opened(url) as engine:
            return _of(inspection.condition(engine))
    except CannotOpenDatabase as error:
        return [problem("database", str(error), "")]


def of_backup(file: Path) -> list[Finding]:
    try:
        kept = archive.verify(file)
    except BadArchive as error:
        return [problem("backup", str(error), "")]
    heading = kept.heading
    return [
        ok(
            "backup",
            f"{file} is whole: made at {heading.made_at} from {heading.database}, at {heading.revision}, "
            f"{sum(kept.rows.values()):,} rows, SHA-256 {kept.sha256}.",
        )
    ]


def _of(found: inspection.Condition) -> list[Finding]:
    broken = [problem("file", f"{damage}.", _RESTORE) for damage in found.damages]
    lost = [
        problem("keys", f"{count} rows of {table} belong to rows that are not there.", _RESTORE)
        for table, count in found.orphans.items()
    ]
    odd = [
        problem("tables", f"Not as this version makes them: {difference}.", "Undo what was changed by hand.")
        for difference in found.differences
    ]
    whole = ok("rows", ", ".join(f"{table} {count:,}" for table, count in found.rows.items()) or "None.")
    return [
        schema(found.revision),
        *(broken or [ok("file", "What is stored can be read.")]),
        *(lost or [ok("keys", "Every row belongs to rows that are there.")]),
        *odd,
        whole,
    ]
