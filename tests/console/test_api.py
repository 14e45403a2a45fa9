"""The REST API: the same rules, as JSON."""

from collections.abc import Callable
from typing import Any

from sqlmodel import select

from registry.tables import CorrectionRecord
from tests.console.conftest import Browser
from tests.console.world import World

SignIn = Callable[[str], Browser]
FIELDS = (
    "id url canonical_url title text author published_at fetched_at outlet source story_id state "
    "remit kind sentiment topic importance"
).split()


def test_health_is_answered_to_a_stranger_and_nothing_else_is(stranger: Browser) -> None:
    assert stranger.get("/api/v1/health").json() == {"status": "ok"}
    for address in ("/api/v1/mentions", "/api/v1/cases", "/api/v1/summary", "/api/v1/mentions/1", "/api/v1/cases/1"):
        answer = stranger.get(address)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "sign_in"


def test_a_mention_has_the_field_names_of_the_export(as_: SignIn, world: World) -> None:
    answer = as_("rana").get(f"/api/v1/mentions/{world.mentions['outage']}").json()
    assert set(FIELDS) <= set(answer)
    assert answer["kind"] == "complaint"
    assert answer["confidence"]["kind"] == 0.91
    assert answer["evidence"][0] == {"axis": "topic", "field": "text", "start": 0, "end": 8}
    assert [each["outlet"] for each in answer["siblings"]] == ["wadi"]


def test_lists_are_filtered_and_counted(as_: SignIn, world: World) -> None:
    answer = as_("rana").get("/api/v1/mentions", params={"kind": "inquiry"}).json()
    assert [each["id"] for each in answer["items"]] == [world.mentions["question"]]
    assert (answer["total"], answer["next"]) == (1, None)
    cases = as_("sami").get("/api/v1/cases").json()
    assert cases["total"] == 1
    assert cases["items"][0]["mentions"] == 2


def test_a_change_needs_the_sessions_token(as_: SignIn, world: World) -> None:
    browser, address = as_("rana"), f"/api/v1/mentions/{world.mentions['bills']}/accept"
    assert browser.post(address, json={}).status_code == 403
    answer = browser.post(address, json={}, headers={"X-CSRF-Token": browser.token("/review")})
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "accepted"


def test_every_refusal_says_the_same_five_things(as_: SignIn, stranger: Browser) -> None:
    browser = as_("sami")
    headers = {"X-CSRF-Token": browser.token("/cases")}
    refusals = [
        (401, stranger.get("/api/v1/cases")),
        (403, browser.post("/api/v1/cases", json={"path": "inquiry"})),
        (404, browser.get("/api/v1/nowhere")),
        (404, browser.get(f"/api/v1/cases/{10**23}")),
        (405, browser.post("/api/v1/summary", json={}, headers=headers)),
        (422, browser.post("/api/v1/cases/1/moves", json=[1], headers=headers)),
        (422, browser.post("/api/v1/cases", json={"path": "inquiry", "channel": "pigeon", "title": "سؤال"}, headers=headers)),
    ]
    assert [answer.status_code for _, answer in refusals] == [status for status, _ in refusals]
    for _, answer in refusals:
        said = answer.json()["error"]
        assert set(said) == {"code", "what", "remedy", "reason", "message"}
        assert all(said.values()), said
        assert said["what"].isascii() or "«" in said["what"]
        assert not said["message"].isascii()


def test_a_case_is_moved_and_refused_with_a_reason(as_: SignIn, world: World) -> None:
    browser = as_("sami")
    headers = {"X-CSRF-Token": browser.token("/cases")}
    case_id = browser.get("/api/v1/cases").json()["items"][0]["id"]
    moves = f"/api/v1/cases/{case_id}/moves"
    assert browser.post(moves, json={"kind": "accepted"}, headers=headers).json()["status"] == "accepted"
    refused = browser.post(moves, json={"kind": "closed"}, headers=headers)
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "illegal_move"
    unknown = browser.post(moves, json={"kind": "assigned", "details": {"department": "no-such"}}, headers=headers)
    assert unknown.status_code == 422
    by_the_system_alone = browser.post(moves, json={"kind": "answer_sent", "details": {"delivery": "1"}}, headers=headers)
    assert by_the_system_alone.status_code == 422


