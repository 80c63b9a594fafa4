"""Configurations of a file's rows: cells as values of a search space, and equal rows as one configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ray.tune.search.sample import Categorical, Domain, Integer

from benchmarks.core.refusal import nearest
from benchmarks.record.curve_files.inferred_space import FLAGS, inferred_domain
from benchmarks.record.curve_files.rows import ABSENT, CurveFileError, CurveRows, Roles, number_in
from benchmarks.spaces.domains import describe, fraction, kind, to_nearest


@dataclass(frozen=True)
class Configurations:
    """The configurations of a file, in the order of their first rows.

    Attributes:
        configs: the configurations.
        of_row: the index of each row's configuration.
        space: that holds them all.
    """

    configs: list[dict[str, Any]]
    of_row: list[int]
    space: dict[str, Any]


def hyperparameters(
    rows: CurveRows, roles: Roles, asked: Sequence[str] | None, ignored: Sequence[str]
) -> list[str]:
    """Return the columns that are hyperparameters: those asked for, else all that have no other role.

    Raises:
        CurveFileError: if a column is not there, or none is left.
    """
    for name in (*(asked or ()), *ignored):
        if name not in rows.columns:
            raise CurveFileError(f"there is no column {name!r}; {nearest(name, list(rows.columns))}")
    others = {*roles.columns, *ignored, *rows.measured}
    found = list(asked) if asked else [name for name in rows.columns if name not in others]
    if clash := next((name for name in found if name in roles.columns), None):
        raise CurveFileError(f"column {clash!r} is no hyperparameter: it has another role; leave it out")
    if not found:
        raise CurveFileError("no column is left as a hyperparameter; name some with --parameters")
    return found


def infer_space(rows: CurveRows, names: Sequence[str]) -> dict[str, Any]:
    """Return a space that holds these columns; see ``inferred_domain`` for rules and errors."""
    return {name: inferred_domain(name, rows.columns[name], rows.places) for name in names}


def configurations(rows: CurveRows, space: Mapping[str, Any]) -> Configurations:
    """Return the configurations of the rows in a flat space.

    Raises:
        CurveFileError: if a column is missing, or a value is none of its domain's, with its row.
    """
    readers = {}
    for name, part in space.items():
        if not isinstance(part, Domain):
            continue
        if name not in rows.columns:
            raise CurveFileError(
                f"the space has {name!r}, and the file no such column; {nearest(name, list(rows.columns))}"
            )
        readers[name] = _reader(name, part)
    columns = [
        _values(name, rows.columns[name], rows.places, reader, space[name])
        for name, reader in readers.items()
    ]
    constants = {name: part for name, part in space.items() if not isinstance(part, Domain)}
    known: dict[tuple[Any, ...], int] = {}
    configs: list[dict[str, Any]] = []
    of_row = []
    for values in zip(*columns, strict=True):
        key = tuple((type(value), value) for value in values)
        if key not in known:
            known[key] = len(configs)
            chosen = dict(zip(readers, values, strict=True))
            configs.append({name: chosen.get(name, constants.get(name)) for name in space})
        of_row.append(known[key])
    return Configurations(configs, of_row, dict(space))


def _values(
    name: str, cells: Sequence[Any], places: Sequence[str], reader: Callable[[Any], Any], domain: Any
) -> list[Any]:
    """Return a column as values of its domain; each distinct cell is read once."""
    known: dict[Any, Any] = {}
    found = []
    for place, cell in zip(places, cells, strict=True):
        if cell not in known:
            try:
                known[cell] = reader(cell)
            except ValueError:
                said = "nothing" if str(cell).strip() == "" else repr(cell)
                raise CurveFileError(
                    f"{place}: {name} is {said}, which is not in {describe(domain)}; correct the row, "
                    "or give a space that holds it with --space"
                ) from None
        found.append(known[cell])
    return found


def _reader(name: str, domain: Any) -> Callable[[Any], Any]:
    """Return the function from a cell to a value of a domain; it raises ValueError where there is none."""
    if kind(domain) in ("conditional", "other"):
        raise CurveFileError(
            f"the space has {name!r} as {describe(domain)[:60]}; a file of columns needs a flat space of "
            "uniform, randint, choice and their kin"
        )
    if isinstance(domain, Categorical):
        return _category(list(domain.categories))
    share, closest = fraction(domain), to_nearest(domain)

    def value(cell: Any) -> Any:
        number = number_in(cell)
        if number is None:
            raise ValueError
        whole = isinstance(domain, Integer)
        if whole and not number.is_integer():
            raise ValueError
        exact = int(number) if whole else number
        share(exact)
        return closest(exact)

    return value


def _category(items: list[Any]) -> Callable[[Any], Any]:
    texts = {str(item).strip().lower(): item for item in items}
    numeric = {float(i): i for i in items if isinstance(i, int | float) and not isinstance(i, bool)}

    def value(cell: Any) -> Any:
        text = str(cell).strip()
        exact = next((item for item in items if str(item) == text), None)
        if exact is not None:
            return exact
        if text.lower() in ABSENT and None in items:
            return None
        if text.lower() in FLAGS and FLAGS[text.lower()] in [i for i in items if isinstance(i, bool)]:
            return FLAGS[text.lower()]
        try:
            return numeric[float(text)]
        except (ValueError, KeyError):
            pass
        if text.lower() in texts:
            return texts[text.lower()]
        raise ValueError

    return value
