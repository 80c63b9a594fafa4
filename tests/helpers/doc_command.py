"""A command of the documentation, as a shell block calls it: run on small settings, or not, with the reason.

``python -m helpers.doc_command NAME WORD ...``; the stand-ins that ``doc_program`` puts on the path call it.
"""

from __future__ import annotations

import os
import sys

from helpers.doc_settings import MODULES, small, why_not_run

#: Exit codes that are an answer: of a gate, also that tuning is worse, or that it cannot tell.
ANSWERS = {"gate": (0, 1, 3)}


def main(words: list[str]) -> int:
    """Run a command, and return 0 if it did what its page says."""
    if why := why_not_run(words):
        print(f"not run: {' '.join(words)}: {why}")
        return 0
    program, rest = words[0], words[1:]
    if program == "python" and rest[:1] == ["-m"] and rest[1] in MODULES:
        program, rest = "tunegrid", [MODULES[rest[1]], *rest[2:]]
    if program != "tunegrid":
        os.execv(sys.executable, [sys.executable, *(["-m", program] if program != "python" else []), *rest])
    from tunegrid.__main__ import main as tunegrid

    asked = [rest[0], *small(rest[0], rest[1:])]
    print(f"+ tunegrid {' '.join(asked)}", flush=True)
    code = tunegrid(asked)
    return 0 if code in ANSWERS.get(rest[0], (0,)) else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