def test_reject_and_correct(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    headers = {"X-CSRF-Token": browser.token("/review")}
    address = f"/api/v1/mentions/{world.mentions['question']}"
    corrected = browser.post(f"{address}/correct", json={"remit": "other"}, headers=headers).json()
    assert (corrected["remit"], corrected["topic"]) == ("other", "-")
    assert corrected["corrections"][0]["actor"] == "rana"
    assert browser.post(f"{address}/reject", json={"reason": "ليست لنا"}, headers=headers).json()["state"] == "dismissed"


def test_the_summary_counts(as_: SignIn) -> None:
    answer = as_("majed").get("/api/v1/summary").json()
    assert answer["mentions"] == 5
    assert answer["cases"] == 1
    assert answer["review"] == 3


def test_a_case_is_worked_whole_through_the_api(as_: SignIn, world: World) -> None:
    sami = as_("sami")
    headers = {"X-CSRF-Token": sami.token("/cases")}
    case_id = sami.get("/api/v1/cases").json()["items"][0]["id"]
    moves = f"/api/v1/cases/{case_id}/moves"

    def step(kind: str, status: int = 200, **rest: object) -> dict[str, Any]:
        answer = sami.post(moves, json={"kind": kind, **rest}, headers=headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    assert "assigned" in step("accepted")["allowed"]
    people = sami.get(f"/api/v1/cases/{case_id}/candidates").json()
    dana = next(each for each in people["people"] if each["username"] == "dana")
    department = dana["departments"][0]
    assert step("assigned", details={"department": department, "assignee": "dana"})["assignee"] == "dana"
    wrong = step("delay_told", 422, details={"reason": "x", "promised_at": "2026-11-25T10:00"})
    assert wrong["error"]["reason"] == "no_zone"
    assert step("delay_told", details={"reason": "x", "promised_at": "2026-11-25T10:00+03:00"})["promised_at"]
    strange = step("note_added", 422, details={"note": "x", "nota": "y"})
    assert "nota" in strange["error"]["what"]
    other = step("split_off", mentions=[world.mentions["again"]], details={"reason": "another story"})
    assert other["id"] != case_id
    merged = sami.post(
        f"/api/v1/cases/{other['id']}/moves",
        json={"kind": "merged", "details": {"into": sami.get(f"/api/v1/cases/{case_id}").json()["number"], "reason": "one"}},
        headers=headers,
    )
    assert merged.json()["id"] == case_id


def test_a_file_is_attached_through_the_api(as_: SignIn) -> None:
    sami = as_("sami")
    headers = {"X-CSRF-Token": sami.token("/cases"), "content-type": "application/octet-stream"}
    case_id = sami.get("/api/v1/cases").json()["items"][0]["id"]
    address = f"/api/v1/cases/{case_id}/attachments"
    kept = sami.post(address, params={"name": "note.txt"}, content="ملاحظة".encode(), headers=headers)
    assert kept.status_code == 201
    assert [(each["name"], each["media_type"]) for each in kept.json()["attachments"]] == [("note.txt", "text/plain")]
    assert sami.post(address, params={"name": "page.html"}, content=b"<p>", headers=headers).status_code == 422


def test_a_correction_counts_as_an_answer_as_it_does_on_the_page(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    headers = {"X-CSRF-Token": browser.token("/review")}
    address = f"/api/v1/mentions/{world.mentions['question']}"
    same = browser.post(f"{address}/correct", json={"kind": "inquiry"}, headers=headers).json()
    assert same["kind"] == "inquiry"
    with world.database.reading() as session:
        kept = session.exec(select(CorrectionRecord)).all()
    assert [(each.axis, each.was, each.value) for each in kept] == [("kind", "inquiry", "inquiry")]


def test_a_mention_is_accepted_on_the_path_of_rumours_and_of_press_questions(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    headers = {"X-CSRF-Token": browser.token("/review")}
    rumour = browser.post(f"/api/v1/mentions/{world.mentions['rumour']}/accept", json={"path": "rumour"}, headers=headers)
    assert (rumour.json()["path"], rumour.json()["kind"]) == ("rumour", "report")
    address = f"/api/v1/mentions/{world.mentions['question']}/accept"
    assert browser.post(address, json={"path": "press_question"}, headers=headers).status_code == 422
    asked = browser.post(address, json={"path": "press_question", "deadline": "2026-11-22T10:00:00+03:00"}, headers=headers)
    assert asked.json()["clock"] == "journalist"
