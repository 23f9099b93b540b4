"""What people say about their reminders, what Slack says of when they can be reached, and when we reminded
them last."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("unavailable_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("reminded_with", sa.String(), nullable=True))
    op.add_column("seat", sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("seat", "quiet")
    for column in ("reminded_with", "reminded_at", "quiet", "unavailable_until"):
        op.drop_column("person", column)
