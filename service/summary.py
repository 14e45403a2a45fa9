"""A pass in words and as JSON (DESIGN 5: the keys are a contract)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from service.pipeline import Summary


def as_mapping(summary: Summary) -> dict[str, Any]:
    """The summary with the keys of DESIGN 5, and ``failures`` naming source, reason and remedy."""
    values = asdict(summary)
    values["failures"] = [
        {"source": failure.source_id, "reason": failure.reason, "remedy": failure.remedy} for failure in summary.failures
    ]
    return values


def as_text(summary: Summary) -> str:
    """The summary for a person, a line each, failures last."""
    lines = [
        f"sources       {summary.polled} of {summary.sources} answered",
        f"mentions      {summary.mentions} in {summary.stories} stories",
        f"flagged       {summary.flagged}",
        f"cases         {summary.cases}",
        f"answers sent  {summary.answers_sent}",
        f"digests sent  {summary.digests_sent}",
        f"seconds       {summary.seconds:.1f}",
    ]
    lines += [f"failed: {failure.source_id}: {failure.reason}; {failure.remedy}" for failure in summary.failures]
    return "\n".join(lines)
