"""Maker of the English text that ships: the New Testament of the King James Version, in three splits.

    apt-get download bible-kjv bible-kjv-text && for d in bible-kjv*.deb; do dpkg -x $d DEB; done
    DEB/usr/bin/bible -p DEB/usr/lib/ -f 'mt1:1-rev22:21' < /dev/null > verses.txt
    python -m scripts.make_text_subset --verses verses.txt

Prints the SHA-256 that ``benchmarks/trainables/char_transformer.py`` and the data card record.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.trainables.char_transformer import DATA
from scripts.make_mnist_subset import pack

VERSES_SHA256 = "7185e78ea130fd873f69b2641c35c3ccbf9cb3128a5c69a6a1a62610e6360d4b"
TENTH = {4: "val", 9: "test"}  # of ten chapters; the other eight are for training


def chapters(verses: str) -> Iterator[str]:
    """Yield the text of each chapter, a verse a line, without references such as ``Mat1:1``."""
    for _, lines in groupby(verses.splitlines(), key=lambda line: line.partition(":")[0]):
        yield "".join(f"{line.partition(' ')[2]}\n" for line in lines)


def arrays(verses: str) -> dict[str, npt.NDArray[np.uint8]]:
    """Return each split as positions in the alphabet, and the alphabet as character codes."""
    parts = {"train": "", "val": "", "test": ""}
    for number, chapter in enumerate(chapters(verses)):
        parts[TENTH.get(number % 10, "train")] += chapter
    alphabet = np.unique(np.frombuffer("".join(parts.values()).encode("ascii"), np.uint8))
    coded = {
        split: np.searchsorted(alphabet, np.frombuffer(text.encode("ascii"), np.uint8)).astype(np.uint8)
        for split, text in parts.items()
    }
    return coded | {"alphabet": alphabet}


def main() -> None:
    """Write the text and print its checksum and size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--verses", type=Path, required=True, help="what the program bible has written")
    parser.add_argument("--out", type=Path, default=DATA.path, help="default: %(default)s")
    options = parser.parse_args()
    verses = options.verses.read_bytes()
    found = hashlib.sha256(verses).hexdigest()
    if found != VERSES_SHA256:
        raise SystemExit(f"{options.verses} has SHA-256 {found}, expected {VERSES_SHA256}")
    content = pack(arrays(verses.decode("ascii")))
    options.out.write_bytes(content)
    print(f"{options.out}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
