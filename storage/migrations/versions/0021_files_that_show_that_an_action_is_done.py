"""Files that were shown for an action, beside what was said of it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("action_note", sa.Column("files", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("action_note", "files")
