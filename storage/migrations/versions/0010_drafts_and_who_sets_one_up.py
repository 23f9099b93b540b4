"""What belongs to a draft beside its scope, and who is setting one up by conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("empty", sa.JSON(), nullable=False),
        sa.Column("aside", sa.JSON(), nullable=False),
        sa.Column("trial", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_draft_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("team_id", "assessment_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "talk",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_talk_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_talk")),
    )


def downgrade() -> None:
    op.drop_table("talk")
    op.drop_table("draft")
