"""Assessments, who sits where, what they said, and the postings that we owe."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pack",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "digest", name=op.f("pk_pack")),
    )

    op.create_table(
        "person",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tz", sa.String(), nullable=False),
        sa.Column("dm", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_person")),
    )

    op.create_table(
        "assessment",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("facilitator", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("pack_digest", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "pack_digest"],
            ["pack.team_id", "pack.digest"],
            name=op.f("fk_assessment_team_id_pack_digest_pack"),
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "team_id", "subject_key", "round", name=op.f("uq_assessment_team_id_subject_key_round")
        ),
    )
    op.create_index(
        op.f("ix_assessment_team_id_state_closes_at"), "assessment", ["team_id", "state", "closes_at"]
    )

    op.create_table(
        "seat",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "assessment_id"],
            ["assessment.team_id", "assessment.id"],
            name=op.f("fk_seat_team_id_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_seat")),
    )
    op.create_index(
        op.f("ix_seat_team_id_assessment_id_state"), "seat", ["team_id", "assessment_id", "state"]
    )

    op.create_table(
        "seat_holder",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "seat_id"],
            ["seat.team_id", "seat.id"],
            name=op.f("fk_seat_holder_team_id_seat_id_seat"),
        ),
        sa.PrimaryKeyConstraint("team_id", "seat_id", name=op.f("pk_seat_holder")),
        sa.UniqueConstraint(
            "team_id", "assessment_id", "user_id", name=op.f("uq_seat_holder_team_id_assessment_id_user_id")
        ),
    )
    op.create_index(op.f("ix_seat_holder_team_id_user_id"), "seat_holder", ["team_id", "user_id"])

    op.create_table(
        "said",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=False),
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "seat_id"], ["seat.team_id", "seat.id"], name=op.f("fk_said_team_id_seat_id_seat")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
        sa.UniqueConstraint("team_id", "seat_id", "key", name=op.f("uq_said_team_id_seat_id_key")),
    )
    op.create_index(
        op.f("ix_said_team_id_assessment_id_question_seat_id_kind"),
        "said",
        ["team_id", "assessment_id", "question", "seat_id", "kind"],
    )

    op.create_table(
        "posting",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "key", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_team_id_state_due_at"), "posting", ["team_id", "state", "due_at"])
    op.create_index(op.f("ix_posting_team_id_subject_id_kind"), "posting", ["team_id", "subject_id", "kind"])
    op.create_index(op.f("ix_posting_team_id_channel_ts"), "posting", ["team_id", "channel", "ts"])


def downgrade() -> None:
    op.drop_table("posting")
    op.drop_table("said")
    op.drop_table("seat_holder")
    op.drop_table("seat")
    op.drop_table("assessment")
    op.drop_table("person")
    op.drop_table("pack")
