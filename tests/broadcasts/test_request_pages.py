"""Requests for posts: who asks, who answers, what each of them sees."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from broadcasts.models import Broadcast, PostRequest, Topic
from broadcasts.posts.retention import drop_attachments, old_attachments
from broadcasts.requests import services as requests
from broadcasts.services import NotAllowed, create
from tests.broadcasts.documents import pdf, word
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery, make_request
from tests.factories.groups import make_group, make_ordinary_group

ADD = "/admin/broadcasts/postrequest/add/"
State = PostRequest.State


def show_url(asked: PostRequest) -> str:
    return reverse("admin:broadcasts_postrequest_show", args=[asked.pk])


def step_url(asked: PostRequest, name: str) -> str:
    return reverse("admin:broadcasts_postrequest_step", args=[asked.pk, name])


def state_of(asked: PostRequest) -> str:
    rows: Any = PostRequest.objects.with_state()
    return str(rows.values_list("state", flat=True).get(pk=asked.pk))


@pytest.fixture
def asked(commune, party_office):
    return make_request(commune, created_by=party_office, title="Treo cờ ngày lễ")


def form_data(**changed):
    topic = Topic.objects.get(code="chu-truong")
    return {
        "source": "party_office", "source_name": "", "document_number": "", "document_date": "",
        "title": "Treo cờ", "message": "Nhắc bà con treo cờ.", "topic": topic.pk, "audience": "",
        "due_on": "",
    } | changed  # fmt: skip


def test_the_office_of_the_party_committee_asks(login, party_office):
    client = login(party_office)
    assert client.get(ADD).context["adminform"].form.initial["source"] == "party_office"

    page = client.get(ADD).content.decode()
    assert ("Gửi yêu cầu" in page, "Lưu thay đổi" in page) == (True, False)

    answer = client.post(ADD, form_data(due_on=str(timezone.localdate())), follow=True)

    asked = PostRequest.objects.get()
    assert (asked.created_by, asked.commune, state_of(asked)) == (
        party_office, party_office.commune, State.RECEIVED,
    )  # fmt: skip
    assert answer.redirect_chain[-1][0] == show_url(asked)


@pytest.mark.parametrize(
    ("paper", "is_taken"),
    [
        (word("TUYỆT MẬT", "Kế hoạch bảo vệ đại hội."), False),
        (pdf("Ke hoach", author="TUYỆT MẬT"), False),
        (word("Công văn số 25-CV/ĐU về treo cờ Tổ quốc."), True),
    ],
)
def test_a_paper_with_a_secrecy_mark_is_not_taken(login, party_office, paper, is_taken):
    suffix = "docx" if paper.startswith(b"PK") else "pdf"

    login(party_office).post(
        ADD, form_data(attachment=SimpleUploadedFile(f"van-ban.{suffix}", paper))
    )

    assert [bool(asked.attachment) for asked in PostRequest.objects.all()] == [True] * is_taken


@pytest.mark.parametrize("role", [Role.FRONT, Role.OFFICER, Role.CHIEF])
def test_the_front_asks_and_police_write_down_what_came_on_paper(login, commune, role):
    user = make_user(commune, role)

    login(user).post(ADD, form_data())

    assert PostRequest.objects.get().created_by == user


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_MEMBER, Role.TECH_ADMIN])
def test_others_ask_nothing(login, commune, role):
    assert login(make_user(commune, role)).post(ADD, form_data()).status_code == 403


def test_a_direction_needs_the_number_of_its_document(login, party_office):
    topic = Topic.objects.get(code="chi-dao")

    refused = login(party_office).post(ADD, form_data(topic=topic.pk))
    login(party_office).post(ADD, form_data(topic=topic.pk, document_number="25-CV/ĐU"))

    assert list(refused.context["adminform"].form.errors) == ["document_number"]
    assert PostRequest.objects.get().document_number == "25-CV/ĐU"


def test_a_secrecy_mark_is_refused_in_place(login, party_office):
    refused = login(party_office).post(ADD, form_data(message="TỐI MẬT\n\nKế hoạch bảo vệ."))

    assert list(refused.context["adminform"].form.errors) == ["message"]
    assert not PostRequest.objects.exists()


def test_a_day_that_has_passed_is_refused(login, party_office):
    yesterday = timezone.localdate() - timedelta(days=1)

    refused = login(party_office).post(ADD, form_data(due_on=str(yesterday)))

    assert list(refused.context["adminform"].form.errors) == ["due_on"]


def test_a_paper_goes_along_and_comes_back_as_a_download(login, party_office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = SimpleUploadedFile("cong van.pdf", b"%PDF-1.4 noi dung")

    login(party_office).post(ADD, form_data() | {"attachment": paper})

    asked = PostRequest.objects.get()
    answer = login(party_office).get(
        reverse("admin:broadcasts_postrequest_attachment", args=[asked.pk])
    )
    assert answer["Content-Disposition"] == f'attachment; filename="yeu-cau-{asked.pk}.pdf"'
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 noi dung"


def test_who_asks_sees_own_requests_alone(login, commune, party_office, front, asked):
    other = make_request(commune, created_by=front, title="Việc của Mặt trận")
    client = login(party_office)

    body = client.get("/admin/broadcasts/postrequest/").content.decode()

    assert "Treo cờ ngày lễ" in body
    assert "Việc của Mặt trận" not in body
    assert client.get(show_url(other)).status_code == 404


def test_states_follow_the_posts(commune, hamlet, asked, author, chief):
    seen = [state_of(asked)]
    requests.assign(asked, by=author)
    seen.append(state_of(asked))
    post = make_broadcast(commune, request=asked, status="rejected")
    seen.append(state_of(asked))
    make_broadcast(commune, request=asked, status="scheduled")
    seen.append(state_of(asked))
    Broadcast.objects.filter(pk=post.pk).update(started_at=timezone.now())
    requests.finish(asked, by=chief)
    seen.append(state_of(asked))

    assert seen == [State.RECEIVED, State.WRITING, State.WRITING, State.POSTED, State.DONE]


def test_writing_a_post_takes_the_request_up(commune, asked, author):
    draft = Broadcast(
        commune=commune, title="Treo cờ", text="Mời bà con treo cờ.", topic=asked.topic,
        request=asked,
    )  # fmt: skip

    create(draft, by=author)

    asked.refresh_from_db()
    assert (asked.taken_by, state_of(asked)) == (author, State.WRITING)


def test_a_request_that_was_taken_says_by_whom(login, asked, author, chief):
    take = reverse("admin:broadcasts_postrequest_step", args=[asked.pk, "nhan-lam"])
    login(author).post(take)

    late = login(chief).post(take, follow=True).content.decode()

    asked.refresh_from_db()
    assert asked.taken_by == author
    assert f"{author} đã nhận làm việc này trước đồng chí." in late


def test_who_asked_reads_counts_and_no_names(login, commune, hamlet, asked, party_office, author):
    post = make_broadcast(
        commune, request=asked, status="sending", created_by=author, title="Tên bài kín"
    )
    make_delivery(post, make_group(hamlet, name="Nhóm kín một"), status="sent")
    make_delivery(post, make_ordinary_group(hamlet, name="Nhóm kín hai"))
    requests.assign(asked, by=author)

    for_office = login(party_office).get(show_url(asked)).content.decode()
    for_police = login(author).get(show_url(asked)).content.decode()

    assert "1/2 nhóm đã nhận" in for_office
    assert "Đã có bài" in for_office
    assert [word for word in ("Nhóm kín", "Tên bài kín", str(author)) if word in for_office] == []
    assert "Tên bài kín" in for_police
    assert str(author) in for_police


def test_who_asked_may_change_it_until_somebody_takes_it(login, asked, party_office, author):
    client = login(party_office)
    address = reverse("admin:broadcasts_postrequest_change", args=[asked.pk])

    client.post(address, form_data(title="Treo cờ sớm"))
    requests.assign(asked, by=author)
    late = client.post(address, form_data(title="Đổi nữa"))

    asked.refresh_from_db()
    assert asked.title == "Treo cờ sớm"
    assert (late.status_code, late["Location"]) == (302, show_url(asked))


def test_a_refusal_has_a_reason_that_who_asked_reads(login, asked, party_office, author):
    client = login(author)

    client.post(step_url(asked, "khong-dang"), {"reason": " "})
    assert state_of(asked) == State.RECEIVED
    client.post(step_url(asked, "khong-dang"), {"reason": "Đã đăng tuần trước."})

    body = login(party_office).get(show_url(asked)).content.decode()
    assert state_of(asked) == State.DECLINED
    assert "Đã đăng tuần trước." in body


def test_nothing_is_done_before_a_post_has_left(asked, author):
    with pytest.raises(NotAllowed, match="Chưa có bài nào"):
        requests.finish(asked, by=author)


def test_who_asked_takes_it_back_but_answers_nothing(login, asked, party_office):
    client = login(party_office)

    client.post(step_url(asked, "nhan-lam"))
    client.post(step_url(asked, "khong-dang"), {"reason": "x"})
    assert state_of(asked) == State.RECEIVED
    client.post(step_url(asked, "rut"), {"reason": "Gửi nhầm"})

    assert state_of(asked) == State.WITHDRAWN


def test_what_is_closed_stays_closed(asked, author, party_office):
    requests.withdraw(asked, by=party_office)

    for again in (
        lambda: requests.assign(asked, by=author),
        lambda: requests.finish(asked, by=author),
        lambda: requests.decline(asked, by=author, reason="Đã có bài khác."),
        lambda: requests.withdraw(asked, by=party_office),
    ):
        with pytest.raises(NotAllowed, match="đã khép lại"):
            again()


@pytest.mark.parametrize(
    ("days", "listed", "said"),
    [(-2, "qua", "quá hạn 2 ngày"), (0, "sap", "hết hạn hôm nay"), (3, "sap", "còn 3 ngày")],
)
def test_what_is_due_stands_in_the_lists(login, asked, author, commune, days, listed, said):
    today = timezone.localdate()
    PostRequest.objects.filter(pk=asked.pk).update(due_on=today + timedelta(days=days))
    make_request(commune, title="Không gấp", due_on=today + timedelta(days=30))

    rows = login(author).get(f"/admin/broadcasts/postrequest/?viec={listed}").context["cl"]
    home = lists_for(author, timezone.localtime())

    assert [row.title for row in rows.result_list] == ["Treo cờ ngày lễ"]
    mine = next(one for one in home if one.title == "Yêu cầu đăng bài")
    assert (mine.items[0].title, mine.items[0].is_urgent) == ("Treo cờ ngày lễ", days <= 0)
    assert said in mine.items[0].note


def test_a_request_with_an_approved_post_is_no_longer_due(commune, asked):
    yesterday = timezone.localdate() - timedelta(days=1)
    PostRequest.objects.filter(pk=asked.pk).update(due_on=yesterday)
    assert PostRequest.objects.overdue(timezone.localdate()).get() == asked

    make_broadcast(commune, request=asked, status="scheduled")

    assert not PostRequest.objects.overdue(timezone.localdate()).exists()


def test_the_home_of_who_asks_offers_a_request(party_office, asked):
    made = {one.title: one for one in lists_for(party_office, timezone.localtime())}

    assert sorted(made) == ["Số liệu", "Yêu cầu đăng bài của tôi"]
    first = made["Yêu cầu đăng bài của tôi"]
    assert [item.title for item in first.items] == ["Treo cờ ngày lễ"]
    assert first.actions[0].url == ADD


def test_searching_needs_no_marks(login, asked, author):
    found = login(author).get("/admin/broadcasts/postrequest/?q=treo co").context["cl"]
    nothing = login(author).get("/admin/broadcasts/postrequest/?q=bao lu").context["cl"]

    assert [row.pk for row in found.result_list] == [asked.pk]
    assert list(nothing.result_list) == []


def test_old_papers_go_and_the_request_stays(commune, party_office, settings, tmp_path, chief):
    settings.MEDIA_ROOT = tmp_path
    old, new = (
        make_request(
            commune,
            attachment=SimpleUploadedFile("a.pdf", b"%PDF-1"),
            closed_as="done",
            closed_by=chief,
            closed_at=timezone.now() - timedelta(days=days),
        )
        for days in (731, 729)
    )

    assert drop_attachments(old_attachments()) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (bool(old.attachment), bool(new.attachment)) == (False, True)
