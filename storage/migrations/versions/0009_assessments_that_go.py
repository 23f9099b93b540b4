"""When an assessment is erased, and what it was before somebody asked for that."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assessment", sa.Column("state_before", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "state_before")
    op.drop_column("assessment", "erase_at")
