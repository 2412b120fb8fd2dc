"""Plans of the register on paper: under whose letterhead, for whom, with which steps."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from docx import Document

from accounts.models import AuditEvent, User
from accounts.users.roles import Role
from documents.building import build
from documents.content import Table
from oversight.models import Body, GuidingDocument, Plan
from oversight.plans.pages import paper_of_plan
from tests.factories.accounts import make_profile, make_user
from tests.factories.groups import make_hamlet
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db


def make_plan(by: User, kind: str = Body.Kind.POLICE) -> Plan:
    """A draft with three steps, one of them dropped, that rests on a letter."""
    commune = by.commune
    assert commune is not None
    body = Body.objects.create(commune=commune, kind=kind, name=f"Hội {kind} xã Mẫu Đơn")
    plan = Plan.objects.create(
        commune=commune, body=body, subject="Triển khai mô hình năm 2026", created_by=by,
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), targets="Phủ 80% số hộ.",
        purposes="Giữ bình yên từng nhà.\nMọi hộ nhận được tin.", duties="Công an xã chủ trì.",
    )  # fmt: skip
    plan.bases.add(
        GuidingDocument.objects.create(
            commune=commune, number="579/HD-CAT-PV01", issued_on=date(2026, 1, 5), kind="guidance",
            issuer="Công an thành phố", summary="Hướng dẫn mô hình.",
        )
    )  # fmt: skip
    steps = plan.milestones
    steps.create(what="Họp dân", responsible="Trưởng ấp", hamlet=make_hamlet(commune, name="Mẫu"))
    steps.create(what="Đăng bài", responsible="Công an xã", due_on=date(2026, 3, 1))
    steps.create(what="Thôi làm", responsible="Ai đó", state="dropped", drop_reason="Không cần.")
    return plan


def allow(user: User, *codenames: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


@pytest.mark.parametrize("kind", Body.Kind)
def test_plan_of_every_body_keeps_the_rules(chief, kind):
    make_profile(chief.commune)

    paper = paper_of_plan(make_plan(chief, kind))

    assert validate(build(paper)) == []
    assert paper.letterhead.is_party is (kind == Body.Kind.PARTY)


def test_plan_says_what_it_rests_on_and_leaves_dropped_steps_out(chief):
    paper = paper_of_plan(make_plan(chief))

    (steps,) = [block for block in paper.body if isinstance(block, Table)]
    assert [(row[1], row[3]) for row in steps.rows] == [
        ("Đăng bài", "01/03/2026"), ("Họp dân", "Thường xuyên"),
    ]  # fmt: skip
    words = [block.text for block in paper.body if not isinstance(block, Table)]
    assert words[0] == (
        "Căn cứ Hướng dẫn số 579/HD-CAT-PV01 ngày 05 tháng 01 năm 2026 của Công an thành phố về "
        "hướng dẫn mô hình."
    )
    assert "II. Chỉ tiêu" in words


def test_every_basis_stands_in_italics_with_its_subject_and_the_last_one_ends(chief):
    plan = make_plan(chief)
    plan.bases.add(
        GuidingDocument.objects.create(
            commune=plan.commune, number="9-TB/ĐU", issued_on=date(2025, 11, 20), kind="other",
            issuer="Đảng ủy xã", summary="Về việc giữ yên nơi ở",
        )
    )  # fmt: skip

    content = build(paper_of_plan(plan))

    first, second = (
        one for one in Document(BytesIO(content)).paragraphs if one.text.startswith("Căn cứ")
    )
    assert first.text == (
        "Căn cứ Văn bản số 9-TB/ĐU ngày 20 tháng 11 năm 2025 của Đảng ủy xã về việc giữ yên nơi ở;"
    )
    assert second.text.endswith("về hướng dẫn mô hình.")
    assert all(run.italic for one in (first, second) for run in one.runs)


@pytest.mark.parametrize("kind", [Body.Kind.COMMITTEE, Body.Kind.POLICE, Body.Kind.PARTY])
def test_letterhead_that_is_too_long_breaks_before_the_place_alone(chief, kind):
    paper = paper_of_plan(make_plan(chief, kind))

    *_words, place = paper.letterhead.body_line.split(" ")
    assert place.split("\N{NO-BREAK SPACE}") == str(chief.commune).split()
    assert place.upper() in Document(BytesIO(build(paper))).tables[0].cell(0, 0).text


def test_file_is_for_the_body_that_makes_the_plan_the_page_for_who_oversees(commune, login):
    chief, member = make_user(commune, Role.CHIEF), make_user(commune, Role.PARTY_MEMBER)
    allow(chief, "view_plan", "act_for_police")
    allow(member, "view_plan", "oversee_commune")
    plan = make_plan(chief)
    page, file = (
        reverse(f"admin:oversight_plan_{name}", args=[plan.pk]) for name in ("sheet", "word")
    )

    assert file in login(chief).get(page).text
    assert validate(login(chief).post(file).content) == []
    assert file not in login(member).get(page).text
    assert login(member).post(file).status_code == 403
    taken = AuditEvent.objects.filter(action="paper.plan_exported")
    assert [event.actor for event in taken] == [chief]


def test_page_of_the_plan_leads_to_sheet_and_file(commune, login):
    chief, member = make_user(commune, Role.CHIEF), make_user(commune, Role.PARTY_MEMBER)
    plan = make_plan(chief)
    shown, page, file = (
        reverse(f"admin:oversight_plan_{name}", args=[plan.pk])
        for name in ("show", "sheet", "word")
    )

    of_chief, of_member = (login(one).get(shown).text for one in (chief, member))

    assert f'href="{page}"' in of_chief
    assert f'action="{file}"' in of_chief
    assert f'href="{page}"' in of_member
    assert file not in of_member
    assert f'href="{shown}"' in login(chief).get(page).text


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.DUTY_OFFICER, Role.TECH_ADMIN])
def test_plan_is_not_there_for_others(commune, chief, login, role):
    plan = make_plan(chief)
    page = reverse("admin:oversight_plan_sheet", args=[plan.pk])
    stranger = allow(make_user(make_hamlet().commune, Role.CHIEF), "view_plan", "act_for_police")

    assert login(make_user(commune, role)).get(page).status_code in (403, 404)
    assert login(stranger).get(page).status_code == 404
