"""Write the next revision: what the models have and the history lacks.

make migration MESSAGE="seats know their time zone"
"""

import sys

from alembic import command

from storage import migrations
from storage.database import engine_for


def main(message: str) -> None:
    engine = engine_for("sqlite://")
    if migrations.revisions():
        migrations.upgrade(engine)
    with engine.begin() as connection:
        command.revision(
            migrations.config_for(connection),
            message,
            autogenerate=True,
            rev_id=f"{len(migrations.revisions()) + 1:04}",
        )


if __name__ == "__main__":
    main(sys.argv[1])
