"""Two people press at once: one is first, the other gets a sentence, nothing is written twice."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEvent, Commune, User
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.direction import services as direction
from oversight.direction.registers import services as registers
from oversight.direction.rounds import services as rounds
from oversight.models import (
    Body,
    Direction,
    DirectionRound,
    GuidingDocument,
    Milestone,
    Plan,
    Proposal,
)
from oversight.plans import services as plans_services
from tests.factories.accounts import make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_issued,
    make_milestone,
    make_plan,
    make_proposal,
    speaker_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4
FIRST = "đã làm"


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Return the answers of calls begun in one moment, each on a connection of its own."""
    barrier = threading.Barrier(len(acts))
    results: list[str] = []

    def work(act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            act()
            results.append(FIRST)
        except NotAllowed as refusal:
            results.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(results)


@pytest.fixture
def women(commune: Commune) -> Body:
    return make_body(commune, Body.Kind.WOMEN)


@pytest.fixture
def offices(commune: Commune) -> list[User]:
    return [make_user(commune, Role.PARTY_OFFICE) for _number in range(PEOPLE)]


@pytest.fixture
def replied(women: Body) -> Direction:
    row = make_direction(women)
    direction.reply(row, "Đã họp các chi hội.", by=speaker_of(women))
    return row


def fresh(row: Any) -> Any:
    """The row as each person has it on the screen."""
    return type(row).objects.get(pk=row.pk)


@pytest.mark.db_broker
def test_a_reply_is_accepted_once(replied: Direction, offices: list[User]):
    said = at_once(
        *(lambda by=by: direction.accept(fresh(replied), by=by) for by in offices)
    )  # fmt: skip

    assert said == ["Trả lời này đã được ghi nhận trước đó."] * (PEOPLE - 1) + [FIRST]
    assert replied.events.filter(kind="accepted").count() == 1
    assert AuditEvent.objects.filter(action="direction.accepted").count() == 1


def test_a_reply_is_accepted_or_returned_never_both(replied: Direction, offices: list[User]):
    due = timezone.localdate() + timedelta(days=3)

    said = at_once(
        lambda: direction.accept(fresh(replied), by=offices[0]),
        lambda: direction.return_for_more(fresh(replied), "Thiếu.", due_on=due, by=offices[1]),
    )

    assert said.count(FIRST) == 1
    assert replied.events.filter(kind__in=["accepted", "returned"]).count() == 1


def test_a_direction_is_closed_once(replied: Direction, offices: list[User]):
    direction.accept(replied, by=offices[0])

    said = at_once(*(lambda by=by: direction.close(fresh(replied), by=by) for by in offices))

    assert said == ["Chỉ đạo này đã khép lại trước đó."] * (PEOPLE - 1) + [FIRST]
    assert replied.events.filter(kind="closed").count() == 1


def test_the_same_reply_sent_twice_is_written_once(women: Body):
    row, speaker = make_direction(women), speaker_of(women)

    said = at_once(
        *(lambda: direction.reply(fresh(row), "Đã họp.", by=speaker) for _number in range(PEOPLE))
    )

    assert said.count(FIRST) == 1
    assert row.replies.count() == 1


def test_a_step_is_done_once(women: Body):
    step, speaker = make_milestone(make_issued(women)), speaker_of(women)
    today = timezone.localdate()

    said = at_once(
        *(
            lambda: plans_services.finish(fresh(step), done_on=today, by=speaker)
            for _number in range(PEOPLE)
        )
    )

    assert said == ["Việc này đã báo xong trước đó."] * (PEOPLE - 1) + [FIRST]
    assert step.reports.count() == 1


def test_no_step_is_done_after_its_plan_was_closed(women: Body):
    plan, speaker = make_issued(women), speaker_of(women)
    step = make_milestone(plan)

    at_once(
        lambda: plans_services.close(fresh(plan), "Đã đạt chỉ tiêu.", by=speaker),
        lambda: plans_services.finish(fresh(step), done_on=timezone.localdate(), by=speaker),
    )

    trail = AuditEvent.objects.filter(action__in=["plan.closed", "milestone.done"])
    assert Plan.objects.get().state == "closed"
    assert list(trail.order_by("pk").values_list("action", flat=True)) in (
        ["plan.closed"], ["milestone.done", "plan.closed"],
    )  # fmt: skip


def test_a_plan_is_issued_once_and_gets_no_step_after(women: Body):
    plan, speaker = make_plan(women), speaker_of(women)
    make_milestone(plan)
    today = timezone.localdate()

    at_once(
        *(
            lambda number=number: plans_services.issue(
                fresh(plan),
                number=f"{number}/KH",
                issued_on=today,
                signed_by="Chủ tịch",
                by=speaker,
            )
            for number in range(2)
        ),
        *(
            lambda: plans_services.add_steps(
                fresh(plan), "Việc thêm", responsible="Chi hội", due_on=None, by=speaker
            )
            for _number in range(2)
        ),
    )

    assert AuditEvent.objects.filter(action="plan.issued").count() == 1
    assert Milestone.objects.filter(what="Việc thêm").count() in {0, 1}


def test_a_proposal_is_answered_or_withdrawn(women: Body, offices: list[User]):
    speaker = speaker_of(women)
    row = make_proposal(women, sent_by=speaker)

    said = at_once(
        lambda: direction.answer(fresh(row), "Đồng ý.", by=offices[0]),
        lambda: direction.answer(fresh(row), "Không đồng ý.", by=offices[1]),
        lambda: direction.withdraw(fresh(row), by=speaker),
    )

    assert said.count(FIRST) == 1
    row.refresh_from_db()
    assert (row.state == "answered") is bool(row.answer)


def test_the_usual_rows_are_written_down_once(commune: Commune, offices: list[User]):
    at_once(*(lambda by=by: registers.make_ready(commune, by=by) for by in offices))

    assert Body.objects.count() == len(registers.USUAL_BODIES)
    assert GuidingDocument.objects.count() == len(registers.BASES)


def test_two_plans_closed_at_once_do_not_replace_each_other(women: Body):
    plan, other, speaker = make_issued(women), make_issued(women), speaker_of(women)

    said = at_once(
        *(
            lambda one=one, two=two: plans_services.close(
                fresh(one), "Đã thay.", by=speaker, replaced_by=fresh(two)
            )
            for one, two in ((plan, other), (other, plan))
        )
    )

    assert said.count(FIRST) == 1
    assert Plan.objects.filter(replaced_by=None).count() == 1


def test_what_is_sent_by_many_presses_is_there_once(women: Body, offices: list[User]):
    today, speaker = timezone.localdate(), speaker_of(women)

    def give() -> None:
        draft = DirectionRound(
            commune=women.commune, title="Báo cáo", text="Báo cáo.", directed_by="Bí thư",
            given_on=today, due_on=today,
        )  # fmt: skip
        rounds.give(draft, to=[women], by=offices[0])

    def send() -> None:
        asked = Proposal(title="Xin loa", text="Xin thêm loa.")
        direction.send(asked, sender=women, by=speaker)

    def keep() -> None:
        document = GuidingDocument(
            commune=women.commune, number="1-CV/ĐU", issued_on=today, issuer="Đảng ủy",
            kind="letter", summary="Về an ninh",
        )  # fmt: skip
        registers.keep_document(document, by=offices[0])

    for act, model in ((give, Direction), (send, Proposal), (keep, GuidingDocument)):
        assert at_once(*[act] * PEOPLE).count(FIRST) == 1
        assert model.objects.count() == 1
