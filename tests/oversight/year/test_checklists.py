"""Safety checklists: ticked by people, windows to the day, and no verdict of the portal."""

from datetime import date
from typing import Any

import pytest

from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.checklists import services as checklists
from oversight.models import ChecklistEvidence, SafetyChecklist, SafetyCriterion
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.factories.year import make_checklist, make_criterion


@pytest.fixture
def head(commune: Any, hamlet: Any, actor: Any) -> Any:
    user = actor(Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=user), hamlet)
    return user


def test_a_year_has_a_list_for_the_commune_and_each_hamlet(commune, hamlet, other_hamlet, chief):
    assert checklists.open_year(commune, 2026, by=chief) == 3
    assert checklists.open_year(commune, 2026, by=chief) == 0
    lists = SafetyChecklist.objects.filter(commune=commune)
    assert [one.items.count() for one in lists.order_by("hamlet__code")] == [8, 8, 7]


def test_a_new_year_takes_over_the_edition_of_the_last(commune, hamlet, chief):
    make_criterion(commune, year=2025, text="Tiêu chí riêng của xã")

    checklists.open_year(commune, 2026, by=chief)

    own = SafetyCriterion.objects.filter(commune=commune, level="hamlet", year=2026)
    assert [one.text for one in own] == ["Tiêu chí riêng của xã"]


@pytest.mark.parametrize(("is_former", "lines"), [(True, 3), (False, 9)])
def test_what_is_written_for_the_coming_year_joins_the_edition(
    is_former, lines, commune, hamlet, chief
):
    if is_former:
        for place, text in enumerate(("Hộ đăng ký", "Không có cháy"), 1):
            make_criterion(commune, year=2025, position=place, text=text)
    make_criterion(commune, year=2026, position=1, text="Mỗi tổ có một nhóm")

    checklists.open_year(commune, 2026, by=chief)

    items = list(SafetyChecklist.objects.get(hamlet=hamlet).items.all())
    assert len(items) == lines
    assert [one.position for one in items] == list(range(1, lines + 1))
    assert "Mỗi tổ có một nhóm" in [one.text for one in items]


def test_what_was_taken_out_of_an_edition_with_lists_does_not_come_back(commune, hamlet, chief):
    make_criterion(commune, year=2025, text="Hộ đăng ký")
    make_criterion(commune, year=2025, text="Không có cháy")
    checklists.open_year(commune, 2026, by=chief)
    SafetyCriterion.objects.filter(year=2026, text="Không có cháy").delete()
    newer = make_hamlet(commune)

    checklists.open_year(commune, 2026, by=chief)

    made = SafetyChecklist.objects.get(hamlet=newer)
    assert [one.text for one in made.items.all()] == ["Hộ đăng ký"]


def test_an_edited_criterion_changes_no_opened_list(commune, hamlet, chief):
    checklists.open_year(commune, 2026, by=chief)
    SafetyCriterion.objects.update(source="Văn bản mới")

    assert set(SafetyChecklist.objects.values_list("items__source", flat=True)) == {
        "Thông tư 124/2021/TT-BCA"
    }


@pytest.mark.parametrize(
    ("day", "of_hamlet", "of_commune"),
    [
        (date(2025, 10, 31), False, False),
        (date(2025, 11, 1), True, False),
        (date(2025, 11, 15), True, False),
        (date(2025, 11, 16), True, True),
        (date(2026, 10, 31), True, True),
        (date(2026, 11, 1), False, True),
        (date(2026, 11, 15), False, True),
        (date(2026, 11, 16), False, False),
    ],
)
def test_registration_lies_in_the_window_of_its_level(
    day, of_hamlet, of_commune, commune, hamlet, chief
):
    for made, fits in (
        (make_checklist(commune, hamlet), of_hamlet),
        (make_checklist(commune), of_commune),
    ):
        if fits:
            assert checklists.register(made, by=chief, on=day).registered_on == day
        else:
            with pytest.raises(NotAllowed, match="nằm trong năm xét"):
                checklists.register(made, by=chief, on=day)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 1, 1), 2026), (date(2026, 11, 15), 2026), (date(2026, 11, 16), 2027)],
)
def test_the_year_that_is_spoken_of(day, year):
    assert checklists.year_of(day) == year


