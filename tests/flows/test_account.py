"""An account's life and its residents, in both profiles: consent, silence, windows, events."""

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.linking import replies
from groups.models import DataRequest, LinkProposal, ZaloLink
from reports.models import SealedText, TipReport
from tests.factories.groups import make_member
from tests.flows.connected import Connected
from zalo.channels.base import Text
from zalo.channels.person import ZaloMayCost, ZaloNotSent
from zalo.followers.windows import Reach
from zalo.models import Follower, WebhookEvent
from zalo.services import send_to_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]

PROFILES = pytest.mark.parametrize("connected", ["business", "state_agency"], indirect=True)
SAID_OF = {
    "business": ["Doanh nghiệp", "Tăng trưởng", "Bài đã duyệt tự gửi vào các nhóm của OA."],
    "state_agency": ["Cơ quan nhà nước", "Bài đã duyệt tự gửi vào các nhóm của OA."],
    "state_agency_without_groups": ["Cơ quan nhà nước", "loại tài khoản OA này"],
}


def test_a_connection_from_the_first_press_to_the_next_consent(connected: Connected) -> None:
    state = connected.state
    assert "Đã kết nối OA Công an xã Bình Yên" in connected.connect()
    health = connected.health()
    for words in (*SAID_OF[connected.kind], "Đã xác thực", "Kết nối tốt"):
        assert words in health

    # A day and an hour: the pair was renewed meanwhile, and serves.
    first = connected.account.access_token
    connected.later(hours=25)
    assert connected.account.access_token not in {first, ""}
    assert connected.account.access_token == state.tokens.access
    check = f"/admin/zalo/officialaccount/{connected.account.pk}/kiem-tra/"
    asked = connected.sign_in(connected.technician).post(check, follow=True).content.decode()
    assert "Đã hỏi Zalo" in asked

    # No worker for 84 days: the home page says it while there is time, and a worker mends it.
    connected.clock.shift(84 * 86_400)
    assert "Quyền của Zalo sắp hết hạn" in connected.home()
    connected.later(minutes=5)
    assert "Quyền của Zalo sắp hết hạn" not in connected.home()
    assert connected.account.refresh_token == state.tokens.refresh

    # Somebody takes the permission back at Zalo, which tells so; one press brings it again.
    state.revoke()
    connected.heard_out()
    assert connected.events()["permission_revoked"] == 1
    assert "Zalo không cho gửi nữa. Cần cấp quyền lại ngay." in connected.home()
    assert "Cấp quyền lại" in connected.health()
    connected.later(minutes=5)
    assert connected.account.needs_consent is True
    assert "Đã kết nối OA" in connected.connect()
    assert "Cần cấp quyền lại ngay" not in connected.home()
    assert "Kết nối tốt" in connected.health()
    assert connected.account.access_token == state.tokens.access


def test_three_months_without_worker_cost_a_consent_and_not_the_account(
    connected: Connected,
) -> None:
    connected.connect()

    connected.later(days=91)

    assert "Cần cấp quyền lại ngay" in connected.home()
    assert "Đã kết nối OA" in connected.connect()
    connected.later(hours=25)
    assert "Kết nối tốt" in connected.health()


@PROFILES
def test_a_resident_is_counted_once_and_answered_while_it_is_allowed(connected: Connected) -> None:
    connected.connect()
    connected.simulator.webhooks.configure({"duplicates": 1.0, "shuffled": 0.5})
    state = connected.state
    person = state.add_person("Cô Lụa", days_since_interaction=None)

    # Following and writing, everything told twice and out of order.
    residents = connected.simulator.residents
    residents.do("follow", {"user_id": person.id})
    for number in range(5):
        residents.do("write", {"user_id": person.id, "text": f"Có người lạ ở tổ {number}"})
    residents.do("send_location", {"user_id": person.id, "latitude": 10.4, "longitude": 106.2})
    connected.heard_out()
    assert connected.simulator.webhooks.stats["told_twice"] == 7
    assert connected.events() == {"follow": 1, "user_send_text": 5, "user_send_location": 1}
    assert not WebhookEvent.objects.filter(state=WebhookEvent.State.HELD).exists()
    assert TipReport.objects.count() == 1  # one telling, each word of it once
    told = sorted(row.text for row in SealedText.objects.all() if row.text.startswith("Có người"))
    assert told == [f"Có người lạ ở tổ {number}" for number in range(5)]
    follower = Follower.objects.get()
    assert (follower.is_following, follower.zalo_user_id) == (True, person.id)
    counts = reverse("admin:groups_linkproposal_followers")
    shown = connected.sign_in(connected.chief).get(counts)
    assert shown.context["windows"].following == "1"

    # Free for two days; then out of the package, or only after a person's yes; then not at all.
    send_to_person(connected.account, person.id, Text("Đã nhận tin"))
    connected.later(hours=50)
    assert connected.reach_of(person) is Reach.PAID
    if connected.kind == "business":
        send_to_person(connected.account, person.id, Text("Đang xử lý"))
    else:
        with pytest.raises(ZaloMayCost):
            send_to_person(connected.account, person.id, Text("Đang xử lý"))
    connected.later(days=6)
    calls = state.stats["calls"]
    with pytest.raises(ZaloNotSent, match="7 ngày"):
        send_to_person(connected.account, person.id, Text("Đã xong"))
    assert state.stats["calls"] == calls
    connected.does(person, "write", text="Sao rồi cán bộ?")
    assert connected.reach_of(person) is Reach.FREE
    send_to_person(connected.account, person.id, Text("Đã xong"))
    paid = ["Đang xử lý"] if connected.kind == "business" else []
    assert connected.read_by(person) == ["Đã nhận tin", *paid, "Đã xong"]

    # Unfollowing is told late and twice as well.
    connected.does(person, "unfollow")
    assert Follower.objects.get().is_following is False


@PROFILES
def test_a_shared_contact_links_after_a_call_and_a_withdrawal_becomes_a_request(
    connected: Connected,
) -> None:
    connected.connect()
    connected.simulator.webhooks.configure({"duplicates": 1.0})
    member = make_member(
        connected.hamlet, full_name="Nguyễn Thị Lụa", phone="+84900000111", consent_basis="list",
        consent_given_at=timezone.now(),
    )  # fmt: skip
    person = connected.state.add_person("Cô Lụa", days_since_interaction=None)
    connected.does(person, "follow")
    connected.does(person, "share_contact", name="Nguyễn Thị Lụa", phone="0900000111")
    assert not ZaloLink.objects.exists()

    proposal = LinkProposal.objects.get()
    chief = connected.sign_in(connected.chief)
    page = reverse("admin:groups_linkproposal_change", args=[proposal.pk])
    assert "Khớp tên và số" in chief.get(page).content.decode()
    told = chief.post(f"{page.removesuffix('change/')}xac-nhan/", {"sure": "1"}, follow=True)
    assert "Đã liên kết" in told.content.decode()
    assert ZaloLink.objects.get().member == member
    replies.send_due()
    assert "Đã liên kết" in connected.read_by(person)[-1]

    connected.does(person, "withdraw")
    request = DataRequest.objects.get()
    assert (request.member, request.channel) == (member, "zalo")
    assert not ZaloLink.objects.exists()
    requests = chief.get(reverse("admin:groups_datarequest_changelist")).content.decode()
    assert "Nguyễn Thị Lụa" in requests
