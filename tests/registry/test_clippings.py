"""What came as a picture or sound: visible and never judged before it is transcribed, then as anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind
from domain.clipping import Clipping, clipping_of
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.mention import Mention, MentionForm, MentionState
from domain.people import SYSTEM, Actor
from domain.profile import Profile
from domain.tags import Axis, Kind, Remit, Tags
from registry import cases, clippings, doctor, drift, erasure, mention_files, mentions, tagging
from registry.clipping_match import find_article, likely_articles, match
from registry.database import Database
from registry.said_by_hand import say
from registry.views import Review
from tests.registry.hands import NOW, SECRET, Hands

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
MP3 = b"ID3" + b"\x00" * 64
HEADLINE = "سكان القرية يشكون كثرة الحفر في الطريق الزراعي"
SHOWN = {"outlet": "daily", "form": "picture", "title": HEADLINE, "published_at": "2026-11-21"}
HEARD = {"outlet": "radio", "form": "sound", "title": "متصل يشكو الحفر", "programme": "صباح الخير", "minute": "12:34",
         "published_at": "2026-11-21"}  # fmt: skip


@pytest.fixture
def made(profile: Profile) -> Callable[..., Clipping]:
    def make(**fields: str) -> Clipping:
        return clipping_of(fields, profile, NOW, lambda typed: typed)

    return make


@pytest.fixture
def reviewer(team: dict[str, Actor]) -> Actor:
    return team["reviewer"]


def _enter(database: Database, actor: Actor, *given: Clipping, now: datetime = NOW) -> clippings.Entered:
    with database.transaction() as session:
        return clippings.enter(session, given, actor, now, SECRET)


def _states(database: Database, mention_id: int) -> tuple[MentionState, Review, Kind | None]:
    with database.reading() as session:
        row = mentions.mention_view(session, mention_id).row
    return row.state, row.review, row.kind


def test_what_has_no_text_stands_on_the_review_list_and_no_classifier_is_asked(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor
) -> None:
    (heard,) = _enter(database, reviewer, made(**HEARD)).new
    assert hands.tag() == []
    with database.transaction() as session:
        tagging.tag_again(session)
    assert hands.tag() == []
    assert _states(database, heard) == (MentionState.GATHERED, Review.UNTRANSCRIBED, None)
    with database.reading() as session:
        (row,) = cases.review_list(session).items
        (waits,) = clippings.untranscribed(session).items
    assert (row.id, row.form, row.programme, row.minute, row.transcribed) == (heard, MentionForm.SOUND, "صباح الخير", 754, False)
    assert (waits.id, waits.entered_by, waits.outlet_id, waits.files) == (heard, "reviewer", "radio", 0)


def test_two_of_the_same_are_one(database: Database, hands: Hands, made: Callable[..., Clipping], team: dict[str, Actor]) -> None:
    first = _enter(database, team["reviewer"], made(**HEARD), made(**HEARD))
    again = _enter(database, team["specialist"], made(**HEARD), now=NOW + timedelta(hours=1))
    assert (len(first.new), first.ids[0] == first.ids[1], again.count, again.ids) == (1, True, 0, first.new)
    other = _enter(database, team["reviewer"], made(**HEARD | {"minute": "40:00"}))
    assert other.count == 1


def test_a_transcript_is_a_revision_that_is_tagged_and_registered(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor
) -> None:
    (heard,) = _enter(database, reviewer, made(**HEARD)).new
    with database.transaction() as session:
        assert clippings.transcribe(session, heard, "  يقول المتصل إن الحفر أتلفت سيارته  ", reviewer, NOW)
        assert not clippings.transcribe(session, heard, "يقول المتصل إن الحفر أتلفت سيارته", reviewer, NOW)
    assert hands.tag() == [heard]
    assert hands.register().opened
    assert _states(database, heard) == (MentionState.CASED, Review.NONE, Kind.COMPLAINT)
    with database.reading() as session:
        view = mentions.mention_view(session, heard)
        assert (view.text, view.revision, clippings.untranscribed(session).total) == ("يقول المتصل إن الحفر أتلفت سيارته", 2, 0)
        assert clippings.clipping(session, heard).transcribed_by == "reviewer"
        assert doctor.examine(session) == []
    assert _enter(database, reviewer, made(**HEARD)).count == 0
    with pytest.raises(Conflict, match="text already"), database.transaction() as session:
        clippings.transcribe(session, heard, "نص آخر", reviewer, NOW)


def test_whom_a_case_concerns_does_not_write_down_what_its_recording_says(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor, team: dict[str, Actor], profile: Profile
) -> None:
    (heard,) = _enter(database, reviewer, made(**HEARD)).new
    with database.transaction() as session:
        case_id = cases.accept_mention(session, heard, team["specialist"], profile, NOW, kind=Kind.COMPLAINT)
        concerned = {"person": "reviewer", "reason": "الشكوى عنه"}
        cases.act(session, case_id, CaseEventKind.CONFLICT_NAMED, team["specialist"], concerned, NOW)
    with pytest.raises(NotAllowed, match="concerns"), database.transaction() as session:
        clippings.transcribe(session, heard, "لا شيء يُذكر", reviewer, NOW)
    with database.transaction() as session:
        assert clippings.transcribe(session, heard, "يقول المتصل إن الحفر أتلفت سيارته", team["specialist"], NOW)


def test_the_same_item_entered_with_its_text_is_its_transcript(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor
) -> None:
    told = made(**HEARD, text="يقول المتصل إن الحفر أتلفت سيارته")
    (heard,) = _enter(database, reviewer, made(**HEARD)).new
    later = _enter(database, reviewer, told)
    assert (later.new, later.transcribed, later.ids) == ((), (heard,), (heard,))
    assert _enter(database, reviewer, told).count == 0
    together = HEARD | {"minute": "50:00"}
    both = _enter(database, reviewer, made(**together, text="نص آخر عن الحفر"), made(**together))
    assert len(set(both.ids)) == len(both.new) == len(both.transcribed) == 1
    another = _enter(database, reviewer, made(**HEARD, text="متصل آخر في الدقيقة نفسها"))
    assert len(another.new) == 1


def test_what_was_said_of_it_opens_a_case_and_holds_over_the_classifier(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor, profile: Profile, tags: Callable[..., Tags]
) -> None:
    (heard,) = _enter(database, reviewer, made(**HEARD, kind="complaint", topic="roads/signs")).new
    assert _states(database, heard) == (MentionState.GATHERED, Review.UNTRANSCRIBED, Kind.COMPLAINT)
    with database.transaction() as session:
        case_id = cases.accept_mention(session, heard, reviewer, profile, NOW)
        assert cases.case_view(session, case_id).row.topic == "roads/signs"
        assert [each.id for each in clippings.untranscribed(session).items] == [heard]
        assert tagging.corrections(session) == []
        clippings.transcribe(session, heard, "يقول المتصل كلامًا طويلًا عن اللوحات", reviewer, NOW)
    hands.tag(tags(Kind.NEUTRAL, Remit.NONE))
    assert _states(database, heard) == (MentionState.CASED, Review.NONE, Kind.COMPLAINT)
    with database.reading() as session:
        assert {row.axis for row in tagging.corrections(session)} == {Axis.REMIT, Axis.KIND, Axis.TOPIC}
        assert not any(drift.agreement_by_week(session, NOW, "Asia/Riyadh"))
        assert doctor.examine(session) == []


def test_a_person_accepts_or_dismisses_it_without_a_text(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor, profile: Profile
) -> None:
    heard, shown = _enter(database, reviewer, made(**HEARD), made(**SHOWN)).new
    with pytest.raises(InputError, match="name complaint"), database.transaction() as session:
        cases.accept_mention(session, heard, reviewer, profile, NOW)
    with database.transaction() as session:
        cases.accept_mention(session, heard, reviewer, profile, NOW, kind=Kind.INQUIRY)
        cases.reject_mention(session, shown, reviewer, "إعلان تجاري", NOW)
    assert _states(database, heard) == (MentionState.CASED, Review.NONE, Kind.INQUIRY)
    assert _states(database, shown) == (MentionState.DISMISSED, Review.NONE, None)
    with database.reading() as session:
        assert [each.id for each in clippings.untranscribed(session).items] == [heard]


def test_what_is_said_of_an_item_needs_a_kind_and_no_tags(
    database: Database, hands: Hands, made: Callable[..., Clipping], article: Callable[..., Mention], reviewer: Actor
) -> None:
    (heard,) = _enter(database, reviewer, made(**HEARD)).new
    hands.through(article(1))
    with database.transaction() as session:
        say(session, heard, reviewer, NOW)
        with pytest.raises(InputError, match="kind"):
            say(session, heard, reviewer, NOW, topic="roads/holes")
        with pytest.raises(Conflict, match="tags"):
            say(session, heard + 1, reviewer, NOW, kind=Kind.PRAISE)
        with pytest.raises(NotFound):
            say(session, 999, reviewer, NOW, kind=Kind.PRAISE)
        say(session, heard, reviewer, NOW, kind=Kind.PRAISE)
        say(session, heard, reviewer, NOW, kind=Kind.PRAISE)
        assert len(tagging.corrections_of(session, heard)) == 2


def test_who_may_not_enter_is_refused(
    database: Database, hands: Hands, made: Callable[..., Clipping], team: dict[str, Actor]
) -> None:
    for role in ("department", "auditor", "admin", "manager"):
        with pytest.raises(NotAllowed):
            _enter(database, team[role], made(**HEARD))
    assert _enter(database, SYSTEM, made(**HEARD)).count == 1


@pytest.mark.parametrize("said", ["", "   ", "\u200f\u200e", "ن" * 100_001])
def test_an_empty_or_endless_transcript_is_refused(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor, said: str
) -> None:
    (heard,) = _enter(database, reviewer, made(**HEARD)).new
    with pytest.raises(InputError), database.transaction() as session:
        clippings.transcribe(session, heard, said, reviewer, NOW)


# ----------------------------------------------------------------------------------------------------------- the real article


def test_a_picture_of_a_headline_is_matched_to_its_article(
    database: Database,
    hands: Hands,
    made: Callable[..., Clipping],
    article: Callable[..., Mention],
    reviewer: Actor,
    profile: Profile,
) -> None:
    case_id = hands.case(article(1, title=f"{HEADLINE} منذ عام", published_at=NOW - timedelta(days=1)))
    hands.through(article(2, title="افتتاح جسر جديد", outlet_id="weekly", published_at=NOW - timedelta(days=1)))
    hands.through(article(3, title=HEADLINE, outlet_id="weekly", published_at=NOW - timedelta(days=9)))
    (shown,) = _enter(database, reviewer, made(**SHOWN)).new
    with database.transaction() as session:
        (likely,) = likely_articles(session, shown)
        assert likely.same_outlet
        assert likely.shared >= 5
        assert (
            find_article(session, "https://daily.example/news/1?utm_source=x")
            == likely.id
            == find_article(session, str(likely.id))
        )
        match(session, shown, likely.id, reviewer, NOW, profile)
        match(session, shown, likely.id, reviewer, NOW, profile)
    hands.tag()
    hands.register()
    with database.reading() as session:
        view, original = mentions.mention_view(session, shown), mentions.mention_view(session, likely.id)
        assert (view.text, view.row.story_id) == (original.text, original.row.story_id)
        assert view.row.case_id == case_id
        assert likely_articles(session, shown)[0].id == likely.id
        assert doctor.examine(session) == []


def test_its_case_goes_to_the_story_of_both(
    database: Database, hands: Hands, made: Callable[..., Clipping], article: Callable[..., Mention], reviewer: Actor,
    profile: Profile, tags: Callable[..., Tags],
) -> None:  # fmt: skip
    (shown,) = _enter(database, reviewer, made(**SHOWN)).new
    with database.transaction() as session:
        case_id = cases.accept_mention(session, shown, reviewer, profile, NOW, kind=Kind.COMPLAINT)
    hands.store(article(1, title="خبر بعنوان آخر"))
    (real,) = hands.tag(tags(Kind.NEUTRAL, Remit.NONE))
    with database.transaction() as session:
        match(session, shown, real, reviewer, NOW, profile)
    with database.reading() as session:
        assert mentions.mention_view(session, real).row.story_id == mentions.mention_view(session, shown).row.story_id
        assert [each.id for each in cases.case_view(session, case_id).mentions] == [shown]
        assert doctor.examine(session) == []


def test_what_cannot_be_matched_is_refused_with_the_reason(
    database: Database, hands: Hands, made: Callable[..., Clipping], article: Callable[..., Mention], reviewer: Actor,
    profile: Profile, team: dict[str, Actor],
) -> None:  # fmt: skip
    shown, heard = _enter(database, reviewer, made(**SHOWN), made(**HEARD)).new
    case_id = hands.case(article(1))
    with database.transaction() as session:
        real = cases.case_view(session, case_id).mentions[0].id
        cases.accept_mention(session, heard, reviewer, profile, NOW, kind=Kind.COMPLAINT)
    refused = [(shown, shown, InputError), (shown, heard, Conflict), (shown, 999, NotFound), (heard, real, Conflict)]
    for mention_id, article_id, error in refused:
        with pytest.raises(error), database.transaction() as session:
            match(session, mention_id, article_id, reviewer, NOW, profile)
    with pytest.raises(NotAllowed), database.transaction() as session:
        match(session, shown, real, team["auditor"], NOW, profile)
    with database.reading() as session:
        for named, error in {"some words": InputError, "https://daily.example/none": NotFound}.items():
            with pytest.raises(error):
                find_article(session, named)
        assert not clippings.clipping(session, shown).transcribed


# ------------------------------------------------------------------------------------------------------------------- its files


def _keep(database: Database, mention_id: int, name: str, content: bytes) -> int:
    file = mention_files.checked(name, content)
    with database.transaction() as session:
        return mention_files.keep(session, mention_id, file, content, "reviewer", NOW)


def test_a_file_is_kept_once_and_handed_out_as_it_was(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor
) -> None:
    (shown,) = _enter(database, reviewer, made(**SHOWN)).new
    kept = _keep(database, shown, "لقطة.png", PNG)
    assert _keep(database, shown, "again.png", PNG) == kept
    with database.reading() as session:
        (file,) = clippings.clipping(session, shown).files
        assert (file.id, file.name, file.media_type, file.look, file.size) == (kept, "لقطة.png", "image/png", "image", len(PNG))
        assert mention_files.content(session, kept).content == PNG
        with pytest.raises(NotFound):
            mention_files.content(session, kept + 1)
    for number in range(mention_files.MOST_FILES - 1):
        _keep(database, shown, "a.png", PNG + bytes([number]))
    with pytest.raises(InputError, match="files already"):
        _keep(database, shown, "one-more.png", PNG + b"more")


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.png", MP3, None),
        ("a.exe", PNG, None),
        ("a.txt", b"plain", None),
        ("a.png", b"", None),
        ("a.png", PNG, MentionForm.SOUND),
        ("a.mp3", MP3, MentionForm.PICTURE),
    ],
)
def test_what_is_no_picture_sound_or_film_is_refused(name: str, content: bytes, form: MentionForm | None) -> None:
    with pytest.raises(InputError):
        mention_files.checked(name, content, form)


def test_the_files_go_with_the_mention(
    database: Database, hands: Hands, made: Callable[..., Clipping], reviewer: Actor, profile: Profile
) -> None:
    loose, cased = _enter(database, reviewer, made(**SHOWN), made(**HEARD)).new
    _keep(database, loose, "a.png", PNG)
    _keep(database, cased, "a.mp3", MP3)
    with database.transaction() as session:
        cases.accept_mention(session, cased, reviewer, profile, NOW, kind=Kind.COMPLAINT)
        keys = [mentions.mention_view(session, each).key for each in (loose, cased)]
        assert erasure.erase(session, keys, NOW, SECRET) == 2
        assert session.execute(text("SELECT count(*) FROM mention_file")).scalar_one() == 0
        assert clippings.untranscribed(session).total == 0
        assert doctor.examine(session) == []
