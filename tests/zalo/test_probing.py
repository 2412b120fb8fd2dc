"""The rights of an account are asked of Zalo and learnt from use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import responses
from django.test import Client
from django.utils import timezone

from accounts.models import Commune, User
from tests.factories.zalo import make_official_account
from zalo.capabilities.states import Capability, State, may
from zalo.channels.base import Text
from zalo.client.errors import ZaloConsentRequired, ZaloRejected
from zalo.inbox import services as inbox
from zalo.models import OfficialAccount
from zalo.official_accounts.health import health_of
from zalo.services import check_accounts, probe, send_to_group
from zalo_simulator.server import Simulator

API = "https://openapi.zalo.me"
OK = {"error": 0, "message": "Success", "data": {}}


def answers(**codes: int) -> None:
    """Zalo's answer to each question of the probe, 0 unless given."""
    for method, path, name in (
        ("POST", "/v3.0/oa/quota/group", "groups"),
        ("GET", "/v3.0/oa/user/getlist", "v3"),
        ("GET", "/v2.0/oa/getfollowers", "v2"),
        ("GET", "/v2.0/article/getslice", "articles"),
    ):
        code = codes.get(name, 0)
        responses.add(method, API + path, json=OK if not code else {"error": code, "message": "x"})


@pytest.fixture
def fake(settings: Any) -> None:
    settings.ZALO_API_URL = API


def states(account: OfficialAccount) -> dict[str, str]:
    account.refresh_from_db()
    return {name: kept["state"] for name, kept in account.capabilities.items()}


@responses.activate
def test_everything_answers(commune: Commune, fake: None):
    account = make_official_account(commune, oa_type=2)
    answers()

    probe(account)

    assert states(account) == {"groups": "yes", "followers": "yes", "articles": "yes"}
    assert account.users_family == "v3"


@responses.activate
def test_state_agency_without_groups_and_with_the_old_list(commune: Commune, fake: None):
    account = make_official_account(commune, oa_type=4)
    answers(groups=-235, v3=-235, articles=-224)

    probe(account)

    assert states(account) == {
        "groups": "no", "followers": "yes", "articles": "no", "broadcast": "no",
    }  # fmt: skip
    assert account.users_family == "v2"
    assert "loại tài khoản OA này" in may(account, Capability.GROUPS).sentence


@responses.activate
def test_other_family_is_tried_when_zalo_says_so(commune: Commune, fake: None):
    account = make_official_account(commune, oa_type=2)
    answers(v3=-235)

    probe(account)

    assert account.users_family == "v2"
    assert may(account, Capability.FOLLOWERS).state is State.YES


@responses.activate
def test_both_families_refused_is_a_no(commune: Commune, fake: None):
    account = make_official_account(commune, oa_type=4)
    answers(v2=-240, v3=-235)

    probe(account)

    assert may(account, Capability.FOLLOWERS).is_no
    assert account.users_family == "unknown"


@responses.activate
@pytest.mark.parametrize("code", [-32, -200, -201, -403, -9999])
def test_what_passes_or_proves_nothing_leaves_what_was_known(
    commune: Commune, fake: None, code: int
):
    known = {"groups": {"state": "yes", "code": 0, "at": None}}
    account = make_official_account(commune, capabilities=known)
    answers(groups=code)

    probe(account)

    assert account.capabilities["groups"] == known["groups"]


def test_unreachable_zalo_leaves_what_was_known(commune: Commune):
    known = {"groups": {"state": "no", "code": -224, "at": None}}
    account = make_official_account(commune, capabilities=known)

    probe(account)

    assert OfficialAccount.objects.get().capabilities == known


def test_dead_pair_stops_the_questions(account: OfficialAccount, simulator: Simulator):
    simulator.state.revoke()

    with pytest.raises(ZaloConsentRequired):
        probe(account)

    assert simulator.state.stats["calls /v2.0/article/getslice"] == 0


@responses.activate
def test_lasting_refusal_in_use_is_learnt_and_outweighs_a_mere_question(
    commune: Commune, fake: None, monkeypatch: pytest.MonkeyPatch
):
    account = make_official_account(commune)
    answers()
    responses.add("POST", f"{API}/v3.0/oa/group/message", json={"error": -224, "message": "x"})
    probe(account)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)

    def refused() -> State:
        with pytest.raises(ZaloRejected):
            send_to_group(account, "g", Text("chào"))
        return may(OfficialAccount.objects.get(), Capability.GROUPS).state

    at_first = refused()
    now += timedelta(minutes=11)
    after_ten_minutes = refused()
    probe(account)
    after_question = may(OfficialAccount.objects.get(), Capability.GROUPS).state
    probe(account, is_asked=True)
    after_button = may(OfficialAccount.objects.get(), Capability.GROUPS).state

    assert [at_first, after_ten_minutes, after_question, after_button] == [
        State.YES, State.NO, State.NO, State.YES,
    ]  # fmt: skip


