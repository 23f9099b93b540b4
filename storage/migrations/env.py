"""What Alembic runs: one connection, given by `storage.migrations`, already in its transaction."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime


def plain_types(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """A revision is history: it spells the types out, and does not lean on a library that changes."""
    match kind, item:
        case "type", UTCDateTime():
            return "sa.DateTime(timezone=True)"
        case "type", AutoString():
            return "sa.String()"
        case "type", sa.BigInteger():
            return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=plain_types,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
