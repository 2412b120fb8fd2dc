"""Private messages become tips, once each, whatever Zalo does to their order."""

import json
import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.quarters import quarter
from groups.models import LinkReply
from reports.chat import services as service
from reports.chat import texts
from reports.models import (
    ChatReply,
    Reporter,
    SealedText,
    TipAttachment,
    TipEvent,
    TipMessage,
    TipReport,
)
from reports.vault.models import index_of_reporter
from tests.reports.chat.conftest import USER, hung
from tests.vaults import look, opened, reporter_of
from zalo.inbox import services as inbox
from zalo.inbox import signals
from zalo.models import InboundFile, WebhookEvent

pytestmark = pytest.mark.django_db

WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."
Direction, State = TipMessage.Direction, TipMessage.State


def out(tip):
    return list(tip.messages.filter(direction=Direction.OUT).order_by("pk"))


def heard(tip):
    return [row.text for row in tip.messages.filter(direction=Direction.IN).order_by("at", "pk")]


def open_words(tip):
    return [row.text for row in tip.sealed_texts.order_by("at", "pk")]


def test_message_becomes_a_tip_with_a_first_answer(chat, account):
    tip = chat.says(WORDS)

    assert (tip.channel, tip.commune, tip.status) == ("oa_chat", account.commune, "new")
    assert tip.received_at == quarter(chat.now)
    assert open_words(tip) == [WORDS]
    assert reporter_of(tip).zalo_user_id == USER
    with opened():
        assert reporter_of(tip).zalo_index == index_of_reporter(USER)
    assert tip.receipt_hash == ""
    (answer,) = out(tip)
    assert (answer.state, answer.via, answer.by) == (State.QUEUED, "chat", None)
    assert tip.code in answer.text
    assert "không cần nói gì trong nhóm" in answer.text
    event = WebhookEvent.objects.get()
    assert (event.state, event.body) == ("interpreted", "")


def test_no_column_of_a_tip_tells_the_minute(chat):
    tip = chat.says(WORDS)

    moments = {
        tip.received_at,
        tip.sealed_texts.get().at,
        *tip.events.values_list("at", flat=True),
        *tip.messages.values_list("at", flat=True),
        *tip.messages.values_list("next_attempt_at", flat=True),
    }
    assert moments == {quarter(chat.now)}


def test_words_within_minutes_are_one_tip(chat):
    chat.says("Có đánh bạc")
    chat.says("sau quán nước bà Tư", at=chat.later(minutes=4))
    tip = chat.says("đông lắm", at=chat.later(minutes=9))

    assert TipReport.objects.count() == 1
    assert open_words(tip) == ["Có đánh bạc", "sau quán nước bà Tư", "đông lắm"]
    assert tip.has_unread
    assert heard(tip) == []
    assert len(out(tip)) == 1


def test_greeting_before_the_words_makes_no_tip(chat):
    assert chat.says("Chào cán bộ ạ") is None
    assert ChatReply.objects.get().kind == "greeting"

    tip = chat.says(WORDS, at=chat.later(seconds=30))

    assert open_words(tip) == [WORDS]


def test_thanks_after_the_words_are_not_kept_with_them(chat):
    chat.says(WORDS)
    tip = chat.says("cảm ơn ạ", at=chat.later(seconds=30))

    assert open_words(tip) == [WORDS]
    assert not ChatReply.objects.exists()


def test_later_words_go_into_the_talk_of_the_open_tip(chat):
    tip = chat.says(WORDS)
    chat.says("Hôm nay lại có", at=chat.later(hours=5))
    chat.says("vẫn chưa hết", at=chat.later(hours=29))

    assert TipReport.objects.count() == 1
    assert heard(tip) == ["Hôm nay lại có", "vẫn chưa hết"]
    assert [row.text for row in out(tip)][1:] == [texts.heard_more(tip.code)] * 2
    kinds = list(tip.events.order_by("at").values_list("kind", flat=True))
    assert kinds == ["received", "heard_more", "heard_more"]
    assert not TipEvent.objects.exclude(by=None).exists()


