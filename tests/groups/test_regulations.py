"""A regulation moves forward only, by who may, on the word of its meetings."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from groups import services
from groups.consultation.regulation_text import DEFAULT_TEXT, changes, tidy
from groups.consultation.services import may_write
from groups.models import Regulation
from tests.factories.groups import make_hamlet, make_meeting, make_regulation

Status = Regulation.Status


def drafted(hamlet, by, **fields) -> Regulation:
    return services.draft(Regulation(hamlet=hamlet, **fields), by=by)


def ask_commune(commune) -> None:
    day = timezone.localdate() - timedelta(days=20)
    make_meeting(commune=commune, held_on=day, households=12, agree=12)


def test_from_draft_to_issued(commune, hamlet, officer_of, chief):
    ask_commune(commune)
    regulation = services.consult(drafted(hamlet, officer_of(hamlet)), by=officer_of(hamlet))
    meeting = make_meeting(regulation)
    services.agree(regulation, by=chief)
    issued = services.issue(regulation, by=chief, document_number=" 05/QC-BĐH ")

    assert (issued.status, issued.version) == (Status.ISSUED, 1)
    assert (issued.agreed_on, issued.issued_on) == (meeting.held_on, timezone.localdate())
    assert (issued.document_number, issued.text) == ("05/QC-BĐH", DEFAULT_TEXT)
    events = AuditEvent.objects.filter(target_type="groups.regulation").order_by("sequence")
    assert [event.action for event in events] == [
        "regulation.drafted", "regulation.consulting", "regulation.agreed", "regulation.issued",
    ]  # fmt: skip


def test_issuing_supersedes_the_former_one(commune, hamlet, chief):
    ask_commune(commune)
    first = services.issue(make_regulation(hamlet), by=chief)
    second = services.consult(services.new_version(first, by=chief), by=chief)
    make_meeting(second)
    services.agree(second, by=chief)
    assert Regulation.objects.of_place(second).in_force().first() == first
    services.issue(second, by=chief)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.version) == (Status.SUPERSEDED, Status.ISSUED, 2)
    assert Regulation.objects.of_place(second).in_force().get() == second


def test_what_is_missing_is_said(commune, hamlet, chief):
    ask_commune(commune)
    regulation = make_regulation(hamlet, agreed=False, status="consulting", text="x")
    make_meeting(regulation, agree=60, disagree=10)

    with pytest.raises(services.NotAllowed, match="Cần ít nhất 61/120 hộ đồng ý; hiện 60"):
        services.agree(regulation, by=chief)
    regulation.refresh_from_db()
    assert regulation.status == Status.CONSULTING


def test_nothing_goes_back_or_leaps(hamlet, chief):
    regulation = make_regulation(hamlet)
    draft = make_regulation(hamlet, agreed=False, version=2, text="x")

    for verb, row in (
        (services.consult, regulation), (services.agree, regulation),
        (services.agree, draft), (services.issue, draft),
    ):  # fmt: skip
        with pytest.raises(services.NotAllowed, match="không chuyển sang"):
            verb(row, by=chief)


def test_text_is_frozen_once_people_were_asked(commune, hamlet, officer_of, chief):
    officer = officer_of(hamlet)
    regulation = services.consult(drafted(hamlet, officer), by=officer)
    make_meeting(regulation, commune=commune, households=12, agree=12)
    services.edit(regulation, "Điều 1. Sửa theo ý kiến của xã", by=officer)
    make_meeting(regulation)

    regulation.refresh_from_db()
    assert (may_write(regulation), regulation.text) == (False, "Điều 1. Sửa theo ý kiến của xã\n")
    with pytest.raises(services.NotAllowed, match="Hãy lập bản mới"):
        services.edit(regulation, "khác", by=chief)


def test_agreed_text_never_changes(hamlet, chief):
    regulation = make_regulation(hamlet, text="Điều 1")

    with pytest.raises(services.NotAllowed):
        services.edit(regulation, "Điều 2", by=chief)
    regulation.refresh_from_db()
    assert regulation.text == "Điều 1"


def test_new_consultation_takes_the_place_of_the_one_under_way(hamlet, chief):
    old = make_regulation(hamlet, agreed=False, status="consulting", text="x")
    services.consult(services.new_version(old, by=chief), by=chief)

    old.refresh_from_db()
    assert old.status == Status.SUPERSEDED


def test_one_draft_at_a_time(hamlet, chief):
    drafted(hamlet, chief)

    with pytest.raises(services.NotAllowed, match="còn là dự thảo"):
        drafted(hamlet, chief)


def test_drafts_for_every_hamlet_that_has_none(commune, hamlet, chief, other_commune):
    make_regulation(hamlet)
    bare = make_hamlet(commune)
    elsewhere = make_hamlet(other_commune)
    gone = make_hamlet(commune, valid_to=timezone.localdate() - timedelta(days=1))

    assert services.draft_everywhere(by=chief) == 1
    assert bare.regulations.get().text == DEFAULT_TEXT
    assert not elsewhere.regulations.exists()
    assert not gone.regulations.exists()


@pytest.mark.parametrize("verb", ["consult", "agree", "issue", "new_version"])
def test_officer_next_door_and_hamlet_head_move_nothing(
    hamlet, other_hamlet, officer_of, hamlet_head_of, verb
):
    regulation = make_regulation(hamlet)

    for user in (officer_of(other_hamlet), hamlet_head_of(hamlet)):
        with pytest.raises(services.NotAllowed):
            getattr(services, verb)(regulation, by=user)


@pytest.mark.parametrize("verb", ["agree", "issue"])
def test_officer_prepares_and_the_chief_settles(hamlet, officer_of, verb):
    regulation = make_regulation(hamlet, agreed=False, status="consulting", text="x")

    with pytest.raises(services.NotAllowed, match="không có quyền"):
        getattr(services, verb)(regulation, by=officer_of(hamlet))


def test_regulation_of_the_commune_is_the_chief_s(commune, hamlet, officer_of, chief):
    with pytest.raises(services.NotAllowed, match="do chỉ huy"):
        services.draft(Regulation(commune=commune), by=officer_of(hamlet))

    assert services.draft(Regulation(commune=commune), by=chief).version == 1


def test_chief_of_another_commune_is_refused(other_commune, chief):
    with pytest.raises(services.NotAllowed, match="ngoài địa bàn"):
        services.draft(Regulation(commune=other_commune), by=chief)


def test_dates_of_issue_are_plausible(hamlet, chief):
    regulation = make_regulation(hamlet)
    today = timezone.localdate()

    for day, sentence in ((today + timedelta(days=1), "tương lai"),
                          (today - timedelta(days=1), "trước ngày thống nhất")):  # fmt: skip
        with pytest.raises(services.NotAllowed, match=sentence):
            services.issue(regulation, by=chief, on=day)


def test_place_is_a_hamlet_or_the_commune(commune, hamlet):
    for values in ({}, {"hamlet": hamlet, "commune": commune}):
        regulation = Regulation(**values)

        with pytest.raises(ValidationError) as refused:
            regulation.full_clean()
        assert "Quy chế phải thuộc một ấp, hoặc thuộc cả xã." in refused.value.messages
        with pytest.raises(IntegrityError), transaction.atomic():
            regulation.save()


def test_only_one_is_issued_in_a_place(hamlet):
    make_regulation(hamlet, status="issued")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_regulation(hamlet, status="issued", version=2)


def test_changes_are_shown_line_by_line():
    lines = changes("Điều 1\nĐiều 2\n", "Điều 1\r\nĐiều 2 mới\r\nĐiều 3")

    assert [(line.change, line.text) for line in lines] == [
        ("kept", "Điều 1"), ("out", "Điều 2"), ("in", "Điều 2 mới"), ("in", "Điều 3"),
    ]  # fmt: skip
    assert changes("Điều 1\n", "Điều 1  \r\n") == []


def test_text_is_kept_in_one_form():
    assert tidy("  Điều 1 \r\n\r\nĐiều 2  ") == "Điều 1\n\nĐiều 2\n"
    assert tidy(" \n ") == ""
