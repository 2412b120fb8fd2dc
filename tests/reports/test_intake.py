"""One way in: a tip becomes a row of the queue, its teller goes into the vault."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from reports import intake
from reports.intake import code_of
from reports.models import Reporter, SealedText, TipCounter, TipEvent, TipReport
from reports.tips import receipts
from reports.tips.errors import CarriesSecret
from tests.factories.accounts import make_commune
from tests.factories.tips import make_tip
from tests.vaults import opened, reporter_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_a_tip_gets_a_number_of_the_year_and_a_receipt(db):
    commune = make_commune()
    at = datetime(2026, 11, 26, 21, 44, 59, tzinfo=ZONE)

    first = intake.receive(commune, intake.TipContent("Có trộm chó"), channel="web_form", at=at)
    second = intake.receive(commune, intake.TipContent("Lại mất chó"), channel="web_form", at=at)

    codes = [code_of(count, commune=commune.pk, year=2026) for count in (1, 2)]
    assert [first.tip.code, second.tip.code] == codes
    assert all(code.startswith("PA26-") and len(code) == 9 for code in codes)
    assert TipReport.objects.get(receipt_hash=receipts.hash_of(first.receipt)) == first.tip
    assert first.receipt not in first.tip.receipt_hash


def test_a_number_that_is_there_already_is_not_given_again(db):
    commune = make_commune()
    at = datetime(2026, 11, 26, 21, 44, 59, tzinfo=ZONE)
    first, second = (code_of(count, commune=commune.pk, year=2026) for count in (1, 2))
    make_tip(commune, code=first)
    TipCounter.objects.all().delete()

    tip = intake.receive(commune, intake.TipContent("Có trộm chó"), channel="web_form", at=at).tip

    assert tip.code == second


def test_numbers_do_not_tell_how_many_came_between():
    """Each of 10,000 once, and one step of the count is any step of the number."""
    told = [int(code_of(count, commune=1, year=2026)[5:]) for count in range(1, 10_001)]

    assert sorted(told) == list(range(10_000))
    steps = {after - before for before, after in pairwise(told)}
    assert len(steps) > 5_000
    assert told[:3] != [int(code_of(count, commune=2, year=2026)[5:]) for count in range(1, 4)]
    assert code_of(10_001, commune=1, year=2026)[5:].startswith("1")


def test_all_times_are_those_of_the_quarter(db):
    at = datetime(2026, 11, 26, 21, 44, 59, tzinfo=ZONE)

    tip = intake.receive(
        make_commune(), intake.TipContent("Có trộm"), channel="web_form", at=at
    ).tip

    quarter = datetime(2026, 11, 26, 21, 30, tzinfo=ZONE)
    assert {
        tip.received_at, SealedText.objects.get(tip=tip).at, TipEvent.objects.get(tip=tip).at
    } == {quarter}  # fmt: skip


def test_the_vault_looks_the_same_with_and_without_a_name(db):
    commune = make_commune()
    person = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", zalo_user_id="123456789")
    with opened():
        named = intake.receive(commune, intake.TipContent("a"), channel="desk", person=person).tip
    unnamed = intake.receive(commune, intake.TipContent("a"), channel="desk").tip

    rows = Reporter._base_manager.order_by("pk").values_list(
        "name", "phone", "address", "zalo_user_id", "zalo_index"
    )

    assert [len(value) for value in rows[0]] == [len(value) for value in rows[1]]
    assert (reporter_of(named).name, reporter_of(unnamed).name) == ("Nguyễn Thị Mẫu", "")


def test_a_text_with_a_mark_of_secrecy_leaves_nothing(db):
    commune = make_commune()

    with pytest.raises(CarriesSecret):
        intake.receive(commune, intake.TipContent("TỐI MẬT\nKế hoạch"), channel="web_form")

    assert not TipReport.objects.exists()


def test_a_tip_without_anybody_to_hand_a_receipt_to_has_none(db):
    taken = intake.receive(
        make_commune(), intake.TipContent("a"), channel="oa_chat", gives_receipt=False
    )

    assert (taken.receipt, taken.tip.receipt_hash) == ("", "")


@pytest.mark.parametrize("where", ["name", "phone", "address", "how_known", "why_unnamed"])
def test_no_field_of_the_vault_takes_a_marked_text(commune, where):
    person = intake.Person(**{where: "TỐI MẬT\nSố 12/KH"})

    with pytest.raises(CarriesSecret):
        intake.receive(commune, intake.TipContent("Có chuyện."), channel="desk", person=person)

    assert not TipReport.objects.exists()
