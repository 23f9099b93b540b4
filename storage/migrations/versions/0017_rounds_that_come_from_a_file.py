"""When a round was imported, and what its file says beside its result."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assessment", sa.Column("kept", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "kept")
    op.drop_column("assessment", "imported_at")
