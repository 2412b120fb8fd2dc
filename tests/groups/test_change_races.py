"""Two people at once: one deed happens, the other is refused with a sentence."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.services import NotAllowed
from groups.hamlet_changes import services as hamlet_changes
from groups.handovers import services as handovers
from groups.models import Hamlet, HamletAssignment, Handover
from tests.factories.groups import make_hamlet, make_handover
from tests.groups.test_hamlet_changes import make_change, result

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """Each deed in a thread and a connection of its own, in the context of the test; what each came
    to, sorted."""
    barrier, ends = Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            deed()
            ends.append("done")
        except NotAllowed as refusal:
            ends.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=copy_context().run, args=(run, deed)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends, key=lambda end: end != "done")


def test_two_decisions_on_one_hamlet(commune, chief):
    shared, left, right = (make_hamlet(commune, name=name) for name in ("Giữa", "Trái", "Phải"))
    changes = [
        make_change("merge", [shared, other], [result(f"Mới {code}", code, 900)], chief)
        for other, code in ((left, "AP801"), (right, "AP802"))
    ]
    for change in changes:
        hamlet_changes.rehearse(change, by=chief)

    ends = at_once(*(
        lambda change=change: hamlet_changes.carry_out(change, by=chief) for change in changes
    ))  # fmt: skip

    assert ends == ["done", "Ấp Giữa đã hết hiệu lực từ trước."]
    assert Hamlet.objects.filter(predecessors=shared).count() == 1


def test_one_decision_twice(commune, chief):
    hamlets = [make_hamlet(commune), make_hamlet(commune)]
    change = make_change("merge", hamlets, [result("Mới", "AP801", 900)], chief)
    hamlet_changes.rehearse(change, by=chief)

    ends = at_once(*[lambda: hamlet_changes.carry_out(change, by=chief)] * 2)

    assert ends[0] == "done"
    assert "đã thực hiện" in ends[1]
    assert Hamlet.objects.filter(valid_to=None).count() == 1


def test_second_signature_twice(hamlet, officer_of):
    giver, taker = officer_of(hamlet), officer_of()
    handover = make_handover(giver.officer, taker.officer, hamlet, by=giver)

    ends = at_once(*[lambda: handovers.accept(handover, by=taker)] * 2)

    assert ends[0] == "done"
    assert "không còn chờ ký" in ends[1]
    assert HamletAssignment.objects.filter(officer=taker.officer).count() == 1


def test_first_signature_twice(hamlet, officer_of):
    giver, takers = officer_of(hamlet), [officer_of(), officer_of()]

    def offer(taker: Any) -> Handover:
        handover = Handover(from_officer=giver.officer, to_officer=taker.officer, reason="Đi học")
        return handovers.offer(handover, [hamlet], [], by=giver)

    ends = at_once(*(lambda taker=taker: offer(taker) for taker in takers))

    assert ends[0] == "done"
    assert "Đã có bàn giao chờ ký" in ends[1]
    assert Handover.objects.count() == 1


def test_signature_and_merger_at_once(hamlet, officer_of, chief):
    """Whichever comes first, the taker ends up with what became of the hamlet, or is told why."""
    giver, taker = officer_of(hamlet), officer_of()
    handover = make_handover(giver.officer, taker.officer, hamlet, by=giver)
    other = make_hamlet(hamlet.commune)
    change = make_change("merge", [hamlet, other], [result("Mới", "AP801", 900)], chief)
    hamlet_changes.rehearse(change, by=chief)

    ends = at_once(
        lambda: handovers.accept(handover, by=taker),
        lambda: hamlet_changes.carry_out(change, by=chief),
    )

    new = Hamlet.objects.get(code="AP801")
    owners = set(new.assignments.values_list("officer", flat=True))
    if ends == ["done", "done"]:
        assert owners == {taker.officer.pk}
    else:
        assert ends[0] == "done"
        assert "không còn phụ trách" in ends[1]
        assert owners == {giver.officer.pk}
