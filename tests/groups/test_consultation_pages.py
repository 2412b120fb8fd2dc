"""Pages of regulations and meetings: who sees them, what they say, what a forged form gets."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from groups.models import ConsultationMeeting, Regulation
from groups.work_lists import regulations_under_way
from tests.factories.groups import (
    make_acknowledgement,
    make_hamlet,
    make_meeting,
    make_member,
    make_regulation,
    make_team,
)

PAGES = ["page", "known", "print"]
STEPS = ["consult", "agree", "issue", "new_version", "known"]


def at(name: str, *args: object) -> str:
    return reverse(f"admin:groups_{name}", args=args)


@pytest.fixture
def regulation(commune, hamlet):
    day = timezone.localdate() - timedelta(days=20)
    make_meeting(commune=commune, held_on=day, households=12, agree=12)
    return make_regulation(hamlet, agreed=False, status="consulting", text="Điều 1. Yên lành")


def meeting_form(hamlet, regulation=None, clusters=(), **fields) -> dict[str, object]:
    today = timezone.localdate()
    form = {
        "hamlet": hamlet.pk, "regulation": regulation.pk if regulation else "",
        "subject": "Thống nhất quy chế", "form": "meeting", "matter": "self_managed",
        "notice_on": f"{today - timedelta(days=4):%d/%m/%Y}", "held_on": f"{today:%d/%m/%Y}",
        "households": 120, "represented": 80, "agree": 70, "disagree": 8, "other": 2,
        "minutes": "Nhất trí.", "clusters-TOTAL_FORMS": len(clusters), "clusters-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, (name, represented, agree) in enumerate(clusters):
        form |= {
            f"clusters-{number}-{key}": value
            for key, value in {
                "name": name, "represented": represented, "agree": agree,
                "disagree": represented - agree, "other": 0,
            }.items()
        }  # fmt: skip
    return form | fields


# Regulations


def test_page_says_what_the_meetings_come_to(login, chief, regulation):
    make_meeting(regulation, agree=50)
    client = login(chief)

    short = client.get(at("regulation_page", regulation.pk)).content.decode()
    make_meeting(regulation, agree=61)
    enough = client.get(at("regulation_page", regulation.pk)).content.decode()

    assert "hiện 50 (41,6%): còn thiếu 11." in short
    assert "Xác nhận đã thống nhất" not in short
    assert "Xác nhận đã thống nhất" in enough


def test_head_is_told_that_the_chief_is_waited_for(login, hamlet_head_of, hamlet, regulation):
    make_meeting(regulation)

    page = login(hamlet_head_of(hamlet)).get(at("regulation_page", regulation.pk)).content.decode()

    assert "chờ chỉ huy Công an xã xác nhận thống nhất" in page
    assert "Xác nhận đã thống nhất" not in page


@pytest.mark.parametrize("page", PAGES)
def test_regulation_next_door_is_not_found(login, officer_of, hamlet, other_hamlet, page):
    away = make_regulation(other_hamlet)
    client = login(officer_of(hamlet))

    assert client.get(at(f"regulation_{page}", away.pk)).status_code == 404
    assert client.get(at(f"regulation_{page}", make_regulation(hamlet).pk)).status_code == 200


@pytest.mark.parametrize("step", STEPS)
def test_forged_steps_next_door_are_not_found(login, officer_of, hamlet, other_hamlet, step):
    away = make_regulation(other_hamlet)

    answer = login(officer_of(hamlet)).post(at(f"regulation_{step}", away.pk))

    assert answer.status_code == 404
    assert not Regulation.objects.filter(hamlet=other_hamlet).exclude(pk=away.pk).exists()


@pytest.mark.parametrize("page", PAGES)
def test_party_and_front_see_no_regulation(login, front, hamlet, page):
    url = at(f"regulation_{page}", make_regulation(hamlet).pk)

    assert login(front).get(url).status_code == 403


def test_steps_are_taken_from_the_page(login, chief, regulation, hamlet):
    make_meeting(regulation)
    client = login(chief)
    client.post(at("regulation_agree", regulation.pk))
    client.post(
        at("regulation_issue", regulation.pk),
        {"document_number": "05/QC-BĐH", "on": f"{timezone.localdate():%Y-%m-%d}"},
    )
    client.post(at("regulation_new_version", regulation.pk))

    first, second = Regulation.objects.of_place(regulation).order_by("version")
    assert (first.status, first.document_number) == ("issued", "05/QC-BĐH")
    assert (second.status, second.text) == ("draft", "Điều 1. Yên lành\n")


def test_refused_step_says_why(login, chief, regulation):
    answer = login(chief).post(at("regulation_agree", regulation.pk), follow=True)

    assert "Chưa ghi cuộc họp lấy ý kiến của ấp, của tổ." in answer.content.decode()


def test_a_refused_issue_keeps_what_was_typed(login, chief, hamlet):
    today = timezone.localdate()
    regulation = make_regulation(hamlet, status="agreed", agreed_on=today)
    sent = {"document_number": "05/QC-BĐH", "on": f"{today + timedelta(days=1):%Y-%m-%d}"}

    answer = login(chief).post(at("regulation_issue", regulation.pk), sent)

    regulation.refresh_from_db()
    page = answer.content.decode()
    assert (answer.status_code, regulation.status) == (400, "agreed")
    assert "Ngày ban hành không được ở tương lai." in page
    assert 'value="05/QC-BĐH"' in page


@pytest.mark.parametrize(
    ("status", "said", "is_signed"),
    [("consulting", "Dự thảo bản 1", False), ("agreed", "Danh sách ký xác nhận", True)],
)
def test_printed_rules_name_nobody(login, chief, hamlet, status, said, is_signed):
    member = make_member(hamlet, full_name="Người Không In")
    fields = {"status": status, "agreed_on": timezone.localdate(), "text": "Điều 1. Yên lành"}
    regulation = make_regulation(hamlet, **fields)

    page = login(chief).get(at("regulation_print", regulation.pk)).content.decode()

    assert (said in page, "Điều 1. Yên lành" in page) == (True, True)
    assert (member.full_name in page, "<table" in page) == (False, is_signed)


def test_text_of_a_regulation_is_escaped(login, chief, hamlet):
    regulation = make_regulation(hamlet, text="<script>alert(1)</script>")
    client = login(chief)

    for page in ("page", "print"):
        assert b"<script>alert" not in client.get(at(f"regulation_{page}", regulation.pk)).content


def test_members_are_noted_down_from_the_page(login, hamlet_head_of, hamlet, other_hamlet):
    regulation, member = make_regulation(hamlet), make_member(hamlet)
    away = make_member(other_hamlet)
    url = at("regulation_known", regulation.pk)
    client = login(hamlet_head_of(hamlet))

    asked = client.get(url).content.decode()
    client.post(url, {"member": [member.pk, away.pk, "9" * 30], "way": "meeting", "on": ""})

    assert (member.full_name in asked, away.full_name in asked) == (True, False)
    assert [(row.member, row.way) for row in regulation.acknowledgements.all()] == [
        (member, "meeting")
    ]
    assert "Không còn ai chưa được ghi nhận" in client.get(url).content.decode()


def test_those_who_know_are_told_apart_and_found(login, chief, hamlet):
    regulation = make_regulation(hamlet)
    known = make_member(hamlet, full_name="Trần Thị Biết", team=make_team(hamlet))
    make_member(hamlet, full_name="Lê Văn Chưa")
    make_acknowledgement(known, regulation, chief)
    client, url = login(chief), at("regulation_known", regulation.pk)

    def found(**asked) -> list[bool]:
        page = client.get(url, asked).content.decode()
        return [name in page for name in ("Trần Thị Biết", "Lê Văn Chưa")]

    assert found() == [False, True]
    assert found(xem="da") == [True, False]
    assert found(xem="da", q="biet", to=known.team_id) == [True, False]
    assert found(xem="da", q="chua") == [False, False]


# Meetings


def test_head_writes_a_meeting_down_and_comes_back_to_the_regulation(
    login, hamlet_head_of, hamlet, regulation
):
    answer = login(hamlet_head_of(hamlet)).post(
        at("consultationmeeting_add"), meeting_form(hamlet, regulation)
    )

    assert answer.url == at("regulation_page", regulation.pk)
    meeting = regulation.meetings.get()
    assert (meeting.agree, meeting.absent) == (70, 40)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"represented": 81}, "cộng lại phải bằng số có mặt"),
        ({"households": 79}, "Số có mặt không được nhiều hơn tổng số"),
    ],
)
def test_impossible_counts_keep_the_form_open(
    login, hamlet_head_of, hamlet, regulation, fields, sentence
):
    answer = login(hamlet_head_of(hamlet)).post(
        at("consultationmeeting_add"), meeting_form(hamlet, regulation, **fields)
    )

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not regulation.meetings.exists()


def test_clusters_are_written_down_and_summed(login, hamlet_head_of, commune, chief):
    hamlet = make_hamlet(commune, households=400)
    form = meeting_form(
        hamlet, clusters=[("Cụm 1", 120, 110), ("Cụm 2", 110, 110)], households=400,
        represented=0, agree=0, disagree=0, other=0,
    )  # fmt: skip

    login(hamlet_head_of(hamlet)).post(at("consultationmeeting_add"), form)

    meeting = ConsultationMeeting.objects.get(hamlet=hamlet)
    assert (meeting.represented, meeting.agree, meeting.disagree) == (230, 220, 10)


@pytest.mark.parametrize(
    ("of_team", "represented", "sentence"),
    [(True, 20, "Chỉ cuộc họp của cả ấp"), (False, 121, "của các cụm nhiều hơn tổng số hộ")],
)
def test_clusters_that_cannot_be_keep_the_form_open(
    login, hamlet_head_of, hamlet, of_team, represented, sentence
):
    team = make_team(hamlet).pk if of_team else ""
    form = meeting_form(hamlet, clusters=[("Cụm 1", represented, represented)], team=team)

    answer = login(hamlet_head_of(hamlet)).post(at("consultationmeeting_add"), form)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not ConsultationMeeting.objects.exists()


@pytest.mark.parametrize("what", ["hamlet", "team", "regulation"])
def test_forged_place_of_a_meeting_is_refused(
    login, hamlet_head_of, hamlet, other_hamlet, regulation, what
):
    away = {
        "hamlet": other_hamlet.pk,
        "team": make_team(other_hamlet).pk,
        "regulation": make_regulation(other_hamlet, agreed=False, status="consulting").pk,
    }

    login(hamlet_head_of(hamlet)).post(
        at("consultationmeeting_add"), meeting_form(hamlet, regulation) | {what: away[what]}
    )

    assert not ConsultationMeeting.objects.exclude(hamlet=None).exists()


def test_form_of_a_head_begins_with_the_own_hamlet(login, hamlet_head_of, hamlet, regulation):
    client = login(hamlet_head_of(hamlet))

    for asked in ({}, {"hamlet": hamlet.pk, "regulation": regulation.pk}):
        answer = client.get(at("consultationmeeting_add"), asked)
        form = answer.context["adminform"].form
        values = [str(form[name].value()) for name in ("hamlet", "regulation", "households")]
        assert values == [str(hamlet.pk), str(regulation.pk), "120"]


@pytest.mark.parametrize("asked", ["9" * 18, "abc", "-1"])
def test_form_asked_for_nonsense_or_elsewhere_begins_empty(login, hamlet_head_of, hamlet, asked):
    client = login(hamlet_head_of(hamlet))

    form = client.get(at("consultationmeeting_add"), {"hamlet": asked}).context["adminform"].form

    assert form["households"].value() == 0


def test_result_is_said_while_one_types(login, hamlet_head_of, hamlet, other_hamlet):
    client, url = login(hamlet_head_of(hamlet)), at("consultationmeeting_tally")

    def preview(**fields) -> str:
        return client.post(url, meeting_form(hamlet) | fields).content.decode()

    assert "Cần ít nhất 61/120 hộ đồng ý; hiện 70 (58,3%): đạt." in preview()
    assert "70/120 hộ đồng ý (58,3%); kết quả tính chung" in preview(team=make_team(hamlet).pk)
    assert "phải có tổ lấy phiếu 3 đến 5 người" in preview(form="ballots")
    assert "Chưa có biên bản" in preview(minutes="")
    assert "Chưa có biên bản" not in preview(minutes="", has_paper="on")
    assert "đơn vị" in preview(hamlet=other_hamlet.pk)  # out of sight: as if none were chosen


def test_signed_paper_is_kept_and_handed_out_to_those_who_may(
    login, hamlet_head_of, hamlet, other_hamlet, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    paper = SimpleUploadedFile("bien ban.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    head = login(hamlet_head_of(hamlet))
    head.post(at("consultationmeeting_add"), meeting_form(hamlet, minutes_file=paper))
    meeting = ConsultationMeeting.objects.get(hamlet=hamlet)

    taken = head.get(at("consultationmeeting_take_file", meeting.pk))

    assert b"".join(taken.streaming_content) == b"%PDF-1.4\n%%EOF\n"
    next_door = login(hamlet_head_of(other_hamlet))
    for page in ("take_file", "print_minutes"):
        url = at(f"consultationmeeting_{page}", meeting.pk)
        assert next_door.get(url).status_code in {302, 403, 404}
        assert meeting.subject not in next_door.get(url, follow=True).content.decode()


# The home page


def test_chief_is_told_first_of_what_waits_for_a_word(
    login, chief, officer_of, hamlet, other_hamlet, regulation
):
    make_meeting(regulation)
    make_regulation(other_hamlet, agreed=False, status="consulting")
    make_regulation(make_hamlet(hamlet.commune))

    def listed(user) -> list[tuple[str, str, bool]]:
        rows = regulations_under_way(user, timezone.localtime())
        return [(item.title, item.note, item.is_urgent) for item in rows.items]

    waits = "Đã đủ điều kiện, chờ chỉ huy xác nhận thống nhất."
    assert listed(chief) == [
        (str(regulation), waits, True),
        (f"Quy chế {other_hamlet}, bản 1", "Chưa ghi cuộc họp lấy ý kiến của ấp, của tổ.", False),
    ]
    assert listed(officer_of(hamlet)) == [(str(regulation), waits, False)]


def test_who_writes_no_rules_and_who_has_none_see_no_list(hamlet_head_of, hamlet, chief):
    assert regulations_under_way(chief, timezone.localtime()) is None
    make_regulation(hamlet, agreed=False, status="consulting")

    assert regulations_under_way(hamlet_head_of(hamlet), timezone.localtime()) is None
