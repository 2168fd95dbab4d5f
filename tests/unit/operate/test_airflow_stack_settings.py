"""What Airflow is told, and how its secrets are kept, without starting it."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from pipeline.operate import airflow_stack
from pipeline.operate.airflow_stack import AirflowError, AirflowStack, free_port, require_installed


def stack(home: Path, url: str = "postgresql+psycopg2://postgres@/airflow?host=%2Frun%2Fdata") -> AirflowStack:
    """One that is never started."""
    return AirflowStack(home / "airflow", make_url(url), 18080, variables={"WIREWATCH_DATA_DIR": "/srv/w"})


def test_everything_listens_on_loopback(tmp_path: Path) -> None:
    environment = stack(tmp_path).environment({})
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__PORT"] == "18080"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"


def test_our_variables_reach_the_tasks_and_foreign_airflow_settings_do_not(tmp_path: Path) -> None:
    base = {"PATH": "/bin", "AIRFLOW_HOME": "/other", "AIRFLOW__CORE__EXECUTOR": "X", "WIREWATCH_DATA_DIR": "."}
    environment = stack(tmp_path).environment(base)
    assert environment["PATH"] == "/bin"
    assert environment["WIREWATCH_DATA_DIR"] == "/srv/w"
    assert environment["AIRFLOW_HOME"] == str(tmp_path / "airflow")
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"no_proxy": "news.example"}, "news.example,127.0.0.1,localhost"),
        ({"NO_PROXY": "localhost, 127.0.0.1"}, "localhost,127.0.0.1"),
    ],
)
def test_no_proxy_stands_between_airflow_and_its_own_api(
    tmp_path: Path, stated: dict[str, str], expected: str
) -> None:
    environment = stack(tmp_path).environment({"HTTP_PROXY": "http://proxy.example:3128", **stated})
    assert (environment["NO_PROXY"], environment["no_proxy"]) == (expected, expected)
    assert environment["HTTP_PROXY"] == "http://proxy.example:3128", "feeds still go through it"


def test_secrets_are_made_once_and_are_ours_alone(tmp_path: Path) -> None:
    first, second = stack(tmp_path).environment({}), stack(tmp_path).environment({})
    secret = ["API__SECRET_KEY", "API_AUTH__JWT_SECRET", "CORE__FERNET_KEY"]
    assert [first[f"AIRFLOW__{s}"] for s in secret] == [second[f"AIRFLOW__{s}"] for s in secret]
    files = ["api_secret_key", "jwt_secret", "fernet_key", "passwords.json"]
    assert sorted(path.name for path in (tmp_path / "airflow").iterdir()) == sorted(files)
    for name in files:
        assert stat.S_IMODE((tmp_path / "airflow" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "airflow").stat().st_mode) == 0o700
    assert json.loads((tmp_path / "airflow" / "passwords.json").read_text()) == {
        "admin": stack(tmp_path).password()
    }


def test_two_homes_have_different_secrets(tmp_path: Path) -> None:
    assert stack(tmp_path / "a").password() != stack(tmp_path / "b").password()


def test_the_asynchronous_driver_gets_only_what_it_knows(tmp_path: Path) -> None:
    url = "postgresql+psycopg2://ann:pw@db.example/airflow?application_name=desk&sslmode=require"
    environment = stack(tmp_path, url).environment({})
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == url
    asynchronous = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"]
    assert asynchronous == "postgresql+asyncpg://ann:pw@db.example/airflow?ssl=require"


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AirflowError, match=r"cannot be used.*--port"):
            free_port(taken.getsockname()[1])
    assert free_port(0) > 1024


def test_without_airflow_the_message_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airflow_stack.sysconfig, "get_path", lambda _name: str(tmp_path))
    with pytest.raises(AirflowError, match=r"make run.*wirewatch\[airflow\]"):
        require_installed()


def test_one_data_folder_runs_one_airflow(tmp_path: Path) -> None:
    with stack(tmp_path).alone(), pytest.raises(AirflowError, match="stop it first"), stack(tmp_path).alone():
        pass
    with stack(tmp_path).alone():
        pass


def test_the_package_never_imports_airflow() -> None:
    code = (
        "import pkgutil, sys, importlib, pipeline\n"
        "for module in pkgutil.walk_packages(pipeline.__path__, 'pipeline.'):\n"
        "    importlib.import_module(module.name)\n"
        "sys.exit(', '.join(m for m in sys.modules if m.partition('.')[0] == 'airflow') or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
