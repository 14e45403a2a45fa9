"""A small profile, a tiny corpus of the tests' own, and a model trained on them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from classifiers.compact import CompactModel
from classifiers.train import train_from_scratch
from domain.profile import Body, Department, ImportanceRules, Profile, Topic
from domain.tags import OTHER_TOPIC

PROFILE = Profile(
    code="lamps",
    name_ar="وزارة الإنارة",
    name_en="Ministry of Lamps",
    names=("وزارة الإنارة",),
    handles=("LampsSA", "Lamps_Care"),
    officials=("وزير الإنارة",),
    topics=(
        Topic(
            "street/lamps", "أعمدة", "Lamps", "works", words=("عمود إنارة", "أعمدة الإنارة", "لمبة", "ظلام"), weak_words=("شارع",)
        ),
        Topic("bills/fees", "الرسوم", "Fees", "money", words=("رسوم الإنارة", "فاتورة الإنارة"), weak_words=("فاتورة", "رسوم")),
        Topic(OTHER_TOPIC, "أخرى", "Other", "works"),
    ),
    bodies=(
        Body("water", "شركة المياه", names=("شركة المياه",), handles=("WaterCo",), words=("انقطاع المياه",)),
        Body("bulbs", "شركة اللمبات", names=("شركة اللمبات",), handles=("BulbsCo",), supervised=True),
    ),
    departments=(Department("works", "الأعمال"), Department("money", "المالية")),
    watch=(),
    importance=ImportanceRules(severe=("صعق", "حريق"), serious=("منذ سنوات",)),
)

COMPLAINTS = (
    "أعمدة الإنارة في حينا مطفية من شهرين وما أحد رد علينا",
    "لمبة الشارع خربانة ولا حياة لمن تنادي يا وزارة الإنارة",
    "ظلام في الحي كله وقدمت شكوى مرتين بدون فائدة",
    "فاتورة الإنارة جاية غلط وخصموا مني بدون سبب للأسف",
    "للأسف رسوم الإنارة زادت والخدمة سيئة جدا",
    "إلى متى وأعمدة الإنارة معطلة في شارعنا؟ تعبنا",
)
INQUIRIES = (
    "كيف أسدد رسوم الإنارة من الجوال؟",
    "متى يتم تركيب أعمدة الإنارة في الحي الجديد؟",
    "هل يشمل العرض فاتورة الإنارة القديمة؟",
    "لو سمحتم وين أقدم على عمود إنارة أمام البيت؟",
    "استفسار: كم رسوم الإنارة للمحلات؟",
    "ما هي شروط نقل عمود إنارة من أمام الباب؟",
)
PRAISES = (
    "شكرا وزارة الإنارة على سرعة التجاوب وإصلاح العمود",
    "يعطيكم العافية أعمدة الإنارة صارت ممتازة",
    "بيض الله وجيهكم ركبوا لمبة الشارع بنفس اليوم",
    "خدمة رائعة من وزارة الإنارة نشكر القائمين عليها",
)
REPORTS = (
    "انتبهوا عمود إنارة مكشوف الأسلاك قدام المدرسة خطر على الأطفال",
    "احذروا رسالة احتيالية تطلب سداد رسوم الإنارة عبر رابط",
    "للتنبيه عمود إنارة مايل على الطريق قبل لا يطيح",
    "يتداول رابط مزيف باسم وزارة الإنارة لا تفتحونه",
)
NEUTRALS = (
    "أعلنت وزارة الإنارة انطلاق ملتقى الإضاءة في جدة",
    "بلغ عدد أعمدة الإنارة الجديدة ألفا وفق تقرير وزارة الإنارة",
    "وقعت وزارة الإنارة مذكرة تفاهم مع جامعة",
    "دشن وزير الإنارة مشروع أعمدة الإنارة الذكية",
)
OTHERS = (
    "انقطاع المياه في بيتنا من البارح وشركة المياه ما ترد",
    "شركة المياه فصلت العداد بدون سبب وتعبنا معهم",
    "وين شركة المياه عن الخزان المكسور؟ حسبي الله",
    "للأسف خدمة شركة المياه سيئة وانقطاع المياه كل أسبوع",
)
NONES = (
    "الهلال فاز في المباراة والمدرب رائع",
    "الحكم ضيع ركلة جزاء واضحة",
    "صباح الخير يا حلوين والقهوة جاهزة",
    "خصم خمسين بالمئة على العطور اطلب الآن",
    "فيلم البارح ممل والممثل ضعيف",
    "اللهم صل وسلم على نبينا محمد",
)


def record(number: int, text: str, kind: str, remit: str = "ours", topic: str = "", sentiment: str = "") -> dict[str, object]:
    feels = {"complaint": "negative", "praise": "positive"}
    fits = "street/lamps" if "عمود" in text or "أعمدة" in text or "لمبة" in text else "bills/fees"
    return {
        "id": f"t{number}",
        "profile": "lamps",
        "channel": "social",
        "text": text,
        "remit": remit,
        "kind": kind,
        "sentiment": sentiment or feels.get(kind, "neutral"),
        "topic": topic or (fits if remit == "ours" else "-"),
        "flags": [],
    }


def rows() -> list[dict[str, object]]:
    labelled = [
        ("complaint", COMPLAINTS),
        ("inquiry", INQUIRIES),
        ("praise", PRAISES),
        ("report", REPORTS),
        ("neutral", NEUTRALS),
    ]
    ours = [(text, kind, "ours") for kind, texts in labelled for text in texts]
    elsewhere = [(text, "complaint", "other") for text in OTHERS]
    none = [(text, "neutral", "none") for text in NONES]
    return [record(number, *each) for number, each in enumerate(ours + elsewhere + none)]


@pytest.fixture(scope="session")
def profile() -> Profile:
    return PROFILE


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Training sets in the shape of the shared ones, of the tests' own writing."""
    folder = tmp_path_factory.mktemp("data")
    texts = [(text, "negative") for text in COMPLAINTS] + [(text, "positive") for text in PRAISES]
    texts += [(text, "neutral") for text in (*INQUIRIES, *NEUTRALS)]
    _write(folder / "sentiment" / "train.jsonl.gz", [{"source": "own", "text": text, "sentiment": mood} for text, mood in texts])
    posts = [(text, "complaint", "municipal") for text in COMPLAINTS] + [(text, "inquiry", "municipal") for text in INQUIRIES]
    posts += [(text, "neutral", "none") for text in NONES] + [(text, "praise", "public") for text in PRAISES]
    _write(
        folder / "intent" / "posts.jsonl.gz",
        [{"id": text[:9], "text": text, "kind": kind, "domain": of} for text, kind, of in posts],
    )
    return folder


@pytest.fixture(scope="session")
def corpus_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "lamps.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows()), "utf-8")
    return folder


@pytest.fixture(scope="session")
def model(data_dir: Path, corpus_dir: Path) -> CompactModel:
    return train_from_scratch(data_dir, corpus_dir, lambda _: None, [PROFILE]).model


def _write(path: Path, written: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in written).encode()))
