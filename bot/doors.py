"""Whether Slack lets us post in a channel."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.patience import reason
from conversation.channels import ARCHIVED, LEFT

#: Whoever may not look posts, and hears then whether that was possible.
_MAY_NOT_LOOK = "missing_scope"


class Doors:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def blocked(self, channel: str) -> str | None:
        """Why nothing can be posted there, if so: it is archived, or we are no member."""
        try:
            room = (await self._client.conversations_info(channel=channel))["channel"]
        except SlackApiError as error:
            if reason(error) == _MAY_NOT_LOOK:
                return None
            if reason(error) == "channel_not_found":  # Slack does not show it to who is not in it
                return LEFT
            raise
        if room.get("is_archived"):
            return ARCHIVED
        return None if room.get("is_member") else LEFT
