"""Declaration of one field of an experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

#: The default of a field that has none.
REQUIRED: Final[Any] = None


@dataclass(frozen=True)
class Field:
    """One field of an experiment, or of a grid of experiments.

    Attributes:
        name: the attribute of ``Experiment``.
        type: ``str``, ``int`` or ``float``.
        default: an experiment's; ``REQUIRED`` if it has none.
        meaning: for the documentation of the store.
        help: what the option does, for the command line.
        metavar: the placeholder of the option's value.
        unit: of a number; "" if it is a count or has none.
        grid: the attribute of ``Grid``, the option and the key of a spec file; by default ``name``.
        grid_default: a grid's default; by default ``default``.
        axis: a grid may have several values, and runs its experiments with each.
        choices: the values that a grid may have, if they are few.
        least, most: limits of a number in a grid, allowed themselves.
        below: a limit that is not allowed itself.
        advice: what to give in place of a value beyond ``least``, where that number alone says too little.
        since: the version of the store that added the column; a row of an older one has the default.
        column: the name in stored tables, keys and ``run.toml``; by default ``name``.
        aliases: older names of the option and of the key of a spec file, with underscores.
        simulated: only the engines with a virtual clock have it.
        role: "cell" if figures compare its values.  Experiments that differ in a "setting" or a "condition"
            share no figure; where several were run, a recommendation takes the largest setting, and refuses
            to choose among conditions.
        caption: how a caption states a value other than the default, with ``{}`` for it; "" if captions state
            every value.
        slug: what stands before the value in the name of a file.
    """

    name: str
    type: type[str] | type[int] | type[float]
    default: Any
    meaning: str
    help: str
    metavar: str = ""
    unit: str = ""
    grid: str = ""
    grid_default: Any = None
    axis: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    below: float | None = None
    advice: str = ""
    since: int = 1
    column: str = ""
    aliases: tuple[str, ...] = ()
    simulated: bool = False
    role: Literal["cell", "setting", "condition"] = "setting"
    caption: str = ""
    slug: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "grid", self.grid or self.name)
        object.__setattr__(self, "column", self.column or self.name)
        if self.grid_default is None:
            default = (self.default,) if self.axis else self.default
            object.__setattr__(self, "grid_default", default)

    @property
    def option(self) -> str:
        """The command-line option, such as ``--time-budget``."""
        return f"--{self.grid.replace('_', '-')}"

    @property
    def key(self) -> str:
        """The key in ``run.toml``."""
        return self.grid if self.column == self.name else self.column

    def as_typed(self, value: Any) -> str:
        """Return a grid's value as it would be typed."""
        if isinstance(value, tuple):
            return " ".join(map(str, value))
        return f"{value:g}" if self.type is float else str(value)

    @property
    def limits(self) -> str:
        """The values that a grid may have, in words; "" if no limit is declared."""
        if self.choices:
            return ", ".join(self.choices)
        if self.least is None:
            return ""
        end = f"below {self.below:g}" if self.below is not None else f"{self.most:,}"
        return f"{self.least:,} to {end}"
