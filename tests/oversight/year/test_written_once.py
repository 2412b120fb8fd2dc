"""One deed is written once and rewarded once, whoever presses twice or at the same moment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import Commune
from accounts.services import NotAllowed
from oversight.commendations import services as commendations
from oversight.commendations.models import WRITTEN
from oversight.models import Achievement, Commendation
from tests.factories.year import make_achievement, make_form
from tests.oversight.year.stepping import DAY, voted

pytestmark = pytest.mark.django_db
WORDS = ("Vận động đủ các hộ trong tổ vào nhóm.", "Vận động đủ các hộ trong tổ vào nhóm Zalo.")


def achievement(commune: Commune, **changed: Any) -> Achievement:
    values = {
        "subject_kind": "collective", "kind": "building", "name": "Tổ 5", "year": 2026,
        "what": WORDS[0],
    }  # fmt: skip
    return Achievement(commune=commune, **(values | changed))


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Return the refusals of steps that several people press in the same moment."""
    barrier, said = threading.Barrier(len(acts)), []

    def act(step: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            step()
        except NotAllowed as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(step,)) for step in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def make_commendation_to_vote(commune: Any, by: Any, what: str = WORDS[0]) -> Commendation:
    done = make_achievement(commune, name="Tổ 5", what=what, first_on=DAY, last_on=DAY)
    return commendations.nominate(done, form=make_form(commune), by=by, occasion="Ngày hội")


def decision(one: Commendation, by: Any) -> Callable[[], Any]:
    return lambda: commendations.accept(one, by=by, number="15/QĐ-UBND", on=DAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_holds(commune, chief):
    done = make_achievement(commune)
    pair = [
        commendations.nominate(done, form=make_form(commune), by=chief, occasion="Ngày hội")
        for _one in range(2)
    ]
    for one in pair:
        voted(one, chief)

    said = at_once(*(decision(one, chief) for one in pair))

    assert said == [commendations.REWARDED]
    assert Commendation.objects.accepted().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_on_twins_at_once_one_asks_first(commune, chief):
    pair = [voted(make_commendation_to_vote(commune, chief, words), chief) for words in WORDS]

    said = at_once(*(decision(one, chief) for one in pair))

    assert said == [commendations.LIKE_REWARDED]
    assert Commendation.objects.accepted().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_writes_the_deed(commune, chief):
    form = make_form(commune)

    def press() -> None:
        commendations.nominate(achievement(commune), form=form, by=chief, occasion="Ngày hội")

    assert at_once(press, press) == [str(WRITTEN)]
    assert Achievement.objects.count() == Commendation.objects.count() == 1


@pytest.mark.parametrize("changed", [{"name": "Tổ 6"}, {"year": 2025}, {"what": WORDS[1]}])
def test_another_deed_is_no_twin(changed, commune, chief):
    for one in (achievement(commune), achievement(commune, **changed)):
        commendations.nominate(one, form=make_form(commune), by=chief, occasion="Ngày hội")
    assert Achievement.objects.count() == 2


def test_a_deed_that_was_typed_twice_is_rewarded_once_unless_a_person_tells_them_apart(
    commune, chief
):
    first, second = (voted(make_commendation_to_vote(commune, chief, w), chief) for w in WORDS)
    commendations.accept(first, by=chief, number="15/QĐ-UBND", on=DAY)

    with pytest.raises(NotAllowed, match="Đây là thành tích khác"):
        commendations.accept(second, by=chief, number="16/QĐ-UBND", on=DAY)

    told = commendations.accept(second, by=chief, number="16/QĐ-UBND", on=DAY, is_another=True)
    assert told.status == "accepted"
