"""Papers of the commune with one thing made wrong by hand: each is refused for just that."""

from datetime import date

import pytest
from docx.document import Document
from docx.shared import Mm

from accounts.papers.services import Issuer
from documents.building import build
from documents.content import Paper
from oversight.commendations.pages import CommendationContent, Nominee, commendation_paper
from oversight.plans.pages import PlanContent, Step, plan_paper
from tests.accounts.papers.test_checking import (
    Spoil,
    foot_before_body,
    gone,
    margin,
    plain,
    shaped,
    sized,
    spoiled,
    with_words,
    without,
)
from tests.factories.accounts import make_profile
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def upright(document: Document) -> None:
    """A paper of the Party whose columns changed places."""
    row = document.tables[0].rows[0]
    first, second = row.cells
    first._tc.addprevious(second._tc)


def list_of(commune, issuer: Issuer) -> Paper:
    nominees = [
        Nominee(f"Tập thể ấp {n}", f"Ấp {n}", "Phủ 95% hộ.", "Giấy khen") for n in range(1, 40)
    ]
    content = CommendationContent("tổng kết mô hình năm 2026", DAY, tuple(nominees))
    return commendation_paper(content, commune=commune, issuer=issuer, about=f"list.{issuer}")


def plan_of(commune, issuer: Issuer) -> Paper:
    steps = tuple(Step(f"Họp dân lần {n}", DAY, "Trưởng ấp", f"Ấp {n}") for n in range(1, 30))
    content = PlanContent(
        "Triển khai mô hình", DAY, ("Giữ bình yên.",), steps, ("Công an chủ trì.",),
        bases=("hướng dẫn số 579",), targets=("Phủ 80% số hộ.",),
    )  # fmt: skip
    return plan_paper(content, commune=commune, issuer=issuer, about=f"plan.{issuer}")


MADE = {"list": list_of, "plan": plan_of}
SPOILED: list[tuple[str, Issuer, Spoil, str]] = [
    ("list", Issuer.POLICE, without("w:tblHeader", table=1), "table.head"),
    ("list", Issuer.POLICE, without("w:cantSplit", table=1), "table.rows"),
    ("list", Issuer.COMMITTEE, sized("Tập thể ấp 7", 8), "table.size"),
    ("list", Issuer.PARTY, upright, "country"),
    ("list", Issuer.PARTY, gone("DANH SÁCH"), "order.title"),
    ("list", Issuer.PARTY, with_words("T/M ĐẢNG ỦY", "T/M Đảng ủy"), "signer"),
    ("list", Issuer.COMMITTEE, with_words("Số:", "Số: 15/DS-UBND"), "number"),
    ("plan", Issuer.POLICE, gone("II. "), "heading.number"),
    ("plan", Issuer.POLICE, foot_before_body, "order.foot"),
    ("plan", Issuer.PARTY, margin("left", 20), "margin.left"),
    ("plan", Issuer.PARTY, plain("Nơi nhận"), "recipients"),
    ("plan", Issuer.COMMITTEE, shaped("Giữ bình yên", "first_line_indent", Mm(2)), "body.indent"),
    ("plan", Issuer.COMMITTEE, gone("DỰ THẢO"), "draft"),
    ("plan", Issuer.COMMITTEE, without("w:tblHeader", table=1), "table.head"),
]


@pytest.mark.parametrize(("kind", "issuer", "spoil", "expected"), SPOILED)
def test_spoiled_paper_is_refused_for_what_was_spoiled(commune, kind, issuer, spoil, expected):
    make_profile(commune, party_above="Đảng bộ thành phố Đồng Nai")
    paper = MADE[kind](commune, issuer)

    assert validate(build(paper)) == []
    assert expected in {fault.what for fault in validate(spoiled(paper, spoil))}
