"""Misuse of the commands that read results: the same checks for each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest


def check_misuse(
    main: Callable[[Sequence[str]], int], arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Check that a command ends with exit code 2 and one line, "PROG: ...", and prints no answer."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err.startswith("python -m results.")) == ("", 1, True)
