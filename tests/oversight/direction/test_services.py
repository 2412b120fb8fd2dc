"""Directions, plans, steps and proposals move by table, and each side keeps its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.direction import services as direction_services
from oversight.direction.registers import services as registers
from oversight.direction.registers.admin import DocumentForm
from oversight.direction.rounds import services as rounds
from oversight.models import (
    Body,
    Direction,
    DirectionReply,
    DirectionRound,
    GuidingDocument,
    Milestone,
    Plan,
    Proposal,
    Spreading,
)
from oversight.plans import services as plans_services
from tests.factories.accounts import make_commune, make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_issued,
    make_milestone,
    make_organisation,
    make_plan,
    make_proposal,
    make_spreading,
    speaker_of,
)
from tests.factories.groups import make_assignment, make_hamlet, make_officer

pytestmark = pytest.mark.django_db
WORDS = "Đã họp và phân công."


@pytest.fixture
def office(commune):
    return make_user(commune, Role.PARTY_OFFICE)


@pytest.fixture
def women(commune):
    return make_body(commune, Body.Kind.WOMEN)


@pytest.fixture
def speaker(women):
    return speaker_of(women)


def head_of(hamlet):
    user = make_user(hamlet.commune, Role.HAMLET_HEAD)
    make_assignment(make_officer(hamlet.commune, user=user), hamlet)
    return user


def in_state(women, state):
    today = timezone.localdate()
    fields = {"state": state}
    if state in {"replied", "accepted"}:
        fields["answered_on"] = today
    if state == "closed":
        fields["closed_at"] = timezone.now()
    return make_direction(women, **fields)


# Written out here, so that a step too many in the table of the product is found.
MOVES = {
    "open": {"replied", "closed"},
    "replied": {"replied", "returned", "accepted"},
    "returned": {"replied", "closed"},
    "accepted": {"closed"},
    "closed": set(),
}
ACTS = {
    "replied": lambda row, office, speaker: direction_services.reply(row, WORDS, by=speaker),
    "accepted": lambda row, office, speaker: direction_services.accept(row, by=office),
    "returned": lambda row, office, speaker: direction_services.return_for_more(
        row, "Thiếu số.", due_on=timezone.localdate(), by=office
    ),
    "closed": lambda row, office, speaker: direction_services.close(row, by=office, text="Đã đủ."),
}


@pytest.mark.parametrize("start", Direction.State.values)
@pytest.mark.parametrize("end", ACTS)
def test_a_direction_moves_by_its_table_and_a_refusal_is_a_sentence(
    start, end, women, office, speaker
):
    row = in_state(women, start)

    if end in MOVES[start]:
        ACTS[end](row, office, speaker)
        assert Direction.objects.get(pk=row.pk).state == end
        return
    with pytest.raises(NotAllowed) as refusal:
        ACTS[end](row, office, speaker)
    assert str(refusal.value).endswith(".")
    assert not str(refusal.value).isascii()
    assert Direction.objects.get(pk=row.pk).state == start


STEP_MOVES = {
    "pending": {"doing", "done", "dropped"},
    "doing": {"done", "dropped"},
    "done": {"doing"},
    "dropped": {"doing"},
}
STEP_ACTS = {
    "doing": lambda row, by: (
        plans_services.begin(row, by=by)
        if row.state in {"pending", "doing"}
        else plans_services.reopen(row, "Chưa đủ.", by=by)
    ),
    "done": lambda row, by: plans_services.finish(row, done_on=timezone.localdate(), by=by),
    "dropped": lambda row, by: plans_services.drop(row, "Đã gộp.", by=by),
}


@pytest.mark.parametrize("start", Milestone.State.values)
@pytest.mark.parametrize("end", STEP_ACTS)
def test_a_step_moves_by_its_table(start, end, women, speaker):
    fields = {"state": start}
    if start == "done":
        fields["done_on"] = timezone.localdate()
    if start == "dropped":
        fields["drop_reason"] = "Đã gộp."
    row = make_milestone(make_issued(women), **fields)

    if end in STEP_MOVES[start]:
        STEP_ACTS[end](row, speaker)
        assert Milestone.objects.get(pk=row.pk).state == end
        return
    with pytest.raises(NotAllowed) as refusal:
        STEP_ACTS[end](row, speaker)
    assert str(refusal.value).endswith(".")
    assert Milestone.objects.get(pk=row.pk).state == start


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "done", "done_on": date(2026, 3, 2)}, "đã báo xong"),
        ({"state": "dropped", "drop_reason": "Đã gộp."}, "không làm"),
    ],
)
def test_nothing_is_reported_of_a_step_that_is_over(fields, sentence, women, speaker):
    over = make_milestone(make_issued(women), **fields)
    open_one = make_milestone(make_issued(women))

    with pytest.raises(NotAllowed, match=sentence):
        plans_services.report(over, "Đã họp 3 tổ.", by=speaker)
    plans_services.report(open_one, "Đã họp 3 tổ.", by=speaker)

    assert (over.reports.count(), open_one.reports.count()) == (0, 1)


def test_a_plan_is_issued_once_with_steps_and_then_stays(women, speaker):
    plan = make_plan(women)
    said = {"number": "5/KH-PN", "issued_on": timezone.localdate(), "signed_by": "Chủ tịch Hội"}
    with pytest.raises(NotAllowed, match="chưa có việc nào"):
        plans_services.issue(plan, by=speaker, **said)
    plans_services.add_steps(plan, "Tuyên truyền", responsible="Chi hội", due_on=None, by=speaker)

    plans_services.issue(plan, by=speaker, **said)

    assert Plan.objects.get(pk=plan.pk).state == "issued"
    with pytest.raises(NotAllowed, match="trước đó"):
        plans_services.issue(plan, by=speaker, **said)
    plan.subject = "Khác"
    with pytest.raises(NotAllowed, match="thay thế"):
        plans_services.change(plan, by=speaker)
    with pytest.raises(NotAllowed, match="không sửa"):
        plans_services.add_steps(plan, "Thêm", responsible="Chi hội", due_on=None, by=speaker)


def test_a_step_for_every_hamlet_is_made_once(commune, women, speaker):
    hamlets = [make_hamlet(commune) for _number in range(3)]
    plan = make_plan(women)
    said = {"responsible": "Trưởng ấp", "due_on": None, "by": speaker}
    plans_services.add_steps(plan, "Họp dân", hamlets=hamlets[:1], **said)

    made = plans_services.add_steps(plan, "Họp dân", hamlets=hamlets, **said)

    assert [step.hamlet for step in made] == hamlets[1:]
    with pytest.raises(NotAllowed, match="đã có"):
        plans_services.add_steps(plan, "Họp dân", hamlets=hamlets, **said)
    with pytest.raises(NotAllowed, match="không thuộc xã"):
        plans_services.add_steps(plan, "Họp dân", hamlets=[make_hamlet(make_commune())], **said)


def test_one_body_neither_reads_nor_changes_the_plan_of_another(commune, women, speaker, office):
    front = make_body(commune, Body.Kind.FRONT)
    plan = make_issued(front)
    step = make_milestone(plan)
    direction = make_direction(front)

    assert list(Plan.objects.visible_to(speaker)) == []
    assert list(Milestone.objects.visible_to(speaker)) == []
    assert list(Direction.objects.visible_to(speaker)) == []
    for act in (
        lambda: plans_services.change(plan, by=speaker),
        lambda: plans_services.finish(step, done_on=timezone.localdate(), by=speaker),
        lambda: direction_services.reply(direction, WORDS, by=speaker),
        lambda: plans_services.change(plan, by=office),
        lambda: plans_services.close(plan, "Xong.", by=office),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert list(Plan.objects.visible_to(office)) == [plan]


def test_a_seat_never_speaks_for_the_police_or_the_party(commune):
    for kind in (Body.Kind.POLICE, Body.Kind.PARTY):
        body = make_body(commune, kind)
        make_plan(body)
        assert list(Plan.objects.visible_to(speaker_of(body))) == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.CHIEF, {"police", "committee"}),
        (Role.OFFICER, set()),
        (Role.DUTY_OFFICER, set()),
        (Role.HAMLET_HEAD, set()),
        (Role.PARTY_MEMBER, {"police", "committee", "women", "front"}),
        (Role.PARTY_OFFICE, {"police", "committee", "women", "front"}),
        (Role.FRONT, set()),
        (Role.TECH_ADMIN, set()),
    ],
)
def test_every_role_sees_the_plans_that_are_its_own(role, seen, commune):
    for home in (commune, make_commune()):
        for kind in ("police", "committee", "women", "front"):
            make_plan(make_body(home, kind))

    found = Plan.objects.visible_to(make_user(commune, role))

    assert {plan.body.kind for plan in found} == seen
    assert {plan.commune for plan in found} <= {commune}


def test_a_head_sees_and_reports_steps_of_the_own_hamlet_once_issued(commune, women):
    own, next_door = make_hamlet(commune), make_hamlet(commune)
    head = head_of(own)
    plan = make_issued(women)
    step = make_milestone(plan, hamlet=own)
    other = make_milestone(plan, hamlet=next_door)
    make_milestone(plan)
    make_milestone(make_plan(women), hamlet=own)

    assert list(Milestone.objects.visible_to(head)) == [step]
    plans_services.finish(step, done_on=timezone.localdate(), by=head, evidence="Đã họp 40 hộ.")
    assert Milestone.objects.get(pk=step.pk).state == "done"
    with pytest.raises(NotAllowed):
        plans_services.finish(other, done_on=timezone.localdate(), by=head)
    with pytest.raises(NotAllowed):
        plans_services.reopen(step, "Chưa đủ.", by=head)


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 17, 0, 0, tzinfo=UTC), True),
    ],
)
def test_late_begins_at_midnight_in_vietnam(at, is_late, women, speaker):
    row = make_direction(women, given_on=date(2026, 11, 1), due_on=date(2026, 11, 20))

    direction_services.reply(row, WORDS, by=speaker, at=at)

    assert row.is_late is is_late
    assert list(Direction.objects.late()) == ([row] if is_late else [])


def test_a_direction_dated_ahead_is_returned_with_a_day_of_its_own(women, office, speaker):
    ahead = timezone.localdate() + timedelta(days=30)
    row = make_direction(women, given_on=ahead, due_on=ahead + timedelta(days=7))
    direction_services.reply(row, WORDS, by=speaker)

    with pytest.raises(NotAllowed, match="trước ngày chỉ đạo"):
        direction_services.return_for_more(
            row, "Thiếu số.", due_on=ahead - timedelta(days=1), by=office
        )
    direction_services.return_for_more(row, "Thiếu số.", due_on=ahead, by=office)

    row.refresh_from_db()
    assert (row.state, row.due_on) == ("returned", ahead)


def test_a_reply_stays_as_it_was_given_and_another_is_added(women, speaker):
    row = make_direction(women)
    first = direction_services.reply(row, WORDS, by=speaker)
    direction_services.reply(row, "Thêm số liệu.", by=speaker)

    with pytest.raises(NotAllowed, match="được ghi rồi"):
        direction_services.reply(row, "Thêm số liệu.", by=speaker)
    with pytest.raises(DatabaseError), transaction.atomic():
        DirectionReply.objects.filter(pk=first.pk).update(text="Khác")
    assert [one.text for one in row.replies.all()] == [WORDS, "Thêm số liệu."]
    assert AuditEvent.objects.filter(action="direction.replied").count() == 2


def test_nobody_accepts_their_own_reply_but_the_office_writes_down_for_cells(commune, women):
    everything = make_user(commune, is_superuser=True)
    row = make_direction(women)
    direction_services.reply(row, WORDS, by=everything) if direction_services.may_reply(
        row, everything
    ) else None
    office = make_user(commune, Role.PARTY_OFFICE)
    cell = make_direction(make_organisation(commune))

    given = direction_services.reply(cell, WORDS, by=office)

    assert given.is_on_behalf
    direction_services.accept(cell, by=office)
    police = make_direction(make_body(commune, Body.Kind.POLICE))
    direction_services.reply(police, WORDS, by=everything)
    with pytest.raises(NotAllowed, match="không tự ghi nhận"):
        direction_services.accept(police, by=everything)


def test_a_direction_to_many_is_a_row_for_each(commune, women, office):
    hamlet, cell = make_hamlet(commune), make_organisation(commune)
    today = timezone.localdate()
    draft = DirectionRound(
        commune=commune, title="Báo cáo tháng", text="Báo cáo.", directed_by="Bí thư",
        given_on=today, due_on=today,
    )  # fmt: skip

    given = rounds.give(draft, to=[women, hamlet, cell], by=office)

    assert [one.addressee for one in given.parts.order_by("pk")] == [
        str(women),
        str(hamlet),
        str(cell),
    ]
    with pytest.raises(NotAllowed, match="không thuộc xã"):
        rounds.give(draft, to=[make_body(make_commune())], by=office)
    with pytest.raises(NotAllowed, match="ít nhất một nơi"):
        rounds.give(draft, to=[], by=office)


@pytest.mark.parametrize("words", ["MẬT\nNội dung", "Độ mật: TỐI MẬT"])
def test_marked_words_are_taken_in_nowhere(words, commune, women, office, speaker):
    direction = make_direction(women)
    with pytest.raises(NotAllowed):
        direction_services.reply(direction, words, by=speaker)
    with pytest.raises(NotAllowed):
        plans_services.add_steps(
            make_plan(women), words, responsible="Hội", due_on=None, by=speaker
        )
    document = make_document(commune)
    document.summary = words
    with pytest.raises(NotAllowed):
        registers.keep_document(document, by=office)
    with pytest.raises(NotAllowed):
        direction_services.answer(make_proposal(women), words, by=office)


def test_a_document_with_a_secrecy_mark_in_its_name_is_refused_by_the_form(commune):
    form = DocumentForm(
        {
            "number": "1-CV/ĐU", "issued_on": "2026-01-05", "issuer": "Đảng ủy", "kind": "letter",
            "summary": "Về việc\nTUYỆT MẬT",
        },
        {"file": SimpleUploadedFile("cong-van.pdf", b"%PDF-1.4 rac")},
    )  # fmt: skip
    form.instance.commune = commune

    assert not form.is_valid()
    assert "summary" in form.errors


def test_a_document_stands_as_its_dates_say(commune):
    newer = make_document(commune)
    ended = make_document(
        commune, issued_on=date(2020, 5, 19), valid_to=date(2025, 12, 31)
    )  # fmt: skip
    replaced = make_document(commune, replaced_by=newer)
    on = date(2026, 1, 1)

    assert ended.standing_on(date(2025, 12, 31)) == "in_force"
    assert [one.standing_on(on) for one in (newer, ended, replaced)] == [
        "in_force", "expired", "replaced",
    ]  # fmt: skip
    assert list(GuidingDocument.objects.in_force(on)) == [newer]


def test_the_bases_of_the_letter_are_written_down_once(commune, office):
    assert registers.make_ready(commune, by=office) == 15
    assert registers.make_ready(commune, by=office) == 0
    nq16 = GuidingDocument.objects.get(number="16-NQ/TU")
    assert nq16.standing_on(date(2026, 1, 1)) == "expired"


def test_a_usual_body_that_was_written_down_as_another_kind_is_not_written_twice(commune, office):
    usual = f"Hội Nông dân {commune.get_kind_display().lower()}"
    own = make_body(commune, Body.Kind.OTHER, name=usual)

    assert registers.make_ready(commune, by=office) == 14
    assert list(Body.objects.filter(name=usual)) == [own]


def test_what_was_written_of_a_spreading_is_put_right_and_the_trail_says_so(commune, office):
    cell, document = make_organisation(commune), make_document(commune)
    today = timezone.localdate()
    told = Spreading(organisation=cell, document=document, held_on=today, attendees=42)
    registers.spread(told, by=office)
    other = make_user(commune, Role.PARTY_OFFICE)

    told.attendees = 24
    registers.spread(told, by=other)

    stored = Spreading.objects.get()
    assert (stored.attendees, stored.recorded_by) == (24, office)
    events = AuditEvent.objects.filter(action__startswith="spreading.").order_by("pk")
    assert [(one.action, one.actor) for one in events] == [
        ("spreading.recorded", office), ("spreading.changed", other),
    ]  # fmt: skip


def test_spreading_holds_a_day_and_a_number_alone(commune, office):
    cell, document = make_organisation(commune), make_document(commune)
    said = {"organisation": cell, "document": document, "held_on": timezone.localdate()}
    registers.spread(Spreading(attendees=24, **said), by=office)

    texts = [
        f.name
        for f in Spreading._meta.fields
        if f.get_internal_type() in {"CharField", "TextField"}
    ]
    assert texts == []
    with pytest.raises(ValidationError, match="đã báo"):
        registers.spread(Spreading(attendees=24, **said), by=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_spreading(make_organisation(commune), document, attendees=0)
    tomorrow = said | {"held_on": timezone.localdate() + timedelta(days=1)}
    with pytest.raises(NotAllowed, match="chưa tới"):
        registers.spread(Spreading(attendees=2, **tomorrow), by=office)


def test_a_proposal_is_answered_once_by_the_office_alone(commune, women, speaker, office):
    row = direction_services.send(
        Proposal(title="Xin loa", text="Xin thêm loa."), sender=women, by=speaker
    )
    with pytest.raises(NotAllowed, match="Văn phòng"):
        direction_services.answer(row, "Đồng ý.", by=speaker)

    direction_services.answer(row, "Đồng ý.", by=office)

    for act in (
        lambda: direction_services.answer(row, "Không.", by=office),
        lambda: direction_services.withdraw(row, by=speaker),
    ):
        with pytest.raises(NotAllowed, match="đã được trả lời"):
            act()
    front = make_body(commune, Body.Kind.FRONT)
    with pytest.raises(NotAllowed, match="thay nơi đó"):
        direction_services.send(Proposal(title="Xin", text="Xin."), sender=front, by=speaker)
