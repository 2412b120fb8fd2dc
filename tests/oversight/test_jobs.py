"""A job of one person by one day: who gives, sees, ends it, and who is told."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.scoped_admin.matters import subject_of
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.jobs import retention, services
from oversight.jobs.querysets import doers_for
from oversight.jobs.work_lists import jobs_to_do, jobs_to_look_after
from oversight.models import Job
from oversight.tasks import follow_directions
from tests.duty.telling import NOON, Telling, kinds
from tests.factories.accounts import make_user
from tests.factories.direction import make_job
from tests.factories.groups import make_assignment, make_hamlet

pytestmark = pytest.mark.django_db
LIST = reverse("admin:oversight_job_changelist")
ADD = reverse("admin:oversight_job_add")


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def draft(by, doer, days=3, **fields):
    day = timezone.localdate() + timedelta(days=days)
    values = {"title": "Dán thông báo ở nhà văn hóa", "due_on": day}
    return Job(commune=by.commune, doer=doer, **(values | fields))


def given(by, doer, days=3, **fields):
    return services.give(draft(by, doer, days, **fields), by=by)


def page(job):
    return reverse("admin:oversight_job_show", args=[job.pk])


def step(job, name):
    return reverse("admin:oversight_job_step", args=[job.pk, name])


def keys(provider, user):
    found = provider(user, timezone.now())
    return [] if found is None else [item.key for item in found.items]


# Who gives to whom


def test_the_command_gives_to_all_who_read_jobs(chief, officer, head, duty_officer, party_member):
    make_user(chief.commune, Role.OFFICER, is_active=False)
    make_user(make_job(party_member.commune).commune, Role.TEAM_LEADER)
    found = set(doers_for(chief))

    assert {officer, head, duty_officer} <= found
    assert not {chief, party_member} & found
    assert all(user.is_active for user in found)


def test_an_officer_gives_to_the_heads_of_the_own_hamlets(
    officer, head, officer_of, hamlet, hamlet_head_of, other_hamlet, chief
):
    officer_of(hamlet)
    elsewhere = hamlet_head_of(other_hamlet)

    assert list(doers_for(officer)) == [head]
    for other in (elsewhere, chief, officer):
        with pytest.raises(NotAllowed, match="không giao việc cho người đó"):
            given(officer, other)
    with pytest.raises(NotAllowed):
        given(head, officer)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"days": -1}, "đã qua"),
        ({"text": "Gọi bà Tư 0900 000 123"}, "số điện thoại"),
        ({"title": "Độ mật: TỐI MẬT"}, "mật"),
    ],
)
def test_days_of_the_past_people_and_secrets_are_refused(chief, officer, fields, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        given(chief, officer, **fields)

    assert not Job.objects.exists()


def test_the_same_job_is_not_given_twice(chief, officer):
    given(chief, officer)

    with pytest.raises(NotAllowed, match="vừa giao"):
        given(chief, officer)


def test_nobody_gives_a_job_to_oneself(chief):
    with pytest.raises(IntegrityError, match="job_to_another"), transaction.atomic():
        make_job(chief.commune, doer=chief, given_by=chief)


# Its life


def test_done_with_a_word(chief, officer, head):
    job = given(chief, officer)
    with pytest.raises(NotAllowed, match="đã làm gì"):
        services.finish(job, "  ", by=officer)
    for other in (chief, head):
        with pytest.raises(NotAllowed):
            services.finish(job, "Xong.", by=other)

    services.finish(job, "Đã dán ba tờ.", by=officer)

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.ended_at is not None
    assert [(one.kind, one.by, one.note) for one in job.events.all()] == [
        ("given", chief, ""), ("done", officer, "Đã dán ba tờ."),
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="đã xong"):
        services.cancel(job, "Thôi.", by=chief)
    assert list(
        AuditEvent.objects.filter(action__startswith="job.").order_by("pk").values_list(
            "action", "reason"
        )
    ) == [("job.given", ""), ("job.done", "")]  # fmt: skip


def test_given_back_and_given_again_with_a_new_day(chief, officer):
    job = given(chief, officer, days=1)
    services.give_back(job, "Nhà văn hóa khóa cửa.", by=officer)
    assert keys(jobs_to_look_after, chief) == [subject_of(job)]
    assert keys(jobs_to_do, officer) == []
    with pytest.raises(NotAllowed, match="đã qua"):
        services.give_again(
            job, "Hỏi trưởng ấp.", due_on=timezone.localdate() - timedelta(days=1), by=chief
        )
    with pytest.raises(NotAllowed):
        services.give_again(job, "Thôi.", due_on=timezone.localdate(), by=officer)

    day = timezone.localdate() + timedelta(days=5)
    services.give_again(job, "Hỏi chìa khóa trưởng ấp.", due_on=day, by=chief)

    job.refresh_from_db()
    assert (job.state, job.due_on, job.seen_at) == (Job.State.OPEN, day, None)
    assert keys(jobs_to_look_after, chief) == []
    assert keys(jobs_to_do, officer) == [subject_of(job)]


def test_cancelled_with_a_reason_by_the_giver_or_the_command(officer, head, chief):
    job, other = given(officer, head), given(officer, head, title="Việc hai")
    with pytest.raises(NotAllowed):
        services.cancel(job, "Thôi.", by=head)
    with pytest.raises(NotAllowed, match="vì sao hủy"):
        services.cancel(job, "", by=officer)

    services.cancel(job, "Đã có người làm.", by=officer)
    services.cancel(other, "Hoãn.", by=chief)

    assert {row.state for row in Job.objects.all()} == {"cancelled"}


# Sight


def test_giver_doer_and_command_see_it(
    officer, head, chief, deputy_chief, officer_of, hamlet, duty_officer
):
    job = given(officer, head)

    seeing = (officer, head, chief, deputy_chief)
    for user in (*seeing, officer_of(hamlet), duty_officer):
        assert Job.objects.visible_to(user).filter(pk=job.pk).exists() is (user in seeing)


def test_pages_give_open_and_end_a_job(chief, officer, login, officer_of, hamlet):
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    answer = login(chief).post(
        ADD, {"doer": officer.pk, "title": "Kiểm tra camera", "text": "Ở chợ", "due_on": day},
        follow=True,
    )  # fmt: skip
    job = Job.objects.get()
    assert (job.given_by, job.doer, job.state) == (chief, officer, "open")
    assert "Chưa xem" in answer.text

    shown = login(officer).get(page(job)).text
    assert "Đã xong" in shown
    assert "Hủy việc này" not in shown
    job.refresh_from_db()
    assert job.seen_at is not None
    login(officer).post(step(job, "xong"), {"xong-text": "Máy chạy tốt."})

    read = login(chief).get(page(job)).text
    assert "Máy chạy tốt." in read
    assert "Chưa xem" not in read
    assert login(officer_of(hamlet)).get(page(job)).status_code == 404
    assert "Kiểm tra camera" not in login(officer_of(hamlet)).get(LIST).text


def test_an_officer_without_heads_hears_why_nothing_is_given(officer, login):
    answer = login(officer).get(ADD, follow=True)

    assert "Chưa có ai để giao việc" in answer.text


def test_roles_that_give_nothing_have_no_form(head, login, party_member):
    assert login(head).get(ADD).status_code == 403
    assert login(party_member).get(LIST).status_code == 403


# Who is told


def test_the_doer_is_told_until_it_is_opened_and_again_before_its_day(telling, chief, officer):
    job = given(chief, officer, days=4)
    assert kinds(job) == ["job_given"]
    telling.climb()
    assert telling.people("job_") == {officer}

    services.note_seen(job, by=chief)
    assert kinds(job) == ["job_given"]
    services.note_seen(job, by=officer)
    assert kinds(job) == []
    follow_directions()
    assert kinds(job) == []
    telling.clock.move_to(NOON + timedelta(days=3))
    follow_directions()
    assert kinds(job) == ["job_given"]

    services.finish(job, "Xong.", by=officer)
    assert kinds(job) == []


def test_the_giver_is_told_of_what_comes_back(telling, chief, officer, deputy_chief):
    job = given(chief, officer)

    services.give_back(job, "Tôi nghỉ phép.", by=officer)

    assert kinds(job) == ["job_returned"]
    telling.climb()
    assert telling.people("job_returned") == {chief}
    services.cancel(job, "Giao người khác.", by=deputy_chief)
    assert kinds(job) == []


def test_late_jobs_stay_with_both(telling, chief, officer):
    job = given(chief, officer, days=1)
    telling.clock.move_to(NOON + timedelta(days=5))

    assert keys(jobs_to_do, officer) == [subject_of(job)]
    assert keys(jobs_to_look_after, chief) == [subject_of(job)]


def test_ended_jobs_go_after_two_years(chief):
    long_ago = timezone.now() - timedelta(days=retention.DAYS + 1)
    old = make_job(chief.commune, state="done", ended_at=long_ago)
    make_job(chief.commune, state="done", ended_at=timezone.now())
    make_job(chief.commune)

    assert list(retention.old_jobs()) == [old]


# The form and the words of a state


def test_the_form_names_the_hamlets_that_tell_officers_apart(login, chief, officer_of, commune):
    first, second = make_hamlet(commune, name="Suối Đá"), make_hamlet(commune, name="Bàu Tre")
    officer_of(first)
    other = officer_of(second)
    yesterday = timezone.localdate() - timedelta(days=1)
    make_assignment(
        other.officer, make_hamlet(commune, name="Đã Giao"),
        valid_from=yesterday - timedelta(days=30), valid_to=yesterday,
    )  # fmt: skip

    answer = login(chief).get(ADD)

    labels = [label for _value, label in answer.context["adminform"].form.fields["doer"].choices]
    assert any(label.endswith(f"– {first}") for label in labels)
    assert any(label.endswith(f"– {second}") for label in labels)
    assert not any("Đã Giao" in label for label in labels)
    assert answer.context["title"] == "Giao việc"
    assert answer.context["adminform"].form.fields["due_on"].label == "Hạn: hết ngày"


def test_a_job_is_given_until_its_doer_opens_it(login, chief, officer):
    job = given(chief, officer)
    reader, doer = login(chief), login(officer)

    assert "Đã giao" in reader.get(LIST).content.decode()
    assert reader.get(page(job)).context["content"].badge == "Đã giao"
    assert doer.get(page(job)).context["content"].badge == "Đang làm"
    assert reader.get(page(job)).context["content"].badge == "Đang làm"


@pytest.mark.parametrize("gives", [True, False])
def test_who_gives_jobs_begins_one_on_the_home_page(login, chief, head, gives):
    home = login(chief if gives else head).get(reverse("admin:index"))

    assert (ADD in [action.url for action in home.context["begins"]]) is gives
