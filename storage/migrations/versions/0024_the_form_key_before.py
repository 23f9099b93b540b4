"""The key with which forms were sealed before, and until when those are good."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_key", sa.Column("key_before", sa.String(), nullable=True))
    op.add_column("form_key", sa.Column("before_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("form_key") as form_key:
        form_key.drop_column("before_until")
        form_key.drop_column("key_before")
