"""Where we are installed, with tokens that only who has the keys can read; and who was sent to Slack to
consent."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from storage.records import Installation
from storage.repository import Repository, mine, table_of
from storage.tables import ConsentRow, InstallationRow

_installations, _consents = table_of(InstallationRow), table_of(ConsentRow)

_OURS = select(_installations).where(mine(_installations))
_PUT = _installations.update().where(mine(_installations))
_FORGET = _installations.delete().where(mine(_installations))
_NEXT_VERSION = {"version": _installations.c.version + 1}
_CLAIM = (
    _installations.update()
    .where(
        mine(_installations),
        _installations.c.expires_at <= bindparam("due"),
        or_(_installations.c.renewing_until.is_(None), _installations.c.renewing_until <= bindparam("now")),
    )
    .values(renewing_until=bindparam("until"))
    .returning(*_installations.c)
)
_RENEW = (
    _installations.update()
    .where(mine(_installations), _installations.c.version == bindparam("was"))
    .values(renewing_until=None, **_NEXT_VERSION)
)
_RESEAL = _installations.update().where(mine(_installations), _installations.c.sealed == bindparam("was"))
_TAKE = (
    _consents.delete()
    .where(mine(_consents), _consents.c.state == bindparam("this"))
    .returning(_consents.c.browser, _consents.c.until)
)
_OVER = _consents.delete().where(mine(_consents), _consents.c.until <= bindparam("now"))


class Installations(Repository):
    def put(self, installation: Installation) -> None:
        """It is so from now on, whatever was here before."""
        values = installation.model_dump(exclude={"team_id", "version"})
        if not self._add_once(_installations, **values, version=1):
            self._execute(_PUT.values(renewing_until=None, **values, **_NEXT_VERSION))

    def current(self) -> Installation | None:
        row = self._execute(_OURS).one_or_none()
        return Installation.model_validate(row) if row else None

    def forget(self) -> bool:
        """False if it was not there."""
        return self._execute(_FORGET).rowcount == 1

    def claim_renewal(self, *, due: datetime, now: datetime, until: datetime) -> Installation | None:
        """If its token ends before `due`, and nobody is renewing it: it is ours to renew until then."""
        row = self._execute(_CLAIM, {"due": due, "now": now, "until": until}).one_or_none()
        return Installation.model_validate(row) if row else None

    def renewed(self, was: Installation, *, sealed: str, expires_at: datetime | None) -> bool:
        """False if it was installed anew meanwhile, whose tokens are the newer ones."""
        values = {"sealed": sealed, "expires_at": expires_at}
        return self._execute(_RENEW.values(**values), {"was": was.version}).rowcount == 1

    def reseal(self, sealed: str, *, was: str) -> bool:
        """The same tokens under another key. False if they are others by now."""
        return self._execute(_RESEAL.values(sealed=sealed), {"was": was}).rowcount == 1


class Consents(Repository):
    def expect(self, *, state: str, browser: str, until: datetime) -> None:
        self._add(_consents, state=state, browser=browser, until=until)

    def take(self, state: str) -> tuple[str, datetime] | None:
        """The browser, and until when it was expected; this state is never good again."""
        row = self._execute(_TAKE, {"this": state}).one_or_none()
        return (row.browser, row.until) if row else None

    def forget_over(self, now: datetime) -> None:
        self._execute(_OVER, {"now": now})
