"""The folders that come with the program: config, sql and dags."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
INSTALLED = Path(__file__).resolve().parent / "shipped"  # only in a wheel; setup.py puts it there


def shipped(name: str) -> Path:
    """The folder config, sql or dags that came with the program: inside the package, in a checkout beside it."""
    return INSTALLED / name if INSTALLED.is_dir() else CHECKOUT / name
