"""The folder `config/`: checked whole, every mistake of every file reported together, and read part by part."""

from __future__ import annotations

from pathlib import Path

from pipeline.configuration.parts import Configuration

__all__ = ["Configuration", "load_configuration"]


def load_configuration(config_dir: Path) -> Configuration:
    """Read and check the YAML files of a folder, its languages/, meetings/, messages/ and gazetteer/.

    Mistakes of alerts.yml are kept beside it (`alert_file`): they must not stop a stage.

    Raises:
        ConfigurationError: with the mistakes of all files, in that order.
    """
    from pipeline.configuration.whole import read_whole  # here: what was checked before is read in parts, without

    return read_whole(config_dir)
