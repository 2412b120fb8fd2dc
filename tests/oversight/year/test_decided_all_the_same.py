"""Reasons against a decision are named and ticked; days stand in the order of events."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from oversight.commendations import checks
from oversight.commendations import services as commendations
from oversight.models import Commendation
from tests.factories.year import make_achievement, make_form
from tests.oversight.year.stepping import DAY, all_yes

SAID = {"number": "15/QĐ-UBND", "on": DAY}


def nominated(commune: Any, by: Any, **deed: Any) -> Commendation:
    done = make_achievement(commune, **deed)
    return commendations.nominate(done, form=make_form(commune), by=by, occasion="Ngày hội")


def voted(one: Commendation, by: Any, *votes: int, refused: int = 0) -> Commendation:
    one = all_yes(one, by)
    if refused:
        one = commendations.answer(one, {refused: "no"}, by=by)
    for_, against, other = votes
    return commendations.vote(
        one, by=by, council="Hội đồng xã", on=DAY, votes=(for_, against, other)
    )


@pytest.mark.parametrize(
    ("votes", "refused", "sentence"),
    [
        ((0, 9, 0), 0, "phiếu đồng ý chưa quá nửa"),
        ((4, 2, 2), 0, "phiếu đồng ý chưa quá nửa"),
        ((9, 0, 0), 3, "điều kiện 3 trả lời “Không”"),
        ((4, 4, 0), 2, "điều kiện 2 trả lời “Không”; phiếu đồng ý chưa quá nửa"),
    ],
)
def test_a_decision_against_conditions_or_votes_takes_a_tick(
    votes, refused, sentence, commune, chief
):
    one = voted(nominated(commune, chief), chief, *votes, refused=refused)

    with pytest.raises(NotAllowed, match=sentence):
        commendations.accept(one, by=chief, **SAID)
    done = commendations.accept(one, by=chief, is_despite=True, **SAID)

    assert done.status == "accepted"
    event = AuditEvent.objects.get(action="commendation.accepted")
    assert event.details == {"despite": sentence.split("; ")}


def test_a_usual_decision_takes_no_tick_and_the_trail_says_nothing(commune, chief):
    one = voted(nominated(commune, chief), chief, 5, 2, 1)

    commendations.accept(one, by=chief, **SAID)

    assert checks.doubts(one) == []
    assert AuditEvent.objects.get(action="commendation.accepted").details == {}


def test_the_tick_is_on_the_page_with_what_it_is_about(commune, login, chief):
    one, client = voted(nominated(commune, chief), chief, 0, 9, 0), login(chief)
    page = reverse("admin:oversight_commendation_step", args=[one.pk, "quyet-dinh"])
    said = {"quyet-dinh-number": "15/QĐ-UBND", "quyet-dinh-on": DAY.isoformat()}

    refused = client.post(page, said)

    assert refused.status_code == 400
    words = "Vẫn ghi quyết định khen, dù phiếu đồng ý chưa quá nửa"
    tick = re.search(rf'<label class="by-confirm">(.*?) {words}</label>', refused.content.decode())
    assert tick
    assert 'type="checkbox" name="quyet-dinh-is_despite"' in tick[1]
    assert client.post(page, said | {"quyet-dinh-is_despite": "on"}).status_code == 302
    one.refresh_from_db()
    assert one.status == "accepted"


@pytest.mark.parametrize(
    ("last", "said"),
    [(date(2026, 11, 1), "01/11/2026"), (date(2026, 11, 2), "01/11/2026 đến 02/11/2026")],
)
def test_a_deed_of_one_day_says_its_day_once(last, said, commune, login, chief):
    one = nominated(commune, chief, first_on=date(2026, 11, 1), last_on=last)

    page = login(chief).get(reverse("admin:oversight_commendation_show", args=[one.pk]))

    facts = dict(page.context["facts"])
    assert facts["Ở đâu, khi nào"] == said


def test_nobody_votes_on_a_deed_that_is_not_over(commune, chief):
    one = nominated(commune, chief, first_on=date(2026, 11, 1), last_on=DAY)
    all_yes(one, chief)
    said = {"council": "Hội đồng xã", "votes": (5, 0, 0)}

    with pytest.raises(NotAllowed, match="không thể có trước ngày đó"):
        commendations.vote(one, by=chief, on=DAY - timedelta(days=1), **said)

    assert commendations.vote(one, by=chief, on=DAY, **said).status == "voted"
