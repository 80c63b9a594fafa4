"""Prices of processor and GPU hours, and amounts of either or of money that may be spent.

``prices.toml`` of a run folder keeps what a run was given: ``cpu`` and ``gpu``, the price of an hour of one,
and ``currency``, how it is written.
"""

from __future__ import annotations

import argparse
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np

from results.errors import ResultsError
from results.numerals import significant

FILE = "prices.toml"
#: What an amount is of: hours of one processor, hours of one GPU, or money.
Unit = Literal["cpuh", "gpuh", "money"]
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(cpuh|gpuh)?")
_WORDS = {"cpuh": "CPU hours", "gpuh": "GPU hours"}


@dataclass(frozen=True)
class Prices:
    """The prices of an hour of one processor and of one GPU, in a currency."""

    cpu: float = 0.0
    gpu: float = 0.0
    currency: str = ""

    def of(self, cpu_hours: float, gpu_hours: float) -> float:
        """Return the cost of hours of CPUs and GPUs."""
        return self.cpu * cpu_hours + self.gpu * gpu_hours

    def written(self, amount: float) -> str:
        """Return an amount with its currency."""
        return f"{significant(amount, 3)} {self.currency}".rstrip()

    def to_toml(self) -> str:
        """Return the content of ``FILE``."""
        return f'cpu = {self.cpu!r}\ngpu = {self.gpu!r}\ncurrency = "{self.currency}"\n'


@dataclass(frozen=True)
class Amount:
    """The most that may be spent: ``40cpuh``, ``3gpuh``, or ``25`` in the currency of the prices."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        """Return it as it would be typed."""
        return np.format_float_positional(self.amount, trim="-") + self.unit.removeprefix("money")

    def spent(self, cpu_hours: float, gpu_hours: float, prices: Prices) -> float:
        """Return hours of CPUs and GPUs in the unit of the amount."""
        return {"cpuh": cpu_hours, "gpuh": gpu_hours, "money": prices.of(cpu_hours, gpu_hours)}[self.unit]

    def written(self, prices: Prices) -> str:
        """Return it in words."""
        if self.unit == "money":
            return prices.written(self.amount)
        return f"{significant(self.amount, 3)} {_WORDS[self.unit]}"


def amount(text: str) -> Amount:
    """Return the amount, above 0, of ``40cpuh``, ``3gpuh`` or ``25``; what argparse takes as a type."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or not 0 < float(match[1]) < math.inf:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a cost; give hours of processors or GPUs, 40cpuh or 3gpuh, or with prices an "
            "amount of money, 25"
        )
    units: dict[str | None, Unit] = {"cpuh": "cpuh", "gpuh": "gpuh", None: "money"}
    return Amount(float(match[1]), units[match[2]])


def prices(text: str) -> Prices:
    """Return the prices of ``cpu=0.05,gpu=2.5,currency=EUR``; what argparse takes as a type."""
    values: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (word.strip() for word in part.partition("="))
        try:
            values[name] = value if name == "currency" else float(value)
        except ValueError:
            values[name] = value
    try:
        return checked(values)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None


def checked(values: Any) -> Prices:
    """Return the prices of a table of a spec file.

    Raises:
        ValueError: for another key, a price below 0, or none above 0; one line.
    """
    known = [field.name for field in fields(Prices)]
    example = "give cpu, gpu (the price of an hour of one) and currency, as in cpu = 0.05"
    if not isinstance(values, Mapping):
        raise ValueError(f"prices are {values!r}; {example}")
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"there is no price of {name!r}; {example}")
        if name == "currency":
            if not isinstance(value, str) or not re.fullmatch(r"[^\s\"\\]{0,8}", value):
                raise ValueError(f"currency is {value!r}; give a short word, such as EUR")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ValueError(f"the price {name} is {value!r}; give a number from 0")
    hourly = Prices(**{**asdict(Prices()), **values})
    if not hourly.cpu + hourly.gpu > 0:
        raise ValueError(f"no price is above 0; {example}")
    return Prices(float(hourly.cpu), float(hourly.gpu), hourly.currency)


def stored(folder: Path) -> Prices | None:
    """Return the prices that a run was given; None if it was given none.

    Raises:
        ResultsError: if the file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        return checked(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read ({error}); delete or mend it") from error
