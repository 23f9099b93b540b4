"""Charts as pictures, for a Slack that draws them not at all, or not so. The fonts come from a package:
without any, no text would be drawn."""

from dataclasses import dataclass

#: A picture has twice as many pixels as its drawing has units.
ZOOM = 2


@dataclass(frozen=True)
class Picture:
    """`svg` needs nothing else. `alt` says all of it to those who do not see it; `name` is the file's."""

    name: str
    title: str
    alt: str
    svg: str


def png(picture: Picture) -> bytes:
    """Takes some tens of milliseconds, and no more of the interpreter than that."""
    from resvg_py import svg_to_bytes  # only where a picture is wanted

    from bot.charts.lettering import FONT, font_file

    return bytes(
        svg_to_bytes(
            svg_string=picture.svg,
            zoom=ZOOM,
            font_files=[font_file(bold=False), font_file(bold=True)],
            font_family=FONT,
            sans_serif_family=FONT,
        )
    )
