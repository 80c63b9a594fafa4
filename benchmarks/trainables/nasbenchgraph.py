"""NAS-Bench-Graph's tables of graph neural networks on nine graphs.

A network has four operations and a pattern of links between them: where each of them takes its input from.
Different choices may be one and the same network; the package tells which, and its table has each network
once, with means over three trainings.  A trial is one epoch, which takes the whole training; its seconds are
not known, so each costs one.  No training is known of four skip connections, which learn nothing: they count
as the worst network of the table.

The latency and the number of parameters are reported beside the metric, as the package has them.
"""

from __future__ import annotations

import importlib.resources
import pickle
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ray import tune

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.constants import Constants
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._simulated import Simulated
from benchmarks.trainables._tabular import CONSTANTS

PACKAGE = "nas-bench-graph"
DATASETS = ("arxiv", "citeseer", "computers", "cora", "cs", "photo", "physics", "proteins", "pubmed")
#: The operation, 1 to 4, from which each takes its input; 0 is the network's.
LINKS = ("0000", "0001", "0011", "0012", "0013", "0111", "0112", "0122", "0123")
OPERATIONS = ("gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip")
OPERATIONS_OF_PROTEINS = ("gcn", "sage", "arma", "fc", "skip")
NODES = ("op1", "op2", "op3", "op4")
VALIDATED, TESTED = "val_perf", "test_perf"
#: Names of the package's -> ours.
NAMES = {"valid_perf": VALIDATED, "perf": TESTED, "latency": "latency", "para": "parameters"}
#: What the package's files are made of, but for plain values; nothing else is made when one is read.
HARMLESS = {("numpy.core.multiarray", "scalar"), ("numpy", "dtype")}

Values = Mapping[str, float]


class PlainUnpickler(pickle.Unpickler):
    """Reads a pickle that holds plain values and numpy's numbers."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what makes a number.

        Raises:
            pickle.UnpicklingError: for anything else.
        """
        if (module, name) not in HARMLESS:
            raise pickle.UnpicklingError(f"{module}.{name} is no number; install {PACKAGE} again")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


@cache
def table(data: str) -> dict[int, Values]:
    """Return what is known of each network, by the package's number of it; a process reads it once."""
    file = importlib.resources.files("nas_bench_graph") / "light" / f"{data}.bench"
    with file.open("rb") as stream:
        known = PlainUnpickler(stream).load()
    return {
        number: {NAMES[name]: float(value) for name, value in values.items()}
        for number, values in known.items()
    }


@cache
def worst(data: str) -> Values:
    """Return what is known of the network that was validated worst."""
    return min(table(data).values(), key=lambda values: values[VALIDATED])


def values_of(data: str, config: Mapping[str, Any]) -> Values:
    """Return what is known of a configuration's network."""
    from nas_bench_graph.architecture import Arch

    links = [int(number) for number in config["link"]]
    network = Arch(links, [config[node] for node in NODES])
    return table(data).get(network.valid_hash(), worst(data))


def operations(data: str) -> tuple[str, ...]:
    """Return the operations that the networks of a graph are made of."""
    return OPERATIONS_OF_PROTEINS if data == "proteins" else OPERATIONS


class GraphCurves(CurveModel):
    """A single epoch with the whole training; the state is the number of epochs."""

    def __init__(self, data: str) -> None:
        self._data = data

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        values = values_of(self._data, config)
        return Epoch(state + 1, dict(values), 1.0, noise_free=values[VALIDATED])


class GraphNetwork(Simulated):
    """A trial whose test is asked for apart, as that of a real training."""

    data: str

    def step(self) -> dict[str, float]:
        report = super().step()
        del report[TESTED]
        return report

    def test(self) -> dict[str, float]:
        """Return the value on the test nodes."""
        return {TESTED: values_of(self.data, self.config)[TESTED]}


def _registered(data: str) -> type[GraphNetwork]:
    """Register the task of one graph and return its class."""
    name = f"nasbenchgraph-{data}"

    def space() -> dict[str, Any]:
        return {"link": tune.choice(list(LINKS))} | {
            node: tune.choice(list(operations(data))) for node in NODES
        }

    def curves(place: Place) -> GraphCurves:
        return GraphCurves(data)

    register: Callable[[type[GraphNetwork]], type[GraphNetwork]] = trainable(
        name,
        f"NAS-Bench-Graph on {data}: a table of final values, one epoch",
        space=space,
        curves=curves,
        metric=VALIDATED,
        test_metric=TESTED,
        mode="max",
        most_epochs=1,
        chance=False,
        constants=lambda: Constants(**tomllib.loads(CONSTANTS.read_text())[name]),
        requires=(PACKAGE,),
        install=f"pip install {PACKAGE}==1.4.0",
        source="NAS-Bench-Graph (Qin et al., arXiv 2206.09166), Apache-2.0",
        provides=frozenset({Capability.CHECKPOINTS}),
    )
    attributes = {"__module__": __name__, "curves": staticmethod(curves), "data": data}
    return register(type(data, (GraphNetwork,), attributes))


globals().update({data: _registered(data) for data in DATASETS})
