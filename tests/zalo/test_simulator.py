import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.flows.harness import wait_until
from zalo_simulator import faults, server
from zalo_simulator.server import Simulator

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
GROUP_PATH = "/v3.0/oa/group/message"


def post(simulator: Simulator, path: str, body: Any, **headers: str) -> dict[str, Any]:
    headers = {"access_token": simulator.state.tokens.access} | headers
    answer = requests.post(simulator.url + path, json=body, headers=headers, timeout=30)
    assert answer.status_code == 200
    return answer.json()


def get(simulator: Simulator, path: str) -> dict[str, Any]:
    headers = {"access_token": simulator.state.tokens.access}
    return requests.get(simulator.url + path, headers=headers, timeout=30).json()


def to_group(group_id: str, text: str = "Chào", **message: Any) -> dict[str, Any]:
    return {"recipient": {"group_id": group_id}, "message": {"text": text, **message}}


def picture(**element: str) -> dict[str, Any]:
    element = {"media_type": "image"} | element
    return {
        "type": "template",
        "payload": {"template_type": "media", "elements": [element]},
    }


def upload(simulator: Simulator, content: bytes) -> dict[str, Any]:
    return requests.post(
        f"{simulator.url}/v2.0/oa/upload/image",
        files={"file": ("a.png", content)},
        headers={"access_token": simulator.state.tokens.access},
        timeout=30,
    ).json()


def refresh(simulator: Simulator, token: str, **changes: Any) -> dict[str, Any]:
    form = {
        "grant_type": "refresh_token",
        "app_id": simulator.state.app_id,
        "refresh_token": token,
    }
    return requests.post(
        f"{simulator.url}/v4/oa/access_token",
        data=form | changes,
        headers={"secret_key": simulator.state.app_secret},
        timeout=30,
    ).json()


@pytest.fixture
def group_id(simulator: Simulator) -> str:
    return simulator.state.add_group("Ấp Bình An").id


def test_token_is_taken_from_the_header_only(simulator: Simulator, group_id: str):
    token = simulator.state.tokens.access
    url = simulator.url + GROUP_PATH

    answers = [
        requests.post(url, json=to_group(group_id), timeout=30),
        requests.post(f"{url}?access_token={token}", json=to_group(group_id), timeout=30),
        requests.post(
            url, json=to_group(group_id), headers={"Authorization": f"Bearer {token}"}, timeout=30
        ),
    ]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(200, -216)] * 3
    assert "data" not in answers[0].json()


def test_refresh_rotates_and_kills_both_old_tokens(simulator: Simulator):
    old = simulator.state.tokens

    fresh = refresh(simulator, old.refresh)

    assert fresh["expires_in"] == "90000"
    assert fresh["access_token"] != old.access
    again = refresh(simulator, old.refresh)
    assert (again["error"], "access_token" in again) == (-14014, False)
    answer = requests.get(
        f"{simulator.url}/v2.0/oa/getoa", headers={"access_token": old.access}, timeout=30
    )
    assert answer.json()["error"] == -216
    assert get(simulator, "/v2.0/oa/getoa")["error"] == 0


def test_tokens_die_of_age(simulator: Simulator):
    simulator.state.advance(90_001)
    assert get(simulator, "/v2.0/oa/getoa")["error"] == -220

    simulator.state.advance(91 * 86_400)
    assert refresh(simulator, simulator.state.tokens.refresh)["error"] == -14014


def test_oauth_checks_the_application(simulator: Simulator):
    token = simulator.state.tokens.refresh
    bad_secret = requests.post(
        f"{simulator.url}/v4/oa/access_token",
        data={
            "grant_type": "refresh_token",
            "app_id": simulator.state.app_id,
            "refresh_token": token,
        },
        headers={"secret_key": "wrong"},
        timeout=30,
    ).json()

    assert refresh(simulator, token, app_id="1")["error"] == -14002
    assert refresh(simulator, token, grant_type="password")["error"] == -14018
    assert bad_secret["error"] == -14004
    assert refresh(simulator, token)["access_token"]


def test_text_arrives_in_the_group_with_an_id(simulator: Simulator, group_id: str):
    answer = post(simulator, GROUP_PATH, to_group(group_id, "Chào bà con"))

    assert answer["error"] == 0
    assert answer["data"]["group_id"] == group_id
    listed = get(simulator, f"/_sim/messages?group_id={group_id}")
    assert [(m["text"], m["message_id"]) for m in listed["messages"]] == [
        ("Chào bà con", answer["data"]["message_id"])
    ]


