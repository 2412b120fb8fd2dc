"""Days that contradict each other, forms sent twice: refused by the services, in a sentence."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.direction import services as direction_services
from oversight.direction.registers import services as registers
from oversight.direction.rounds import services as rounds
from oversight.models import Direction, DirectionRound, GuidingDocument, Plan, Proposal, Spreading
from oversight.plans import services as plans
from tests.factories.accounts import make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_issued,
    make_milestone,
    make_organisation,
    make_plan,
    speaker_of,
)
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def office(commune):
    return make_user(commune, Role.PARTY_OFFICE)


@pytest.fixture
def women(commune):
    return make_body(commune)


@pytest.fixture
def speaker(women):
    return speaker_of(women)


def add(name):
    return reverse(f"admin:oversight_{name}_add")


# Days


@pytest.fixture
def plan(women):
    made = make_plan(women, starts_on=date(2026, 2, 1), ends_on=date(2026, 10, 31))
    make_milestone(made, what="Không hạn", due_on=None)
    for due_on in (made.starts_on, made.ends_on):
        make_milestone(made, what=f"Việc ngày {due_on.day}", due_on=due_on)
    return made


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({"ends_on": date(2026, 10, 30)}, "Việc ngày 31"),
        ({"starts_on": date(2026, 2, 2)}, "Việc ngày 1"),
    ],
)  # fmt: skip
def test_a_plan_is_not_moved_away_from_its_steps(changed, step, plan, speaker):
    for name, value in changed.items():
        setattr(plan, name, value)

    with pytest.raises(NotAllowed, match=f"{step}” có hạn .*ngoài thời gian"):
        plans.change(plan, by=speaker)

    stored = Plan.objects.get()
    assert (stored.starts_on, stored.ends_on) == (date(2026, 2, 1), date(2026, 10, 31))


def test_the_form_of_a_plan_keeps_what_was_typed_and_says_which_step(plan, speaker, login):
    typed = {
        "body": plan.body_id, "subject": "Tên mới", "starts_on": "01/02/2026",
        "ends_on": "01/10/2026", "purposes": "Mới", "targets": "", "duties": "Mới",
    }  # fmt: skip

    page = login(speaker).post(reverse("admin:oversight_plan_change", args=[plan.pk]), typed)

    assert "Việc ngày 31" in str(page.context["errors"])
    assert "Tên mới" in page.content.decode()


def test_a_plan_is_changed_and_issued_while_its_steps_lie_within(plan, speaker):
    plan.ends_on += DAY
    plans.change(plan, by=speaker)
    signed = {"number": "1/KH", "issued_on": date(2026, 1, 5), "signed_by": "Chủ tịch"}
    Plan.objects.update(ends_on=date(2026, 10, 1))
    with pytest.raises(NotAllowed, match="ngoài thời gian"):
        plans.issue(plan, by=speaker, **signed)
    Plan.objects.update(ends_on=date(2026, 10, 31))

    assert plans.issue(plan, by=speaker, **signed).state == "issued"


@pytest.mark.parametrize("told", ["document", "direction"])
def test_nothing_is_spread_before_it_is_there(told, commune, women, office, login):
    since = timezone.localdate() - 30 * DAY
    made = (
        make_document(commune, issued_on=since)
        if told == "document"
        else make_direction(women, given_on=since)
    )
    cell = make_organisation(commune)
    early = Spreading(organisation=cell, attendees=9, held_on=since - DAY, **{told: made})

    with pytest.raises(NotAllowed, match=f"đứng trước ngày .*{since:%d/%m/%Y}"):
        registers.spread(early, by=office)
    page = login(office).post(
        add("spreading"),
        {
            told: made.pk, "organisation": cell.pk, "attendees": 9,
            "held_on": f"{early.held_on:%d/%m/%Y}",
        },
    )  # fmt: skip
    early.held_on = since

    assert "đứng trước ngày" in str(page.context["errors"])
    assert registers.spread(early, by=office).pk


# In whose place


def test_two_plans_do_not_take_the_place_of_each_other(women, speaker):
    first, second, third = make_issued(women), make_issued(women), make_issued(women)
    plans.close(first, "Đã thay.", by=speaker, replaced_by=second)
    plans.close(second, "Đã thay.", by=speaker, replaced_by=third)

    for older in (first, second):
        with pytest.raises(NotAllowed, match="đã thay cho kế hoạch kia"):
            plans.close(third, "Đã thay.", by=speaker, replaced_by=older)

    assert plans.close(third, "Đã xong.", by=speaker).replaced_by is None


def test_two_documents_do_not_take_the_place_of_each_other(commune, office):
    newer = make_document(commune)
    older = make_document(commune, replaced_by=newer)
    newer.replaced_by = older

    with pytest.raises(NotAllowed, match="đã thay cho văn bản kia"):
        registers.keep_document(newer, by=office)

    newer.replaced_by = None
    assert registers.keep_document(newer, by=office) == newer


def test_the_form_of_a_document_keeps_what_was_typed_where_two_would_replace_each_other(
    commune, office, login
):
    newer = make_document(commune)
    older = make_document(commune, replaced_by=newer)
    typed = {
        "number": newer.number, "issued_on": f"{newer.issued_on:%d/%m/%Y}", "issuer": "Đảng ủy",
        "kind": "letter", "summary": "Trích yếu mới gõ", "replaced_by": older.pk,
    }  # fmt: skip

    page = login(office).post(
        reverse("admin:oversight_guidingdocument_change", args=[newer.pk]), typed
    )

    assert "đã thay cho văn bản kia" in str(page.context["errors"])
    assert "Trích yếu mới gõ" in page.content.decode()


# Sent twice


def direction(commune, **fields):
    today = timezone.localdate()
    values = {
        "title": "Báo cáo tháng", "text": "Báo cáo.", "directed_by": "Bí thư", "given_on": today,
        "due_on": today,
    }  # fmt: skip
    return DirectionRound(commune=commune, **(values | fields))


def test_the_same_direction_is_given_once_to_each(commune, women, office):
    hamlet, cell = make_hamlet(commune), make_organisation(commune)
    rounds.give(direction(commune), to=[women, hamlet], by=office)

    with pytest.raises(NotAllowed, match="đã được giao trước đó"):
        rounds.give(direction(commune), to=[hamlet, women], by=office)
    with pytest.raises(NotAllowed, match=f"đã giao trước đó cho: {hamlet}. Hãy bỏ"):
        rounds.give(direction(commune), to=[cell, hamlet], by=office)
    assert Direction.objects.count() == 2

    rounds.give(direction(commune), to=[cell], by=office)
    rounds.give(direction(commune, text="Báo cáo lại."), to=[women], by=office)
    direction_services.close(Direction.objects.get(hamlet=hamlet), by=office, text="Giao nhầm.")
    rounds.give(direction(commune), to=[hamlet], by=office)

    assert Direction.objects.count() == 5


def test_a_direction_posted_twice_from_the_page_stands_once(commune, women, office, login):
    today = f"{timezone.localdate():%d/%m/%Y}"
    typed = {
        "recipients": [f"body-{women.pk}"], "title": "Báo cáo", "text": "Báo cáo.",
        "directed_by": "Bí thư", "given_on": today, "due_on": today,
    }  # fmt: skip
    client = login(office)

    pages = [client.post(add("directionround"), typed, follow=True) for _time in range(2)]

    assert Direction.objects.count() == 1
    assert "Đã giao cho 1 nơi" in pages[0].content.decode()
    assert "đã được giao trước đó" in pages[1].content.decode()


def test_the_same_proposal_waits_once(commune, women, speaker, office):
    def send():
        asked = Proposal(title="Xin loa", text="Xin thêm loa.")
        return direction_services.send(asked, sender=women, by=speaker)

    first = send()
    with pytest.raises(NotAllowed, match="đang chờ trả lời"):
        send()
    front = make_body(commune, "front")
    same = Proposal(title="Xin loa", text="Xin thêm loa.")
    direction_services.send(same, sender=front, by=speaker_of(front))
    direction_services.answer(first, "Đồng ý.", by=office)
    send()

    assert Proposal.objects.count() == 3


def test_the_same_document_is_kept_once(commune, office, other_commune):
    def document(home=commune):
        return GuidingDocument(
            commune=home, number="1-CV/ĐU", issued_on=date(2026, 1, 5), issuer="Đảng ủy",
            kind="letter", summary="Về an ninh",
        )  # fmt: skip

    kept = registers.keep_document(document(), by=office)
    with pytest.raises(NotAllowed, match="đã có trong sổ"):
        registers.keep_document(document(), by=office)
    registers.keep_document(document(other_commune), by=make_user(other_commune, Role.PARTY_OFFICE))
    kept.summary = "Về an ninh, trật tự"
    registers.keep_document(kept, by=office)

    assert GuidingDocument.objects.count() == 2
