"""Behind the receipt: how far it is, what was answered, a word more, nothing of anybody else."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import segno
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.vault.client import ask
from accounts.vault.errors import VaultAway, VaultRefused
from reports.models import IdentityOpening, TipAttachment, TipEvent, TipMessage, TipReport
from reports.public import behind_receipt
from reports.public import services as public
from reports.public.form_tokens import seal_door
from reports.public.receipt import qr_of
from reports.tips import receipts
from reports.tips.errors import TransitionNotAllowed
from tests.factories.tips import make_tip, make_triaged, make_worked, with_receipt
from tests.reports.public.walking import Walk, forms_of, texts_of

ADDRESS = "/phan-anh/tra-cuu/"
UNKNOWN = "Không thấy mã này"


def looked_up(tip: TipReport, typed: str = "") -> Walk:
    """The page of answers, opened with the tip's receipt."""
    walk = Walk(tip.commune)
    walk.go_to(ADDRESS)
    walk.press(ma=typed or with_receipt(tip))
    return walk


def stage_of(walk: Walk) -> str:
    found = re.search(r'class="tip-now"[^>]*>([^<]+)<', walk.html)
    return found[1] if found else ""


def closed(tip: TipReport, disposition: str, **fields) -> TipReport:
    for name, value in {
        "status": "closed", "disposition": disposition, "closed_at": timezone.now(), **fields,
    }.items():  # fmt: skip
        setattr(tip, name, value)
    tip.save()
    return tip


def jpeg(**saved) -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "JPEG", **saved)
    return content.getvalue()


@pytest.mark.parametrize("write", [
    lambda digits: digits,
    lambda digits: " ".join(receipts.blocks(digits)),
    lambda digits: f"Mã: {'-'.join(receipts.blocks(digits))}",
    lambda digits: digits.replace("0", "O").replace("1", "l"),
])  # fmt: skip
def test_a_receipt_opens_its_tip_however_it_is_typed(commune, write):
    tip = make_tip(commune)

    walk = looked_up(tip, write(with_receipt(tip)))

    assert walk.title == "Tin bà con đã báo"
    assert (stage_of(walk), tip.code in walk.html) == ("Đã nhận", False)


def test_wrong_receipts_are_answered_alike(commune):
    """A slip, one of nobody, rubbish, nothing: one status, one length, the same headers."""
    tip = make_tip(commune)
    right = with_receipt(tip)
    slip = right[:-1] + str((int(right[-1]) + 1) % 10)
    seen = set()
    for typed in (slip, receipts.new(), "khong phai so", "", "1" * 150, right[:16]):
        walk = Walk(commune)
        walk.go_to(ADDRESS)
        walk.press(ma=typed)
        text = re.sub(r'(value|data-proof-nonce)="[^"]*"', r'\1=""', walk.html)
        names = tuple(sorted(name for name in walk.answer.headers if name != "Content-Length"))
        seen.add((walk.answer.status_code, names, text))

    assert len(seen) == 1
    assert UNKNOWN in next(iter(seen))[2]


def test_every_look_costs_one_slow_hash_and_one_query(
    commune, monkeypatch, django_assert_num_queries
):
    counted = []
    slow = receipts.stretched
    monkeypatch.setattr(receipts, "stretched", lambda digits: counted.append(1) or slow(digits))

    for typed in (receipts.new(), None):
        counted.clear()
        with django_assert_num_queries(1):
            assert public.tip_of_receipt(typed) is None
        assert counted == [1]


def test_the_strip_goes_along_with_the_tip(commune, chief):
    stages = [
        stage_of(looked_up(tip))
        for tip in (
            make_tip(commune),
            make_triaged(commune),
            make_worked(chief),
            make_triaged(commune, owner=chief, status="resolved", disposition="handled_here"),
            closed(make_triaged(commune), "guided"),
        )
    ]

    assert stages == ["Đã nhận", "Đang xem xét", "Đang xác minh", "Có kết quả", "Đã đóng"]


def test_a_duplicate_shows_how_far_the_other_is_and_nothing_else_of_it(commune, chief):
    main = make_worked(chief, words="Lời của người khác")
    TipMessage.objects.create(tip=main, direction="out", via="receipt", text="Trả lời người kia")
    tip = closed(make_tip(commune), "duplicate", duplicate_of=main)

    walk = looked_up(tip)

    assert stage_of(walk) == "Đang xác minh"
    for foreign in ("Lời của người khác", "Trả lời người kia", main.code, "trùng"):
        assert foreign not in walk.html


