"""Numbers of drafts, letterheads of a day."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.utils import timezone

from accounts import retention
from accounts.models import PaperDraft
from accounts.papers.services import Issuer, letterhead, numbered, signature
from documents.building import build
from documents.content import Text
from tests.accounts.papers.samples import sample_paper
from tests.factories.accounts import make_commune, make_profile
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 31)


def test_a_number_goes_up_when_the_content_changed():
    commune = make_commune()

    def number(about: str = "x", **changes: object) -> int:
        return numbered(sample_paper(**changes), commune=commune, about=about).draft

    assert [number(), number(mark="Người khác lấy"), number(draft=9)] == [1, 1, 1]
    assert number(blocks=(Text("Khác"),)) == 2
    assert number() == 3
    assert number("y") == 1
    assert numbered(sample_paper(), commune=make_commune(), about="x").draft == 1
    assert PaperDraft.objects.get(commune=commune, about="x").made_at <= timezone.now()


def test_numbers_are_kept_as_long_as_papers():
    commune = make_commune()
    for about, days in (("old", 3651), ("kept", 3649)):
        numbered(sample_paper(), commune=commune, about=about)
        made = timezone.now() - timedelta(days=days)
        PaperDraft.objects.filter(about=about).update(made_at=made)

    (rule,) = [rule for rule in retention.rules() if rule.label == "paper_drafts"]

    assert [row.about for row in rule.expired()] == ["old"]


@pytest.mark.parametrize(("issuer", "kind"), [*product(Issuer, ("xa", "phuong", "dac_khu"))])
def test_letterhead_of_every_body_keeps_the_rules(issuer, kind):
    commune = make_commune(kind=kind)
    make_profile(
        commune, chief_name="Người Ký", committee_name="Chủ Tịch Mẫu", party_name="Bí Thư Mẫu",
        party_above="Đảng bộ thành phố Đồng Nai",
    )  # fmt: skip
    head = letterhead(commune, issuer, on=DAY)
    made = sample_paper(head, signatures=(signature(commune, issuer, on=DAY),))

    assert validate(build(made)) == []


def test_letterhead_without_a_profile_still_keeps_the_rules():
    commune = make_commune()

    for issuer in Issuer:
        signatures = (signature(commune, issuer, on=DAY),)
        assert (
            validate(
                build(sample_paper(letterhead(commune, issuer, on=DAY), signatures=signatures))
            )
            == []
        )


def test_papers_of_before_keep_the_names_of_before():
    commune = make_commune(name="Mẫu Đơn")
    make_profile(commune, parent_body="Công an tỉnh Cũ", chief_name="Người Cũ", place_name="Mẫu")
    make_profile(
        commune, valid_from=date(2026, 11, 1), parent_body="Công an thành phố Mới",
        chief_name="Người Mới", place_name="Mẫu Đơn",
    )  # fmt: skip

    def names(on: date) -> tuple[str, str, str]:
        head = letterhead(commune, Issuer.POLICE, on=on)
        return head.above, head.place, signature(commune, Issuer.POLICE, on=on).name

    assert names(DAY) == ("Công an tỉnh Cũ", "Mẫu", "Người Cũ")
    assert names(date(2026, 11, 1)) == ("Công an thành phố Mới", "Mẫu Đơn", "Người Mới")


def test_bodies_have_their_symbols():
    ward = make_commune(kind="phuong")

    found = [letterhead(ward, issuer, on=DAY).symbol for issuer in Issuer]

    assert found == ["CAP", "UBND", "ĐU"]
