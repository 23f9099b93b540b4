"""Answers are found seat by seat, in the order in which they are written."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_said_team_id_assessment_id_question_seat_id_kind", table_name="said")
    op.create_index(
        "ix_said_team_id_assessment_id_seat_id_question_kind",
        "said",
        ["team_id", "assessment_id", "seat_id", "question", "kind"],
    )


def downgrade() -> None:
    op.drop_index("ix_said_team_id_assessment_id_seat_id_question_kind", table_name="said")
    op.create_index(
        "ix_said_team_id_assessment_id_question_seat_id_kind",
        "said",
        ["team_id", "assessment_id", "question", "seat_id", "kind"],
    )