def test_answers_are_shown_with_their_day_and_marked_read(commune, chief):
    tip = make_tip(commune)
    TipMessage.objects.create(
        tip=tip, direction="out", via="receipt", text="Đã cử người tới", by=chief,
        signed_as="Trực ban",
    )  # fmt: skip

    walk = looked_up(tip)
    message = TipMessage.objects.get()

    assert "Đã cử người tới" in walk.html
    assert f"ngày {timezone.localdate():%d/%m/%Y}" in walk.html
    assert not re.search(r"(?<!\d)\d\d:\d\d(?!\d)", walk.html)
    assert (message.read_at.minute % 15, message.read_at.second) == (0, 0)
    assert chief.last_name not in walk.html


def test_what_was_said_stands_in_the_order_in_which_it_was_said(commune):
    tip = make_tip(commune)
    TipMessage.objects.create(tip=tip, direction="out", via="receipt", text="Trả lời trước")
    walk = looked_up(tip)

    walk.press("viec", "noi-them", loi="Nói thêm sau")

    assert 0 < walk.html.index("Trả lời trước") < walk.html.index("Nói thêm sau")


@pytest.mark.parametrize("error", [VaultAway, VaultRefused("Đã hỏi quá nhiều.")])
def test_without_the_vault_the_page_says_so_shows_how_far_it_is_and_takes_words(
    commune, monkeypatch, error
):
    tip = make_tip(commune)
    TipMessage.objects.create(tip=tip, direction="out", via="receipt", text="Đã cử người tới")

    def fails(*_args, **_more):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(behind_receipt, "ask", fails)
        walk = looked_up(tip)
        before = walk.html
        walk.press("viec", "noi-them", loi="Tối nay lại có")

    assert (stage_of(walk), "Lúc này trang chưa mở được lời" in before) == ("Đã nhận", True)
    assert "Đã hỏi quá nhiều" not in before
    assert "Đã nhận lời nói thêm" in walk.html
    assert [row.read_at for row in TipMessage.objects.order_by("pk")] == [None, None]
    again = looked_up(tip).html
    assert "Đã cử người tới" in again
    assert "Tối nay lại có" in again


@pytest.mark.parametrize(
    "given", [{"receipt": receipts.new()}, {"receipt": "x"}, {"proof": "1.2"}, {"proof": "ấp"}, {}]
)
def test_web_gets_no_word_without_the_digits_of_the_receipt(commune, given):
    tip, other = make_tip(commune), make_tip(commune)
    TipMessage.objects.create(tip=tip, direction="out", via="receipt", text="Đã cử người tới")
    proof = behind_receipt.behind_receipt(
        other, receipt=receipts.stretched(with_receipt(other))
    ).proof

    for asked in ({"receipt": "", "proof": "", **given}, {"receipt": "", "proof": proof}):
        with pytest.raises(VaultRefused):
            ask("reports.behind_receipt", tip=str(tip.uuid), **asked)


def test_tips_of_before_are_found_by_their_receipt_and_open_by_its_digits_alone(commune):
    tip = make_tip(commune)
    TipMessage.objects.create(tip=tip, direction="out", via="receipt", text="Đã cử người tới")
    digits = receipts.new()
    TipReport.objects.filter(pk=tip.pk).update(receipt_hash=receipts.stretched(digits))
    tip.refresh_from_db()

    walk = Walk(commune)
    walk.go_to(ADDRESS)
    walk.press(ma=digits)

    assert "Đã cử người tới" in walk.html
    assert public.confirm_receipt(tip, digits)
    for shown in (tip.receipt_hash, receipts.hash_of(digits)):  # a stolen row shows no more
        with pytest.raises(VaultRefused):
            behind_receipt.behind_receipt(tip, receipt=shown)


def test_the_hash_in_the_row_opens_nothing(commune):
    tip = make_tip(commune)
    digits = with_receipt(tip)

    with pytest.raises(VaultRefused):
        behind_receipt.behind_receipt(tip, receipt=tip.receipt_hash)
    assert behind_receipt.behind_receipt(tip, receipt=receipts.stretched(digits)).proof


