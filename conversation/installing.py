"""Being installed: somebody is sent to Slack to consent and comes back, tokens are kept, and renewed before
they end. What a token is, nobody here can read."""

from datetime import datetime, timedelta

from conversation.desk import Desk
from conversation.first import WELCOME
from storage.records import Installation
from storage.store import Store

#: Slack's own code is good for as long.
CONSENT_LASTS = timedelta(minutes=10)
#: A token is renewed so long before it ends: time for somebody to act if that fails.
AHEAD = timedelta(hours=2)
#: For so long one process may take to renew one, and nobody tries again: longer than Slack may take to
#: answer, but not much longer, because for a while Slack takes a used refresh token once more.
RENEWAL = timedelta(seconds=30)
#: In which workspace somebody will consent nobody knows yet.
_NOWHERE_YET = ""


def expect(store: Store, now: datetime, *, state: str, browser: str) -> None:
    """Somebody was sent to Slack from this browser. `state` and `browser` are hashes of what only
    they hold."""
    with store.transaction(_NOWHERE_YET) as tx:
        tx.consents.forget_over(now)
        tx.consents.expect(state=state, browser=browser, until=now + CONSENT_LASTS)


def comes_back(store: Store, now: datetime, *, state: str, browser: str) -> bool:
    """Whether this is who was sent, in time, and for the first time. A state is good once, whoever brings
    it."""
    with store.transaction(_NOWHERE_YET) as tx:
        expected = tx.consents.take(state)
    return expected is not None and expected[0] == browser and now < expected[1]


def install(desk: Desk, installation: Installation) -> None:
    """From now on it is so; what was owed before we were removed goes out again."""
    with desk.transaction() as tx:
        tx.installations.put(installation)
        tx.departures.back()


def renewal(desk: Desk) -> Installation | None:
    """The installation, if its token ends soon: then it is for us to renew, and for no other process."""
    now = desk.now()
    with desk.transaction() as tx:
        if tx.departures.current():
            return None
        return tx.installations.claim_renewal(due=now + AHEAD, now=now, until=now + RENEWAL)


def renewed(desk: Desk, was: Installation, *, sealed: str, expires_at: datetime | None) -> bool:
    """False if somebody installed us anew meanwhile: those tokens count."""
    with desk.transaction() as tx:
        return tx.installations.renewed(was, sealed=sealed, expires_at=expires_at)


def cannot_renew(desk: Desk, was: Installation, *, again_at: str) -> None:
    """Slack takes what was to buy the next token no more. Whoever installed us can do so again (`again_at`,
    if that is known), and is told, once, while the token is still good."""
    with desk.transaction() as tx:
        welcomed = tx.postings.find(WELCOME)
        to = was.installed_by or (welcomed.recipient if welcomed else "")
        if to and was.expires_at:
            tx.postings.owe(
                f"renewal/{was.version}",
                kind="renewal",
                subject_id=to,
                recipient=to,
                due_at=desk.now(),
                contents={"version": was.version, "ends": was.expires_at.isoformat(), "url": again_at},
                now=desk.now(),
            )


def forget(store: Store, team: str, now: datetime, *, days: int) -> bool:
    """Its token is gone, and all else after so many days (0: never), as if they had removed us. False if they
    have not installed us."""
    with store.transaction(team) as tx:
        known = tx.installations.forget()
        if known:
            erase_at = now + timedelta(days=days) if days else None
            tx.departures.leave(why="forgotten", since=now, erase_at=erase_at)
    return known


def resealed(store: Store, was: Installation, sealed: str) -> bool:
    """The same tokens under another key. False if they were renewed meanwhile, with the newest key."""
    with store.transaction(was.team_id) as tx:
        return tx.installations.reseal(sealed, was=was.sealed)
