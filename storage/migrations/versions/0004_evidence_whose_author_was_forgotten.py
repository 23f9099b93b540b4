"""Evidence whose author was forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column("seat_id", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM evidence WHERE seat_id IS NULL")
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column("seat_id", existing_type=sa.String(), nullable=False)
