"""Every kind of paper keeps the rules, has its trail, and goes to nobody who may not have it."""

from copy import deepcopy
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from docx import Document

from accounts.models import AuditEvent, User
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from documents.building import build
from oversight import periods
from oversight.commendations.pages import CommendationContent, Nominee, commendation_paper
from oversight.figures.registry import FIGURES
from oversight.figures.report import CHAPTERS
from oversight.management.commands.export_report import KINDS, Asked, NotMade, make
from oversight.plans.pages import PlanContent, Step, plan_paper
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.groups import make_hamlet, make_meeting
from tests.factories.scenes import shared_scene
from tests.factories.summaries import make_signed
from tests.factories.tips import make_triaged
from tests.factories.year import make_frozen_review
from tests.oversight.papers.test_plans import allow, make_plan
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def this_month() -> periods.Period:
    today = timezone.localdate()
    return periods.month(today.year, today.month)


def text_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def rows_of_every_kind() -> tuple[User, dict[str, str]]:
    """A chief, and the row that each kind is asked for."""
    commune = make_commune()
    chief = make_user(commune, Role.CHIEF)
    make_profile(commune)
    meeting = make_meeting(hamlet=make_hamlet(commune))
    allow(chief, "view_plan", "act_for_police")
    return chief, {
        "minutes": str(meeting.pk),
        "transfer": make_triaged(commune).code,
        "plan": str(make_plan(chief).pk),
        "summary": str(make_signed(chief).pk),
        "review": str(make_frozen_review(commune, chief).pk),
    }


shared = shared_scene(rows_of_every_kind)


@pytest.fixture
def rows(shared, db):
    return shared[1]


@pytest.fixture
def owner(shared, db):
    """The chief of the commune whose rows these are."""
    return deepcopy(shared[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_the_rules(kind, owner, rows):
    paper = make(kind, Asked(owner, this_month(), rows.get(kind, "")))

    assert validate(build(paper)) == []
    assert paper.draft_line == "DỰ THẢO LẦN 1"
    event = AuditEvent.objects.filter(action__endswith="_exported").get()
    assert (event.actor, event.details["way"]) == (owner, "lệnh trên máy chủ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", [Role.TECH_ADMIN, Role.PARTY_MEMBER])
def test_no_kind_goes_to_who_may_not_have_it(kind, role, owner, rows):
    outsider = make_user(owner.commune, role)

    with pytest.raises(NotMade):
        make(kind, Asked(outsider, this_month(), rows.get(kind, "")))

    assert not AuditEvent.objects.filter(action__endswith="_exported").exists()


@pytest.mark.parametrize("kind", ["minutes", "transfer", "plan", "summary", "review"])
def test_rows_of_elsewhere_are_not_there(kind, rows):
    other = make_user(make_hamlet().commune, Role.CHIEF)
    allow(other, "view_plan", "act_for_police")

    with pytest.raises(NotMade, match="không xem được"):
        make(kind, Asked(other, this_month(), rows[kind]))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("report-month", "tháng 8/2026"), ("report-quarter", "quý III/2026"),
        ("report-half", "6 tháng cuối năm 2026"), ("report-year", "năm 2026"),
    ],
)  # fmt: skip
def test_report_of_a_span_by_name_is_of_the_one_that_holds_the_last_day(chief, kind, words):
    day = date(2026, 8, 20)

    paper = make(kind, Asked(chief, periods.Period(day, day)))

    assert paper.summary.endswith(words)


def test_report_tells_every_figure_once(chief):
    keys = [key for _chapter, chosen in CHAPTERS for key in chosen]
    assert sorted(keys) == sorted(FIGURES)

    text = text_of(build(make("report", Asked(chief, this_month()))))

    for figure in FIGURES.values():
        assert figure.name in text
        assert figure.definition in text
    assert f"{this_month().words}" in text


