from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from procedures.editions.rendering import (
    FeeNotVerified,
    NotSendable,
    answer,
    dossier_words,
    fee_for_post,
    lines,
)
from procedures.library.wording import clip, money, quantity
from procedures.models import Edition, Procedure
from tests.factories.accounts import make_profile
from tests.factories.procedures import (
    content_with,
    days_ago,
    make_edition,
    make_procedure,
    make_published,
)

TODAY = date(2026, 11, 26)


def published(**fields) -> Edition:
    made = make_published(**({"verified_on": date(2026, 9, 1)} | fields))
    return Edition.objects.with_parts().get(pk=made.pk)


def with_fees(*fees) -> Edition:
    return published(content=content_with(fees=list(fees)))


def test_answer_says_everything_in_order_and_ends_with_link_and_day(db):
    edition = published(procedure=make_procedure(name="Thủ tục thử"))

    assert answer(edition, TODAY) == (
        "THỦ TỤC THỬ\n"
        "Bà con mang tờ khai TT01 đến Công an xã.\n"
        "\n"
        "Nơi làm: Công an xã nơi cư trú\n"
        "Hồ sơ: Tờ khai TT01. Người chưa thành niên: giấy đồng ý của cha mẹ\n"
        "Thời hạn: 3 ngày làm việc\n"
        "Lệ phí: 20.000 đồng nộp trực tiếp, 10.000 đồng nộp trực tuyến\n"
        "Làm trực tuyến: Nộp trên dichvucong.gov.vn.\n"
        "\n"
        "Xem đủ: https://dichvucong.gov.vn\n"
        "Kiểm tra lại trên dichvucong.gov.vn. Bản 1, rà soát ngày 01/09/2026."
    )


def test_answer_of_a_commune_says_its_place_hours_and_duty_phone(commune):
    make_profile(
        commune, reception_place="Trụ sở Công an xã, ấp 3.", opening_hours="thứ Hai đến thứ Sáu"
    )

    said = answer(published(), TODAY, commune=commune)

    assert (
        "Nơi làm: Công an xã nơi cư trú. Trụ sở Công an xã, ấp 3. "
        "Giờ tiếp dân: thứ Hai đến thứ Sáu\n"
    ) in said
    assert "Hỏi thêm, gọi trực ban: 0251 000 113\n" in said


def test_place_of_the_commune_is_not_named_for_what_the_province_does(commune):
    make_profile(commune, reception_place="Trụ sở Công an xã")
    edition = published(procedure=make_procedure(level=Procedure.Level.PROVINCE))

    assert "Trụ sở" not in answer(edition, TODAY, commune=commune)


@pytest.mark.parametrize(
    "changes",
    [
        {"verified_on": date(2026, 5, 29)},
        {"reopened_at": timezone.now(), "reopened_because": "TT 1 thay đổi"},
        {"valid_to": date(2026, 11, 25)},
    ],
)
def test_edition_no_machine_may_send_is_told_by_an_officer_alone_without_fee(db, changes):
    edition = published(**changes)

    with pytest.raises(NotSendable):
        answer(edition, TODAY)
    said = answer(edition, TODAY, by_officer=True)
    assert "đang được rà soát lại" in said
    assert "20.000" not in said
    with pytest.raises(FeeNotVerified):
        fee_for_post(edition, TODAY)


def test_draft_is_never_told_by_a_machine_and_its_fee_never(db):
    edition = make_edition()

    with pytest.raises(NotSendable, match="chưa phải là bản đang dùng"):
        answer(edition, TODAY)
    with pytest.raises(FeeNotVerified, match="chưa phải là bản đang dùng"):
        fee_for_post(edition, TODAY)


def test_fee_nobody_verified_is_left_out_and_refused(db):
    edition = with_fees({"direct": 300000})

    assert "300.000" not in answer(edition, TODAY)
    assert "Lệ phí: xem trên dichvucong.gov.vn" in answer(edition, TODAY)
    with pytest.raises(FeeNotVerified, match="chưa có mức thu đã kiểm chứng"):
        fee_for_post(edition, TODAY)


