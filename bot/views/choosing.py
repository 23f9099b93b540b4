"""Which role somebody answers in, to be pressed by whoever was invited without one."""

from bot import actions as ids
from bot.actions import SeatChoice, SeatValue
from bot.render import label
from bot.views.parts import Block, button
from conversation.sitting import Sitting

#: More roles than these are picked in the form.
PRESSED = 10


def roles(sitting: Sitting) -> list[Block]:
    """A button for each, and one for who does two."""
    seat, known = sitting.seat.id, sitting.pack.roles
    form = button(
        label("two_roles" if len(known) <= PRESSED else "pick_role"), ids.ROLE_FORM, SeatValue(s=seat)
    )
    if len(known) > PRESSED:
        return [form]
    pressed = [
        button(
            role.title,
            f"{ids.CHOOSE_ROLE}{role.id}",
            SeatChoice(s=seat, m=role.id),
            spoken=label("my_role_spoken", role=role.title, subject=sitting.assessment.subject),
        )
        for role in known
    ]
    return [*pressed, form]
