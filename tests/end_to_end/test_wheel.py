"""The wheel in an environment and a folder of its own: no checkout, no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pipeline.settings import CHECKOUT

UV = Path(sys.executable).parent / "uv"
PARTS = ("pipeline", "config", "sql", "dags", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `wirewatch` of a fresh environment: the wheel is installed, its requirements are borrowed."""
    source, home = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in PARTS:
        copy = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copyfile
        copy(CHECKOUT / name, source / name)
    (source / "build" / "lib" / "pipeline").mkdir(parents=True)
    (source / "build" / "lib" / "pipeline" / "left_over.py").write_text("", encoding="utf-8")
    python = home / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    # Without what makes this checkout importable: a path in a .pth file is searched, its own .pth files are not read.
    (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    build = [UV, "build", "--offline", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", home / "dist", source], check=True)
    (wheel,) = (home / "dist").glob("wirewatch-*.whl")
    subprocess.run(
        [UV, "pip", "install", "--offline", "--quiet", "--no-deps", "--python", python, wheel], check=True
    )
    assert not (site / "pipeline" / "left_over.py").exists()
    return home / "bin" / "wirewatch"


@pytest.fixture
def alone(tmp_path: Path, short_dir: Path) -> dict[str, str]:
    """The environment of somebody who has nothing but the program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WIREWATCH_", "PYTHON"))}
    return kept | {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(short_dir / "wheel")}


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(
    program: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    try:
        played = subprocess.run(
            [program, "demo", "--once", "--json"],
            cwd=empty,
            env=alone,
            capture_output=True,
            text=True,
            check=False,
        )
        assert played.returncode == 0, played.stderr[-2000:]
        assert json.loads(played.stdout)["alerts"]
        assert list(empty.iterdir()) == []
    finally:
        subprocess.run([program, "db", "stop"], cwd=empty, env=alone, check=True, capture_output=True)


def test_init_writes_a_configuration_that_is_right_and_never_overwrites_one(
    program: Path, alone: dict[str, str], tmp_path: Path
) -> None:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *arguments], cwd=tmp_path, env=alone | more, capture_output=True, text=True, check=False
        )

    refused = run("feeds", "add", "https://f.example/rss", "--key", "f", "--outlet", "F", "--language", "en",
                  "--zone", "UTC", "--country", "GB", "--kind", "newspaper")  # fmt: skip
    assert refused.returncode == 1
    assert "wirewatch init" in refused.stderr
    written = run("init", "mine", "--sql")
    assert written.returncode == 0, written.stderr
    assert f"WIREWATCH_CONFIG_DIR={tmp_path / 'mine' / 'config'}" in written.stdout
    assert (tmp_path / "mine" / "sql" / "views" / "10_articles.sql").is_file()
    feeds = tmp_path / "mine" / "config" / "feeds.yml"
    feeds.write_text(feeds.read_text(encoding="utf-8").replace("kind: agency", "kind: agncy", 1), encoding="utf-8")
    checked = run("config", "check", WIREWATCH_CONFIG_DIR="mine/config")
    assert (checked.returncode, "config/feeds.yml" in checked.stderr) == (1, True)
    again = run("init", "mine")
    assert (again.returncode, "--force overwrites" in again.stderr) == (1, True)
    assert "kind: agncy" in feeds.read_text(encoding="utf-8")
    assert run("init", "mine", "--force").returncode == 0
    assert run("config", "check", WIREWATCH_CONFIG_DIR="mine/config").returncode == 0