def test_a_proof_lives_as_long_as_a_door_and_goes_with_its_receipt(commune):
    tip = make_tip(commune)
    proof = behind_receipt.behind_receipt(tip, receipt=receipts.stretched(with_receipt(tip))).proof
    assert behind_receipt.behind_receipt(tip, proof=proof).proof

    with time_machine.travel(timezone.now() + timedelta(minutes=31)), pytest.raises(VaultRefused):
        behind_receipt.behind_receipt(tip, proof=proof)
    with_receipt(tip)
    with pytest.raises(VaultRefused):
        behind_receipt.behind_receipt(tip, proof=proof)


def test_words_and_pictures_come_after(commune):
    tip = make_tip(commune)
    walk = looked_up(tip)
    picture = SimpleUploadedFile("IMG_2026.jpg", jpeg(), "image/jpeg")

    walk.press("viec", "noi-them", loi="Tối nay lại có", anh=[picture])

    tip.refresh_from_db()
    message, kept = TipMessage.objects.get(), TipAttachment.objects.get()
    event = TipEvent.objects.get(kind="heard_more")
    assert "Đã nhận lời nói thêm" in walk.html
    assert (message.text, message.direction, message.by) == ("Tối nay lại có", "in", None)
    assert (kept.message, kept.content_type) == (message, "image/jpeg")
    assert tip.has_unread
    assert {(row.at.minute % 15, row.at.second, row.at.microsecond)
            for row in (message, kept, event)} == {(0, 0, 0)}  # fmt: skip


def test_an_officer_named_in_an_addition_does_not_read_it(commune, officer_of, hamlet):
    officer = officer_of(hamlet, last_name="Trần Quốc", first_name="Kín")
    tip = make_tip(commune, hamlet=hamlet)

    looked_up(tip).press("viec", "noi-them", loi="Cán bộ Trần Quốc Kín có dính vào")

    assert TipReport.objects.visible_to(officer).get() == tip
    assert not TipMessage.objects.visible_to(officer).exists()


def test_the_same_words_sent_again_by_reloading_come_once(commune):
    walk = looked_up(make_tip(commune))
    form = forms_of(walk.html)[-1]
    body = {**form.values, "viec": "noi-them", "loi": "Một lần thôi"}

    walk.client.post(ADDRESS, body)
    walk.client.post(ADDRESS, body)

    assert TipMessage.objects.count() == 1


def test_not_solved_is_one_tap_once_for_an_outcome(commune, chief):
    tip = make_triaged(commune, owner=chief, status="told", disposition="handled_here",
                       resolved_at=timezone.now())  # fmt: skip
    walk = looked_up(tip)

    walk.press("viec", "chua-xong")
    tip.refresh_from_db()

    assert [row.text for row in TipMessage.objects.all()] == [public.NOT_SOLVED]
    assert (tip.has_unread, tip.status) == (True, "told")
    assert "Chưa giải quyết xong</button>" not in walk.html
    public.not_solved(tip, now=timezone.now())
    assert TipMessage.objects.count() == 1


def test_before_an_outcome_there_is_nothing_to_object_to(commune):
    tip = make_tip(commune)

    assert "Chưa giải quyết xong" not in looked_up(tip).html
    with pytest.raises(TransitionNotAllowed):
        public.not_solved(tip, now=timezone.now())


def test_that_the_vault_was_opened_is_told_without_who(commune, chief, deputy_chief):
    tip = make_tip(commune)
    now = timezone.now()
    IdentityOpening.objects.create(
        tip=tip, asked_by=chief, reason="gọi hỏi thêm chỗ xảy ra", state="approved",
        approved_by=deputy_chief, decided_at=now, until=now + timedelta(hours=24), opened_at=now,
    )  # fmt: skip
    waiting = make_tip(commune)
    IdentityOpening.objects.create(tip=waiting, asked_by=chief, reason="chưa xem")

    walk, unopened = looked_up(tip), looked_up(waiting)

    assert f"Ngày {timezone.localdate():%d/%m/%Y}" in walk.html
    assert "gọi hỏi thêm chỗ xảy ra" in walk.html
    assert not any(user.last_name in walk.html for user in (chief, deputy_chief))
    assert "chưa ai mở xem" in unopened.html


@pytest.mark.parametrize(
    ("disposition", "said"),
    [("diverted", "Trang này không giữ nội dung"), ("handed_over", "chuyển nơi có thẩm quyền")],
)
def test_a_tip_of_one_line_says_what_became_of_it(commune, disposition, said):
    tip = make_tip(commune)
    tip.sealed_texts.all().delete()
    closed(tip, disposition, emptied_at=timezone.now())

    walk = looked_up(tip)

    assert said in walk.html
    assert "Gửi thêm" not in walk.html
    assert stage_of(walk) == ""


