"""Works on cases until it is killed: ``python killed_worker.py URL SEED CASE...``. Says each move once it is committed."""

from __future__ import annotations

import sys
from itertools import count

from registry.database import Database
from tests.registry.random_work import Ending, Work, random_turns


def main(url: str, seed: int, ids: list[int]) -> None:
    """Endless work; one line for each acknowledged move."""
    work = Work(Database(url), ids)
    for part in count():
        for tries, ending in random_turns(1000 * seed + part, 50):
            before = work.done.copy()
            work.turn(tries, Ending.COMMITTED if ending is Ending.CUT else ending)
            for case_id, kind, actor in (work.done - before).elements():
                sys.stdout.write(f"{case_id} {kind} {actor}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), [int(each) for each in sys.argv[3:]])
