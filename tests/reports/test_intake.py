"""One way in: a tip becomes a row of the queue, its teller goes into the vault."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reports import intake, receipts
from reports.models import Reporter, SealedText, TipEvent, TipReport
from reports.services.errors import CarriesSecret
from tests.factories.accounts import make_commune

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_a_tip_gets_a_number_of_the_year_and_a_receipt(db):
    commune = make_commune()
    at = datetime(2026, 11, 26, 21, 44, 59, tzinfo=ZONE)

    first = intake.receive(commune, intake.Told("Có trộm chó"), channel="web_form", at=at)
    second = intake.receive(commune, intake.Told("Lại mất chó"), channel="web_form", at=at)

    assert [first.tip.code, second.tip.code] == ["PA26-0001", "PA26-0002"]
    assert TipReport.objects.get(receipt_hash=receipts.hash_of(first.receipt)) == first.tip
    assert first.receipt not in first.tip.receipt_hash


def test_all_times_are_those_of_the_quarter(db):
    at = datetime(2026, 11, 26, 21, 44, 59, tzinfo=ZONE)

    tip = intake.receive(make_commune(), intake.Told("Có trộm"), channel="web_form", at=at).tip

    quarter = datetime(2026, 11, 26, 21, 30, tzinfo=ZONE)
    assert {
        tip.received_at, SealedText.objects.get(tip=tip).at, TipEvent.objects.get(tip=tip).at
    } == {quarter}  # fmt: skip


def test_the_vault_looks_the_same_with_and_without_a_name(db):
    commune = make_commune()
    person = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", zalo_user_id="123456789")
    named = intake.receive(commune, intake.Told("a"), channel="desk", person=person).tip
    unnamed = intake.receive(commune, intake.Told("a"), channel="desk").tip

    rows = Reporter._base_manager.order_by("pk").values_list(
        "name", "phone", "address", "zalo_user_id", "zalo_index"
    )

    assert [len(value) for value in rows[0]] == [len(value) for value in rows[1]]
    assert (named.reporter.name, unnamed.reporter.name) == ("Nguyễn Thị Mẫu", "")


def test_a_text_with_a_mark_of_secrecy_leaves_nothing(db):
    commune = make_commune()

    with pytest.raises(CarriesSecret):
        intake.receive(commune, intake.Told("TỐI MẬT\nKế hoạch"), channel="web_form")

    assert not TipReport.objects.exists()


def test_a_tip_without_anybody_to_hand_a_receipt_to_has_none(db):
    taken = intake.receive(make_commune(), intake.Told("a"), channel="oa_chat", gives_receipt=False)

    assert (taken.receipt, taken.tip.receipt_hash) == ("", "")


@pytest.mark.parametrize("where", ["name", "phone", "address", "how_known", "why_unnamed"])
def test_no_field_of_the_vault_takes_a_marked_text(commune, where):
    person = intake.Person(**{where: "TỐI MẬT\nSố 12/KH"})

    with pytest.raises(CarriesSecret):
        intake.receive(commune, intake.Told("Có chuyện."), channel="desk", person=person)

    assert not TipReport.objects.exists()