def test_many_words_in_a_quarter_leave_one_step_and_one_answer(chat):
    tip = chat.says(WORDS)
    for second in range(6):
        chat.says(f"lời {second}", at=chat.later(hours=5, seconds=second))

    assert len(heard(tip)) == 6
    assert tip.events.filter(kind="heard_more").count() in {1, 2}  # a quarter may end meanwhile
    assert len(out(tip)) == 2


def test_once_somebody_looked_new_words_are_a_message(chat):
    tip = chat.says(WORDS)
    TipReport.objects.filter(pk=tip.pk).update(status="triaged", kind="feedback", category="khac")

    chat.says("thêm nữa", at=chat.later(minutes=2))

    assert heard(tip) == ["thêm nữa"]


def test_closed_tip_is_not_gone_on_with(chat):
    tip = chat.says(WORDS)
    now = timezone.now()
    TipReport.objects.filter(pk=tip.pk).update(
        status="closed", disposition="handled_here", closed_at=now
    )

    other = chat.says("Có người lạ rình mò", at=chat.later(hours=3))

    assert other != tip
    assert open_words(other) == ["Có người lạ rình mò"]


def test_talk_that_slept_for_a_week_begins_anew(chat):
    tip = chat.says(WORDS, at=chat.later(days=-8))

    assert chat.says("Chuyện khác hẳn") != tip


def test_new_matter_is_a_tip_of_its_own_beside_the_open_one(chat):
    tip = chat.says(WORDS)

    other = chat.says("VIỆC KHÁC: có người bán pháo lậu", at=chat.later(minutes=3))

    assert other != tip
    assert open_words(other) == ["có người bán pháo lậu"]
    assert open_words(tip) == [WORDS]


def test_two_people_never_share_a_tip(chat):
    mine = chat.says(WORDS)
    theirs = chat.says(WORDS, user="7002")

    assert mine != theirs
    assert Reporter._base_manager.values("zalo_index").distinct().count() == 2


def test_question_waits_for_an_officer_as_a_question(chat):
    tip = chat.says("Làm căn cước cho cháu cần giấy tờ gì?")

    assert (tip.kind, tip.category, tip.status) == ("procedure_question", "khac", "new")
    assert "đã nhận câu hỏi" in out(tip)[0].text

    theft = chat.says("Nhà tôi mới bị trộm đột nhập", at=chat.later(minutes=20))

    assert theft != tip
    assert theft.kind == ""


def test_emergency_names_the_numbers_first(chat, commune):
    profile = commune.profiles.first()
    if profile is None:
        profile = commune.profiles.create(valid_from="2020-01-01", province_label="TỈNH MẪU")
    profile.duty_phone = "0251 000 0000"
    profile.save()

    tip = chat.says("Cứu với, đang đánh nhau cầm dao ngoài chợ")

    assert tip.urgency == "emergency"
    text = out(tip)[0].text
    assert text.startswith("Việc đang xảy ra thì gọi ngay 113")
    assert text.index("0251 000 0000") < text.index(tip.code)


def test_talk_that_becomes_an_emergency_is_told_so(chat):
    tip = chat.says("Quán nước ồn ào")

    chat.says("giờ đang đánh nhau rồi", at=chat.later(minutes=2))

    tip.refresh_from_db()
    assert tip.urgency == "emergency"
    assert out(tip)[-1].text.startswith("Việc đang xảy ra")


def test_mark_of_secrecy_leaves_nothing(chat):
    chat.tell(chat.body("TỐI MẬT\nKế hoạch tuần tra", name="user_send_file",
                        message=hung("file", url="https://f.zdn.vn/1", name="a.pdf")))  # fmt: skip

    assert not TipReport.objects.exists()
    assert not InboundFile.objects.exists()
    assert ChatReply.objects.get().kind == "secret"
    assert WebhookEvent.objects.get().body == ""


