"""From a resident's phone to the end of a tip and back, every word over HTTP, in both profiles."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
import requests
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from reports.chat import sending
from reports.chat import services as chat
from reports.models import ChatReply, TipMessage, TipReport
from reports.tips import receipts
from reports.triage import services as triage
from reports.work import closing
from reports.work import services as work
from tests.flows.connected import Connected
from tests.vaults import reporter_of
from zalo.inbox import files
from zalo.models import InboundFile, WebhookEvent
from zalo_simulator.faults import parse

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

PROFILES = pytest.mark.parametrize("connected", ["business", "state_agency"], indirect=True)
WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước ở tổ 5."
ASKS = "Cảm ơn ông (bà) đã báo. Xin cho biết họ thường tụ tập lúc mấy giờ?"
RESULT = "Công an xã đã kiểm tra, nhắc nhở và giải tán nhóm này. Cảm ơn ông (bà)."
State = TipMessage.State


class Phone:
    """The resident's page at the simulated Zalo, as a browser uses it."""

    def __init__(self, connected: Connected) -> None:
        self.connected, self.url = connected, connected.simulator.url
        self.person = connected.state.add_person("Cô Lụa", days_since_interaction=None)

    def _post(self, door: str, values: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/_sim/{door}", json=values, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, deed: str, **values: Any) -> None:
        self._post("deed", {"deed": deed, "user_id": self.person.id, **values})
        self.connected.heard_out()
        sending.send_due()

    def writes(self, text: str) -> None:
        self.does("write", text=text)

    def sends_picture(self) -> None:
        made = BytesIO()
        Image.new("RGB", (80, 60), "red").save(made, "JPEG")
        kept = self._post(
            "media", {"media_type": "image/jpeg", "base64": b64encode(made.getvalue()).decode()}
        )
        self.does("send_image", image_id=kept["media_id"])
        files.fetch_due()
        chat.collect_files()

    def reads(self) -> list[str]:
        asked = {"user_id": self.person.id, "after": 0}
        found = requests.get(f"{self.url}/_sim/messages", params=asked, timeout=10).json()
        return [row["text"] for row in found["messages"] if row["sender"] != "person"]


@pytest.fixture
def phone(connected: Connected) -> Phone:
    connected.connect()
    return Phone(connected)


def answer_on_the_page(connected: Connected, tip: TipReport, text: str) -> None:
    page = reverse("admin:reports_tipreport_talk", args=[tip.pk])
    told = connected.sign_in(connected.chief).post(page, {"text": text}, follow=True)
    assert "máy gửi qua Zalo" in told.content.decode()
    sending.send_due()


@PROFILES
def test_a_resident_is_heard_answered_and_told_the_result(
    connected: Connected, phone: Phone
) -> None:
    connected.simulator.webhooks.configure({"duplicates": 1.0, "shuffled": 0.5})
    chief = connected.chief

    phone.writes("Chào cán bộ")
    phone.writes(WORDS)
    phone.sends_picture()

    tip = TipReport.objects.get()
    assert tip.channel == "oa_chat"
    assert tip.sealed_texts.get(kind="original").text == WORDS
    assert tip.attachments.get().state == "ready"
    assert not InboundFile.objects.exists()
    hello, first = phone.reads()
    assert "cứ viết ngay tại đây" in hello
    assert tip.code in first

    triage.sort(tip, by=chief, kind="feedback", category="te-nan")
    triage.summarise(tip, by=chief, summary="Đánh bạc buổi tối.")
    work.assign(tip, to=chief, by=chief)
    work.start(tip, by=chief)
    answer_on_the_page(connected, tip, ASKS)
    assert phone.reads()[-1] == ASKS

    connected.later(hours=2)
    phone.writes("Tầm 8 giờ tối cán bộ ạ")

    tip.refresh_from_db()
    assert tip.has_unread
    page = connected.sign_in(chief).get(reverse("admin:reports_tipreport_talk", args=[tip.pk]))
    assert "Tầm 8 giờ tối" in page.content.decode()

    answer_on_the_page(connected, tip, "Cảm ơn ông (bà), Công an xã sẽ xuống kiểm tra.")
    closing.resolve(
        tip, by=chief, disposition="handled_here", measure="reminded", outcome="Đã giải tán."
    )
    closing.tell(tip, by=chief, text=RESULT)
    sending.send_due()
    closing.close(tip, by=chief)

    assert phone.reads()[-1] == RESULT
    assert phone.reads().count(RESULT) == 1
    tip.refresh_from_db()
    assert tip.status == "closed"
    out = TipMessage.objects.filter(direction="out").values_list("state", flat=True)
    assert set(out) == {State.SENT}
    connected.heard_out()
    assert not WebhookEvent.objects.exclude(body="").exists()
    assert not ChatReply.objects.exists()

    phone.writes("Hôm nay có chuyện khác, mất con gà")
    assert TipReport.objects.count() == 2


@PROFILES
def test_the_talk_goes_on_by_receipt_once_zalo_is_shut(connected: Connected, phone: Phone) -> None:
    phone.writes(WORDS)
    tip = TipReport.objects.get()
    phone.writes("mã")
    digits = receipts.normalise(phone.reads()[-1].splitlines()[1])
    tip.refresh_from_db()
    assert tip.receipt_hash == receipts.hash_of(digits)

    connected.later(hours=50)
    answer_on_the_page(connected, tip, ASKS)

    message = TipMessage.objects.get(by=connected.chief)
    assert (message.state, message.error_text) == (State.CLOSED, sending.TOO_LATE)
    assert ASKS not in phone.reads()

    phone.writes("Có ai trả lời tôi chưa?")
    assert phone.reads().count(ASKS) == 1


@PROFILES
def test_secret_and_emergency_are_answered_rightly(connected: Connected, phone: Phone) -> None:
    phone.writes("TỐI MẬT\nKế hoạch tuần tra")
    assert not TipReport.objects.exists()
    assert "mang trực tiếp" in phone.reads()[-1]

    phone.writes("Cứu với, đang đánh nhau cầm dao ở chợ")
    assert TipReport.objects.get().urgency == "emergency"
    assert phone.reads()[-1].startswith("Việc đang xảy ra thì gọi ngay 113")


@PROFILES
def test_nothing_is_sent_twice_when_zalo_gives_no_answer(
    connected: Connected, phone: Phone
) -> None:
    phone.writes(WORDS)
    tip = TipReport.objects.get()
    for path in ("/v3.0/oa/message/cs", "/v2.0/oa/message"):
        connected.simulator.faults.add(parse({"kind": "lose_answer", "path": path}))
    answer_on_the_page(connected, tip, ASKS)
    connected.simulator.faults.clear()

    sending.send_due()

    assert phone.reads().count(ASKS) == 1
    assert TipMessage.objects.get(by=connected.chief).state in {State.UNCERTAIN, State.SENT}


@PROFILES
def test_withdrawal_empties_the_vault_and_nothing_more_is_sent(
    connected: Connected, phone: Phone
) -> None:
    phone.writes("Mất căn cước thì làm lại thế nào ạ?")
    tip = TipReport.objects.get()
    connected.later(hours=1)

    phone.does("withdraw")
    answer_on_the_page(connected, tip, "Ông (bà) đến Công an xã để làm lại.")

    tip.refresh_from_db()
    assert reporter_of(tip).zalo_user_id == ""
    assert TipMessage.objects.get(by=connected.chief).state == State.CLOSED
    assert timezone.now() >= tip.received_at
