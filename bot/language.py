"""The language that is spoken now, and its grammar by CLDR: plurals, lists, dates, numbers.

What somebody sees is written while their language is spoken: `speaking(…)` around it, or `begin(…)` for the
rest of a task. It is a locale as Slack names them (`es-MX`), because numbers and dates differ within a
language. Words fall back from the locale to its language and from there to English.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal

from scoring.rounding import rounded

#: What everybody is spoken to in of whom nothing else is known.
ENGLISH = "en"
#: By language, whose grammar is meant when a locale names no country: English with the day before the month
#: and no comma before the last "and", as our templates are written.
_COUNTRY = {"en": "GB", "es": "ES"}

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    token = _spoken.set(locale)
    try:
        yield
    finally:
        _spoken.reset(token)


def begin(locale: str) -> None:
    """From now on in this task, and in what it starts."""
    _spoken.set(locale)


def spoken() -> str:
    """The locale in which is spoken now."""
    return _spoken.get()


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Those in which everything is written: the folders of templates."""
    folders = files("bot").joinpath("templates").iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.is_dir()))


def language_of(locale: str) -> str:
    """The one of ours in which this locale is spoken to: es-MX in es, one that we do not speak in English."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in languages() else ENGLISH


def fallbacks(locale: str) -> tuple[str, ...]:
    """In which languages to look for words, in this order."""
    return tuple(dict.fromkeys((language_of(locale), ENGLISH)))


def chosen(*, language: str | None, locale: str) -> str:
    """How a person is spoken to: the language that they told us, in the manner of their own country where it
    is spoken there too; else what Slack says of them."""
    if language is None or language == language_of(locale):
        return locale or ENGLISH
    return language


# Grammar.


def plural(number: float, one: str, other: str, **forms: str) -> str:
    """The form that goes with this number; `forms` are further ones by CLDR's names for them (`few`,
    `many`)."""
    return {"one": one, **forms}.get(_locale(spoken()).plural_form(number), other)


def listing(items: Sequence[str], style: str = "standard") -> str:
    """One, two and three; by the style `or`, one, two or three."""
    if language_of(spoken()) == "es":
        return _in_spanish(items, style)
    return format_list(items, style="or" if style == "or" else "standard", locale=_locale(spoken()))


@lru_cache(maxsize=1000)
def _day(locale: str, day: date) -> str:
    return str(format_skeleton("yMMMd", day, locale=_locale(locale)))


def day_words(day: date) -> str:
    """10 Dec 2026"""
    return _day(spoken(), day)


def name_of(language: str) -> str:
    """What the language of this code is called here: inglés."""
    return str(_here().languages.get(language, language))


def decimal(number: float, places: int) -> str:
    """With this many places behind the point, or the comma."""
    written = rounded(number, places)
    return str(format_decimal(written, format=f"#,##0.{'0' * places}" if places else "#,##0", locale=_here()))


def counted(number: float) -> str:
    """A number of things: 1,200."""
    return str(format_decimal(number, locale=_here()))


def _here() -> Locale:
    return _locale(spoken())


@lru_cache(maxsize=100)
def _locale(name: str) -> Locale:
    """Of a country of which CLDR says nothing, the one of the language."""
    language = language_of(name)
    country = name.replace("_", "-").partition("-")[2].upper()
    fine = language != ENGLISH and country.isalnum() and name.lower().startswith(language)
    try:
        return Locale.parse(f"{language}_{country if fine else _COUNTRY[language]}")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(f"{language}_{_COUNTRY[language]}")


def _in_spanish(items: Iterable[str], style: str) -> str:
    """ "y" and "o" change before their own sound: Ana e Inés, siete u ocho. CLDR leaves that to programs."""
    *some, last = [*items] or [""]
    if not some:
        return last
    sound = last.lstrip('*_`«"').casefold()
    if style == "or":
        word = "u" if sound.startswith(("o", "ho", "ó", "hó", "8", "11 ")) or sound == "11" else "o"
    else:
        word = "e" if _like_i(sound) else "y"
    return f"{', '.join(some)} {word} {last}"


def _like_i(sound: str) -> bool:
    """Not before the diphthongs of hielo, hiato and yeso."""
    if sound.startswith(("i", "í")):
        return not sound.startswith(("ia", "ie", "io"))
    return sound.startswith(("hi", "hí")) and not sound.startswith(("hia", "hie", "hio"))