def test_report_of_the_party_is_made_by_who_reads_no_tips(chief):
    make_profile(chief.commune, party_above="Đảng bộ thành phố Đồng Nai")
    office = make_user(chief.commune, Role.PARTY_OFFICE)
    for _ in range(2):
        make_triaged(chief.commune)

    paper = make("report", Asked(office, this_month(), issuer=Issuer.PARTY))

    assert validate(build(paper)) == []
    assert "T/M ĐẢNG ỦY" in text_of(build(paper))
    with pytest.raises(NotMade, match="ngoài Công an"):
        make("report", Asked(chief, this_month(), issuer=Issuer.PARTY))
    with pytest.raises(NotMade):
        make("report", Asked(office, this_month()))


@pytest.mark.parametrize("issuer", Issuer)
def test_lists_of_commendations_and_plans_keep_the_rules(issuer, commune):
    make_profile(commune)
    nominees = (
        Nominee("Tập thể ấp Mẫu", "Ấp Mẫu", "Phủ 95% hộ.", "Giấy khen"),
        Nominee("Mã T-000123", "Ấp Kín", "Báo tin có ích.", "Thưởng tiền", is_public=False),
    )
    steps = (
        Step("Họp lấy ý kiến", DAY, "Trưởng ấp", "Ấp Mẫu"),
        Step("Đăng bài tuyên truyền", None, "Công an xã"),
    )
    listed = commendation_paper(
        CommendationContent("tổng kết mô hình năm 2026", DAY, nominees), commune=commune,
        issuer=issuer, about="list",
    )  # fmt: skip
    planned = plan_paper(
        PlanContent("Triển khai mô hình", DAY, ("Giữ bình yên.",), steps, ("Công an chủ trì.",)),
        commune=commune, issuer=issuer, about="plan",
    )  # fmt: skip

    assert validate(build(listed)) == []
    assert validate(build(planned)) == []
    assert "Ấp Kín" not in text_of(build(listed))
    assert "Thường xuyên" in text_of(build(planned))


# The command


def test_command_writes_a_measured_file(chief, tmp_path):
    out, told = tmp_path / "bao-cao.docx", StringIO()

    call_command(
        "export_report", "report", by=chief.username, out=out, first=date(2026, 10, 1),
        last=date(2026, 10, 31), stdout=told,
    )  # fmt: skip

    assert validate(out.read_bytes()) == []
    assert "đúng thể thức" in told.getvalue()
    assert "tháng 10/2026" in text_of(out.read_bytes())


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"by": "khong.co"}, "Không có tài khoản"),
        ({"first": date(2026, 10, 9), "last": date(2026, 10, 1)}, "trước ngày đầu"),
        ({"kind": "register", "first": date(2020, 1, 1)}, "một năm"),
        ({"first": date.max, "last": date.max}, "đến năm 2100"),
        ({"first": date.min, "last": date.min}, "từ năm 2000"),
        ({"kind": "minutes", "row": "x"}, "Không có cuộc họp"),
    ],
)
def test_command_says_why_nothing_was_written(chief, tmp_path, asked, sentence):
    options = {"by": chief.username, "out": tmp_path / "x.docx"} | asked

    with pytest.raises(CommandError, match=sentence):
        call_command("export_report", options.pop("kind", "report"), **options)

    assert not (tmp_path / "x.docx").exists()


def test_command_opens_words_of_tips_in_the_environment_of_the_vault_alone(
    chief, tmp_path, settings
):
    make_triaged(chief.commune, summary="Tụ tập đánh bạc sau quán nước.")
    out, keys, settings.VAULT_KEYS = tmp_path / "so.docx", settings.VAULT_KEYS, {}
    with pytest.raises(CommandError, match="môi trường của kho"):
        call_command("export_report", "register", by=chief.username, out=out)

    settings.VAULT_KEYS = keys
    call_command("export_report", "register", by=chief.username, out=out)

    assert "Tụ tập đánh bạc" in text_of(out.read_bytes())


def test_command_says_that_a_file_cannot_be_written(chief, tmp_path):
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("export_report", "report", by=chief.username, out=tmp_path / "no" / "x.docx")


@pytest.mark.parametrize("day", ["nope", "2026-02-31"])
def test_command_says_which_day_is_none(day):
    with pytest.raises(CommandError, match="không phải ngày"):
        call_command("export_report", "report", "--by=x", "--out=x.docx", f"--from={day}")
