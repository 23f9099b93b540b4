"""Whether somebody can be reached just now, by what Slack says: asked right before an invitation or a
reminder goes out, because people move, go on leave and leave.

Slack's word is a hint. Without the scope, or without an answer for long, we go by what we know.
"""

from bot.gate import Gate
from bot.patience import WHILE_OTHERS_WAIT
from bot.profiles import Profiles
from bot.quiethours import QuietHours
from conversation import people
from conversation.desk import Desk


class Presence:
    def __init__(self, desk: Desk, act: Gate, profiles: Profiles, quiet: QuietHours) -> None:
        self._desk, self._act, self._profiles, self.quiet = desk, act, profiles, quiet

    async def look(self, user_id: str) -> None:
        """Remember where they are, and until when they do not want to hear from anybody. Of whom Slack was
        asked a moment ago only the latter: another process may have heard since who they are now.

        Raises: NotLearnt.
        """
        quiet = await self.quiet.until(user_id)
        lately = self._profiles.lately(user_id)
        person = lately or await self._profiles.within(WHILE_OTHERS_WAIT, user_id)
        leave = person.unavailable_until if person else None
        until = max((end for end in (leave, quiet) if end), default=None)
        if lately or (quiet and person is None):
            known = await self._act(people.unavailable, self._desk, user_id, until=until)
            if known:
                return
        if person:
            here = person.model_copy(update={"unavailable_until": until})
            await self._act(people.remember, self._desk, [here])
