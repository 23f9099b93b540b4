"""By which request something was done, so that it is written down once."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deed", sa.Column("key", sa.String(), nullable=True))
    op.create_index(
        "ix_deed_team_id_assessment_id_key", "deed", ["team_id", "assessment_id", "key"], unique=True
    )


def downgrade() -> None:
    op.drop_index("ix_deed_team_id_assessment_id_key", table_name="deed")
    op.drop_column("deed", "key")
