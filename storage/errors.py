"""Why a database cannot be opened, in sentences for the person who runs Tidemark; and that it is away."""


class BadDatabaseUrl(ValueError):
    """The database URL is not one that the store can open."""


class CannotOpenDatabase(Exception):
    """The database is there or should be, and cannot be used as it is. Never names the password."""


class DatabaseIsAway(CannotOpenDatabase):
    """It may be there a little later: its server does not answer or takes nobody, or others hold its file."""


class Unavailable(Exception):
    """The database did not take it, and may a little later: it is away, full, read-only, or others hold it.
    Nothing of the transaction was kept."""


class Uncertain(Unavailable):
    """It went silent while it was keeping it: nobody knows yet whether it did."""


class NoDatabaseYet(CannotOpenDatabase):
    """There is no file of that name."""


class BadArchive(Exception):
    """The file is no archive, is damaged (and where), or is of a newer Tidemark."""


class CannotWriteArchive(Exception):
    """The archive cannot be written where it should be."""


class CannotRestore(Exception):
    """The archive is in order, and this database does not take it. Nothing was changed."""


class CannotMove(Exception):
    """A workspace's data cannot become its organisation's: `problems`, one sentence each. Nothing was
    changed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
