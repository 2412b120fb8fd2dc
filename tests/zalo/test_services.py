import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Commune
from tests.factories.zalo import make_official_account
from tests.flows.harness import wait_until
from tests.zalo.wire import closed_port
from zalo import services
from zalo.channels.base import Picture, Text
from zalo.client.errors import (
    ZaloAttachmentExpired,
    ZaloConsentRequired,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloUncertain,
    ZaloWrongEndpoint,
)
from zalo.models import ApiCall, OfficialAccount
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens
from zalo_simulator import faults
from zalo_simulator.server import Simulator

JPEG = b"\xff\xd8\xff" + b"0" * 100


def break_with(simulator: Simulator, **rule: Any) -> None:
    simulator.faults.add(faults.parse(rule))


@pytest.fixture
def group_id(simulator: Simulator) -> str:
    return simulator.state.add_group("Ấp Bình An").id


def texts(simulator: Simulator, group_id: str) -> list[str]:
    return [message.text for message in simulator.state.messages_of(group_id)]


def test_account_for_finds_the_connected_account(account: OfficialAccount, other_commune: Commune):
    assert services.account_for(account.commune_id) == account
    assert services.account_for(other_commune.pk) is None


def test_send_text_to_group_needs_no_database(
    account: OfficialAccount,
    simulator: Simulator,
    group_id: str,
    django_assert_num_queries: Callable[[int], Any],
):
    account = OfficialAccount.objects.get(pk=account.pk)
    account.capabilities = {"groups": {"state": "yes", "code": 0}}

    with django_assert_num_queries(0):
        sent = services.send_to_group(account, group_id, Text("Chào bà con"), reference="d:1")

    assert sent.message_id == simulator.state.messages[0].id
    assert texts(simulator, group_id) == ["Chào bà con"]
    call_log.flush()
    call = ApiCall.objects.get()
    assert (call.endpoint, call.code, call.reference) == ("/v3.0/oa/group/message", "0", "d:1")