def test_text_is_limited_to_two_thousand_characters(simulator: Simulator, group_id: str):
    assert post(simulator, GROUP_PATH, to_group(group_id, "ấ" * 2000))["error"] == 0
    assert post(simulator, GROUP_PATH, to_group(group_id, "ấ" * 2001))["error"] == -210
    assert post(simulator, GROUP_PATH, to_group(group_id, " "))["error"] == -201


def test_group_wide_mention_can_be_seen(simulator: Simulator, group_id: str):
    post(simulator, GROUP_PATH, to_group(group_id, f"[@{group_id}] họp"))

    assert simulator.state.messages[0].mentions == [group_id]


def test_groups_that_are_not_the_accounts_are_refused(simulator: Simulator, group_id: str):
    ordinary = simulator.state.add_group("Bà con", kind="ordinary").id
    disabled = simulator.state.add_group("Cũ", status="disabled").id

    codes = [
        post(simulator, GROUP_PATH, to_group(group))["error"]
        for group in ("ffffffffffffffffffff", ordinary, disabled)
    ]

    assert codes == [-403, -403, -237]
    assert simulator.state.messages == []


def test_picture_needs_the_template_form_a_caption_and_a_living_id(
    simulator: Simulator, group_id: str
):
    image_id = upload(simulator, PNG)["data"]["attachment_id"]
    flat = {"type": "image", "payload": {"attachment_id": image_id}}
    both = picture(attachment_id=image_id, url="https://example.vn/a.png")

    def send(text: str, attachment: Any) -> int:
        return post(simulator, GROUP_PATH, to_group(group_id, text, attachment=attachment))["error"]

    assert send("Ảnh", flat) == -201
    assert send("", picture(attachment_id=image_id)) == -201
    assert send("Ảnh", both) == -201
    assert send("Ảnh", picture(attachment_id="unknown")) == -100
    assert send("Ảnh", picture(attachment_id=image_id)) == 0
    with simulator.state.lock:
        simulator.state.attachments[image_id].uploaded_at -= 7 * 86_400
    assert send("Ảnh", picture(attachment_id=image_id)) == -100


def test_upload_takes_small_jpeg_and_png_only(simulator: Simulator):
    assert upload(simulator, PNG)["error"] == 0
    assert upload(simulator, b"GIF89a")["error"] == -201
    assert upload(simulator, PNG + b"0" * 1024 * 1024)["error"] == -210


def test_uploaded_bytes_are_shown_unchanged(simulator: Simulator):
    content = PNG + bytes(range(256)) + b"\r\n--"
    image_id = upload(simulator, content)["data"]["attachment_id"]

    shown = requests.get(f"{simulator.url}/_sim/image/{image_id}", timeout=30)

    assert shown.content == content


@pytest.mark.parametrize(
    ("profile", "v3", "v2"), [("business", 0, -240), ("state_agency", -235, 0)]
)
def test_profile_decides_the_path_to_a_person(
    start_simulator: Callable[..., Simulator], profile: str, v3: int, v2: int
):
    simulator = start_simulator(profile=profile)
    person = simulator.state.add_person("Bà con")
    body = {"recipient": {"user_id": person.id}, "message": {"text": "Chào"}}

    assert int(person.id) > 2**53
    assert post(simulator, "/v3.0/oa/message/cs", body)["error"] == v3
    assert post(simulator, "/v2.0/oa/message", body)["error"] == v2


@pytest.mark.parametrize(("days", "code"), [(None, -232), (8, -230), (6, 0), (0, 0)])
def test_person_must_have_spoken_within_seven_days(
    simulator: Simulator, days: float | None, code: int
):
    person = simulator.state.add_person("Bà con", days_since_interaction=days)
    body = {"recipient": {"user_id": person.id}, "message": {"text": "Chào"}}

    assert post(simulator, "/v3.0/oa/message/cs", body)["error"] == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"profile": "low_package"}, -224),
        ({"profile": "unverified"}, -221),
        ({"profile": "state_agency", "group_refusal": -235}, -235),
        ({"profile": "state_agency"}, 0),
    ],
)
def test_account_that_may_not_use_groups_is_refused(
    start_simulator: Callable[..., Simulator], options: dict[str, Any], code: int
):
    simulator = start_simulator(**options)
    group = simulator.state.add_group("Ấp")

    assert post(simulator, GROUP_PATH, to_group(group.id))["error"] == code


