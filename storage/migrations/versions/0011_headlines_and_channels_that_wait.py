"""The facilitators' own sentence over a result, and channels in which nothing is posted for now."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("result", sa.Column("headline", sa.Text(), nullable=True))
    op.create_table(
        "channel_pause",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel", name=op.f("pk_channel_pause")),
    )


def downgrade() -> None:
    op.drop_table("channel_pause")
    op.drop_column("result", "headline")
