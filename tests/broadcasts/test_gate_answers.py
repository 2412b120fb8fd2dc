"""Findings that ask for an answer: reasons at submission, a second person's word at approval."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.content_check.services import check_content
from broadcasts.models import Broadcast, BroadcastEvent, OfficialPhone
from broadcasts.scheduling.tick import run_tick
from broadcasts.services import (
    GateBlocked,
    NotAllowed,
    approve,
    check,
    edit,
    return_for_changes,
    submit,
)
from groups.models import Hamlet
from tests.factories.broadcasts import make_official_phone
from tests.factories.groups import make_ordinary_group

pytestmark = pytest.mark.django_db

PLATE = "Ai là chủ xe 60B1-234.56 đang để ở nhà văn hóa, mời ra nhận xe."
ROSTER = "Lịch trực lễ: đ/c Hùng 7h-19h, đ/c Nam 19h-7h."
Draft = Callable[..., Broadcast]


@pytest.fixture(autouse=True)
def group(hamlet: Hamlet) -> None:
    make_ordinary_group(hamlet)


def rules(refusal: pytest.ExceptionInfo[GateBlocked]) -> set[str]:
    return {hit.rule for hit in refusal.value.hits}


def key_of(post: Broadcast, rule: str) -> str:
    return next(hit.key for hit in check(post) if hit.rule == rule)


def test_submit_asks_for_a_reason(draft: Draft, author: User) -> None:
    post = draft(text=PLATE)

    with pytest.raises(GateBlocked) as refusal:
        submit(post, by=author)

    post.refresh_from_db()
    assert (rules(refusal), post.status) == ({"plate"}, "draft")


def test_a_reason_lets_it_pass_and_stands_in_the_history(draft: Draft, author: User) -> None:
    post = submit(draft(text=PLATE), by=author, reasons={"plate": "Tìm chủ xe bỏ quên."})

    told = post.events.get(kind=BroadcastEvent.Kind.SUBMITTED)
    assert post.status == Broadcast.Status.PENDING_APPROVAL
    assert "Biển số xe (60B1-234.56): Tìm chủ xe bỏ quên." in told.note


def test_a_reason_for_another_rule_is_none(draft: Draft, author: User) -> None:
    with pytest.raises(GateBlocked):
        submit(draft(text=PLATE), by=author, reasons={"minor": "Tìm chủ xe bỏ quên."})


def test_one_reason_may_cover_all(draft: Draft, author: User) -> None:
    text = f"{PLATE} Ủng hộ qua STK 1903000123456 Techcombank."

    post = submit(draft(text=text), by=author, reasons="Theo thông báo số 15 của Mặt trận xã.")

    assert len(post.gate_answers["reasons"]) == 2


@pytest.mark.parametrize("reason", ["a", "Gọi 0912 000 345 để biết", "Chủ xe CCCD 075090000123"])
def test_a_reason_must_say_something_and_nothing_forbidden(
    draft: Draft, author: User, reason: str
) -> None:
    with pytest.raises(NotAllowed):
        submit(draft(text=PLATE), by=author, reasons=reason)


def test_a_reason_is_no_way_past_a_block(draft: Draft, author: User) -> None:
    with pytest.raises(GateBlocked) as refusal:
        submit(draft(text="CCCD 075090000123"), by=author, reasons="Trả lại cho người mất.")

    assert rules(refusal) == {"national_id"}


def test_a_returned_post_keeps_its_reasons(draft: Draft, author: User, chief: User) -> None:
    post = submit(draft(text=PLATE), by=author, reasons="Tìm chủ xe bỏ quên.")
    return_for_changes(post, by=chief, reason="Thêm giờ nhận xe.")
    post.text = f"{PLATE} Giờ nhận: 8 giờ."
    edit(post, by=author)

    assert submit(post, by=author).status == Broadcast.Status.PENDING_APPROVAL


def test_a_new_finding_needs_a_reason_of_its_own(draft: Draft, author: User, chief: User) -> None:
    post = submit(draft(text=PLATE), by=author, reasons="Tìm chủ xe bỏ quên.")
    return_for_changes(post, by=chief, reason="Xem lại biển số.")
    post.text = PLATE.replace("234.56", "234.57")
    edit(post, by=author)

    with pytest.raises(GateBlocked):
        submit(post, by=author)


def test_a_second_person_must_confirm_this_very_finding(
    draft: Draft, author: User, chief: User
) -> None:
    post = submit(draft(text=ROSTER), by=author)

    with pytest.raises(GateBlocked) as refusal:
        approve(post, by=chief)
    with pytest.raises(GateBlocked):
        approve(post, by=chief, confirmations=["another"])

    assert rules(refusal) == {"duty_plan"}


def test_a_confirmed_finding_is_sent_and_told(draft: Draft, author: User, chief: User) -> None:
    post = submit(draft(text=ROSTER), by=author)

    approve(post, by=chief, confirmations=[key_of(post, "duty_plan")])
    run_tick(timezone.now())

    post.refresh_from_db()
    told = post.events.get(kind=BroadcastEvent.Kind.APPROVED)
    assert post.status == Broadcast.Status.SENDING
    assert "người duyệt đã xác nhận" in told.note


def test_a_confirmation_ends_with_the_next_submission(
    draft: Draft, author: User, chief: User
) -> None:
    later = timezone.now() + timedelta(days=1)
    post = submit(draft(text=ROSTER, scheduled_for=later), by=author)
    approve(post, by=chief, confirmations=[key_of(post, "duty_plan")])
    post.text = f"{ROSTER} Cảm ơn."
    edit(post, by=author)

    submit(post, by=author)

    with pytest.raises(GateBlocked):
        approve(post, by=chief)


def test_an_answered_post_leaves_and_a_new_finding_stops_it(
    draft: Draft, author: User, chief: User, commune: Commune
) -> None:
    phone = make_official_phone(commune, phone="0900000555")
    later = timezone.now() + timedelta(hours=1)
    text = f"{PLATE} Chị Hạnh, Trạm y tế: 0900 000 555."
    post = submit(draft(text=text, scheduled_for=later), by=author, reasons="Tìm chủ xe.")
    approve(post, by=chief)
    OfficialPhone.objects.filter(pk=phone.pk).update(valid_to=date(2026, 1, 2))

    run_tick(later + timedelta(minutes=1))

    post.refresh_from_db()
    assert post.status == Broadcast.Status.DRAFT
    assert "số điện thoại" in post.events.get(kind="approval_voided").note


def test_phones_of_officers_and_of_the_list_may_be_named(
    draft: Draft, author: User, commune: Commune
) -> None:
    author.officer.phone = "0900000201"
    author.officer.save()
    make_official_phone(commune, phone="0900000202")

    post = draft(text="Liên hệ 0900 000 201 hoặc 0900.000.202, không gọi số khác.")

    assert [hit.rule for hit in check_content(post, now=timezone.now())] == []


def test_a_phone_of_another_commune_or_of_yesterday_may_not(
    draft: Draft, other_commune: Commune, commune: Commune
) -> None:
    make_official_phone(other_commune, phone="0900000202")
    make_official_phone(commune, phone="0900000203", valid_to=date(2026, 1, 2))

    post = draft(text="Liên hệ 0900 000 202 hoặc 0900 000 203.")

    assert [hit.rule for hit in check_content(post, now=timezone.now())] == ["phone", "phone"]
