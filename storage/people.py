"""What we last heard from Slack about people."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from storage.records import Person
from storage.repository import Repository, mine, table_of
from storage.tables import PersonRow

_people = table_of(PersonRow)

_SAID_BY_SLACK = {"name", "tz", "locale", "title", "kind", "gone", "unavailable_until"}
_STRANGER = Person(user_id="", name="").model_dump(include=_SAID_BY_SLACK)

_ONE = select(_people).where(mine(_people), _people.c.user_id == bindparam("user"))
_SPOKEN = func.coalesce(_people.c.language, _people.c.locale)
_FOREIGN = select(_people.c.user_id, _people.c.language, _people.c.locale).where(
    mine(_people), _SPOKEN != "", _SPOKEN.not_like(bindparam("ours"))
)
_FORGET = _people.delete().where(mine(_people), _people.c.user_id == bindparam("user"))
_LOCK = _ONE.with_for_update()


class People(Repository):
    def remember(self, person: Person) -> None:
        """What Slack says of them; what they told us stays."""
        said = person.model_dump(include=_SAID_BY_SLACK)
        if not self._add_once(_people, user_id=person.user_id, **said):
            self._change(_people, "user_id", person.user_id, said)

    def unavailable(self, user_id: str, until: datetime | None) -> bool:
        """By their status or their hours; False if we have not heard of them."""
        return self._change(_people, "user_id", user_id, {"unavailable_until": until})

    def remember_dm(self, user_id: str, channel: str) -> None:
        self._keep(user_id, dm=channel)

    def remember_home(self, user_id: str, name: str) -> None:
        self._keep(user_id, home=name)

    def speak(self, user_id: str, language: str | None) -> None:
        """In this language from now on; None follows what they chose in Slack."""
        self._keep(user_id, language=language)

    def away(self, user_id: str, until: date | None) -> None:
        self._keep(user_id, away_until=until)

    def hush(self, user_id: str, quiet: bool) -> None:
        """Whether they want no reminders at all."""
        self._keep(user_id, quiet=quiet)

    def reminded(self, user_id: str, *, at: datetime, key: str) -> None:
        """By this posting."""
        self._keep(user_id, reminded_at=at, reminded_with=key)

    def find(self, user_id: str) -> Person | None:
        """None if we have not heard of them."""
        row = self._execute(_ONE, {"user": user_id}).one_or_none()
        return Person.model_validate(row) if row else None

    def forget_reminder(self, user_id: str) -> None:
        """By which posting it was; when it was stays."""
        self._change(_people, "user_id", user_id, {"reminded_with": None})

    def get(self, user_id: str) -> Person:
        """The person, or a stranger when we have not heard of them."""
        return self._person(_ONE, user_id)

    def lock(self, user_id: str) -> Person:
        """The same, held until the transaction ends, so that of two reminders one is looked at after the
        other. (On SQLite the whole transaction is already alone.)"""
        return self._person(_LOCK, user_id)

    def speak_other_than(self, language: str) -> list[tuple[str, str | None, str]]:
        """Who chose another language here, or else has their Slack in one: with the one that they chose, and
        the locale of their Slack."""
        found = self._rows(_FOREIGN, {"ours": f"{language}%"})
        return [(each["user_id"], each["language"], each["locale"]) for each in found]

    def _person(self, query: Select[Any], user_id: str) -> Person:
        row = self._execute(query, {"user": user_id}).one_or_none()
        return Person.model_validate(row) if row else Person(user_id=user_id, name=f"<@{user_id}>")

    def known(self, user_id: str) -> bool:
        return self._execute(_ONE, {"user": user_id}).first() is not None

    def forget(self, user_id: str) -> None:
        self._execute(_FORGET, {"user": user_id})

    def _keep(self, user_id: str, **told: Any) -> None:
        if not self._change(_people, "user_id", user_id, told):
            self._add_once(_people, **{**_STRANGER, **told, "user_id": user_id, "name": user_id})
