"""Pages of schedules and the month: what is filled in, shown and refused."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Commune, User
from accounts.retention import purge_expired
from broadcasts.models import Broadcast, Schedule, Topic
from broadcasts.scheduling import verbs
from broadcasts.services import approve
from groups.models import Hamlet
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group
from tests.factories.schedules import approved_schedule, draft_schedule

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def group(hamlet: Hamlet) -> Any:
    return make_group(hamlet)


def filled_in(**fields: Any) -> dict[str, Any]:
    values = {
        "title": "Nhắc khóa cửa", "text": "Bà con nhớ khóa cửa trước khi đi ngủ.",
        "topic": Topic.objects.get(code="phong-ngua").pk, "send_to": "whole", "freq": "weekly",
        "interval": "1", "weekdays": ["0"], "at": "08:00", "first_on": "2026-12-01",
        "ending": "never", "on_day_off": "next",
    }  # fmt: skip
    return values | fields


def show(schedule: Schedule) -> str:
    return reverse("admin:broadcasts_schedule_show", args=[schedule.pk])


def month(**query: str) -> str:
    return f"{reverse('admin:broadcasts_broadcast_month')}?{urlencode(query)}"


def test_an_officer_writes_and_submits_a_schedule_which_a_chief_approves(
    login: Login, author: User, chief: User
) -> None:
    answer = login(author).post(
        reverse("admin:broadcasts_schedule_add"), filled_in(_submit="1"), follow=True
    )
    schedule = Schedule.objects.get()
    review = reverse("admin:broadcasts_broadcast_review", args=[schedule.pattern_id])
    shown = login(chief).get(review).content.decode()
    login(chief).post(
        reverse("admin:broadcasts_broadcast_step", args=[schedule.pattern_id, "duyet"]),
        {"seen": schedule.pattern.content_hash},
    )

    assert answer.redirect_chain[-1][0] == show(schedule)
    assert "Thứ Hai hằng tuần lúc 08:00, từ 02/12/2026" in shown
    assert set(schedule.occurrences.values_list("status", flat=True)) == {"scheduled"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"weekdays": []}, "Hãy chọn ít nhất một thứ trong tuần."),
        ({"freq": "monthly_day"}, "Hãy chọn ngày trong tháng."),
        ({"freq": "monthly_weekday"}, "Hãy chọn tuần thứ mấy của tháng."),
        ({"freq": "yearly", "month_day": "2"}, "Hãy chọn tháng."),
        ({"freq": "lunar"}, "Hãy chọn mùng một, rằm, hoặc cả hai."),
        ({"ending": "day"}, "Hãy chọn ngày kết thúc."),
        ({"ending": "times"}, "Hãy ghi số lần đăng."),
        ({"ending": "day", "last_on": "2026-11-01"}, "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
        ({"send_to": "chosen"}, "Hãy chọn ít nhất một ấp hoặc một nhóm."),
        ({"_submit": "1", "text": "TUYỆT MẬT\nKế hoạch"}, "bí mật nhà nước"),
    ],
)
def test_what_is_missing_is_said_at_its_place(
    login: Login, author: User, fields: dict[str, Any], sentence: str
) -> None:
    page = login(author).post(reverse("admin:broadcasts_schedule_add"), filled_in(**fields))

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Schedule.objects.exists()


def test_the_preview_says_what_must_not_be_said(login: Login, author: User) -> None:
    page = login(author).post(
        reverse("admin:broadcasts_schedule_preview"), filled_in(text="Gọi anh Ba 0903 123 456.")
    )

    assert "Số điện thoại riêng" in page.content.decode()


def test_the_list_asks_no_more_for_more_schedules(
    login: Login, commune: Commune, author: User, chief: User, django_assert_max_num_queries: Any
) -> None:
    client, address = login(chief), reverse("admin:broadcasts_schedule_changelist")
    empty = client.get(address)
    approved_schedule(commune, author, chief)
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)
    for _number in range(4):
        approved_schedule(commune, author, chief)

    with django_assert_max_num_queries(len(for_one)):
        full = client.get(address)

    assert (empty.status_code, full.content.decode().count("Đang chạy")) == (200, 5)


def test_only_what_the_rule_asks_for_is_kept(login: Login, author: User) -> None:
    login(author).post(
        reverse("admin:broadcasts_schedule_add"),
        filled_in(freq="monthly_day", month_day="31", month="4", interval="2", times="5"),
    )

    schedule = Schedule.objects.get()
    assert (schedule.weekdays, schedule.month, schedule.times) == ([], None, None)
    assert (schedule.month_day, schedule.interval) == (31, 2)


def test_a_stored_schedule_is_filled_into_its_form_and_saved_unchanged(
    login: Login, commune: Commune, author: User, chief: User, hamlet: Hamlet
) -> None:
    schedule = approved_schedule(commune, author, chief, audience_hamlets=[hamlet.pk], times=9)
    address = reverse("admin:broadcasts_schedule_change", args=[schedule.pk])
    client = login(author)
    initial = client.get(address).context["adminform"].form.initial

    client.post(
        address,
        filled_in(
            title=initial["title"], text=initial["text"], send_to=initial["send_to"],
            audience_hamlets=[hamlet.pk], ending=initial["ending"], times=initial["times"],
            first_on=initial["first_on"].isoformat(),
        ),
    )  # fmt: skip

    schedule.refresh_from_db()
    assert schedule.pattern.status == "approved"
    assert set(schedule.occurrences.values_list("status", flat=True)) == {"scheduled"}


def test_the_next_dates_are_shown_while_the_form_is_filled_in(login: Login, author: User) -> None:
    page = login(author).post(
        reverse("admin:broadcasts_schedule_dates"),
        filled_in(first_on="2027-01-28", weekdays=["0"]),
    )

    text = page.content.decode()
    assert "Thứ Hai hằng tuần lúc 08:00, từ 28/01/2027." in text
    assert "08:00 Thứ Sáu 12/02/2027" in text
    assert "Trúng ngày nghỉ (Tết Nguyên đán (mùng 3)) nên lùi tới Thứ Sáu 12/02/2027." in text
    assert text.count('class="by-date"') == 5


def test_the_next_dates_say_what_they_collide_with(
    login: Login, author: User, commune: Commune
) -> None:
    make_broadcast(
        commune, status="scheduled", scheduled_for=datetime(2026, 12, 7, 8, 30, tzinfo=ZONE)
    )

    page = login(author).post(reverse("admin:broadcasts_schedule_dates"), filled_in())

    assert "1 nhóm có bài thường khác lúc 08:30" in page.content.decode()


def test_dates_beyond_the_known_days_off_are_marked(login: Login, author: User) -> None:
    page = login(author).post(
        reverse("admin:broadcasts_schedule_dates"), filled_in(first_on="2028-01-01")
    )

    assert "Lịch nghỉ lễ mới có đến" in page.content.decode()


def test_a_picture_goes_with_every_occurrence(
    login: Login, author: User, chief: User, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "green").save(drawn, "PNG")
    picture = SimpleUploadedFile("cua.png", drawn.getvalue(), content_type="image/png")

    login(author).post(
        reverse("admin:broadcasts_schedule_add"), filled_in(_submit="1", image=picture)
    )
    schedule = Schedule.objects.get()
    approve(schedule.pattern, by=chief)

    first = schedule.occurrences.earliest("scheduled_for")
    assert first.image_sha256 == schedule.pattern.image_sha256 != ""
    assert first.image.name == schedule.pattern.image.name
    assert first.approved_hash == first.compute_hash()


def test_a_file_that_a_schedule_still_sends_outlives_its_old_posts(
    commune: Commune, author: User, chief: User, settings: Any, tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    schedule = approved_schedule(commune, author, chief)
    old = schedule.occurrences.earliest("scheduled_for")
    stored = default_storage.save("post_files/tep.pdf", ContentFile(b"%PDF"))
    for post in (schedule.pattern, old):
        Broadcast.objects.filter(pk=post.pk).update(file=stored)
    Broadcast.objects.filter(pk=old.pk).update(
        status="cancelled", created_at=NOON - timedelta(days=3650)
    )

    with django_capture_on_commit_callbacks(execute=True):
        assert purge_expired()["broadcasts.Broadcast.file"] == 1

    assert default_storage.exists(stored)


# One schedule


def test_the_page_of_a_schedule_shows_its_dates_and_leaves_one_out(
    login: Login, commune: Commune, author: User, chief: User
) -> None:
    schedule = approved_schedule(commune, author, chief)
    client = login(author)

    client.post(
        reverse("admin:broadcasts_schedule_date_deed", args=[schedule.pk]),
        {"on": "2026-12-14", "deed": "bo", "reason": "Trùng hội nghị"},
    )

    text = client.get(show(schedule)).content.decode()
    assert "Bỏ lần này: Trùng hội nghị" in text
    assert "08:00 Thứ Hai 07/12/2026" in text
    assert not schedule.occurrences.filter(occurrence_on=date(2026, 12, 14)).exists()


@pytest.mark.parametrize(
    "data", [{"deed": "bo"}, {"deed": "bo", "on": "2026-99-99"}, {"deed": "x", "on": "2026-12-14"}]
)
def test_a_broken_deed_changes_nothing(
    login: Login, commune: Commune, author: User, data: dict[str, str]
) -> None:
    schedule = draft_schedule(commune, author)
    address = reverse("admin:broadcasts_schedule_date_deed", args=[schedule.pk])

    answer = login(author).post(address, data, follow=True)

    assert "Hãy chọn một lần đăng trên trang." in answer.content.decode()
    assert schedule.occurrences.count() == 5


def test_pausing_and_ending_ask_for_a_reason_and_say_it(
    login: Login, commune: Commune, author: User, chief: User
) -> None:
    schedule = approved_schedule(commune, author, chief)
    client, address = login(author), reverse("admin:broadcasts_schedule_deed", args=[schedule.pk])

    refused = client.post(address, {"deed": "dung"}, follow=True).content.decode()
    paused = client.post(address, {"deed": "dung", "reason": "Chờ số liệu"}, follow=True)

    assert "Hãy ghi lý do" in refused
    assert "tạm dừng: Chờ số liệu" in paused.content.decode()
    assert schedule.occurrences.count() == 0


def test_an_officer_who_does_not_own_it_sees_it_and_cannot_change_it(
    login: Login, commune: Commune, author: User, officer_of: Any, hamlet: Hamlet
) -> None:
    schedule = draft_schedule(commune, author)
    other = login(officer_of(hamlet))

    page = other.get(reverse("admin:broadcasts_schedule_change", args=[schedule.pk]), follow=True)
    other.post(
        reverse("admin:broadcasts_schedule_deed", args=[schedule.pk]),
        {"deed": "ket-thuc", "reason": "x"},
    )

    schedule.refresh_from_db()
    assert page.redirect_chain[-1][0] == show(schedule)
    assert "Kết thúc lịch" not in page.content.decode()
    assert schedule.pattern.status == "draft"


def test_the_content_of_a_schedule_leads_to_its_form(
    login: Login, commune: Commune, author: User
) -> None:
    schedule = draft_schedule(commune, author)

    answer = login(author).get(
        reverse("admin:broadcasts_broadcast_change", args=[schedule.pattern_id])
    )

    assert answer["Location"] == reverse("admin:broadcasts_schedule_change", args=[schedule.pk])


def test_the_list_of_posts_is_not_drowned_in_what_schedules_made(
    login: Login, commune: Commune, author: User, chief: User
) -> None:
    schedule = approved_schedule(commune, author, chief)
    listed = reverse("admin:broadcasts_broadcast_changelist")

    everything = login(chief).get(listed).content.decode()
    soon = login(chief).get(listed, {"viec": "hen-gio"}).content.decode()

    assert everything.count("Nhắc khóa cửa") == 0
    assert soon.count("Thứ Hai 07/12/2026") == 1
    assert schedule.occurrences.count() == 5


# The month


def test_the_month_shows_posts_dates_ahead_and_days_off(
    login: Login, commune: Commune, author: User, chief: User
) -> None:
    approved_schedule(commune, author, chief)
    page = login(author).get(month(thang="2027-02"))

    days = {day.day: day for week in page.context["weeks"] for day in week}
    assert [len(week) for week in page.context["weeks"]] == [7] * 4
    assert days[date(2027, 2, 8)].day_off == "Tết Nguyên đán (mùng 3)"
    assert [entry.state for entry in days[date(2027, 2, 1)].entries] == ["Dự kiến"]
    moved = days[date(2027, 2, 12)].entries
    assert [(entry.title, entry.note) for entry in moved] == [
        (
            "Nhắc khóa cửa",
            "Trúng ngày nghỉ (Tết Nguyên đán (mùng 3)) nên lùi tới Thứ Sáu 12/02/2027.",
        )
    ]


def test_the_month_shows_each_occurrence_once_and_skips_struck_out(
    login: Login, commune: Commune, author: User, chief: User
) -> None:
    schedule = approved_schedule(commune, author, chief)
    verbs.skip(schedule, date(2026, 12, 14), by=author, reason="Trùng hội nghị")

    page = login(chief).get(month(thang="2026-12"))

    entries = {
        day.day.day: [(entry.state, entry.at is not None) for entry in day.entries]
        for week in page.context["weeks"] for day in week
        if day.entries and day.is_in_month
    }  # fmt: skip
    assert entries == {
        7: [("Đã lên lịch", True)],
        14: [("Không đăng", False)],
        21: [("Đã lên lịch", True)],
        28: [("Đã lên lịch", True)],
    }


def test_conflicts_of_the_month_are_said_with_links(
    login: Login, commune: Commune, author: User, chief: User
) -> None:
    schedule = approved_schedule(commune, author, chief)
    other = make_broadcast(
        commune, status="scheduled", title="Họp dân",
        scheduled_for=datetime(2026, 12, 7, 8, 30, tzinfo=ZONE),
    )  # fmt: skip

    page = login(chief).get(month(thang="2026-12"))

    (warned,) = page.context["warned"]
    occurrence = schedule.occurrences.get(occurrence_on=date(2026, 12, 7))
    assert (warned.entry.key[1], warned.other) == (other.pk, "Nhắc khóa cửa")
    assert warned.other_url == reverse("admin:broadcasts_broadcast_review", args=[occurrence.pk])


def test_an_officer_sees_no_post_of_elsewhere_in_the_month(
    login: Login, commune: Commune, author: User, other_hamlet: Hamlet, chief: User
) -> None:
    make_group(other_hamlet)
    draft_schedule(commune, chief, title="Lịch nơi khác", audience_hamlets=[other_hamlet.pk])
    make_broadcast(
        commune, status="scheduled", title="Bài nơi khác", audience_hamlets=[other_hamlet.pk],
        scheduled_for=datetime(2026, 12, 7, 8, tzinfo=ZONE),
    )  # fmt: skip

    own = login(author).get(month(thang="2026-12")).content.decode()
    chiefs = login(chief).get(month(thang="2026-12")).content.decode()

    assert "nơi khác" not in own
    assert ("Lịch nơi khác" in chiefs, "Bài nơi khác" in chiefs) == (True, True)


@pytest.mark.parametrize("role", ["party_member", "party_office", "front", "tech_admin"])
def test_who_may_not_view_posts_has_no_month(
    login: Login, request: pytest.FixtureRequest, role: str
) -> None:
    assert login(request.getfixturevalue(role)).get(month()).status_code == 403


@pytest.mark.parametrize("text", ["x", "2026-13", "1999-01", "9999-12", "2026-1-1"])
def test_a_month_that_is_none_is_not_found(login: Login, author: User, text: str) -> None:
    assert login(author).get(month(thang=text)).status_code == 404


def test_a_city_wide_account_chooses_the_commune(
    login: Login, superuser: User, commune: Commune, other_commune: Commune
) -> None:
    page = login(superuser).get(month(xa=str(other_commune.pk)))

    assert page.context["commune"] == other_commune
    assert commune.name in page.content.decode()


def test_a_month_of_two_hundred_posts_takes_few_queries(
    login: Login, commune: Commune, author: User, chief: User, hamlet: Hamlet,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for _number in range(10):
        make_group(hamlet)
    topic = Topic.objects.get(code="pccc")
    for number in range(200):
        make_broadcast(
            commune, status="scheduled", topic=topic, created_by=author, approved_by=chief,
            scheduled_for=datetime(2026, 12, 1 + number % 30, 13 + number % 8, tzinfo=ZONE),
        )  # fmt: skip
    for number in range(3):
        approved_schedule(commune, author, chief, at=time(8 + number))
    client = login(chief)
    client.get(month(thang="2026-12"))

    with django_assert_max_num_queries(32):
        page = client.get(month(thang="2026-12"))
    assert sum(len(d.entries) for w in page.context["weeks"] for d in w if d.is_in_month) == 212
    assert Broadcast.objects.filter(is_pattern=True).count() == 3


# Beginning from something


def test_a_post_that_shall_come_again_fills_the_form_and_brings_its_picture(
    login: Login, author: User, commune: Commune
) -> None:
    image = BytesIO()
    Image.new("RGB", (40, 20), "navy").save(image, "JPEG")
    old = make_broadcast(
        commune, status="completed", created_by=author, title="Khóa cửa",
        image=ContentFile(image.getvalue(), "anh.jpg"),
    )  # fmt: skip
    client = login(author)
    compose = f"{reverse('admin:broadcasts_broadcast_add')}?dung-lai={old.pk}"
    address = f"{reverse('admin:broadcasts_schedule_add')}?dung-lai={old.pk}"

    offered = client.get(compose).content.decode()
    form = client.get(address)
    client.post(address, filled_in())

    assert f'href="{address}"' in offered
    assert form.context["adminform"].form.initial["title"] == "Khóa cửa"
    assert "Nội dung lấy từ bài" in form.content.decode()
    assert Schedule.objects.get().pattern.image
