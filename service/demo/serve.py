"""The world alone, as a process of its own: for tests that kill Rasd, and for benchmarks.

    python -m service.demo.serve --profile mof --port-file world.json --until 600

Everything is published already; where it is stands in the port file (JSON), written once all sites answer. Then a line says
«ready».
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from domain.errors import RasdError
from service.demo.hosting import demo_world
from service.profiles import SHIPPED


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the time is over or the process is told to end. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m service.demo.serve", description="Serve the demonstration world alone.")
    parser.add_argument("--profile", choices=SHIPPED, default=SHIPPED[0])
    parser.add_argument("--port-file", type=Path, required=True, help="where to write the addresses, as JSON")
    parser.add_argument("--home", type=Path, help="keep mail, replies and ports under HOME/demo")
    parser.add_argument("--until", type=float, metavar="SECONDS", help="end by itself after so long")
    parser.add_argument("--live", action="store_true", help="let items appear one by one instead of all at once")
    parser.add_argument("--pace", type=float, default=1.0, help="with --live: 2 brings items twice as fast")
    chosen = parser.parse_args(arguments)
    try:
        asyncio.run(_serve(chosen))
    except RasdError as error:
        print(f"rasd: {error}", file=sys.stderr)  # noqa: T201 - a command of its own
        return 2
    return 0


async def _serve(chosen: argparse.Namespace) -> None:
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told_to_end.set)
    if chosen.until is not None:
        loop.call_later(chosen.until, told_to_end.set)
    async with demo_world(chosen.profile, chosen.home, once=not chosen.live, pace=chosen.pace) as running:
        unfinished = chosen.port_file.with_name(f"{chosen.port_file.name}.part")
        unfinished.write_text(json.dumps(running.as_json(), ensure_ascii=False, indent=1), "utf-8")
        unfinished.rename(chosen.port_file)
        print(f"ready: {chosen.port_file}", flush=True)  # noqa: T201 - a command of its own
        await told_to_end.wait()


if __name__ == "__main__":
    sys.exit(main())
