"""What we last heard from Slack about people."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from storage.records import Person
from storage.repository import Repository, mine, table_of
from storage.tables import PersonRow

_people = table_of(PersonRow)

_SAID_BY_SLACK = {"name", "tz", "locale", "title", "kind", "gone"}
_STRANGER = Person(user_id="", name="").model_dump(include=_SAID_BY_SLACK)

_ONE = select(_people).where(mine(_people), _people.c.user_id == bindparam("user"))


class People(Repository):
    def remember(self, person: Person) -> None:
        """What Slack says of them; what they told us stays."""
        said = person.model_dump(include=_SAID_BY_SLACK)
        if not self._add_once(_people, user_id=person.user_id, **said):
            self._change(_people, "user_id", person.user_id, said)

    def remember_dm(self, user_id: str, channel: str) -> None:
        self._keep(user_id, dm=channel)

    def speak(self, user_id: str, language: str | None) -> None:
        """In this language from now on; None follows what they chose in Slack."""
        self._keep(user_id, language=language)

    def away(self, user_id: str, until: date | None) -> None:
        self._keep(user_id, away_until=until)

    def find(self, user_id: str) -> Person | None:
        """None if we have not heard of them."""
        row = self._execute(_ONE, {"user": user_id}).one_or_none()
        return Person.model_validate(row) if row else None

    def get(self, user_id: str) -> Person:
        """The person, or a stranger in UTC when we have not heard of them."""
        return self.find(user_id) or Person(user_id=user_id, name=f"<@{user_id}>")

    def _keep(self, user_id: str, **told: Any) -> None:
        if not self._change(_people, "user_id", user_id, told):
            self._add_once(_people, **{**_STRANGER, **told, "user_id": user_id, "name": user_id})
