"""A fixed piece of work, timed in the same run as a bench: figures of two machines are compared as ratios to it."""

from __future__ import annotations

from statistics import median
from time import perf_counter


def _work() -> int:
    words = [f"{number * 2654435761 % 1_000_003:x}" for number in range(200_000)]
    counts: dict[str, int] = {}
    for word in words:
        counts[word[:3]] = counts.get(word[:3], 0) + len(word)
    return len("".join(sorted(words))) + len(counts)


def calibrate(runs: int = 5) -> float:
    """Seconds that the loop takes: the median of the runs."""
    seconds = []
    for _ in range(runs):
        started = perf_counter()
        _work()
        seconds.append(perf_counter() - started)
    return median(seconds)


if __name__ == "__main__":
    print(f"calibration loop: {calibrate():.3f} s")
