"""Values typed wrongly from paper are put right, and the trail stores those before."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.checklists import services as checklists
from oversight.commendations import services as commendations
from tests.factories.accounts import make_user
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_checklist,
    make_commendation,
    make_informant,
)

FIRST, LATER = date(2026, 11, 16), date(2026, 11, 18)


def test_another_paper_leaves_the_former_one_in_the_trail(commune, hamlet, chief):
    made, day = make_checklist(commune, hamlet), date(2026, 11, 12)
    checklists.decide(made, by=chief, is_recognised=True, number="9/QĐ ông Tám", on=day)
    checklists.decide(
        made, by=chief, is_recognised=False, number="10/QĐ", on=FIRST, is_another=True
    )

    first, second = AuditEvent.objects.filter(action="checklist.decided").order_by("pk")
    assert first.details == {"after": "9/QĐ, ngày 12/11/2026, công nhận"}
    assert second.details == {
        "before": "9/QĐ, ngày 12/11/2026, công nhận",
        "after": "10/QĐ, ngày 16/11/2026, không công nhận",
    }


@pytest.mark.parametrize("is_handed_over", [False, True])
def test_a_decision_is_put_right_on_its_page(is_handed_over, commune, login, chief):
    one = make_accepted(make_achievement(commune))
    if is_handed_over:
        commendations.hand_over(one, by=chief, on=LATER)
    client = login(chief)
    said = {"number": "51/QĐ-UBND", "on": LATER.isoformat(), "reason": "Chép nhầm số."}

    page = client.get(reverse("admin:oversight_commendation_show", args=[one.pk]))
    assert [offer.is_open for offer in page.context["offers"] if offer.step.is_rare] == [False]
    client.post(
        reverse("admin:oversight_commendation_step", args=[one.pk, "sua-quyet-dinh"]),
        {f"sua-quyet-dinh-{name}": value for name, value in said.items()},
    )

    one.refresh_from_db()
    assert (one.decision_number, one.decided_on) == ("51/QĐ-UBND", LATER)
    event = AuditEvent.objects.get(action="commendation.corrected")
    assert event.reason == "Chép nhầm số."
    assert event.details == {
        "before": "15/QĐ-UBND, ngày 16/11/2026", "after": "51/QĐ-UBND, ngày 18/11/2026"
    }  # fmt: skip


def corrected(one: Any, by: Any, **changed: Any) -> Any:
    said = {"number": "51/QĐ-UBND", "on": LATER, "reason": "Chép nhầm số."}
    return commendations.correct_decision(one, by=by, **(said | changed))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"number": " "}, "số quyết định"),
        ({"number": "Gọi 0900 000 919"}, "số điện thoại"),
        ({"on": date(2026, 11, 9)}, "trước ngày hội đồng"),
        ({"on": date(2030, 1, 1)}, "sau hôm nay"),
        ({"reason": " "}, "vì sao"),
        ({"reason": "Sửa cho ông Nguyễn Văn Tám."}, "không nêu tên"),
    ],
)
def test_a_wrong_correction_is_refused(changed, sentence, commune, chief):
    one = make_accepted(make_achievement(commune))

    with pytest.raises(NotAllowed, match=sentence):
        corrected(one, chief, **changed)

    one.refresh_from_db()
    assert one.decision_number == "15/QĐ-UBND"


@pytest.mark.parametrize(
    "changed", [{"number": "51/QĐ-UBND khen ông Tám"}, {"reason": "Ấp 3 báo nhầm."}]
)
def test_no_correction_tells_of_an_informant(changed, commune, chief):
    one = make_accepted(make_informant(commune))

    with pytest.raises(NotAllowed):
        corrected(one, chief, **changed)

    assert corrected(one, chief).decision_number == "51/QĐ-UBND"


def test_only_who_settles_puts_right_and_only_a_decision(
    commune, other_commune, hamlet, actor, chief
):
    one = make_accepted(make_achievement(commune, hamlet=hamlet))

    for by in (actor(Role.OFFICER), make_user(other_commune, Role.CHIEF)):
        with pytest.raises(NotAllowed):
            corrected(one, by)
    with pytest.raises(NotAllowed, match="có quyết định"):
        corrected(make_commendation(make_achievement(commune)), chief)
