"""What the weather will be, in words that a seed, a flag or a call can say."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Forecast(BaseModel):
    """The weather. All is calm unless it says otherwise, and chance needs a seed.

    `latency`: each call takes up to so many seconds longer. `without`: types of blocks that Slack does not
    know yet. All others from `unavailable` to `reordered` are probabilities between 0 and 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int | None = None
    rate_limits: bool = False
    latency: float = Field(default=0.0, ge=0.0)
    unavailable: float = Field(default=0.0, ge=0.0, le=1.0)
    lost: float = Field(default=0.0, ge=0.0, le=1.0)
    internal_error: float = Field(default=0.0, ge=0.0, le=1.0)
    drops: float = Field(default=0.0, ge=0.0, le=1.0)
    duplicates: float = Field(default=0.0, ge=0.0, le=1.0)
    reordered: float = Field(default=0.0, ge=0.0, le=1.0)
    without: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _chance_has_a_seed(self) -> Self:
        chances = [self.latency, self.drops, self.duplicates, self.reordered, *dict(self.faults).values()]
        if self.seed is None and any(chances):
            raise ValueError("what happens by chance needs a seed, like seed=7")
        return self

    @classmethod
    def read(cls, words: str) -> Self:
        """As it is typed: `seed=7,latency=0.2,lost=0.01,rate_limits=yes,without=table+data_table`."""
        pairs = [pair.partition("=") for pair in words.split(",")]
        if odd := [key for key, equals, _ in pairs if not equals]:
            raise ValueError(f"{odd[0]!r} is not like seed=7")
        given: dict[str, Any] = {key.strip(): value for key, _, value in pairs}
        if "without" in given:
            given["without"] = tuple(given["without"].split("+"))
        return cls.model_validate(given)

    @property
    def faults(self) -> tuple[tuple[str, float], ...]:
        """How calls go wrong, and how often."""
        return (
            ("unavailable", self.unavailable),
            ("lost", self.lost),
            ("internal_error", self.internal_error),
        )
