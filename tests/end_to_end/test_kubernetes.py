"""The KubernetesExecutor accepts our pod: Airflow itself makes the pod of a task from the template."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from pipeline.settings import CHECKOUT

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.long,
    pytest.mark.skipif(
        importlib.util.find_spec("airflow.providers.cncf") is None,
        reason="requirements/kubernetes.txt is not installed",
    )
    if importlib.util.find_spec("airflow")
    else pytest.mark.skip(reason="Apache Airflow is not installed"),
]


def test_airflow_makes_the_pod_of_a_task_from_our_template(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "AIRFLOW__CORE__EXECUTOR": "KubernetesExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
        "AIRFLOW__KUBERNETES_EXECUTOR__NAMESPACE": "wirewatch",
        "AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE": str(CHECKOUT / "docker" / "kubernetes" / "pod.yaml"),
        "PYTHONPATH": str(CHECKOUT / "dags"),
    }
    airflow = str(Path(sysconfig.get_path("scripts")) / "airflow")
    ask = [
        "kubernetes",
        "generate-dag-yaml",
        "ingest",
        "--logical-date",
        "2026-11-29",
        "--output-path",
        str(tmp_path),
    ]
    for command in (["db", "migrate"], ask):
        done = subprocess.run([airflow, *command], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    (made,) = tmp_path.glob("airflow_yaml_output/ingest_line_*.yml")
    pod = yaml.safe_load(made.read_text())
    (container,) = pod["spec"]["containers"]
    assert pod["metadata"]["namespace"] == "wirewatch"
    assert container["args"][:3] == ["python", "-m", "airflow.sdk.execution_time.execute_workload"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["envFrom"] == [{"secretRef": {"name": "wirewatch"}}]
