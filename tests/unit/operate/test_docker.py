"""docker/ agrees with the code it runs, as far as that shows without a container engine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from pipeline.cli import db
from pipeline.cli.verbs import VERBS
from pipeline.operate.airflow_stack import AirflowStack
from pipeline.settings import CHECKOUT, Settings

DOCKER = CHECKOUT / "docker"
AIRFLOW_PARTS = {"api-server", "scheduler", "dag-processor", "triggerer"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as YAML with its merges done."""
    return dict(yaml.safe_load((DOCKER / "compose.yml").read_text()))


def test_every_part_of_airflow_has_a_service_with_the_same_environment(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "setup", "site", "backup", "cleaning", *AIRFLOW_PARTS}
    for part in AIRFLOW_PARTS:
        assert services[part]["command"] == ["airflow", part]
        assert services[part]["environment"] == services["setup"]["environment"]


def test_every_service_that_stays_has_a_health_check_and_bounded_logs(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}, name
        assert name == "setup" or service["healthcheck"]["test"], name


def test_the_scripts_of_the_services_are_bash_and_name_verbs_of_ours(compose: dict[str, Any]) -> None:
    for name in ("backup", "cleaning"):
        script = compose["services"][name]["command"][-1].replace("$$", "$")
        assert subprocess.run(["bash", "-n", "-c", script], capture_output=True, check=False).stderr == b"", name
    assert "wirewatch backup" in compose["services"]["backup"]["command"][-1]
    assert {"backup", "site"} <= set(VERBS)


def test_nothing_is_published_beyond_loopback(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    for name, value in compose["services"]["scheduler"]["environment"].items():
        if re.search(r"SECRET|KEY|URL|CONN", name) and "${" in value:
            assert not re.search(r"\$\{\w+:-", value), name


def test_our_own_variables_exist(compose: dict[str, Any]) -> None:
    ours = set(
        re.findall(r"WIREWATCH_\w+", (DOCKER / "compose.yml").read_text() + (DOCKER / "Dockerfile").read_text())
    )
    assert ours
    assert ours <= {f"WIREWATCH_{name.upper()}" for name in Settings.model_fields}


def test_the_commands_of_the_setup_exist(compose: dict[str, Any]) -> None:
    command = compose["services"]["setup"]["command"][-1]
    known = {c.name or c.callback.__name__ for c in db.app.registered_commands}
    used = set(re.findall(r"wirewatch db (\w+)", command))
    assert used
    assert used <= known


def test_the_scheduler_is_tuned_as_under_make_run(compose: dict[str, Any], tmp_path: Path) -> None:
    local = AirflowStack(tmp_path / "airflow", make_url("postgresql://h/airflow"), 8080).environment({})
    tuned = ("AIRFLOW__SCHEDULER__", "AIRFLOW__DAG_PROCESSOR__", "AIRFLOW__TRIGGERER__")
    given = {k: v for k, v in compose["services"]["scheduler"]["environment"].items() if k.startswith(tuned)}
    own_address = {"AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST"}  # in a container it is another one
    assert given == {k: v for k, v in local.items() if k.startswith(tuned) and k not in own_address}


def test_what_the_dockerfile_copies_exists_and_is_not_ignored() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    allowed = (DOCKER / "Dockerfile.dockerignore").read_text()
    for name in " ".join(copied).split():
        assert (CHECKOUT / name).exists(), name
        assert f"!{name.split('/')[0]}" in allowed, name


def test_the_pod_can_write_where_the_image_expects_it_and_nowhere_else() -> None:
    pod = yaml.safe_load((DOCKER / "kubernetes" / "pod.yaml").read_text())
    (container,) = pod["spec"]["containers"]
    assert container["name"] == "base", "Airflow puts the task into the container of this name"
    image = (DOCKER / "Dockerfile").read_text()
    places = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert {re.search(rf"{name}=(\S+)", image)[1] for name in ("AIRFLOW_HOME", "WIREWATCH_DATA_DIR")} <= places  # type: ignore[index]
    assert f"--uid {pod['spec']['securityContext']['runAsUser']} " in image
    assert {volume["name"] for volume in pod["spec"]["volumes"]} == {m["name"] for m in container["volumeMounts"]}
