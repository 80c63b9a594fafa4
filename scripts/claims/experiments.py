"""Experiments of the claims: run once, each in one of few processes, and kept in a file."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.core.seeding import canonical
from results.machine import available_cpus

ROOT = Path(__file__).parents[2]
KEPT = Path("runs") / "claims"
PROCESSES = 2  # at most
EVERY = 15.0  # seconds, from one line of progress to the next

Case = Any  # what JSON can hold


def measure(name: str, work: Callable[[Case], Any], cases: Sequence[Case]) -> list[Any]:
    """Return ``work(case)`` of each case, in order; what is known already is not done again.

    Results are appended to ``runs/claims/NAME.jsonl`` as they come, so that a run that was ended goes on.
    They count for this state of the code alone.

    Args:
        name: of the file.
        work: a function of a module; returns what JSON can hold.
        cases: what JSON can hold.
    """
    keys = [_key(work, case) for case in cases]
    file = KEPT / f"{name}.jsonl"
    known = _known(file)
    missing = {key: case for key, case in zip(keys, cases, strict=True) if key not in known}
    if missing:
        file.parent.mkdir(parents=True, exist_ok=True)
        cut_off = file.exists() and not file.read_bytes().endswith(b"\n")
        with file.open("a", encoding="utf-8") as kept:
            kept.write("\n" if cut_off else "")
            for key, result in _carried_out(name, work, missing):
                kept.write(json.dumps({"key": key, "result": result}) + "\n")
                kept.flush()
                known[key] = result
    return [known[key] for key in keys]


def _carried_out(name: str, work: Callable[[Case], Any], cases: dict[str, Case]) -> Iterator[tuple[str, Any]]:
    """Yield results as they come, with a line of progress now and then."""
    os.environ["OMP_NUM_THREADS"] = "1"  # for the processes, which read it when they start
    start = said = time.monotonic()
    with ProcessPoolExecutor(min(PROCESSES, available_cpus()), get_context("spawn")) as pool:
        waiting: dict[Future[Any], str] = {pool.submit(work, case): key for key, case in cases.items()}
        try:
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
                if (now := time.monotonic()) - said > EVERY:
                    done, said = len(cases) - len(waiting), now
                    left = (now - start) / done * len(waiting) / 60
                    print(f"{name}: {done} of {len(cases)}, {left:.0f} min left", file=sys.stderr, flush=True)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _known(file: Path) -> dict[str, Any]:
    """Return the results in a file by key; a last line that was cut off does not count."""
    if not file.exists():
        return {}
    results = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        results[row["key"]] = row["result"]
    return results


def _key(work: Callable[[Case], Any], case: Case) -> str:
    text = canonical([_code(), inspect.getsource(work), case])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@cache
def _code() -> str:
    """Return the name of the code and of the tables with which experiments are run."""
    parts = ("core", "curves", "engines", "spaces", "suite", "trainables")
    folders = [*(f"benchmarks/{part}" for part in parts), "searchers", "schedulers"]
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    files += (ROOT / "benchmarks" / "trainables" / "tables").rglob("card.json")
    files += [Path(__file__).with_name(name) for name in ("incumbents.py", "unit_time.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
