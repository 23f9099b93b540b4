"""What Slack called somebody's Home when it was drawn last."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("home", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "home")
