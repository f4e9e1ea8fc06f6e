"""Writes a class: python -m benchmarks.classroom FOLDER [--count 200] [--seed 0] [--code]"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.classroom.make import LABELS, make_class


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--code", action="store_true", help="with a notebook each")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty")
    options.folder.mkdir(parents=True, exist_ok=True)
    made = make_class(options.folder, options.count, options.seed, options.code)
    print(
        f"{len(made)} submissions in {options.folder / 'submissions'}; {LABELS} has what each must get"
    )


if __name__ == "__main__":
    main()
