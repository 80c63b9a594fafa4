"""Placement groups that were asked for and are not placed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ray.util.placement_group import (
    PlacementGroup,
    placement_group,
    placement_group_table,
    remove_placement_group,
)

from benchmarks.engines.cluster.nodes import Nodes


class PendingGroups:
    """Placement groups of which Ray has not placed all bundles.

    Args:
        nodes: of the cluster.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._groups: list[PlacementGroup] = []

    def __len__(self) -> int:
        return len(self._groups)

    def ask(self, bundles: Sequence[Mapping[str, float]], strategy: str) -> None:
        """Ask for a group of these bundles, by a strategy of Ray's."""
        self._groups.append(self._nodes.ask(placement_group, [dict(one) for one in bundles], strategy))

    def keep(self, most: int) -> None:
        """Give up the groups that were asked for last, beyond ``most``."""
        while len(self._groups) > max(0, most):
            remove_placement_group(self._groups.pop())

    def placed(self) -> list[tuple[PlacementGroup, list[str]]]:
        """Return the groups that Ray has placed meanwhile, each with the ids of its bundles' nodes."""
        placed = []
        for group in list(self._groups):
            known: dict[str, Any] = self._nodes.ask(placement_group_table, group)
            if known["state"] == "CREATED":
                self._groups.remove(group)
                placed.append((group, list(known["bundles_to_node_id"].values())))
        return placed
