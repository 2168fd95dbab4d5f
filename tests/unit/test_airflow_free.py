"""The core installs and runs without Airflow: nothing in pipeline/ imports it, directly or through others."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pipeline


def test_importing_every_module_of_the_pipeline_never_imports_airflow() -> None:
    names = [m.name for m in pkgutil.walk_packages(pipeline.__path__, "pipeline.")]
    assert len(names) > 40
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "sys.exit(any(m.partition('.')[0] == 'airflow' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
