"""Small JSON files: read whole or refused in one line, and written with a checksum of what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from results.errors import Unreadable, first_line
from results.files import replace_bytes

_SUM = "sha256"


def read_text(path: Path, remedy: str) -> str:
    """Return the text of a file.

    Args:
        path: of the file.
        remedy: what to do if it cannot be read, as the end of a sentence.

    Raises:
        Unreadable: if it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror}; {remedy}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path} is not text: {error.reason} at byte {error.start}; {remedy}") from error


def read_object(path: Path, remedy: str) -> dict[str, Any]:
    """Return the JSON object in a file, without the checksum that ``put_object`` adds.

    Raises:
        Unreadable: if it cannot be read, is not such an object, or does not fit its checksum.
    """
    text = read_text(path, remedy)
    try:
        content = parsed(text)
    except ValueError as error:
        raise Unreadable(f"{path} is not JSON ({first_line(error)}); {remedy}") from error
    if not isinstance(content, dict):
        raise Unreadable(f"{path} holds no JSON object; {remedy}")
    if (checksum := content.pop(_SUM, None)) is not None and checksum != digest(content):
        raise Unreadable(f"{path} does not fit its checksum: it was changed or damaged; {remedy}")
    return content


def parsed(text: str) -> Any:
    """Return what a JSON text holds.

    Raises:
        ValueError: if it is none, in the narrow sense: no NaN, no lone surrogates, no thousands of levels.
    """
    try:
        content = json.loads(text, parse_constant=_no_number)
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("it has text that UTF-8 cannot hold") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return content


def put_object(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object and its checksum; the file is whole or as it was.

    Raises:
        OSError: if that fails; it names the path.
    """
    whole = json.loads(json.dumps(content))  # as it is read: keys are text
    replace_bytes(path, json.dumps({**whole, _SUM: digest(whole)}, indent=1).encode())


def digest(content: Any) -> str:
    """Return the SHA-256 of JSON data, in whatever order and layout it is written."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")
