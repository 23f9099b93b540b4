"""When a round was imported, and what its file said of the rounds up to it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assessment", sa.Column("earlier", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "earlier")
    op.drop_column("assessment", "imported_at")
