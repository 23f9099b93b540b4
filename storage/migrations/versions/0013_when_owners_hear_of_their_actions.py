"""On which days owners hear of their actions, and in which message they did."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("action_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("said_in", sa.String(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "action_id"],
            ["action.team_id", "action.id"],
            name=op.f("fk_follow_up_team_id_action_id_action"),
        ),
        sa.PrimaryKeyConstraint("team_id", "action_id", "owner", "day", "kind", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_team_id_owner_said_in"), "follow_up", ["team_id", "owner", "said_in"])


def downgrade() -> None:
    op.drop_table("follow_up")