def test_image_is_uploaded_and_posted_with_its_caption(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    uploaded = services.upload_image(account, "a.jpg", JPEG)
    services.send_to_group(account, group_id, Picture(uploaded.attachment_id, "Ảnh"))

    posted = simulator.state.messages_of(group_id)[0]
    assert (posted.image_id, posted.text) == (uploaded.attachment_id, "Ảnh")


def test_expired_picture_asks_for_a_new_upload(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    uploaded = services.upload_image(account, "a.jpg", JPEG)
    with simulator.state.lock:
        simulator.state.attachments[uploaded.attachment_id].uploaded_at -= 8 * 86_400

    with pytest.raises(ZaloAttachmentExpired):
        services.send_to_group(account, group_id, Picture(uploaded.attachment_id, "Ảnh"))


def test_dead_token_is_renewed_and_the_call_repeated_once(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    services.send_to_group(account, group_id, Text("một"))
    simulator.state.kill_access_token()

    services.send_to_group(account, group_id, Text("hai"))

    assert texts(simulator, group_id) == ["một", "hai"]
    assert simulator.state.stats["refreshed"] == 1


def test_token_refused_again_after_renewal_is_given_up(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    break_with(simulator, kind="-216", path="/v3.0/oa/group/message")

    with pytest.raises(ZaloUnauthorized):
        services.send_to_group(account, group_id, Text("một"))

    assert simulator.state.stats["refreshed"] == 1
    assert simulator.state.stats["calls /v3.0/oa/group/message"] == 2
    assert texts(simulator, group_id) == []


@pytest.mark.django_db(transaction=True)
def test_one_refresh_for_all_sending_threads_and_no_connection_left_open(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    simulator.state.kill_access_token()
    barrier = threading.Barrier(16)
    left_open = []

    def work(number: int) -> None:
        barrier.wait()
        services.send_to_group(account, group_id, Text(f"bài {number}"))
        left_open.append(connection.connection is not None)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(texts(simulator, group_id)) == sorted(f"bài {n}" for n in range(16))
    assert simulator.state.stats["refreshed"] == 1
    assert left_open == [False] * 16


def send_in_child(account_id: int, group_id: str, number: int, results: Any, is_dead: Any) -> None:
    """One process that sends with the token it was started with."""
    for wrapper in connections.all():
        wrapper.connection = None  # the parent's socket is not ours to close
    account = OfficialAccount.objects.get(pk=account_id)
    results.put("ready")
    is_dead.wait(30)
    try:
        sent = services.send_to_group(account, group_id, Text(f"bài {number}"))
    except ZaloRetryable:  # it waited long for the new token, so it asks its caller anew
        sent = services.send_to_group(account, group_id, Text(f"bài {number}"))
    results.put(sent.message_id)
    connections.close_all()


@pytest.mark.db_broker
@pytest.mark.django_db(transaction=True)
def test_one_refresh_for_all_processes(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    context = multiprocessing.get_context("fork")
    results, is_dead = context.Queue(), context.Event()
    children = [
        context.Process(target=send_in_child, args=(account.pk, group_id, number, results, is_dead))
        for number in range(4)
    ]
    for child in children:
        child.start()
    assert [results.get(timeout=60) for _ in children] == ["ready"] * 4
    simulator.state.kill_access_token()
    is_dead.set()
    sent = {results.get(timeout=60) for _ in children}
    for child in children:
        child.join()

    assert sent == {message.id for message in simulator.state.messages_of(group_id)}
    assert len(sent) == 4
    assert simulator.state.stats["refreshed"] == 1
    assert simulator.state.stats["refresh_refused"] == 0


def test_lost_account_raises_consent_required_and_is_marked(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    simulator.state.revoke()

    with pytest.raises(ZaloConsentRequired):
        services.send_to_group(account, group_id, Text("một"))

    account.refresh_from_db()
    assert account.needs_consent is True


def test_throttling_pauses_every_lane(
    account: OfficialAccount,
    simulator: Simulator,
    group_id: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("zalo.pacing.slot_book.FIRST_PAUSE_S", 30.0)
    account.oa_id = f"{account.oa_id}-{account.pk}"  # a book of its own
    break_with(simulator, kind="-32", times=1)

    with pytest.raises(ZaloThrottled) as caught:
        services.send_to_group(account, group_id, Text("một"))

    book = services.slots(account)
    assert caught.value.retry_after == 30
    assert [book.book(lane="urgent"), book.book(lane="routine")] == [None, None]


@pytest.mark.parametrize(
    ("rule", "expected", "is_delivered"),
    [
        ({"kind": "close_after_read"}, ZaloUncertain, False),
        ({"kind": "lose_answer"}, ZaloUncertain, True),
        ({"kind": "http_502"}, ZaloUncertain, False),
        ({"kind": "http_502", "accepted": True}, ZaloUncertain, True),
        ({"kind": "-200"}, ZaloUncertain, False),
        ({"kind": "-200", "accepted": True}, ZaloUncertain, True),
        ({"kind": "slow", "seconds": 30}, ZaloUncertain, True),
        ({"kind": "-237"}, ZaloRejected, False),
        ({"kind": "-403"}, ZaloRejected, False),
    ],
)
def test_faults_of_zalo_end_in_the_right_class(
    account: OfficialAccount,
    simulator: Simulator,
    group_id: str,
    settings: Any,
    rule: dict[str, Any],
    expected: type[Exception],
    is_delivered: bool,
):
    if rule["kind"] == "slow":
        settings.ZALO_TIMEOUT_S = 1
    break_with(simulator, times=1, **rule)

    with pytest.raises(expected) as caught:
        services.send_to_group(account, group_id, Text("một"))

    assert type(caught.value) is expected
    if is_delivered:
        wait_until(lambda: texts(simulator, group_id), timeout_s=30, what="the message")
    assert (texts(simulator, group_id) == ["một"]) is is_delivered
    assert simulator.state.stats["calls /v3.0/oa/group/message"] == 1


def test_closed_port_is_retryable_and_works_again_when_it_opens(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    services.send_to_group(account, group_id, Text("một"))
    simulator.refuse()

    with pytest.raises(ZaloRetryable):
        services.send_to_group(account, group_id, Text("hai"))
    simulator.accept()
    services.send_to_group(account, group_id, Text("ba"))

    assert texts(simulator, group_id) == ["một", "ba"]


@pytest.mark.parametrize(
    ("profile", "family"), [("business", "v3"), ("state_agency", "v2")], ids=["v3", "v2"]
)
def test_endpoint_family_is_found_once_and_pinned(
    commune: Commune,
    start_simulator: Callable[..., Simulator],
    profile: str,
    family: str,
):
    simulator = start_simulator(profile=profile)
    person = simulator.state.add_person("Bà con")
    account = make_official_account(commune, access_token=simulator.state.tokens.access)

    services.send_to_person(account, person.id, Text("một"), heard_at=timezone.now())
    services.send_to_person(account, person.id, Text("hai"), heard_at=timezone.now())

    account.refresh_from_db()
    calls = simulator.state.stats
    assert account.endpoint_family == family
    assert calls["calls /v3.0/oa/message/cs"] == (2 if family == "v3" else 1)
    assert calls["calls /v2.0/oa/message"] == (0 if family == "v3" else 2)


def test_wrongly_pinned_family_is_switched_at_most_once_a_call(
    account: OfficialAccount, simulator: Simulator
):
    person = simulator.state.add_person("Bà con")
    OfficialAccount.objects.filter(pk=account.pk).update(endpoint_family="v2")
    account.refresh_from_db()

    services.send_to_person(account, person.id, Text("một"), heard_at=timezone.now())

    account.refresh_from_db()
    assert account.endpoint_family == "v3"
    break_with(simulator, kind="-235")
    with pytest.raises(ZaloWrongEndpoint):
        services.send_to_person(account, person.id, Text("hai"), heard_at=timezone.now())
    account.refresh_from_db()
    assert account.endpoint_family == "v3"


def test_no_other_number_switches_the_family(account: OfficialAccount, simulator: Simulator):
    person = simulator.state.add_person("Bà con", days_since_interaction=9)

    with pytest.raises(ZaloRejected) as caught:
        services.send_to_person(account, person.id, Text("một"), heard_at=timezone.now())

    assert caught.value.code == -230
    assert simulator.state.stats["calls /v2.0/oa/message"] == 0


def test_refresh_profile_keeps_what_zalo_says(account: OfficialAccount, simulator: Simulator):
    services.refresh_profile(account)

    account.refresh_from_db()
    assert (account.name, account.oa_type, account.is_verified) == ("Công an xã Bình Yên", 2, True)
    assert account.checked_at is not None
    assert account.last_error == ""


def test_refresh_profile_keeps_the_failure_until_it_is_over(
    account: OfficialAccount, simulator: Simulator, settings: Any
):
    settings.ZALO_API_URL = closed_port()
    with pytest.raises(ZaloRetryable):
        services.refresh_profile(account)
    account.refresh_from_db()
    assert "kết nối" in account.last_error

    settings.ZALO_API_URL = simulator.url
    assert services.check_accounts() == {"healthy": 1, "failing": 0}

    account.refresh_from_db()
    assert account.last_error == ""


def test_failure_of_the_whole_account_is_kept_on_the_row(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    break_with(simulator, kind="-224", times=1)

    with pytest.raises(ZaloRejected):
        services.send_to_group(account, group_id, Text("một"))

    account.refresh_from_db()
    assert "Gói dịch vụ" in account.last_error


def test_list_groups_reads_every_page(account: OfficialAccount, simulator: Simulator):
    for number in range(120):
        simulator.state.add_group(f"Nhóm {number}")
    simulator.state.add_group("Nhóm thường", kind="ordinary")

    groups = services.list_groups(account)

    assert [group.name for group in groups] == [f"Nhóm {number}" for number in range(120)]


def test_group_detail_of_a_foreign_group_is_rejected(
    account: OfficialAccount, simulator: Simulator, group_id: str
):
    assert services.group_detail(account, group_id).name == "Ấp Bình An"

    with pytest.raises(ZaloRejected) as caught:
        services.group_detail(account, "ffffffffffffffffffff")
    assert caught.value.code == -403


def test_call_log_holds_no_token_text_or_person(account: OfficialAccount, simulator: Simulator):
    person, now, words = simulator.state.add_person("Bà con"), timezone.now(), Text("lời riêng")
    services.send_to_person(account, person.id, words, heard_at=now, reference="answer:1")
    simulator.state.kill_access_token()
    services.send_to_person(account, person.id, words, heard_at=now, reference="answer:2")
    call_log.flush()

    dump = " ".join(str(list(row.values())) for row in ApiCall.objects.values())
    held = [account.access_token, tokens.access_token(account), person.id, "lời riêng"]
    assert ApiCall.objects.count() == 4
    assert not [secret for secret in held if secret in dump]
