from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.compact import CompactModel, load_shipped
from classifiers.tagger import Tagger, TagInput
from domain.mention import Channel
from domain.profile import Profile, Topic
from domain.tags import NO_TOPIC, OTHER_TOPIC, Axis, Flag, Importance, Kind, Remit, Sentiment, Tags
from tests.classifiers.conftest import PROFILE


@pytest.fixture(scope="module")
def tagger(model: CompactModel) -> Tagger:
    return Tagger(PROFILE, model)


def _tag(tagger: Tagger, text: str, title: str = "", channel: Channel = Channel.SOCIAL, **more: object) -> Tags:
    return tagger.tag(TagInput("1", title, text, channel, **more))  # type: ignore[arg-type]


def _shown(tags: Tags, axis: Axis, text: str, title: str = "") -> str:
    fields = {"text": text, "title": title}
    return " | ".join(fields[each.field][each.start : each.end] for each in tags.evidence if each.axis is axis)


@pytest.mark.parametrize(
    ("text", "kind", "sentiment"),
    [
        ("للأسف أعمدة الإنارة في شارعنا مطفية من أسبوعين وما أحد رد", Kind.COMPLAINT, Sentiment.NEGATIVE),
        ("كيف أقدم على عمود إنارة جديد؟", Kind.INQUIRY, Sentiment.NEUTRAL),
        ("شكرا وزارة الإنارة على سرعة التجاوب", Kind.PRAISE, Sentiment.POSITIVE),
        ("انتبهوا عمود إنارة مكشوف قدام المدرسة خطر", Kind.REPORT, Sentiment.NEUTRAL),
        ("أعلنت وزارة الإنارة انطلاق ملتقى أعمدة الإنارة", Kind.NEUTRAL, Sentiment.NEUTRAL),
    ],
)
def test_kinds_and_stances_of_what_is_ours(tagger: Tagger, text: str, kind: Kind, sentiment: Sentiment) -> None:
    tags = _tag(tagger, text)
    assert (tags.remit, tags.kind, tags.sentiment) == (Remit.OURS, kind, sentiment)


def test_topic_comes_from_the_profiles_words(tagger: Tagger) -> None:
    assert _tag(tagger, "أعمدة الإنارة في شارعنا مطفية وظلام").topic == "street/lamps"
    assert _tag(tagger, "فاتورة الإنارة جاية غلط وخصموا مني").topic == "bills/fees"


def test_what_is_no_service_is_neutral_whatever_its_tone(tagger: Tagger) -> None:
    tags = _tag(tagger, "الحكم ضيع المباراة على الهلال فضيحة وظلم للأسف")
    assert (tags.remit, tags.kind, tags.sentiment, tags.topic) == (Remit.NONE, Kind.NEUTRAL, Sentiment.NEUTRAL, NO_TOPIC)
    assert tags.flags == frozenset()


def test_another_body_is_named(tagger: Tagger) -> None:
    tags = _tag(tagger, "انقطاع المياه في الحي من أسبوع وشركة المياه ما ترد")
    assert (tags.remit, tags.body, tags.topic) == (Remit.OTHER, "water", NO_TOPIC)


def test_every_judged_axis_has_a_chance_and_its_reason(tagger: Tagger) -> None:
    text = "للأسف يا @LampsSA أعمدة الإنارة مطفــــية من شهرين!!"
    tags = _tag(tagger, text)
    assert set(tags.confidence) == set(Axis)
    assert all(0 <= chance <= 1 for chance in tags.confidence.values())
    assert "@LampsSA" in _shown(tags, Axis.REMIT, text)
    assert "للأسف" in _shown(tags, Axis.KIND, text)
    assert "أعمدة الإنارة" in _shown(tags, Axis.TOPIC, text)
    assert _shown(tags, Axis.SENTIMENT, text)
    assert tags.model == tagger.model.identity


def test_evidence_names_the_field_that_it_lies_in(tagger: Tagger) -> None:
    title, text = "أعمدة الإنارة مطفية في الحي", "يعاني السكان للأسف من الظلام، وقدموا شكوى مرتين بدون فائدة."
    tags = _tag(tagger, text, title, Channel.PRESS)
    assert {each.field for each in tags.evidence} == {"title", "text"}
    assert "أعمدة الإنارة" in _shown(tags, Axis.TOPIC, text, title)


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀😡", "؟؟!!", "\u202e\u200f", "1234 5678", "Привет, как дела, друзья", "这是一个测试"]
)
def test_what_cannot_be_judged_is_neutral_with_confidence_zero(tagger: Tagger, text: str) -> None:
    tags = _tag(tagger, text)
    assert (tags.remit, tags.kind, tags.sentiment, tags.topic) == (Remit.NONE, Kind.NEUTRAL, Sentiment.NEUTRAL, NO_TOPIC)
    assert set(tags.confidence.values()) == {0.0}
    assert tags.evidence == ()
    assert tags.lang == "und"


def test_one_strange_text_spoils_nobody_elses_tags(tagger: Tagger) -> None:
    texts = ["شكرا وزارة الإنارة", "", "\ud800 سرور", "كيف أسدد رسوم الإنارة؟", "ا" * 5000]
    together = tagger.tag_many([TagInput(number, "", text, Channel.SOCIAL) for number, text in enumerate(texts)])
    assert [tags.kind for tags in together] == [_tag(tagger, text).kind for text in texts]


def test_order_and_number_are_kept_over_batches(tagger: Tagger) -> None:
    texts = ["شكرا وزارة الإنارة على الخدمة", "كيف أسدد رسوم الإنارة؟"] * 300
    kinds = [tags.kind for tags in tagger.tag_many([TagInput(n, "", text, Channel.SOCIAL) for n, text in enumerate(texts)])]
    assert kinds == [Kind.PRAISE, Kind.INQUIRY] * 300
    assert tagger.tag_many([]) == []