@pytest.mark.parametrize("name", ["KẾ HOẠCH TUYỆT MẬT.docx", "12-BC (MẬT).pdf"])
def test_mark_in_the_name_of_a_file_leaves_nothing(chat, name):
    named = hung("file", url="https://f.zdn.vn/1", name=name)
    chat.tell(chat.body(name="user_send_file", message=named))

    assert not TipReport.objects.exists()
    assert not InboundFile.objects.exists()


def test_mark_in_later_words_keeps_what_was_there(chat):
    tip = chat.says(WORDS)
    chat.says("TUYỆT MẬT\nCông văn", at=chat.later(hours=2))

    assert (open_words(tip), heard(tip)) == ([WORDS], [])
    assert ChatReply.objects.get().kind == "secret"


def test_place_is_sealed_with_the_tip(chat):
    where = hung("location", coordinates={"latitude": "10.95", "longitude": "106.85"})
    tip = chat.says(name="user_send_location", message=where)

    assert tip.place.startswith("10.950000, 106.850000")
    assert "10.95" not in str(TipReport.objects.filter(pk=tip.pk).values("code", "kind"))


def test_pictures_wait_beside_the_tip(chat):
    picture = hung("image", url="https://f.zdn.vn/1")
    tip = chat.says(WORDS)
    chat.says(name="user_send_image", message=picture, at=chat.later(minutes=1))

    (waiting,) = TipAttachment.objects.all()
    assert (waiting.tip, waiting.state) == (tip, "waiting")
    assert waiting.inbound == InboundFile.objects.get()


def test_sticker_is_nothing(chat):
    chat.tell(chat.body(name="user_send_sticker", message=hung("sticker", url="https://z/1")))

    assert not TipReport.objects.exists()
    assert not ChatReply.objects.exists()


def test_linking_keeps_its_own_messages(chat):
    chat.says("LIEN KET")
    chat.says("lk AB3D-7KQ9")

    assert not TipReport.objects.exists()
    assert LinkReply.objects.count() == 2


def test_visitor_of_a_page_is_heard_and_cannot_be_answered(chat):
    said = {"conversation_id": "c-1"}
    tip = chat.says("Có trộm", name="anonymous_send_text", user="a-1", message=said)
    chat.says("ở ấp 5", name="anonymous_send_text", user="a-1", message=said)

    assert TipReport.objects.count() == 1
    assert open_words(tip) == ["Có trộm", "ở ấp 5"]
    assert not tip.messages.exists()


def test_wish_for_a_receipt_is_kept_without_digits(chat):
    tip = chat.says(WORDS)
    chat.says("MÃ")

    reply = ChatReply.objects.get()
    assert (reply.kind, reply.tip, look(reply).zalo_user_id) == ("receipt", tip, USER)


def test_wish_for_a_receipt_without_a_tip_says_so(chat):
    chat.says("MÃ")

    assert ChatReply.objects.get().kind == "no_tip"


def test_greetings_are_answered_a_few_times_an_hour(chat, django_capture_on_commit_callbacks):
    for minute in range(8):
        with django_capture_on_commit_callbacks(execute=True):
            chat.says("alo", user="7999", at=chat.later(minutes=minute))

    assert ChatReply.objects.count() <= 4


# Zalo tells twice, late, and in any order


@pytest.mark.parametrize("seed", range(6))
def test_storm_of_repetitions_keeps_each_word_once(chat, seed):
    chance = random.Random(seed)
    said = [
        chat.body(f"lời {number}", at=chat.later(seconds=number * 20), user=f"80{number % 3}")
        for number in range(24)
    ]
    storm = said * 3
    chance.shuffle(storm)
    while storm:
        batch, storm = storm[:7], storm[7:]
        chat.tell(*batch)

    kept = [row.text for row in SealedText.objects.all()]
    kept += [row.text for row in TipMessage.objects.filter(direction=Direction.IN)]
    assert sorted(kept) == sorted(f"lời {number}" for number in range(24))
    assert TipReport.objects.count() == 3
    assert TipMessage.objects.filter(direction=Direction.OUT).count() == 3


