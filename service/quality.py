"""The labelled texts that no model of Rasd is trained on: the demonstration's own, as records of the rule book.

They judge a model before it replaces another (``rasd train``), and hold the floors of ``tests/quality/floors.json``.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from classifiers.records import Record, parse_record


def held_out(profile: str) -> list[Record]:
    """The demonstration's articles and posts of a profile, with their labels; an empty list for a profile that has none."""
    folder = resources.files("service.demo") / "texts" / profile
    if not folder.is_dir():
        return []
    rows = [
        (name, number, json.loads(line))
        for name in ("articles.jsonl", "posts.jsonl")
        for number, line in enumerate((folder / name).read_text("utf-8").splitlines(), 1)
    ]
    return [parse_record(_record(profile, row), f"{name} line {number}") for name, number, row in rows]


def _record(profile: str, row: dict[str, Any]) -> dict[str, Any]:
    labels = {key: row[key] for key in ("id", "remit", "body", "kind", "sentiment", "topic", "flags")}
    if "paragraphs" in row:
        outlet = row["printings"][0]["outlet"]
        text = "\n".join(row["paragraphs"])
        return {**labels, "profile": profile, "channel": "press", "outlet": outlet, "title": row["title"], "text": text}
    return {**labels, "profile": profile, "channel": "social", "text": row["text"], "dialect": row.get("dialect", "")}