def test_a_very_long_text_is_tagged_by_its_lead(tagger: Tagger) -> None:
    lead = "أعلنت وزارة الإنارة انطلاق ملتقى الإضاءة في جدة، وبلغ عدد المشاركين ألفا. "
    filler = "ثم تحدث الحاضرون عن الفن والموسيقى والسفر. " * 20_000
    tags = _tag(tagger, lead + filler, "وزارة الإنارة تعلن انطلاق الملتقى", Channel.PRESS)
    assert (tags.remit, tags.kind) == (Remit.OURS, Kind.NEUTRAL)


def test_a_passage_about_us_deep_in_an_article_is_read(tagger: Tagger) -> None:
    filler = "تحدث الحاضرون عن الكتب والسفر والناس كثيرا. " * 40
    text = f"{filler}\nواشتكى سكان من أن أعمدة الإنارة مطفية منذ شهرين. {filler}"
    tags = _tag(tagger, text, "جولة في المدينة", Channel.PRESS)
    assert "أعمدة الإنارة" in _shown(tags, Axis.TOPIC, text) or "أعمدة الإنارة" in _shown(tags, Axis.REMIT, text)


def test_addressing_the_ministry_makes_it_ours(tagger: Tagger) -> None:
    text = "وين ردكم علينا تعبنا للأسف"
    spoken_to = tagger.tag(TagInput(1, "", text, Channel.SOCIAL, addressed=True))
    aside = tagger.tag(TagInput(1, "", text, Channel.SOCIAL))
    assert spoken_to.confidence[Axis.REMIT] != aside.confidence[Axis.REMIT] or spoken_to.remit is not aside.remit


def test_severity_raises_importance(tagger: Tagger) -> None:
    plain = _tag(tagger, "أعمدة الإنارة مطفية في شارعنا للأسف")
    severe = _tag(tagger, "أعمدة الإنارة تسببت في صعق طفل بشارعنا للأسف")
    assert plain.importance is Importance.MEDIUM
    assert severe.importance is Importance.HIGH


def test_personal_data_is_flagged_with_its_place(tagger: Tagger) -> None:
    text = "أعمدة الإنارة مطفية كلموني على 0501234567"
    tags = _tag(tagger, text)
    assert Flag.PERSONAL_DATA in tags.flags
    assert _shown(tags, Axis.FLAGS, text) == "0501234567"


def test_a_profile_that_the_model_does_not_know_works_from_its_words() -> None:
    profile = replace(
        PROFILE,
        code="bridges",
        names=("وزارة الجسور",),
        handles=("BridgesSA",),
        topics=(
            Topic("bridges/cracks", "تشققات", "Cracks", "works", words=("تشقق الجسر", "الجسر متشقق", "جسر المشاة")),
            Topic("bridges/tolls", "عبور", "Tolls", "works", words=("رسوم العبور", "بوابة العبور")),
            Topic(OTHER_TOPIC, "أخرى", "Other", "works"),
        ),
    )
    tags = _tag(Tagger(profile, load_shipped()), "يا @BridgesSA للأسف الجسر متشقق من شهور ومحد رد علينا")
    assert (tags.remit, tags.kind, tags.topic) == (Remit.OURS, Kind.COMPLAINT, "bridges/cracks")


def test_a_topic_that_was_added_after_training_can_be_chosen(model: CompactModel) -> None:
    added = Topic("street/poles", "أعمدة خشب", "Poles", "works", words=("أعمدة خشبية", "عمود خشب"))
    profile: Profile = replace(PROFILE, topics=(added, *PROFILE.topics))
    tags = _tag(Tagger(profile, model), "للأسف عندنا أعمدة خشبية قديمة و عمود خشب مكسور @LampsSA")
    assert tags.topic == "street/poles"


@settings(max_examples=80, deadline=None)
@given(
    title=st.text(max_size=40),
    text=st.text(max_size=200),
    channel=st.sampled_from(Channel),
    lang=st.sampled_from(["", "ar", "en"]),
)
def test_any_text_gets_tags_whose_evidence_lies_inside_it(
    model: CompactModel, title: str, text: str, channel: Channel, lang: str
) -> None:
    tags = Tagger(PROFILE, model).tag(TagInput("1", title, text, channel, language=lang))
    assert (tags.remit is Remit.NONE) <= (tags.kind is Kind.NEUTRAL and tags.sentiment is Sentiment.NEUTRAL)
    assert (tags.topic == NO_TOPIC) == (tags.remit is not Remit.OURS)
    sizes = {"title": len(title), "text": len(text)}
    assert all(0 <= each.start < each.end <= sizes[each.field] for each in tags.evidence)


def test_an_article_that_meets_our_words_in_passing_is_not_ours(tagger: Tagger) -> None:
    lead = "افتتح أمس معرض للزهور شارك فيه مزارعون من مناطق عدة، وقدم الزوار باقات من الورد هدية للمرضى في المدينة. " * 6
    passing = "وسار الزوار بين أعمدة الإنارة إلى المخرج."
    article = TagInput(id="1", title="معرض للزهور يستقبل زواره", text=f"{lead}\n{passing}", channel=Channel.PRESS)
    assert tagger.tag(article).remit is Remit.NONE
    first = TagInput(
        id="2", title="سكان يشكون أعمدة الإنارة المطفية", text=f"اشتكى سكان من الظلام.\n{lead}", channel=Channel.PRESS
    )
    assert tagger.tag(first).remit is Remit.OURS