def test_same_message_under_two_names_is_one(chat):
    body = chat.body("Có trộm", message={"msg_id": "m-x"})
    again = {**body, "event_name": "user_send_link"}

    chat.tell(body)
    chat.tell(again)

    assert SealedText.objects.count() == 1
    assert not TipMessage.objects.filter(direction=Direction.IN).exists()


def test_handler_that_broke_is_heard_again(chat, monkeypatch):
    real, calls = service._hang, []

    def breaks_once(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("broken")
        return real(*args, **kwargs)

    monkeypatch.setattr(service, "_hang", breaks_once)
    chat.tell(chat.body(WORDS))
    assert not TipReport.objects.exists()
    WebhookEvent.objects.update(next_attempt_at=timezone.now())

    chat.tell()

    assert SealedText.objects.get().text == WORDS
    assert TipReport.objects.count() == 1


def test_held_messages_come_in_with_their_own_time(chat, monkeypatch):
    kept, signals.message_received.receivers = signals.message_received.receivers, []
    old = chat.later(days=-3)
    picture = hung("image", url="https://f.zdn.vn/1")
    chat.tell(chat.body(WORDS, at=old))
    chat.tell(chat.body(name="user_send_image", message=picture, at=old + timedelta(minutes=1)))
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"held"}
    signals.message_received.receivers = kept

    call_command("replay_webhooks", "--held")
    chat.tell()

    tip = TipReport.objects.get()
    assert tip.received_at == quarter(old)
    assert tip.attachments.count() == 1
    assert set(WebhookEvent.objects.values_list("state", "body")) == {("interpreted", "")}


@pytest.mark.parametrize(
    "message",
    [
        {"attachments": None},
        {"attachments": "x"},
        {"attachments": [None, 7, "x", {"type": 3, "payload": []}]},
        {"attachments": [{"type": "location", "payload": {"coordinates": {"latitude": "nan"}}}]},
        {"attachments": [{"type": "image", "payload": {"url": 5}}]},
        {"attachments": [{"type": "link", "payload": {"description": "{", "url": "\x00"}}]},
        {"attachments": [{"type": "image", "payload": {"url": "https://x.zdn.vn/1"}}] * 60},
        {"text": {"a": 1}},
        {"text": "\ufeff\u202e\u200b"},
        {"text": "ấ" * 30_000},
    ],
    ids=str,
)
def test_rubbish_breaks_nothing(chat, message):
    chat.tell(chat.body(None, name="user_send_image", message=message))

    assert set(WebhookEvent.objects.values_list("state", flat=True)) <= {"interpreted", "unknown"}
    assert TipAttachment.objects.count() <= 20


def test_half_of_a_sign_is_no_end_of_the_telling(chat):
    body = chat.body("Có trộm HALF")
    raw = json.dumps(body).replace("HALF", "\\ud83d\\u0000").encode()
    inbox.store(inbox.read(raw), raw)

    chat.tell()

    assert open_words(TipReport.objects.get())[0].startswith("Có trộm")


@pytest.mark.parametrize("minutes", [3, 70])
def test_next_message_asks_little_of_the_database(chat, minutes, django_assert_max_num_queries):
    chat.says(WORDS)
    body = chat.body("Biển số 60A-000.00", at=chat.later(minutes=minutes))

    # Its storing, two rounds of the inbox, hearing it, and whether somebody is told already.
    with django_assert_max_num_queries(28):
        chat.tell(body)

    tip = TipReport.objects.get()
    assert "Biển số 60A-000.00" in open_words(tip) + heard(tip)
