"""A home whose shelf holds a transformer of the tests' own. Without the extra ``camel`` there is nothing to test here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifiers.transformer.extra import has_torch
from service.home import make_home

collect_ignore_glob = [] if has_torch() else ["test_*.py"]

COMPLAINTS = ("وين استرداد المدفوعات من شهرين يا @MofCare للأسف ما وصل", "منصة اعتماد معطلة من الصباح ومحد يرد علينا")
INQUIRIES = ("كيف أقدم على استرداد المدفوعات الحكومية؟", "هل منصة اعتماد تقبل تسجيل الموردين الأفراد؟")
PRAISES = ("شكرا وزارة المالية على سرعة استرداد المدفوعات", "يعطيكم العافية منصة اعتماد صارت ممتازة")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled posts of the tests' own, each told in a few ways."""
    rows = [
        {
            "id": f"{kind}-{number}-{city}", "profile": "mof", "channel": "social", "text": f"{text} في {city}",
            "remit": "ours", "kind": kind, "sentiment": mood,
            "topic": "etimad/platform" if "اعتماد" in text else "refunds/payment-balance",
        }
        for kind, mood, texts in (
            ("complaint", "negative", COMPLAINTS), ("inquiry", "neutral", INQUIRIES), ("praise", "positive", PRAISES),
        )
        for number, text in enumerate(texts)
        for city in ("جدة", "أبها", "حائل", "تبوك", "نجران")
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "own.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return folder


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with random weights."""
    from tests.fakes.checkpoint import make_checkpoint

    return make_checkpoint(tmp_path_factory.mktemp("base") / "base", (*COMPLAINTS, *INQUIRIES, *PRAISES))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_home(tmp_path / "home", "mof")
    return tmp_path / "home"
