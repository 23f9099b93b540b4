"""Evidence and what was said of it; levels that were agreed for contested questions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibration",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_calibration_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
        sa.UniqueConstraint(
            "team_id", "assessment_id", "key", name=op.f("uq_calibration_team_id_assessment_id_key")
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("file", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ruled_by", sa.String(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "seat_id"], ["seat.team_id", "seat.id"], name=op.f("fk_evidence_team_id_seat_id_seat")
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("team_id", "seat_id", "key", name=op.f("uq_evidence_team_id_seat_id_key")),
    )
    op.create_index(
        op.f("ix_evidence_team_id_assessment_id_state"), "evidence", ["team_id", "assessment_id", "state"]
    )


def downgrade() -> None:
    op.drop_table("evidence")
    op.drop_table("calibration")
