"""How long a person waits: `rasd --help`, and `rasd demo --once` from a cold start. Medians of five beside a calibration loop.

python -m bench.start_up [--runs 5] [--profile mcit]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from statistics import median
from time import perf_counter

from bench.calibration import calibrate


def seconds(command: list[str]) -> tuple[float, str]:
    """Run a command; its wall-clock seconds and what it printed."""
    started = perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return perf_counter() - started, done.stdout


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", default="mcit")
    arguments = parser.parse_args()
    rasd = [sys.executable, "-m", "service.cli"]
    print(f"calibration loop: {calibrate():.3f} s")
    helps = [seconds([*rasd, "--help"])[0] for _ in range(arguments.runs)]
    print(f"rasd --help: {median(helps):.2f} s (median of {arguments.runs})")
    demos = [seconds([*rasd, "demo", "--once", "--json", "--profile", arguments.profile]) for _ in range(arguments.runs)]
    print(
        f"rasd demo --once --profile {arguments.profile}: {median(demo[0] for demo in demos):.1f} s (median of {arguments.runs})"
    )
    summary = json.loads(demos[0][1])
    print({key: value for key, value in summary.items() if key != "failures"})


if __name__ == "__main__":
    main()
