"""The file that makes a converted table a task: five statements, to be run, read and changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from benchmarks.record.curve_files.inferred_space import domain_text, space_text
from benchmarks.record.curve_files.rows import Roles

TEMPLATE = '''"""Task {name}: learning curves of {file}."""

from pathlib import Path

from ray import tune
from tunegrid import Recorded, trainable

{space}
TABLE = Recorded(Path(__file__).parent / "table", lambda: SPACE)


@trainable(
    {text},
    "recorded curves of {file}",
    space=SPACE,
{fields}
    curves=TABLE,
    constants=TABLE.constants,
    checkpoints=True,  # a table can go on from anywhere; mutable=("lr",) lets a population change one
)
def {function}(config):
    raise NotImplementedError("it has curves only; run it with --engine virtual")
'''


def plain_name(text: str) -> str:
    """Return a name of a task made of a file's: lower case, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "curves"


def task_text(name: str, file: str, roles: Roles, space: Mapping[str, Any]) -> str:
    """Return the content of ``task.py``, which lies beside the folder ``table``."""
    fields = {
        "metric": roles.metric,
        "mode": roles.mode,
        "test_metric": roles.test_metric,
        "source": roles.source,
    }
    lines = [f"    {key}={domain_text(value)}," for key, value in fields.items() if value]
    function = "task_" * name[:1].isdigit() + re.sub(r"\W", "_", name)
    shown = file.replace("\\", "_").replace('"', "_")
    return TEMPLATE.format(
        name=name,
        file=shown,
        space=space_text(space),
        text=domain_text(name),
        fields="\n".join(lines),
        function=function,
    )
