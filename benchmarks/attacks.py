"""Runs the hostile submissions of tests/attacks against graders of this field, side by side.

    python -m benchmarks.attacks [-k WORD,...] [--warm] [--otter PROGRAM]

Each attack is handed in to gradescope-utils, in a process of its own as Gradescope runs it, and to this
project. The table says whether the attack got what it wanted, told from outside by the same signs for both.
Where an attack needs what gradescope-utils does not have (it reads no written answers, no archives and no
notebooks, and has no protocol), it does not apply.

With --otter, attacks by code are handed to that `otter` too, as a notebook; it is slow.

With --warm, gradescope-utils runs in a fork of a process that has torch loaded, which is many times faster,
and attacks that do not apply to it are tried on the naive reader that they name.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.exercise.model import Exercise
from autograder.grading.session import Session
from autograder.sandbox.server import ForkServer
from benchmarks.otter_peer import Otter
from tests.attacks import product
from tests.attacks.attack import Attack, attacks
from tests.attacks.page import active_html, active_text
from tests.attacks.table import active_cells
from tests.attacks.world import World

_SECONDS = 12.0
_NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True)
class Row:
    """What an attack got, from each grader."""

    attack: Attack
    there: str
    otter: str
    here: str
    named: str


def main() -> None:
    options = _options()
    warm = ["autograder.learning.warm:prepare"]
    operations = ["tests.attacks.readers"]
    with (
        ForkServer(operations=operations, warm=warm, confined=False) as server,
        Session() as session,
    ):
        peer = Peer(server if options.warm else None)
        otter = Otter(options.otter) if options.otter else None
        columns = [
            "attack",
            "tries",
            "without layers",
            *(["Otter"] if otter else []),
            "here",
            "called",
        ]
        print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
        rows = []
        for attack in attacks():
            if any(word in attack.name for word in options.k.split(",")):
                rows.append(_row(attack, peer, otter, product.exercise(), session))
                print(_line(rows[-1]), flush=True)
    tried = [row for row in rows if row.there != _NOT_APPLICABLE]
    lost = sum(row.there == "succeeds" for row in tried)
    ours = sum(row.here == "succeeds" for row in rows)
    print(f"\nwithout layers: {lost} of {len(tried)} attacks succeed")
    asked = [row.otter for row in rows if row.otter not in ("", _NOT_APPLICABLE)]
    if asked:
        print(f"Otter: {asked.count('succeeds')} of {len(asked)} attacks succeed")
    print(f"autograder: {ours} of {len(rows)} attacks succeed")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "-k",
        default="",
        metavar="WORDS",
        help="only attacks whose name holds a word, of several with commas",
    )
    parser.add_argument("--otter", default="", metavar="PROGRAM", help="an installed `otter`")
    parser.add_argument("--warm", action="store_true", help="fork gradescope-utils, torch loaded")
    return parser.parse_args()


def _row(
    attack: Attack, peer: Peer, otter: Otter | None, exercise: Exercise, session: Session
) -> Row:
    there, other = peer.judged(attack), ""
    if otter is not None:
        other = _NOT_APPLICABLE if not otter.applies(attack) else _word(otter.succeeds(attack))
    with World() as world:
        world.hand_in(attack)
        used = product.hurried(exercise) if attack.waits else exercise
        graded = product.grade_with_product(attack, world, used, session)
        gained = list(_gains(attack, world, graded))
    return Row(attack, there, other, _word(bool(gained)), graded.outcome.outcome)


def _word(succeeded: bool) -> str:
    return "succeeds" if succeeded else "fails"


def _gains(attack: Attack, world: World, graded: product.Graded) -> Iterator[str]:
    """What an attack got from the product, if anything."""
    if graded.grade.points > 0:
        yield "points"
    if world.changed() or world.leftovers():
        yield "files"
    if world.token in graded.page:
        yield "answers"
    if world.listener.contacts or world.victim.is_harmed():
        yield "another process"
    if active_html(graded.html) or active_text(graded.html + graded.terminal):
        yield "the page"
    if any(active_cells(table) for table in product.tables(product.book_of(attack, graded))):
        yield "a spreadsheet"


class Peer:
    """gradescope-utils, in processes of its own or, with a server, in forks of a warm one."""

    def __init__(self, server: ForkServer | None) -> None:
        self._server = server
        self._start_seconds = 0.0 if server else _import_seconds()
        path = Path("net.py")
        innocent = Attack(path, {"sign": "points"})
        with World() as world:
            (world.submission / path).write_text(product.WRONG)
            world.open_to_all()
            self._idle = self._run(innocent, world)

    def judged(self, attack: Attack) -> str:
        """Whether an attack succeeds, or does not apply."""
        applies = attack.control == "grader" and attack.question == "net"
        if not applies and self._server is None:
            return _NOT_APPLICABLE
        with World() as world:
            world.hand_in(attack)
            control = self._run(attack, world)
            seen = product.sign_is_seen(attack, world, control, self._idle)
        return _word(seen)

    def _run(self, attack: Attack, world: World) -> product.Control:
        if self._server is not None:
            return product.grade_naively(attack, world, self._server)
        seconds = 3.0 if attack.sign == "stall" else _SECONDS
        return _gradescope(world, seconds + self._start_seconds)


def _gradescope(world: World, seconds: float) -> product.Control:
    """Run the instructor's tests in a process of their own, with limits that protect this machine."""
    environment = {**os.environ, "GRADING_SECRET": world.token, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(world.folder / "source" / "run_tests.py"), str(world.folder)]
    end = time.monotonic() + seconds
    process = subprocess.Popen(
        command,
        cwd=world.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limited,
    )
    while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0 and time.monotonic() < end:
        time.sleep(0.02)
    late = ended[0] == 0
    if late:
        process.kill()
        ended = os.wait4(process.pid, 0)
    process.returncode = ended[1]
    return product.Control("time" if late else None, ended[2].ru_maxrss * 1024)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 << 20, 512 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _import_seconds() -> float:
    """How long torch takes to import here, with a margin; that is no stall."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return 2 * (time.monotonic() - start) + 2.0


def _line(row: Row) -> str:
    cells = [row.attack.name, row.attack.header["tries"], row.there, row.otter, row.here, row.named]
    return f"| {' | '.join(cell for cell in cells if cell)} |"


if __name__ == "__main__":
    main()
