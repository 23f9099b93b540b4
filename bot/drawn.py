"""Figures and pages from the templates in `drawings/`. What comes from people and packs is text: `<` is no
markup."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def drawn(template: str, **values: Any) -> str:
    return _environment().get_template(f"{template}.j2").render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("bot", "drawings"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
