"""Published results, and what was agreed to be done about them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "result",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_result_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("team_id", "assessment_id", "revision", name=op.f("pk_result")),
    )

    op.create_table(
        "action",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_action_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_team_id_owner_state"), "action", ["team_id", "owner", "state"])

    op.create_table(
        "action_note",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("action_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "action_id"],
            ["action.team_id", "action.id"],
            name=op.f("fk_action_note_team_id_action_id_action"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_note")),
    )
    op.create_index(op.f("ix_action_note_team_id_action_id"), "action_note", ["team_id", "action_id"])


def downgrade() -> None:
    op.drop_table("action_note")
    op.drop_table("action")
    op.drop_table("result")
