"""Messages that are due are found in the order in which they are sent."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_posting_team_id_state_due_at", table_name="posting")
    op.create_index(
        "ix_posting_team_id_state_due_at_created_at_key",
        "posting",
        ["team_id", "state", "due_at", "created_at", "key"],
    )


def downgrade() -> None:
    op.drop_index("ix_posting_team_id_state_due_at_created_at_key", table_name="posting")
    op.create_index("ix_posting_team_id_state_due_at", "posting", ["team_id", "state", "due_at"])