def test_what_was_deleted_by_rule_is_said(commune):
    tip = closed(make_triaged(commune), "handled_here", emptied_at=timezone.now())

    walk = looked_up(tip)
    answer = walk.client.post(ADDRESS, {"cua": door_of(tip), "viec": "noi-them", "loi": "Còn nữa"})

    assert "đã được xóa" in walk.html
    assert answer.status_code == 200
    assert not TipMessage.objects.exists()


def door_of(tip: TipReport) -> str:
    return seal_door(tip.uuid, now=timezone.now())


def test_a_mark_of_secrecy_in_an_addition_leaves_nothing(commune):
    walk = looked_up(make_tip(commune))

    title = walk.press("viec", "noi-them", loi="TUYỆT MẬT\nDanh sách")
    back = walk.press()

    assert title == "Điều này không gửi qua đây được"
    assert back == "Tin bà con đã báo"
    assert not TipMessage.objects.exists()


def test_a_door_closes_after_half_an_hour(commune, monkeypatch):
    walk = looked_up(make_tip(commune))
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr("reports.public.lookup.timezone.now", lambda: later)

    walk.press("viec", "noi-them", loi="Muộn rồi")

    assert "đã đóng lại" in walk.html
    assert not TipMessage.objects.exists()


def test_many_tries_ask_for_a_sum(commune, crowded):
    tip = make_tip(commune)
    walk = Walk(commune)
    walk.go_to(ADDRESS)

    walk.press(ma=with_receipt(tip), dap="0")

    assert 'name="dap"' in walk.html
    assert walk.title == "Xem trả lời"


def test_the_receipt_is_typed_back_and_then_never_shown_again(commune):
    walk = Walk(commune)
    walk.to_check()
    walk.press("go", "send")
    digits, kept = walk.digits(), forms_of(walk.html)[-1]

    walk.press(cuoi="0000" if digits[-4:] != "0000" else "1111")
    shown_again, wrong = walk.digits(), walk.html
    walk.press(cuoi=f" {digits[-4:]} ")
    done = walk.title
    walk.answer = walk.client.post(kept.action, {**kept.values, "cuoi": "0000"})

    assert shown_again == digits
    assert "Chưa khớp" in wrong
    assert done == walk.title == "Vậy là xong. Cảm ơn bà con"
    assert walk.digits() == ""
    assert TipReport.objects.get().receipt_confirmed


def test_the_code_carries_the_digits_behind_the_sign_no_browser_sends(rf, settings, monkeypatch):
    made = []
    monkeypatch.setattr(segno, "make", lambda text, **more: made.append(text) or segno.QRCode)
    monkeypatch.setattr(segno.QRCode, "svg_data_uri", lambda **more: "data:,")
    settings.PORTAL_URL = "https://conganxa.example.test"

    qr_of(rf.get("/"), "12345678901234567890")

    assert made == ["https://conganxa.example.test/phan-anh/tra-cuu/#12345678901234567890"]


@pytest.mark.parametrize("address", [ADDRESS, "/phan-anh/90001/", "/phan-anh/90001/bao-tin/"])
def test_nothing_is_kept_or_listed_or_told_to_others(commune, address):
    answer = Client().get(address)

    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "style=" not in answer.content.decode()


def test_pages_that_show_what_was_written_are_kept_nowhere(commune):
    walk = Walk(commune)
    kept = [walk.answer["Cache-Control"]]
    walk.press("now", "khong")
    walk.press("subject", "te-nan")
    kept.append(walk.answer["Cache-Control"])
    walk.press("go", "next", words=" ")
    kept.append(walk.answer["Cache-Control"])
    walk.go_to(f"/phan-anh/{commune.code}/bao-tin/")
    walk.to_check()
    kept.append(walk.answer["Cache-Control"])
    walk.press("go", "send")
    kept.append(walk.answer["Cache-Control"])
    kept.append(looked_up(TipReport.objects.get()).answer["Cache-Control"])

    assert kept == ["private, no-cache"] * 2 + ["no-store"] * 4


def test_no_header_and_no_page_carries_the_receipt_onwards(commune):
    walk = Walk(commune)
    walk.to_check()
    walk.press("go", "send")
    digits = walk.digits()
    walk.press(cuoi=digits[-4:])

    assert not any(digits in text for text in texts_of(walk))
