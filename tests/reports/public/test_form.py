"""The form of residents without scripts: from the first question to the receipt."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reports.models import Diversion, SealedText, TipReport
from reports.public import sums
from reports.public.services import tip_of_receipt
from reports.tips import receipts
from tests.factories.accounts import make_profile
from tests.factories.groups import make_hamlet
from tests.reports.public.walking import WORDS, Walk, forms_of, texts_of
from tests.vaults import reporter_of

CHECK = "Bà con xem lại rồi bấm Gửi"


def test_the_whole_form_becomes_one_tip(commune, hamlet):
    walk = Walk(commune)

    last = walk.to_check(
        hamlet=str(hamlet.pk), place="Sau quán nước đầu hẻm", when="Tối nào cũng vậy",
        on="2026-11-20", how="Thấy tận mắt", name="Nguyễn Thị Mẫu", phone="0900 000 123",
    )  # fmt: skip
    before = TipReport.objects.count()
    walk.press("go", "send")

    tip = TipReport.objects.get()
    person = reporter_of(tip)
    assert (last, before) == (CHECK, 0)
    assert (tip.commune, tip.hamlet, tip.place, tip.occurred_words) == (
        commune, hamlet, "Sau quán nước đầu hẻm", "Tối nào cũng vậy",
    )  # fmt: skip
    assert (tip.category, tip.urgency, tip.channel) == ("te-nan", "normal", "web_form")
    assert timezone.localdate(tip.occurred_at).isoformat() == "2026-11-20"
    assert SealedText.objects.get(tip=tip).text == WORDS
    assert (person.name, person.phone, person.how_known) == (
        "Nguyễn Thị Mẫu", "0900 000 123", "Thấy tận mắt",
    )  # fmt: skip
    assert tip_of_receipt(walk.digits()) == tip


def test_the_words_alone_are_enough(commune):
    walk = Walk(commune)
    walk.to_check(words="Có trộm chó")
    walk.press("go", "send")

    tip = TipReport.objects.get()
    assert (tip.hamlet, tip.place, tip.occurred_at, reporter_of(tip).name) == (None, "", None, "")


def test_without_words_it_goes_nowhere(commune):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "khac")

    assert walk.press("go", "next", words="  \n ") == "Chuyện gì đã xảy ra?"
    assert "Bà con viết vài chữ" in walk.html


def test_what_happens_now_stops_first_and_goes_on_as_an_emergency(commune):
    make_profile(commune, duty_phone="0251 000 113, 000114")
    walk = Walk(commune)

    stop = walk.press("now", "co")
    numbers = re.findall(r'href="tel:([^"]+)"', walk.html)
    walk.press("go", "next")
    walk.press("subject", "chay-no")
    walk.press("go", "next", words="Cháy nhà kho")
    for _page in range(3):
        walk.press("go", "next")
    walk.press("who", "khong")
    walk.press("go", "send")

    assert stop == "Gọi ngay, bà con đừng viết ở đây"
    assert numbers == ["113", "114", "115", "111", "0251000113"]
    assert TipReport.objects.get().urgency == "emergency"


def test_words_that_sound_like_now_are_answered_with_a_number(commune):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "chay-no")

    walk.press("go", "next", words="Đang cháy nhà kho sau chợ, lửa lớn lắm!")
    called = re.findall(r'href="tel:(\d+)"', walk.html)
    walk.press("go", "back")
    walk.press("go", "next", words=WORDS)

    assert called == ["114"]
    assert "tel:" not in walk.html


@pytest.mark.parametrize("kind", ["denunciation", "complaint"])
def test_a_formal_letter_is_shown_its_way_and_only_counted(commune, kind):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "don")
    walk.press("letter", kind)
    body = {"draft": forms_of(walk.html)[0].values["draft"], "step": "letter", "letter": kind}
    walk.client.post(f"/phan-anh/{commune.code}/bao-tin/", body)

    row = Diversion.objects.get()
    assert (row.kind, row.channel, row.officer, row.commune) == (kind, "web_form", None, commune)
    assert "Ủy ban nhân dân" in walk.html
    assert not TipReport.objects.exists()


def test_a_letter_is_told_where_and_when_people_are_received(commune):
    make_profile(commune, reception_place="Trụ sở Công an xã, ấp 3", opening_hours="sáng thứ Bảy")
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "don")
    walk.press("letter", "denunciation")

    assert "Trụ sở Công an xã, ấp 3" in walk.html
    assert "sáng thứ Bảy" in walk.html


def test_a_letter_cannot_be_sent_by_a_forged_button(commune):
    walk = Walk(commune)
    walk.to_check()
    walk.press("go", "edit:subject")
    walk.press("subject", "don")
    draft = forms_of(walk.html)[0].values["draft"]

    answer = walk.client.post(
        f"/phan-anh/{commune.code}/bao-tin/", {"draft": draft, "step": "check", "go": "send"}
    )

    assert "Đơn của bà con là đơn gì?" in answer.content.decode()
    assert not TipReport.objects.exists()


def test_who_has_no_letter_after_all_goes_back(commune):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "don")
    walk.press("letter", "complaint")

    assert walk.press("go", "stay") == "Bà con muốn báo chuyện gì?"


def test_a_question_about_papers_is_told_honestly_and_still_taken(commune):
    walk = Walk(commune)
    walk.press("now", "khong")

    honest = walk.press("subject", "thu-tuc")
    walk.press("go", "next")
    walk.press("go", "next", words="Làm căn cước cho cháu cần giấy gì?")
    for _page in range(3):
        walk.press("go", "next")
    walk.press("who", "khong")
    walk.press("go", "send")

    assert honest == "Hỏi giấy tờ, thủ tục"
    tip = TipReport.objects.get()
    assert (tip.category, tip.kind) == ("khac", "procedure_question")


def test_back_and_edit_lose_nothing(commune):
    walk = Walk(commune)
    walk.to_check(place="Cầu ván", name="Bà Mẫu")
    walk.press("go", "edit:words")
    kept = forms_of(walk.html)[0].values["words"].strip()
    walk.press("go", "next", words="Viết lại cho rõ")
    after_edit = walk.title
    walk.press("go", "back")
    contact = forms_of(walk.html)[0].values["name"]
    walk.press("go", "back", name="Bà Mẫu Hai")
    walk.press("who", "co")
    walk.press("go", "next")
    walk.press("go", "send")

    tip = TipReport.objects.get()
    assert (kept, after_edit, contact) == (WORDS, CHECK, "Bà Mẫu")
    assert SealedText.objects.get().text == "Viết lại cho rõ"
    assert (tip.place, reporter_of(tip).name) == ("Cầu ván", "Bà Mẫu Hai")


def test_choosing_no_name_forgets_the_name(commune):
    walk = Walk(commune)
    walk.to_check(name="Bà Mẫu", phone="0900 000 123")
    walk.press("go", "edit:who")
    walk.press("who", "khong", why_unnamed="Sợ bị trả thù")
    check = walk.html
    walk.press("go", "send")

    person = reporter_of(TipReport.objects.get())
    assert "Không nêu tên" in check
    assert (person.name, person.phone, person.why_unnamed) == ("", "", "Sợ bị trả thù")


def test_a_changed_mind_about_now_is_asked_to_call(commune):
    walk = Walk(commune)
    walk.to_check()
    walk.press("go", "edit:now")

    assert walk.press("now", "co") == "Gọi ngay, bà con đừng viết ở đây"
    assert walk.press("go", "next") == CHECK


@pytest.mark.parametrize(
    ("pages", "field"),
    [(["words"], "words"), (["words", "where"], "place"), (["words", "where", "when"], "when"),
     (["words", "where", "when", "how"], "how")],
)  # fmt: skip
def test_a_mark_of_secrecy_is_not_even_carried(commune, pages, field):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "khac")
    for page in pages[:-1]:
        walk.press("go", "next", **({"words": WORDS} if page == "words" else {}))

    title = walk.press("go", "next", **{field: "TỐI MẬT\nKế hoạch tuần tra"})
    page = walk.html
    walk.press("go", "stay")

    assert title == "Điều này không gửi qua đây được"
    assert "tuần tra" not in page
    assert forms_of(walk.html)[0].values[field].strip() == ""
    assert not TipReport.objects.exists()


def test_nothing_of_what_was_written_stands_readable_in_a_later_page(commune):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "te-nan")
    walk.press("go", "next", words="Chuyện riêng khó nói")

    assert all("khó nói" not in text for text in texts_of(walk))


def test_a_form_that_lay_too_long_keeps_the_last_words(commune, monkeypatch):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "te-nan")
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr("reports.public.tip_form.timezone.now", lambda: later)

    title = walk.press("go", "next", words="Chữ vừa viết xong")
    notice = walk.html
    walk.press("now", "khong")
    walk.press("subject", "te-nan")

    assert title == "Việc này có đang xảy ra ngay lúc này không?"
    assert "Chữ bà con vừa viết" in notice
    assert forms_of(walk.html)[0].values["words"].strip() == "Chữ vừa viết xong"


def test_a_draft_of_another_commune_is_not_opened(commune, other_commune):
    walk = Walk(commune)
    walk.to_check()
    draft = forms_of(walk.html)[0].values["draft"]

    answer = walk.client.post(
        f"/phan-anh/{other_commune.code}/bao-tin/", {"draft": draft, "step": "check", "go": "send"}
    )

    assert "làm lại từ đầu" in answer.content.decode()
    assert not TipReport.objects.exists()


def test_hamlets_of_others_and_of_the_past_are_not_offered(commune, other_commune, hamlet):
    past = make_hamlet(commune, name="Xưa", valid_to="2026-06-30")
    foreign = make_hamlet(other_commune, name="Xa")
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "khac")
    walk.press("go", "next", words=WORDS)
    page = walk.html

    for wrong in (past, foreign):
        assert f'value="{wrong.pk}"' not in page
        assert walk.press("go", "next", hamlet=str(wrong.pk)) == "Xảy ra ở đâu?"
    assert walk.press("go", "next", hamlet=str(hamlet.pk)) == "Xảy ra lúc nào?"


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [("20/11/2026", True), ("2026-11-20", True), ("20-11-2026", True), ("", True),
     ("31/02/2026", False), ("hôm qua", False), ("2999-01-01", False), ("1900-01-01", False)],
)  # fmt: skip
def test_a_day_is_read_as_people_type_it(commune, typed, is_taken):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "khac")
    walk.press("go", "next", words=WORDS)
    walk.press("go", "next")

    title = walk.press("go", "next", on=typed)

    assert (title == "Vì sao bà con biết chuyện này?") is is_taken


def test_where_many_come_a_sum_in_words_is_asked_without_scripts(commune, crowded):
    walk = Walk(commune)
    walk.to_check()
    question = re.search(r'<label for="dap">([^<]+)</label>', walk.html)[1]
    left, sign, right = sums.parts_of(question)

    wrong = walk.press("go", "send", dap="99")
    again = re.search(r'<label for="dap">([^<]+)</label>', walk.html)[1]
    left, sign, right = sums.parts_of(again)
    walk.press("go", "send", dap=str(left + right if sign == "cộng" else left - right))

    assert wrong == CHECK
    assert TipReport.objects.count() == 1


def test_where_many_come_the_work_of_the_browser_is_enough(commune, crowded):
    walk = Walk(commune)
    walk.press("now", "khong")
    walk.press("subject", "khac")
    nonce, bits = re.search(
        r'data-proof-nonce="([^"]+)" data-proof-bits="(\d+)"', walk.html
    ).groups()
    proof = next(
        number for number in range(10_000_000)
        if int.from_bytes(hashlib.sha256(f"{nonce}:{number}".encode()).digest()[:4])
        >> (32 - int(bits)) == 0
    )  # fmt: skip
    walk.press("go", "next", words=WORDS, proof=str(proof))
    for _page in range(3):
        walk.press("go", "next")
    walk.press("who", "khong")
    page = walk.html
    walk.press("go", "send")

    assert 'name="dap"' not in page
    assert TipReport.objects.count() == 1


def test_the_same_form_sent_twice_is_one_tip(commune):
    walk = Walk(commune)
    walk.to_check()
    check = forms_of(walk.html)[-1]
    walk.press("go", "send")
    first = walk.digits()

    again = walk.client.post(check.action, {**check.values, "go": "send"})

    assert "Tin này đã nhận rồi" in again.content.decode()
    assert first not in again.content.decode()
    assert TipReport.objects.count() == 1


def test_who_never_saw_the_receipt_gets_another(commune):
    walk = Walk(commune)
    walk.to_check()
    check = forms_of(walk.html)[-1]
    walk.press("go", "send")
    lost = walk.digits()
    walk.answer = walk.client.post(check.action, {**check.values, "go": "send"})

    walk.press("go", "renew")
    new = walk.digits()
    walk.press("", "", cuoi=receipts.last_block(new))
    confirmed = walk.title
    walk.answer = walk.client.post(check.action, {**check.values, "go": "send"})

    assert tip_of_receipt(lost) is None
    assert tip_of_receipt(new) == TipReport.objects.get()
    assert confirmed == "Vậy là xong. Cảm ơn bà con"
    assert "cho mã khác" not in walk.html


def test_the_form_without_its_own_mark_is_refused(commune):
    walk = Walk(commune, enforce_csrf_checks=True)

    refused = Client(enforce_csrf_checks=True).post(f"/phan-anh/{commune.code}/bao-tin/", {})

    assert refused.status_code == 403
    assert "gọi 113, 114, 115" in refused.content.decode()
    assert 'href="/admin' not in refused.content.decode()
    assert walk.press("now", "khong") == "Bà con muốn báo chuyện gì?"


def test_only_the_mark_against_forged_forms_is_kept_in_the_browser(commune):
    walk = Walk(commune)
    walk.to_check()
    walk.press("go", "send")

    assert set(walk.client.cookies) == {"binhyen_csrf"}


@pytest.mark.parametrize("address", ["bao-tin/", "", "bien-nhan/"])
def test_a_commune_that_is_not_there_is_not_found(db, address):
    assert Client().get(f"/phan-anh/khong-co/{address}").status_code == 404