def test_a_tick_is_somebodys_and_can_be_taken_back(commune, hamlet, head):
    item = make_checklist(commune, hamlet).items.first()

    item = checklists.tick(item, "yes", by=head, remark="Biên bản ngày 3/2")
    assert (item.answer, item.answered_by, item.note) == ("yes", head, "Biên bản ngày 3/2")
    item = checklists.tick(item, "", by=head)
    assert (item.answer, item.answered_by, item.answered_at) == ("", None, None)


def test_a_matter_of_national_security_is_a_tick_and_no_word(commune, hamlet, chief):
    made = make_checklist(commune, hamlet)
    item = made.items.get(is_tick_only=True)
    paper = ChecklistEvidence(
        checklist=made, item=item, what="Báo cáo", on=date(2026, 5, 1), paper="1"
    )

    with pytest.raises(NotAllowed, match="chỉ đánh dấu"):
        checklists.tick(item, "no", by=chief, remark="Có người kêu gọi")
    with pytest.raises(NotAllowed, match="không kèm tài liệu"):
        checklists.add_evidence(paper, by=chief)
    assert checklists.tick(item, "no", by=chief).answer == "no"


def test_all_ticks_make_no_verdict(commune, hamlet, chief):
    made = make_checklist(commune, hamlet)

    for item in made.items.all():
        checklists.tick(item, "yes", by=chief)

    made.refresh_from_db()
    assert made.is_recognised is None


def test_recognition_is_typed_from_a_paper(commune, hamlet, chief, head):
    made, day = make_checklist(commune, hamlet), date(2026, 11, 12)

    with pytest.raises(NotAllowed, match="số văn bản"):
        checklists.decide(made, by=chief, is_recognised=True, number=" ", on=day)
    with pytest.raises(NotAllowed, match="Chỉ huy"):
        checklists.decide(made, by=head, is_recognised=True, number="9/QĐ", on=day)
    done = checklists.decide(made, by=chief, is_recognised=False, number="9/QĐ", on=day)
    assert (done.is_recognised, done.recorded_by) == (False, chief)
    with pytest.raises(NotAllowed, match="không sửa nữa"):
        checklists.tick(made.items.first(), "yes", by=chief)


def test_a_result_stays_but_for_another_paper(commune, hamlet, chief):
    made, day = make_checklist(commune, hamlet), date(2026, 11, 12)
    checklists.decide(made, by=chief, is_recognised=True, number="9/QĐ", on=day)

    with pytest.raises(NotAllowed, match="không sửa nữa"):
        checklists.decide(made, by=chief, is_recognised=False, number="10/QĐ", on=day)

    made.refresh_from_db()
    assert (made.is_recognised, made.decision_number) == (True, "9/QĐ")
    said = {"is_recognised": False, "number": "10/QĐ", "on": day}
    assert checklists.decide(made, by=chief, is_another=True, **said).decision_number == "10/QĐ"


def test_services_ask_whose_list_it_is(commune, other_commune, other_hamlet, head):
    made = make_checklist(commune, other_hamlet)
    away = make_user(other_commune, Role.CHIEF)
    day = date(2026, 2, 2)

    for act in (
        lambda: checklists.tick(made.items.first(), "yes", by=head),
        lambda: checklists.register(made, by=away, on=day),
        lambda: checklists.decide(made, by=away, is_recognised=True, number="9/QĐ", on=day),
    ):
        with pytest.raises(NotAllowed, match="không xem được"):
            act()


def test_a_hamlet_sees_its_own_list(commune, hamlet, other_hamlet, head, chief):
    own = make_checklist(commune, hamlet)
    make_checklist(commune, other_hamlet)
    make_checklist(commune)

    assert list(SafetyChecklist.objects.visible_to(head)) == [own]
    assert SafetyChecklist.objects.visible_to(chief).count() == 3