def test_edition_without_fee_refuses_a_post(db):
    with pytest.raises(FeeNotVerified, match="chưa có mức thu"):
        fee_for_post(with_fees(), TODAY)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), "25.000 đồng (đến hết 31/12/2026)"),
        (date(2026, 12, 31), "25.000 đồng (đến hết 31/12/2026)"),
        (date(2027, 1, 1), None),
    ],
)
def test_fee_is_told_from_its_first_to_its_last_day(db, day, said):
    edition = with_fees(
        {"direct": 25000, "valid_from": "2026-12-01", "valid_to": "2026-12-31", "is_verified": True}
    )

    if said is None:
        with pytest.raises(FeeNotVerified):
            fee_for_post(edition, day)
        assert "25.000" not in answer(edition, day)
    else:
        assert fee_for_post(edition, day) == said
        assert f"Lệ phí: {said}\n" in answer(edition, day)


def test_fees_of_several_cases_are_told_with_what_is_not_known(db):
    edition = with_fees(
        {"direct": 0, "is_verified": True, "case": "Do lỗi của cơ quan"},
        {"direct": 15000, "case": "Trường hợp khác"},
        {"online": 7000, "is_verified": True, "condition": "VNeID mức 2"},
    )

    assert fee_for_post(edition, TODAY) == (
        "Do lỗi của cơ quan: không thu; 7.000 đồng nộp trực tuyến (VNeID mức 2)"
    )
    said = answer(edition, TODAY)
    assert "15.000" not in said
    assert "trường hợp khác xem trên dichvucong.gov.vn" in said


def test_free_both_ways_is_said_once(db):
    edition = with_fees({"direct": 0, "online": 0, "is_verified": True})

    assert fee_for_post(edition, TODAY) == "không thu"


def test_long_edition_still_fits_one_message_and_keeps_link_and_day(db):
    content = content_with(
        short_answer=" ".join(["nghiêng"] * 90),
        where="Nơi làm rất dài " * 60,
        online="Trực tuyến dài " * 60,
        dossier=[{"name": f"Giấy số {n} " + "dài " * 30} for n in range(40)],
        time_limits=[{"amount": 7, "unit": "days", "condition": "khi " * 40}] * 9,
    )
    made = make_published(content=content, verified_on=days_ago(1))
    edition = Edition.objects.with_parts().get(pk=made.pk)

    said = answer(edition, timezone.localdate())

    assert len(said) <= 2000
    assert "nghiêng\n\nNơi làm" in said
    assert said.endswith(f"rà soát ngày {days_ago(1):%d/%m/%Y}.")
    assert "Xem đủ: https://dichvucong.gov.vn" in said


def test_lines_leave_out_what_is_not_known(db):
    edition = published(
        content=content_with(online=None, dossier=None, time_limits=None, fees=None)
    )

    assert [line.label for line in lines(edition, TODAY)] == ["Nơi làm", "Lệ phí"]


def test_dossier_is_told_case_by_case(db):
    edition = published(
        content=content_with(
            dossier=[
                {"name": "CT01"},
                {"case": "Ở nhờ", "name": "Giấy đồng ý"},
                {"name": "Ảnh"},
                {"case": "Ở nhờ", "name": "CT02"},
            ]
        )
    )

    assert dossier_words(edition) == "CT01; Ảnh. Ở nhờ: giấy đồng ý; CT02"


def test_words_of_amounts():
    assert [money(0), money(500), money(1200000)] == ["không thu", "500 đồng", "1.200.000 đồng"]
    said = [quantity(Decimal(amount)) for amount in ("0.5", "7.0", "1.5", "30")]
    assert said == ["nửa", "7", "1,5", "30"]


def test_clip_cuts_between_words():
    assert clip("một hai ba", 10) == "một hai ba"
    assert clip("một hai ba bốn", 10) == "một hai…"


def test_preview_of_a_stale_edition_has_the_day_it_was_verified(db):
    edition = published(verified_on=TODAY - timedelta(days=300))

    assert "rà soát ngày 30/01/2026" in answer(edition, TODAY, by_officer=True)
