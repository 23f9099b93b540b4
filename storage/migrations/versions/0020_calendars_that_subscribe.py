"""Private addresses from which calendars read due dates."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_feed")),
    )
    op.create_index(op.f("ix_feed_team_id_fingerprint"), "feed", ["team_id", "fingerprint"], unique=True)


def downgrade() -> None:
    op.drop_table("feed")