def test_numbers_come_mixed_and_pages_hold_five(simulator: Simulator):
    for number in range(7):
        simulator.state.add_group(f"Nhóm {number}")

    first = get(simulator, "/v3.0/oa/group/getgroupsofoa")["data"]
    detail = get(simulator, f"/v3.0/oa/group/getgroup?group_id={first['groups'][0]['group_id']}")

    assert (first["total"], len(first["groups"])) == (7, 5)
    assert isinstance(first["total"], int)
    assert isinstance(first["count"], str)
    assert detail["data"]["group_info"]["max_member"] == "100"
    assert detail["data"]["group_info"]["total_member"] == 2


def test_rate_is_limited_with_its_headers(start_simulator: Callable[..., Simulator]):
    simulator = start_simulator(rate_per_min=3)
    headers = {"access_token": simulator.state.tokens.access}
    simulator.state.advance(60 - time.time() % 60)  # a minute of its own

    answers = [
        requests.get(f"{simulator.url}/v2.0/oa/getoa", headers=headers, timeout=30)
        for _ in range(4)
    ]

    assert [answer.json()["error"] for answer in answers] == [0, 0, 0, -32]
    assert [answer.headers["X-RateLimit-Remain"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["X-RateLimit-Limit"] == "3"


def test_proof_is_checked_where_required(start_simulator: Callable[..., Simulator]):
    simulator = start_simulator(is_proof_required=True)
    token = simulator.state.tokens.access
    proof = hmac.new(
        simulator.state.app_secret.encode(), token.encode(), hashlib.sha256
    ).hexdigest()
    group = simulator.state.add_group("Ấp")

    assert post(simulator, GROUP_PATH, to_group(group.id))["error"] == -242
    assert post(simulator, GROUP_PATH, to_group(group.id), appsecret_proof="0")["error"] == -242
    assert post(simulator, GROUP_PATH, to_group(group.id), appsecret_proof=proof)["error"] == 0


def test_faults_strike_as_told(simulator: Simulator, group_id: str):
    other = simulator.state.add_group("Khác").id
    post(
        simulator,
        "/_sim/faults",
        {"kind": "-200", "after": 1, "times": 2, "group_id": group_id, "accepted": True},
    )

    codes = [
        post(simulator, GROUP_PATH, to_group(group))["error"]
        for group in (group_id, other, group_id, group_id, group_id)
    ]

    assert codes == [0, 0, -200, -200, 0]
    assert len(simulator.state.messages_of(group_id)) == 4
    assert get(simulator, "/_sim/faults")["faults"][0]["hits"] == 2


def test_fault_by_chance_hits_its_share(simulator: Simulator, group_id: str):
    simulator.faults.add(faults.parse({"kind": "code", "code": -237, "probability": 0.3}))

    session = requests.Session()
    codes = [
        session.post(
            simulator.url + GROUP_PATH,
            json=to_group(group_id),
            headers={"access_token": simulator.state.tokens.access},
            timeout=30,
        ).json()["error"]
        for _ in range(200)
    ]
    session.close()

    assert 35 <= codes.count(-237) <= 85


@pytest.mark.parametrize(
    ("kind", "is_delivered"), [("close_after_read", False), ("lose_answer", True)]
)
def test_dropped_connection_gives_no_answer(
    simulator: Simulator, group_id: str, kind: str, is_delivered: bool
):
    simulator.faults.add(faults.parse({"kind": kind}))

    with pytest.raises(requests.ConnectionError):
        post(simulator, GROUP_PATH, to_group(group_id))

    assert bool(simulator.state.messages) is is_delivered


def test_bad_gateway_is_html(simulator: Simulator, group_id: str):
    simulator.faults.add(faults.parse({"kind": "http_502", "times": 1}))

    answer = requests.post(simulator.url + GROUP_PATH, json=to_group(group_id), timeout=30)

    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")


def test_token_death_strikes_in_the_middle(simulator: Simulator, group_id: str):
    token = simulator.state.tokens.access
    simulator.faults.add(faults.parse({"kind": "token_death", "after": 1, "times": 1}))

    codes = [
        post(simulator, GROUP_PATH, to_group(group_id), access_token=token)["error"]
        for _ in range(3)
    ]

    assert codes == [0, -216, -216]


def is_open(simulator: Simulator) -> bool:
    try:
        return get(simulator, "/v2.0/oa/getoa")["error"] == 0
    except requests.ConnectionError:
        return False


def test_port_is_really_closed_until_told(simulator: Simulator):
    simulator.refuse()
    while_refusing = is_open(simulator)
    simulator.accept()

    assert (while_refusing, is_open(simulator)) == (False, True)


def test_port_closes_as_a_fault_and_opens_by_itself(simulator: Simulator):
    post(simulator, "/_sim/faults", {"kind": "refuse", "seconds": 1})

    wait_until(lambda: not is_open(simulator), timeout_s=30, what="the port to close")
    wait_until(lambda: is_open(simulator), timeout_s=30, what="the port to open")


def test_later_refusal_outlasts_the_end_of_an_earlier_one(simulator: Simulator):
    simulator.refuse(0.1)
    simulator.refuse()
    time.sleep(0.3)

    assert not is_open(simulator)


def test_refusal_lets_no_request_into_a_connection_that_closes(simulator: Simulator, group_id: str):
    """The client that has its answer may ask again at once: it is refused, never cut."""
    headers = {"access_token": simulator.state.tokens.access}
    with requests.Session() as session:
        for _ in range(30):
            session.get(f"{simulator.url}/v2.0/oa/getoa", headers=headers, timeout=30)
            simulator.refuse()
            with pytest.raises(requests.ConnectionError, match="refused"):
                session.get(f"{simulator.url}/v2.0/oa/getoa", headers=headers, timeout=30)
            simulator.accept()


def test_dropped_rules_end_the_slow_answers_under_way(simulator: Simulator, group_id: str):
    rule = simulator.faults.add(faults.parse({"kind": "slow", "seconds": 300}))
    answers: list[int] = []
    caller = threading.Thread(
        target=lambda: answers.append(post(simulator, GROUP_PATH, to_group(group_id))["error"])
    )

    caller.start()
    wait_until(lambda: rule.hits, timeout_s=30, what="the call")
    simulator.faults.clear()
    caller.join(30)

    assert answers == [0]


@pytest.mark.parametrize("body", [{"kind": "nonsense"}, {"kind": "slow", "speed": 3}, {}])
def test_unknown_fault_is_refused(simulator: Simulator, body: dict[str, Any]):
    answer = requests.post(f"{simulator.url}/_sim/faults", json=body, timeout=30)

    assert answer.status_code == 400


def test_person_pastes_into_ordinary_groups_only(simulator: Simulator, group_id: str):
    ordinary = simulator.state.add_group("Bà con", kind="ordinary").id
    url = f"{simulator.url}/_sim/paste"

    pasted = requests.post(url, json={"group_id": ordinary, "text": "Bài dán"}, timeout=30)
    refused = requests.post(url, json={"group_id": group_id, "text": "Bài dán"}, timeout=30)

    assert pasted.json()["sender"] == "person"
    assert refused.status_code == 400
    assert [message.text for message in simulator.state.messages] == ["Bài dán"]


def test_doors_of_tests_take_json_only(simulator: Simulator):
    """A page of another site can send a form to this machine, but no JSON."""
    answer = requests.post(f"{simulator.url}/_sim/reset", data={"groups": "1"}, timeout=30)

    assert answer.status_code == 415


def test_reset_keeps_the_groups_unless_told(simulator: Simulator, group_id: str):
    post(simulator, GROUP_PATH, to_group(group_id))
    post(simulator, "/_sim/reset", {})
    assert (len(simulator.state.messages), len(simulator.state.groups)) == (0, 1)

    post(simulator, "/_sim/reset", {"groups": True})
    assert simulator.state.groups == {}


def test_taken_port_is_an_error_at_once(simulator: Simulator):
    with pytest.raises(OSError, match="in use"):
        server.start(simulator.port)


def test_page_is_vietnamese_and_strict(simulator: Simulator):
    page = requests.get(simulator.url, timeout=30)

    assert "không phải Zalo thật" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


@pytest.mark.parametrize("name", ["../state.py", "..%2fstate.py", "nothing.js", "/etc/passwd"])
def test_only_assets_are_served(simulator: Simulator, name: str):
    answer = requests.get(f"{simulator.url}/_sim/assets/{name}", timeout=30)

    assert answer.status_code == 404
