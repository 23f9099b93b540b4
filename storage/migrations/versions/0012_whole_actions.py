"""Actions with a measured target, steps, dependencies, and a history; some without an owner or a question."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NUMBERS = ("baseline", "target", "current")
_WORDS = ("unit", "became", "split_from")


def upgrade() -> None:
    with op.batch_alter_table("action") as action:
        action.alter_column("question", existing_type=sa.String(), nullable=True)
        action.alter_column("level", existing_type=sa.Integer(), nullable=True)
        action.alter_column("owner", existing_type=sa.String(), nullable=True)
        action.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        action.add_column(sa.Column("informed", sa.JSON(), server_default="[]", nullable=False))
        action.add_column(sa.Column("starts", sa.Date(), nullable=True))
        action.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        for name in (*_NUMBERS, *_WORDS):
            action.add_column(sa.Column(name, sa.String(), nullable=True))
    op.add_column("action_note", sa.Column("link", sa.Text(), nullable=True))
    op.add_column("action_note", sa.Column("measured", sa.String(), nullable=True))
    op.create_table(
        "action_step",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("action_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        _of_action("action_step", "action_id"),
        sa.PrimaryKeyConstraint("team_id", "action_id", "id", name=op.f("pk_action_step")),
    )
    op.create_table(
        "action_need",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("action_id", sa.String(), nullable=False),
        sa.Column("needs", sa.String(), nullable=False),
        _of_action("action_need", "action_id"),
        _of_action("action_need", "needs"),
        sa.PrimaryKeyConstraint("team_id", "action_id", "needs", name=op.f("pk_action_need")),
    )
    op.create_table(
        "action_change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("action_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of_action("action_change", "action_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_change")),
    )
    op.create_index(op.f("ix_action_change_team_id_action_id"), "action_change", ["team_id", "action_id"])


def downgrade() -> None:
    for table in ("action_change", "action_need", "action_step"):
        op.drop_table(table)
    with op.batch_alter_table("action_note") as note:
        note.drop_column("measured")
        note.drop_column("link")
    op.execute(
        "DELETE FROM action_note WHERE EXISTS (SELECT 1 FROM action"
        " WHERE action.team_id = action_note.team_id AND action.id = action_note.action_id"
        " AND (action.question IS NULL OR action.owner IS NULL))"
    )
    op.execute("DELETE FROM action WHERE question IS NULL OR owner IS NULL")
    with op.batch_alter_table("action") as action:
        for name in ("accepted_at", "starts", "informed", "revision", *_NUMBERS, *_WORDS):
            action.drop_column(name)
        action.alter_column("question", existing_type=sa.String(), nullable=False)
        action.alter_column("level", existing_type=sa.Integer(), nullable=False)
        action.alter_column("owner", existing_type=sa.String(), nullable=False)


def _of_action(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["team_id", column],
        ["action.team_id", "action.id"],
        name=op.f(f"fk_{table}_team_id_{column}_action"),
    )
