"""Why a database cannot be opened, in sentences for the person who runs Tidemark."""


class BadDatabaseUrl(ValueError):
    """The database URL is not one that the store can open."""


class CannotOpenDatabase(Exception):
    """The database is there or should be, and cannot be used as it is. Never names the password."""


class NoDatabaseYet(CannotOpenDatabase):
    """There is no file of that name."""


class BadArchive(Exception):
    """The file is no archive, is damaged (and where), or is of a newer Tidemark."""


class CannotWriteArchive(Exception):
    """The archive cannot be written where it should be."""


class CannotRestore(Exception):
    """The archive is in order, and this database does not take it. Nothing was changed."""
