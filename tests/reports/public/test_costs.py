"""Costly work of the portal is not to be had again and again for nothing."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from reports.models import TipReport
from reports.public import demands, pictures, sums, tip_form
from reports.public.demands import Purpose
from reports.public.services import tip_of_receipt
from reports.public.thresholds import Counts
from reports.tips import receipts
from tests.reports.public.walking import Walk, forms_of

HOME = "127.0.0.1"


@pytest.fixture
def walk(commune, monkeypatch) -> Walk:
    monkeypatch.setattr(tip_form, "_opened", Counts(window_s=3600, most=100))
    walk = Walk(commune)
    walk.to_check()
    return walk


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Every slow hash that was made."""
    made, real = [], receipts.stretched
    monkeypatch.setattr(receipts, "stretched", lambda told: made.append(told) or real(told))
    return made


@pytest.fixture
def openings(monkeypatch) -> list[str]:
    """The files that somebody tried to open as a picture."""
    tried, real = [], pictures.made_harmless
    monkeypatch.setattr(
        pictures, "made_harmless", lambda kind, content: tried.append(kind) or real(kind, content)
    )
    return tried


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (80, 60), "teal").save(content, "JPEG")
    return SimpleUploadedFile("anh.jpg", content.getvalue(), "image/jpeg")


def broken() -> SimpleUploadedFile:
    return SimpleUploadedFile("x.jpg", b"\xff\xd8\xff broken", "image/jpeg")


def test_another_receipt_again_and_again_costs_work(walk, hashes):
    check = forms_of(walk.html)[-1]
    walk.press("go", "send")
    answer = walk.client.post(check.action, {**check.values, "go": "send"}).content.decode()
    renew = next(form for form in forms_of(answer) if ("go", "renew") in form.buttons)
    free = demands._FREE[Purpose.RECEIPT]
    hashes.clear()

    for _again in range(free + 10):
        walk.answer = walk.client.post(renew.action, {**renew.values, "go": "renew"})

    assert len(hashes) == free
    assert 'name="dap"' in walk.html
    walk.press("go", "renew", dap="sai")
    assert "Câu trả lời chưa đúng" in walk.html


def answer_of(html: str) -> str:
    """Return the answer to the sum on a page."""
    left, sign, right = sums.parts_of(html)
    return str(left + right if sign == "cộng" else left - right)


def test_who_is_asked_for_a_sum_gets_another_receipt_by_it(crowded, walk):
    check = forms_of(walk.html)[-1]
    walk.press("go", "send", dap=answer_of(walk.html))
    lost = walk.digits()
    walk.answer = walk.client.post(check.action, {**check.values, "go": "send"})

    walk.press("go", "renew", dap=answer_of(walk.html))

    assert walk.digits() not in {"", lost}


def test_an_old_page_of_a_receipt_costs_no_hash(walk, hashes):
    check = forms_of(walk.html)[-1]
    walk.press("go", "send")
    old, lost = next(form for form in forms_of(walk.html) if "cuoi" in form.values), walk.digits()
    walk.answer = walk.client.post(check.action, {**check.values, "go": "send"})
    walk.press("go", "renew")
    new = walk.digits()
    hashes.clear()

    for typed in (receipts.last_block(lost), "0000"):
        gone = walk.client.post(old.action, {**old.values, "cuoi": typed})
        assert lost[:4] not in gone.content.decode()

    assert not hashes
    assert tip_of_receipt(new) == TipReport.objects.get()


def test_pictures_that_are_refused_count_as_much_as_a_tip(walk):
    walk.press("go", "send", anh=[picture(), broken()])

    assert round(demands._networks[Purpose.TIP].of(demands.network_of(HOME))) == 1


def test_work_done_once_opens_pictures_a_few_times(crowded, walk, openings):
    walk.press("go", "send", anh=[broken()], dap=answer_of(walk.html))
    assert openings == ["image"]
    paid = forms_of(walk.html)[-1]

    for _again in range(20):
        walk.answer = walk.client.post(paid.action, {**paid.values, "go": "send", "anh": broken()})

    assert len(openings) == tip_form.PAID_TRIES
    assert 'name="dap"' in walk.html
