"""Meetings are written down by who may, add up, and stay once a decision rests on them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from groups import services
from groups.models import ConsultationMeeting, MeetingCluster
from tests.factories.groups import make_hamlet, make_meeting, make_regulation, make_team


@pytest.fixture
def regulation(hamlet):
    return make_regulation(hamlet, agreed=False, status="consulting", text="x")


def unsaved(regulation=None, **fields) -> ConsultationMeeting:
    values = {"held_on": timezone.localdate(), "households": 120, "represented": 80, "agree": 70,
              "disagree": 8, "other": 2}  # fmt: skip
    return ConsultationMeeting(regulation=regulation, **(values | fields))


def test_hamlet_head_records_a_meeting_of_the_own_hamlet(hamlet, hamlet_head_of, regulation):
    head = hamlet_head_of(hamlet)

    meeting = services.record(unsaved(regulation, hamlet=hamlet), by=head)

    assert (meeting.recorded_by, meeting.absent) == (head, 40)
    event = AuditEvent.objects.get(action="meeting.recorded")
    assert (event.commune, event.details) == (hamlet.commune, {"agree": 70, "total": 120})


def test_hamlet_head_records_nothing_elsewhere(commune, hamlet, other_hamlet, hamlet_head_of):
    head = hamlet_head_of(hamlet)

    for place in ({"hamlet": other_hamlet}, {"commune": commune}):
        with pytest.raises(services.NotAllowed):
            services.record(unsaved(**place), by=head)
    moved = make_meeting(hamlet=other_hamlet)
    moved.hamlet = hamlet
    with pytest.raises(services.NotAllowed, match="ngoài địa bàn"):
        services.record(moved, by=head)


@pytest.mark.parametrize("status", ["draft", "agreed", "issued", "superseded"])
def test_no_meeting_is_added_to_a_regulation_that_is_not_asked_about(hamlet, chief, status):
    regulation = make_regulation(hamlet, status=status)

    with pytest.raises(services.NotAllowed):
        services.record(unsaved(regulation, hamlet=hamlet), by=chief)


def test_a_meeting_that_a_decision_rests_on_stays(hamlet, chief, regulation):
    meeting = make_meeting(regulation)
    regulation.status, regulation.agreed_on = "agreed", timezone.localdate()
    regulation.save()
    meeting.regulation = None  # a forged form that lets go of the decision first

    for act in (services.record, services.remove):
        meeting.refresh_from_db()
        meeting.regulation = None if act is services.record else meeting.regulation
        with pytest.raises(services.NotAllowed):
            act(meeting, by=chief)


def test_meeting_is_about_a_regulation_of_its_place(commune, hamlet, other_hamlet):
    meeting = unsaved(make_regulation(other_hamlet), hamlet=hamlet)

    with pytest.raises(ValidationError, match="Quy chế này của nơi khác"):
        meeting.clean()
    unsaved(make_regulation(None, commune=commune), hamlet=hamlet).clean()
    unsaved(make_regulation(hamlet), commune=commune).clean()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"agree": 71}, "cộng lại phải bằng số có mặt"),
        ({"notice_on": timezone.localdate() + timedelta(days=1)}, "không được sau ngày họp"),
    ],
)
def test_counts_and_dates_that_cannot_be_are_refused(hamlet, fields, sentence):
    meeting = unsaved(hamlet=hamlet, **fields)

    with pytest.raises(ValidationError, match=sentence):
        meeting.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.save()


def test_team_must_be_of_the_hamlet(hamlet, other_hamlet):
    with pytest.raises(ValidationError, match="không thuộc ấp"):
        unsaved(hamlet=hamlet, team=make_team(other_hamlet)).clean()


def test_clusters_are_summed(commune):
    meeting = make_meeting(hamlet=make_hamlet(commune, households=400), households=400)
    for name, agree, disagree in (("Cụm 1", 120, 3), ("Cụm 2", 95, 0)):
        MeetingCluster.objects.create(
            meeting=meeting, name=name, represented=agree + disagree, agree=agree, disagree=disagree
        )

    services.count_clusters(meeting)

    meeting.refresh_from_db()
    assert (meeting.represented, meeting.agree, meeting.disagree) == (218, 215, 3)


def test_meeting_without_clusters_keeps_its_counts(hamlet):
    meeting = services.count_clusters(make_meeting(hamlet=hamlet))

    assert meeting.agree == 70


def test_only_a_whole_hamlet_meets_by_clusters(hamlet):
    meeting = make_meeting(hamlet=hamlet, team=make_team(hamlet))
    MeetingCluster.objects.create(meeting=meeting, name="Cụm 1", represented=1, agree=1)

    with pytest.raises(services.NotAllowed, match="họp theo cụm"):
        services.count_clusters(meeting)


def test_exchanged_and_removed_papers_do_not_stay_on_the_disk(
    hamlet, chief, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    meeting = unsaved(hamlet=hamlet, minutes_file=ContentFile(b"%PDF-1", "a.pdf"))
    services.record(meeting, by=chief)
    first = tmp_path / meeting.minutes_file.name
    with django_capture_on_commit_callbacks(execute=True):
        meeting.minutes_file = ContentFile(b"%PDF-2", "b.pdf")
        services.record(meeting, by=chief)
    second = tmp_path / meeting.minutes_file.name
    assert (first.exists(), second.exists()) == (False, True)

    with django_capture_on_commit_callbacks(execute=True):
        services.remove(meeting, by=chief)
    assert not second.exists()


def test_only_the_chief_removes_a_meeting(hamlet, officer_of):
    meeting = make_meeting(hamlet=hamlet)

    with pytest.raises(services.NotAllowed):
        services.remove(meeting, by=officer_of(hamlet))
    assert ConsultationMeeting.objects.filter(pk=meeting.pk).exists()
