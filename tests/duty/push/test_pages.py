"""The page of one's devices, the worker, the manifest, and the word that a notice was shown."""

import json

import pytest
from django.urls import reverse

from accounts.users.roles import Role
from duty.models import Device
from duty.ways import device_trials, devices
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db

PAGE = "admin:duty_device_show"


@pytest.fixture
def as_officer(client, post):
    client.force_login(post.officer, backend=MODEL_BACKEND)
    return client


def given(post, name: str, before: str = "") -> str:
    subscription = post.service.phones.add(name).subscription(post.service.url)
    return json.dumps({"subscription": subscription, "before": before})


def post_json(client, name: str, body: str):
    return client.post(reverse(f"admin:duty_device_{name}"), body, content_type="application/json")


def test_page_offers_to_switch_on_and_shows_own_devices_alone(as_officer, post):
    post.enrol("Chrome trên điện thoại Android")
    post.enrol("Máy của người khác", make_user(post.commune, Role.DUTY_OFFICER))

    page = as_officer.get(reverse(PAGE)).content.decode()

    assert "Chrome trên điện thoại Android" in page
    assert "Máy của người khác" not in page
    assert "Máy dùng chung" in page
    assert post.phone("Chrome trên điện thoại Android").token not in page


def test_page_without_a_key_says_why_nothing_is_offered(as_officer, settings):
    settings.VAPID_PRIVATE_KEY = ""

    page = as_officer.get(reverse(PAGE)).content.decode()

    assert "VAPID_PRIVATE_KEY" in page
    assert "data-act" not in page


def test_account_that_is_told_of_nothing_does_not_open_it(client, post):
    client.force_login(make_user(post.commune, Role.PARTY_MEMBER), backend=MODEL_BACKEND)

    assert client.get(reverse(PAGE)).status_code == 403
    assert "duty/push.js" not in client.get(reverse("admin:index")).content.decode()


def test_browser_enrols_and_compares(as_officer, post):
    assert post_json(as_officer, "enrol", given(post, "máy 1")).json() == {"on": True}
    device = Device.objects.get()
    answer = post_json(as_officer, "compare", given(post, "máy mới", device.endpoint_hash))

    assert answer.json() == {"on": True}
    assert Device.objects.on().count() == 1
    devices.turn_off_all([post.officer.pk])
    assert post_json(as_officer, "compare", given(post, "máy mới")).json() == {"on": False}


@pytest.mark.parametrize("body", ["", "x", "[]", "{}", '{"subscription": 1}'])
def test_what_is_no_subscription_is_answered_with_a_sentence(as_officer, body):
    answer = post_json(as_officer, "enrol", body)

    assert answer.status_code == 400
    assert "tải lại trang" in answer.json()["error"]


def test_trial_tells_accepted_and_shown_apart(as_officer, post):
    device = post.enrol()
    answer = as_officer.post(
        reverse("admin:duty_device_trial", args=[device.pk]), headers={"accept": "application/json"}
    )
    state = answer.json()["state"]
    words = [as_officer.get(state).json()["words"]]
    post.send()
    words.append(as_officer.get(state).json()["words"])
    devices.note_shown(str(post.received[0].words["shown"]))
    last = as_officer.get(state).json()

    assert words[0] == "Đang gửi tới dịch vụ đẩy."
    assert words[1].startswith("Dịch vụ đẩy đã nhận lúc")
    assert last["words"].startswith("Máy đã hiện lúc")
    assert last["is_over"] is True


def test_trial_without_a_script_goes_back_to_the_page(as_officer, post):
    device = post.enrol()

    answer = as_officer.post(reverse("admin:duty_device_trial", args=[device.pk]), follow=True)

    assert "Đã gửi thử" in answer.content.decode()


def test_devices_of_another_are_not_there(as_officer, post):
    other = make_user(post.commune, Role.DUTY_OFFICER)
    device = post.enrol(user=other)
    notice = device_trials.send_trial(device, by=other)

    for name, pk in (("trial", device.pk), ("off", device.pk)):
        answer = as_officer.post(reverse(f"admin:duty_device_{name}", args=[pk]))
        assert answer.status_code == 404
    state = reverse("admin:duty_device_trial_state", args=[notice.pk])
    assert as_officer.get(state).status_code == 404


def test_tat_switches_off(as_officer, post):
    device = post.enrol()
    as_officer.post(reverse("admin:duty_device_off", args=[device.pk]))

    device.refresh_from_db()
    assert device.off_because == Device.Off.BY_PERSON


def test_worker_is_at_the_root_never_cached_and_fetches_nothing(client):
    answer = client.get("/sw.js")
    text = answer.content.decode()

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in answer["Cache-Control"]
    assert 'addEventListener("fetch"' not in text
    assert "caches" not in text
    assert "/bao-da-hien/" in text
    assert answer.cookies == {}


def test_manifest_makes_the_portal_installable(client):
    about = json.loads(client.get("/app.webmanifest").content)

    assert about["display"] == "standalone"
    assert {icon["sizes"] for icon in about["icons"]} == {"192x192", "512x512"}
    assert about["start_url"] == "/admin/"


def test_pages_of_residents_know_of_neither_worker_nor_manifest(client, post):
    for address in ("/thu-tuc/", "/phan-anh/"):
        text = client.get(address, follow=True).content.decode()
        assert "webmanifest" not in text
        assert "push" not in text


def test_word_of_a_device_is_answered_alike_whether_known_or_not(client, post):
    device = post.enrol()
    notice = device_trials.send_trial(device, by=post.officer)

    answers = [
        client.post("/bao-da-hien/", word, content_type="text/plain")
        for word in (notice.shown_token, notice.shown_token, "A" * 22, "", "x" * 5000, "é" * 22)
    ]

    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}
    notice.refresh_from_db()
    assert notice.shown_at is not None
    assert client.get("/bao-da-hien/").status_code == 405


def test_home_asks_for_a_device_until_there_is_one(as_officer, post):
    line = "Bật báo việc trên điện thoại của đồng chí"
    before = as_officer.get(reverse("admin:index")).content.decode()
    post.enrol()
    after = as_officer.get(reverse("admin:index")).content.decode()

    assert line in before
    assert line not in after


def test_home_asks_nobody_where_push_is_off(as_officer, settings):
    settings.VAPID_PRIVATE_KEY = ""

    page = as_officer.get(reverse("admin:index")).content.decode()

    assert "Bật báo việc trên điện thoại" not in page
