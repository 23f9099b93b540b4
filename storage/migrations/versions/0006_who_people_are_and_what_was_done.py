"""Who people are, what they told us of themselves, and what was done to an assessment."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _person() -> list[sa.Column[Any]]:
    return [
        sa.Column("locale", sa.String(), nullable=False, server_default=""),
        sa.Column("title", sa.String(), nullable=False, server_default=""),
        sa.Column("kind", sa.String(), nullable=False, server_default="member"),
        sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
    ]


def upgrade() -> None:
    for column in _person():
        op.add_column("person", column)
    op.create_table(
        "deed",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_deed_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
    )
    op.create_index("ix_deed_team_id_assessment_id", "deed", ["team_id", "assessment_id"])


def downgrade() -> None:
    op.drop_table("deed")
    for column in reversed(_person()):
        op.drop_column("person", column.name)
