"""What we last heard from Slack about people."""

from sqlalchemy import select

from storage.records import Person
from storage.repository import Repository, table_of
from storage.tables import PersonRow

_people = table_of(PersonRow)


class People(Repository):
    def remember(self, user_id: str, *, name: str, tz: str) -> None:
        if not self._add_once(_people, user_id=user_id, name=name, tz=tz):
            self._change(user_id, name=name, tz=tz)

    def remember_dm(self, user_id: str, channel: str) -> None:
        if not self._add_once(_people, user_id=user_id, name=user_id, tz="UTC", dm=channel):
            self._change(user_id, dm=channel)

    def get(self, user_id: str) -> Person:
        """The person, or a stranger in UTC when we have not heard of them."""
        query = select(_people).where(self._mine(_people), _people.c.user_id == user_id)
        row = self._connection.execute(query).one_or_none()
        return Person.model_validate(row) if row else Person(user_id=user_id, name=f"<@{user_id}>")

    def _change(self, user_id: str, **values: str) -> None:
        self._connection.execute(
            _people.update().where(self._mine(_people), _people.c.user_id == user_id).values(**values)
        )
