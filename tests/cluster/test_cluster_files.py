"""The example files for clusters: what their readers take, with commands that exist."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import ray
import yaml

from benchmarks.suite.options import check_conditions, run_parser

FILES = Path(__file__).parents[2] / "examples" / "cluster"


def loaded(name: str) -> Any:
    return yaml.safe_load((FILES / name).read_text())


def test_ray_up_takes_the_file_of_a_cluster() -> None:
    schema = json.loads((Path(ray.__file__).parent / "autoscaler" / "ray-schema.json").read_text())
    config = loaded("cluster.yaml")
    jsonschema.validate(config, schema)
    assert config["head_node_type"] in config["available_node_types"]
    assert f"ray[default,tune]=={ray.__version__}" in " ".join(config["setup_commands"])


def test_the_job_of_kubernetes_is_one_of_kuberay() -> None:
    job = loaded("rayjob.yaml")
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    assert job["spec"]["rayClusterSpec"]["rayVersion"] == ray.__version__
    groups = [
        job["spec"]["rayClusterSpec"]["headGroupSpec"],
        *job["spec"]["rayClusterSpec"]["workerGroupSpecs"],
    ]
    assert all(group["template"]["spec"]["containers"] for group in groups)


def test_the_script_of_slurm_is_bash() -> None:
    subprocess.run(["bash", "-n", FILES / "slurm.sh"], check=True)


@pytest.mark.parametrize(
    "line",
    [
        loaded("rayjob.yaml")["spec"]["entrypoint"],
        (FILES / "slurm.sh").read_text().split("\n\n")[-1].partition("tunegrid run")[2].replace("\\\n", " "),
    ],
)
def test_the_options_of_their_runs_are_ours(line: str) -> None:
    words = shlex.split(line.replace("tunegrid run", "").replace("$address:$port", "10.0.0.1:6379"))
    options = run_parser().parse_args(words)
    check_conditions(options)
    assert options.address
