"""Articles and their way to followers (fact sheet §5)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.zalo.simulator.asking import PNG, get, get_data, heard, post, tell, upload
from zalo_simulator.records import Broadcast
from zalo_simulator.server import Simulator
from zalo_simulator.state.base import VIETNAM

BASE = "/v2.0/article"
ARTICLE = {
    "type": "normal",
    "title": "Phòng chống lừa đảo",
    "author": "Công an xã",
    "description": "Những điều cần nhớ",
    "cover": {"cover_type": "photo", "photo_url": "https://a.vn/bia.jpg", "status": "show"},
    "body": [
        {"type": "text", "content": "Không đọc mã OTP cho ai."},
        {"type": "image", "url": "https://a.vn/1.jpg", "caption": "Hình 1"},
    ],
    "status": "show",
}


def create(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    return post(simulator, f"{BASE}/create", ARTICLE | changes)


def verify(simulator: Simulator, token: str) -> dict[str, Any]:
    return post(simulator, f"{BASE}/verify", token=token)


def made(simulator: Simulator, **changes: Any) -> str:
    """The id of a new article, asked for as often as it takes."""
    token = create(simulator, **changes)["data"]["token"]
    for _ in range(5):
        answer = verify(simulator, token)
        if answer["error"] == 0:
            return str(answer["data"]["id"])
    raise AssertionError(answer)


def send(simulator: Simulator, article_id: str, target: Any = None) -> dict[str, Any]:
    element = {"media_type": "article", "attachment_id": article_id}
    payload = {"template_type": "media", "elements": [element]}
    body = {
        "recipient": {"target": {} if target is None else target},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    return post(simulator, "/v2.0/oa/message", body)


def sent(simulator: Simulator, article_id: str, target: Any = None) -> Broadcast:
    """A broadcast after the longest time that it may take."""
    assert send(simulator, article_id, target)["error"] == 0
    simulator.state.advance(30 * 60)
    return simulator.state.broadcasts[-1]


@pytest.fixture
def noon(simulator: Simulator) -> Simulator:
    """The simulator at midday early in a month."""
    simulator.state.set_clock(datetime(2026, 12, 3, 12, tzinfo=VIETNAM))
    simulator.state.consent()
    return simulator


def test_article_has_a_token_first_and_its_id_later(simulator: Simulator):
    created = create(simulator)
    token = created["data"]["token"]

    answers = [verify(simulator, token) for _ in range(4)]

    assert set(created["data"]) == {"token"}
    assert [answer["error"] for answer in answers] == [-214, -214, 0, 0]
    assert answers[2]["data"] == answers[3]["data"]
    assert verify(simulator, "không-có")["error"] == -201
    assert len(simulator.state.articles) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "ấ" * 150}, 0),
        ({"title": "ấ" * 151}, -210),
        ({"title": ""}, -201),
        ({"author": "ấ" * 51}, -210),
        ({"description": "ấ" * 301}, -210),
        ({"type": "podcast"}, -201),
        ({"status": "shown"}, -201),
        ({"body": []}, -201),
        ({"body": [{"type": "html", "content": "x"}]}, -201),
        ({"cover": None}, -201),
        ({"cover": {"cover_type": "photo", "photo_url": "bia.jpg"}}, -201),
    ],
)
def test_article_has_its_limits(simulator: Simulator, changes: dict[str, Any], code: int):
    assert create(simulator, **changes)["error"] == code


def test_upload_for_messages_is_no_cover(simulator: Simulator):
    image = upload(simulator, "image", PNG)["data"]["attachment_id"]
    cover = {"cover_type": "photo", "photo_url": f"{simulator.url}/_sim/image/{image}"}

    answer = create(simulator, cover=cover)

    assert (answer["error"], "cover" in answer["message"]) == (-201, True)


def test_article_is_changed_under_a_new_token_and_hidden(simulator: Simulator):
    article_id = made(simulator)
    before = get(simulator, f"{BASE}/getdetail", id=article_id)["data"]

    token = post(simulator, f"{BASE}/update", id=article_id, title="Mới", status="hide")["data"]
    unchanged = get(simulator, f"{BASE}/getdetail", id=article_id)["data"]
    codes = [verify(simulator, token["token"])["error"] for _ in range(3)]
    after = get(simulator, f"{BASE}/getdetail", id=article_id)["data"]

    assert unchanged == before
    assert codes == [-214, -214, 0]
    assert (before["title"], before["status"]) == (ARTICLE["title"], "show")
    assert (after["title"], after["status"], after["author"]) == ("Mới", "hide", "Công an xã")
    assert post(simulator, f"{BASE}/update", id="x", title="Mới")["error"] == -201


def test_article_without_a_status_is_hidden(simulator: Simulator):
    body = {name: value for name, value in ARTICLE.items() if name != "status"}
    token = post(simulator, f"{BASE}/create", body)["data"]["token"]
    for _ in range(3):
        answer = verify(simulator, token)

    detail = get(simulator, f"{BASE}/getdetail", id=answer["data"]["id"])["data"]

    assert (detail["status"], detail["comment"]) == ("hide", "show")


def test_list_holds_ten_at_most_and_takes_no_data(simulator: Simulator):
    tell(simulator, "app", article_rounds=0)
    ids = [made(simulator, title=f"Bài {number}") for number in range(12)]

    page = get(simulator, f"{BASE}/getslice", offset=0, limit=10, type="normal")["data"]
    rest = get(simulator, f"{BASE}/getslice", offset=10, limit=10, type="normal")["data"]

    assert page["total"] == 12
    assert [item["id"] for item in page["medias"] + rest["medias"]] == ids[::-1]
    assert get(simulator, f"{BASE}/getslice", limit=11, type="normal")["error"] == -210
    assert get_data(simulator, f"{BASE}/getslice", offset=0, limit=5)["error"] == -201


def test_article_is_removed(simulator: Simulator):
    article_id = made(simulator)

    assert post(simulator, f"{BASE}/remove", id=article_id)["error"] == 0

    assert get(simulator, f"{BASE}/getdetail", id=article_id)["error"] == -201
    assert post(simulator, f"{BASE}/remove", id=article_id)["error"] == -201


def test_quota_of_articles_has_the_number_of_a_missing_permission_and_another_text(
    simulator: Simulator,
):
    tell(simulator, "app", article_quota=1)
    made(simulator)
    full = create(simulator)
    tell(simulator, "app", permissions=["send"])
    forbidden = create(simulator)

    assert (full["error"], forbidden["error"]) == (-223, -223)
    assert "quota" in full["message"]
    assert "quota" not in forbidden["message"]


@pytest.mark.parametrize(
    "target",
    [
        {"district": "1"},
        {"cities": 9},
        {"cities": "64"},
        {"cities": "9, 57"},
        {"gender": ""},
        {"ages": "8"},
        "all",
    ],
)
def test_target_is_of_known_words_and_strings(noon: Simulator, target: Any):
    assert send(noon, made(noon), target)["error"] == -201


def test_broadcast_takes_articles_only(noon: Simulator):
    image = upload(noon, "image", PNG)["data"]["attachment_id"]
    element = {"media_type": "image", "attachment_id": image}
    payload = {"template_type": "media", "elements": [element]}

    def code(message: dict[str, Any]) -> int:
        body = {"recipient": {"target": {}}, "message": message}
        return post(noon, "/v2.0/oa/message", body)["error"]

    assert code({"text": "Chào bà con"}) == -233
    assert code({"attachment": {"type": "template", "payload": payload}}) == -233
    assert send(noon, "không-có")["error"] == -201


@pytest.mark.parametrize(("hour", "code"), [(5, -234), (6, 0), (21, 0), (22, -234), (0, -234)])
def test_nothing_is_broadcast_at_night(noon: Simulator, hour: int, code: int):
    article_id = made(noon)
    noon.state.set_clock(datetime(2026, 12, 3, hour, 30, tzinfo=VIETNAM))

    assert send(noon, article_id)["error"] == code


def test_broadcast_arrives_within_half_an_hour_and_the_answer_does_not_say_to_whom(
    noon: Simulator,
):
    follower = noon.state.add_person("Hoa")
    noon.state.add_person("Nam", is_follower=False)
    article_id = made(noon)

    answer = send(noon, article_id)
    at_once = noon.state.stats["articles_delivered"]
    noon.state.advance(30 * 60)

    assert set(answer["data"]) == {"message_id"}
    assert at_once == 0
    [broadcast] = noon.state.broadcasts
    assert broadcast.delivered == [follower.id]
    assert 0 < broadcast.due_at - broadcast.at <= 30 * 60
    assert [article.id for _, article in noon.state.articles_of(follower)] == [article_id]


def test_one_a_day_for_each_person_the_rest_are_skipped_silently(noon: Simulator):
    person = noon.state.add_person("Hoa")
    article_id = made(noon)

    first, second = sent(noon, article_id), sent(noon, article_id)
    noon.state.advance(86_400)
    noon.state.consent()
    third = sent(noon, article_id)

    assert [first.delivered, second.delivered, third.delivered] == [[person.id], [], [person.id]]
    assert second.skipped == [person.id]
    assert noon.state.stats["articles_skipped"] == 1


@pytest.mark.parametrize(("profile", "allowance"), [("business", 4), ("low_package", 1)])
def test_month_has_its_allowance(noon: Simulator, profile: str, allowance: int):
    person = noon.state.add_person("Hoa")
    article_id = made(noon)
    tell(noon, "profile", profile=profile)

    reached = 0
    for _ in range(6):
        reached += len(sent(noon, article_id).delivered)
        noon.state.advance(86_400)
        noon.state.consent()
    noon.state.set_clock(datetime(2027, 1, 2, 12, tzinfo=VIETNAM))
    noon.state.consent()

    assert reached == allowance
    assert sent(noon, article_id).delivered == [person.id]


def test_target_chooses_by_age_gender_place_and_phone(noon: Simulator):
    add = noon.state.add_person
    hanoi = add("Hoa", city=9, gender=2, age=40, platform=1)
    saigon = add("Nam", city=4, gender=1, age=70, platform=2)
    vinh = add("Lan", city=55, gender=2, age=20, platform=2)
    abroad = add("Xa", city=63, gender=1, age=30, platform=2)
    article_id = made(noon)

    def reached(**target: str) -> set[str]:
        for person in (hanoi, saigon, vinh, abroad):
            person.articles_at = []
        return set(sent(noon, article_id, target).delivered)

    assert reached(cities="9,57") == {hanoi.id}
    assert reached(locations="1,2") == {saigon.id, vinh.id}
    assert reached(locations="2", cities="9") == {hanoi.id}
    assert reached(gender="2") == {hanoi.id, vinh.id}
    assert reached(gender="0") == {hanoi.id, saigon.id, vinh.id, abroad.id}
    assert reached(ages="7") == {saigon.id}
    assert reached(platform="2", ages="2,3") == {vinh.id, abroad.id}


def test_broadcast_of_a_state_agency_goes_and_of_an_unverified_account_does_not(
    noon: Simulator, start_simulator: Callable[..., Simulator]
):
    article_id = made(noon)
    told = heard(noon)

    tell(noon, "profile", profile="state_agency")
    assert send(noon, article_id)["error"] == 0
    tell(noon, "profile", profile="unverified")
    assert send(noon, article_id)["error"] == -221
    assert create(noon)["error"] == -221
    assert told == []
