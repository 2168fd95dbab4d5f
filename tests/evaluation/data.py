"""Where the labelled data is: `WIREWATCH_DATA`, or `../shared/data` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

from tests.evaluation.report import EvaluationDataError

VARIABLE = "WIREWATCH_DATA"
CHECKOUT = Path(__file__).resolve().parents[2]


def data_folder(chosen: Path | None = None) -> Path:
    """The folder of labelled data: `chosen`, else the environment's, else the default. It may not exist."""
    return chosen or Path(os.environ.get(VARIABLE) or CHECKOUT.parent / "shared" / "data")


def existing_data_folder(chosen: Path | None = None) -> Path:
    """The folder of labelled data.

    Raises:
        EvaluationDataError: it is not there; the message says where it is expected.
    """
    folder = data_folder(chosen)
    if not folder.is_dir():
        raise EvaluationDataError(f"no evaluation data in {folder}; name its folder with --data or {VARIABLE}")
    return folder
