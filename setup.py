"""Puts config/, sql/ and dags/ into the wheel, below the package. In a checkout they stay where they are."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FOLDERS = ("config", "sql", "dags")


class BuildWithFolders(build_py):
    """As build_py; an editable install needs no copies."""

    def run(self) -> None:
        """Copy the package, then the folders, as pipeline/shipped/…"""
        if self.editable_mode:
            super().run()
            return
        package = Path(self.build_lib) / "pipeline"
        shutil.rmtree(package, ignore_errors=True)  # of an earlier build: old names must not stay
        super().run()
        for name in FOLDERS:
            shutil.copytree(name, package / "shipped" / name, ignore=shutil.ignore_patterns("__pycache__"))


setup(cmdclass={"build_py": BuildWithFolders})
