"""What each person has read, and what they last saw of a message: a click is on the card that was seen."""

from __future__ import annotations

from collections import OrderedDict

from workspace.state import Channel, Json, Message, Person

MOST_SEEN = 5_000


class Marks:
    def __init__(self) -> None:
        self._read: dict[tuple[str, str], str] = {}
        self._seen: OrderedDict[tuple[str, str, int], list[Json]] = OrderedDict()

    def reads(self, person: Person, place: Channel) -> None:
        """This person looks at the end of that conversation."""
        last = next(reversed(place.messages.values()), None)
        self._read[person.id, place.id] = last.ts if last else ""

    def unread(self, person: Person, place: Channel) -> list[Message]:
        """What others have written there since, the newest first."""
        until, found = self._read.get((person.id, place.id), ""), list[Message]()
        for message in reversed(place.messages.values()):
            if message.ts <= until:
                break
            if message.author != person.id and message.visible_to(person.id):
                found.append(message)
        return found

    def saw(self, message: Message) -> None:
        key = (message.channel, message.ts, message.seq)
        self._seen[key] = message.blocks
        self._seen.move_to_end(key)
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)

    def as_seen(self, message: Message, seq: int) -> list[Json]:
        """The blocks of a message as they were drawn with that number."""
        return self._seen.get((message.channel, message.ts, seq), message.blocks)