@responses.activate
def test_success_between_refusals_takes_them_back(
    commune: Commune, fake: None, monkeypatch: pytest.MonkeyPatch
):
    account = make_official_account(commune)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    refusal, sent = {"error": -224}, {"error": 0, "data": {"message_id": "m", "group_id": "g"}}
    for answer in (refusal, sent, refusal):
        responses.add("POST", f"{API}/v3.0/oa/group/message", json=answer)

    for is_refused in (True, False, True):
        now += timedelta(minutes=8)
        if is_refused:
            with pytest.raises(ZaloRejected):
                send_to_group(account, "g", Text("chào"))
        else:
            send_to_group(account, "g", Text("chào"))

    assert may(OfficialAccount.objects.get(), Capability.GROUPS).state is State.YES


@responses.activate
def test_success_in_use_is_written_once(
    commune: Commune, fake: None, django_assert_num_queries: Callable[[int], Any]
):
    account = make_official_account(commune)
    sent = {"error": 0, "data": {"message_id": "m", "group_id": "g"}}
    responses.add("POST", f"{API}/v3.0/oa/group/message", json=sent)
    send_to_group(account, "g", Text("một"))

    with django_assert_num_queries(0):
        send_to_group(account, "g", Text("hai"))

    assert may(OfficialAccount.objects.get(), Capability.GROUPS).state is State.YES


def test_daily_look_asks_what_the_account_may(account: OfficialAccount, simulator: Simulator):
    OfficialAccount.objects.update(checked_at=timezone.now() - timedelta(days=2))

    check_accounts()

    assert states(account)["groups"] == "yes"


def test_button_asks_now(
    account: OfficialAccount, simulator: Simulator, chief: User, login: Callable[[User], Client]
):
    page = login(chief).post(f"/admin/zalo/officialaccount/{account.pk}/kiem-tra/", follow=True)

    text = page.content.decode()
    assert "Đã hỏi Zalo" in text
    assert "Bài đã duyệt tự gửi vào các nhóm của OA." in text


def test_button_says_why_zalo_could_not_be_asked(
    commune: Commune, chief: User, login: Callable[[User], Client]
):
    account = make_official_account(commune)

    page = login(chief).post(f"/admin/zalo/officialaccount/{account.pk}/kiem-tra/", follow=True)

    assert "Chưa kết nối được tới Zalo" in page.content.decode()


def test_health_page_of_another_commune_is_not_there(
    other_commune: Commune, chief: User, login: Callable[[User], Client]
):
    foreign = make_official_account(other_commune)
    client = login(chief)

    assert client.get(f"/admin/zalo/officialaccount/{foreign.pk}/suc-khoe/").status_code == 404
    assert client.post(f"/admin/zalo/officialaccount/{foreign.pk}/kiem-tra/").status_code == 404


@responses.activate
def test_refused_question_is_an_answer_and_no_trouble(commune: Commune, fake: None):
    account = make_official_account(commune)
    answers(groups=-224, articles=-221)

    probe(account)

    stored = OfficialAccount.objects.get()
    assert stored.last_error == ""
    assert health_of(stored, timezone.now()).troubles == []


def test_what_cannot_be_asked_is_not_promised_by_the_button(commune: Commune):
    account = make_official_account(commune)

    assert "Kiểm tra ngay" in may(account, Capability.ARTICLES).sentence
    assert "khi dùng lần đầu" in may(account, Capability.PERSON_MESSAGES).sentence


@pytest.mark.parametrize(
    ("profile", "groups", "family"), [("business", "yes", "v3"), ("state_agency", "no", "v2")]
)
def test_both_profiles_of_the_simulator(
    commune: Commune,
    start_simulator: Callable[..., Simulator],
    profile: str,
    groups: str,
    family: str,
):
    refusal = -235 if profile == "state_agency" else None
    simulator = start_simulator(profile=profile, group_refusal=refusal)
    pair = simulator.state.tokens
    account = make_official_account(
        commune, oa_id=simulator.state.oa_id, access_token=pair.access, refresh_token=pair.refresh
    )

    check_accounts()

    found = states(account)
    assert (found["groups"], found["followers"], account.users_family) == (groups, "yes", family)
    assert found["articles"] == "yes"


def test_health_counts_events_with_a_wrong_signature(account: OfficialAccount):
    before = health_of(account, timezone.now()).facts
    count = inbox.bad_signatures()

    inbox.count_bad_signature()

    after = health_of(account, timezone.now()).facts
    [fact] = [fact for fact in after if fact not in before]
    assert fact.label == "Tin sai chữ ký trong 24 giờ"
    assert fact.value.startswith(f"{count + 1} tin")
