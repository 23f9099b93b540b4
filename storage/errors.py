"""Why a database cannot be opened, in sentences for the person who runs Tidemark."""


class BadDatabaseUrl(ValueError):
    """The database URL is not one that the store can open."""


class CannotOpenDatabase(Exception):
    """The database is there or should be, and cannot be used as it is. Never names the password."""
