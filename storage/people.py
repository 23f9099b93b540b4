"""What we last heard from Slack about people."""

from sqlalchemy import bindparam, select

from storage.records import Person
from storage.repository import Repository, mine, table_of
from storage.tables import PersonRow

_people = table_of(PersonRow)

_ONE = select(_people).where(mine(_people), _people.c.user_id == bindparam("user"))


class People(Repository):
    def remember(self, user_id: str, *, name: str, tz: str) -> None:
        if not self._add_once(_people, user_id=user_id, name=name, tz=tz):
            self._change(_people, "user_id", user_id, {"name": name, "tz": tz})

    def remember_dm(self, user_id: str, channel: str) -> None:
        if not self._add_once(_people, user_id=user_id, name=user_id, tz="UTC", dm=channel):
            self._change(_people, "user_id", user_id, {"dm": channel})

    def get(self, user_id: str) -> Person:
        """The person, or a stranger in UTC when we have not heard of them."""
        row = self._execute(_ONE, {"user": user_id}).one_or_none()
        return Person.model_validate(row) if row else Person(user_id=user_id, name=f"<@{user_id}>")
