"""Whether we may speak in a workspace. Somebody can uninstall the app or revoke its token at any time: then
nothing is sent, what is owed stays owed, and after a while nothing is kept. Once Slack takes our token again,
all goes on."""

from datetime import datetime, timedelta

from conversation.desk import Desk


def lost(desk: Desk, *, why: str, at: datetime | None = None) -> bool:
    """Slack says that we were removed; `why` in its word. The first word counts. False if it says so of a
    time (`at`) before we were installed anew: events may come late."""
    with desk.transaction() as tx:
        installed = tx.installations.current()
        if installed and at and at < installed.installed_at.replace(microsecond=0):
            return False
        now, days = desk.now(), desk.uninstalled_days
        tx.departures.leave(why=why, since=now, erase_at=now + timedelta(days=days) if days else None)
        return True


def is_lost(desk: Desk) -> bool:
    with desk.transaction() as tx:
        return tx.departures.current() is not None


def back(desk: Desk) -> bool:
    """Slack takes our token. False if it always did."""
    with desk.transaction() as tx:
        return tx.departures.back()
