"""Tab completion, in a real bash."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tunegrid import completion

pytest.importorskip("shtab")
pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")

COMPLETE = """
source "$1"
COMP_WORDS=("${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE="${COMP_WORDS[*]}"
COMP_POINT=${#COMP_LINE}
function=$(complete -p tunegrid | sed -E 's/.*-F ([^ ]+) .*/\\1/')
"$function" tunegrid "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shtab

    path = tmp_path_factory.mktemp("completion") / "tunegrid.bash"
    path.write_text(shtab.complete(completion.whole_parser(), "bash"))
    return path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("st", {"status"}),
        ("re", {"report", "recommend", "record"}),
        ("gate --al", {"--alpha"}),
        ("run --time", {"--time-budget", "--timeout"}),
        ("run --device ", {"cpu", "gpu", "all"}),
        ("run --searchers bayes", {"bayesopt"}),
        ("run --searchers random bayes", {"bayesopt"}),
        ("tables x --format m", {"markdown"}),
        ("record mnist-c", {"mnist-convnet"}),
    ],
)
def test_bash_completes(script: Path, line: str, expected: set[str]) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", COMPLETE, "bash", str(script), "tunegrid", *line.split(" ")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert set(done.stdout.split()) == expected


def test_another_shell_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        completion.main(["csh"])
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("tunegrid --print-completion: argument SHELL: invalid choice: 'csh'")
