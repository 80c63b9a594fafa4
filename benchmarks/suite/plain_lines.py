"""Lines of Python that make a part with Ray alone (``Spec.plain``), with other values of its options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


def plain_with(plain: Sequence[str], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the lines with these arguments in the last of them; none if one of them does not stand there."""
    if not plain:
        return ()
    *imports, call = plain
    for name, value in values.items():
        call, count = re.subn(rf"\b{re.escape(name)}=[^,()]+(?=[,)])", f"{name}={value!r}", call)
        if count != 1:
            return ()
    return (*imports, call)
