"""One history of the tables for both databases, kept by Alembic inside the package."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from storage import tables as _tables  # the tables make themselves known to the metadata

__all__ = ["config_for", "create_all", "downgrade", "upgrade"]


def create_all(engine: Engine) -> None:
    """Make the tables without a history, for a database that lives no longer than the process."""
    assert _tables
    SQLModel.metadata.create_all(engine)


def upgrade(engine: Engine, revision: str = "head") -> None:
    raise NotImplementedError


def downgrade(engine: Engine, revision: str) -> None:
    raise NotImplementedError


def config_for(engine: Engine) -> Config:
    raise NotImplementedError
