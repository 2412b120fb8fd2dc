"""Pages about people: as another role and as the head of another hamlet; masked at every door."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Holiday
from accounts.services import NotAllowed
from groups.duplicates import services as duplicates
from groups.models import ConsentNotice, ConsentRecord, DataRequest, DistinctPair, Member
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.people import make_consent, make_data_request, make_merge, make_notice

STEPS = (
    "give_consent", "withdraw_consent", "leave", "come_back", "erase", "holdings",
)  # fmt: skip
SECRETS = (
    "0900 000 456",
    "0900000456",
    "+84900000456",
    "03/02/1960",
    "1960-02-03",
    "đường Đất",
    "H77",
)


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:groups_{model}_{page}", args=args)


@pytest.fixture
def member(hamlet):
    return make_member(
        hamlet, full_name="Nguyễn Văn Tám", birth_year=1960, birth_date="1960-02-03",
        phone="0900000456", address="Số 7 đường Đất", household_code="H77",
    )  # fmt: skip


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def clerk(commune):
    """Someone of the commune who may know who takes part, and no more."""
    user = make_user(commune)
    wanted = ("view_member", "view_membership", "view_all_hamlets", "view_datarequest")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return user


# Elsewhere


@pytest.mark.parametrize("step", STEPS)
def test_steps_on_people_of_another_hamlet_are_not_found(
    login, officer_of, hamlet_head_of, other_hamlet, member, step
):
    for stranger in (officer_of(other_hamlet), hamlet_head_of(other_hamlet)):
        client, page = login(stranger), url("member", step, member.pk)
        answers = [client.get(page), client.post(page, {"reason": "Vì tôi muốn xem"})]
        assert {answer.status_code for answer in answers} == {404}
        assert not any(member.full_name in answer.content.decode() for answer in answers)

    member.refresh_from_db()
    assert member.status == "active"


@pytest.mark.parametrize("page", ["compare", "merge", "tell_apart"])
def test_pairs_with_a_person_of_another_hamlet_are_not_found(
    login, officer, other_hamlet, member, page
):
    far = make_member(other_hamlet, full_name=member.full_name, phone=member.phone)
    client = login(officer)
    for a, b in ((member.pk, far.pk), (far.pk, member.pk), (member.pk, member.pk), ("x", "")):
        ask = client.get if page == "compare" else client.post
        assert ask(url("member", page), {"a": a, "b": b}).status_code == 404

    assert Member.objects.visible_to(officer).count() == 1
    assert not DistinctPair.objects.exists()


def test_a_merge_of_another_hamlet_is_not_taken_apart(login, officer_of, hamlet, other_hamlet):
    made = make_merge(make_member(hamlet), make_member(hamlet))

    answer = login(officer_of(other_hamlet)).post(url("membermerge", "split", made.pk))

    assert answer.status_code == 404
    assert Member.objects.filter(status="merged").count() == 1


@pytest.mark.parametrize("step", ["acknowledge", "carry_out", "extend", "refuse"])
def test_requests_of_another_hamlet_are_not_found(login, officer_of, other_hamlet, member, step):
    row = make_data_request(member.hamlet.commune, hamlet=member.hamlet, member=member)

    answer = login(officer_of(other_hamlet)).post(url("datarequest", step, row.pk), {"reason": "x"})

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (404, "received")


def test_the_head_of_the_hamlet_neither_merges_erases_nor_settles(
    login, hamlet_head_of, hamlet, member
):
    client = login(hamlet_head_of(hamlet))
    twin = make_member(hamlet)
    row = make_data_request(hamlet.commune, hamlet=hamlet, member=member, kind="delete")
    doors = (
        (url("member", "duplicates"), {}),
        (url("member", "merge"), {"a": member.pk, "b": twin.pk}),
        (url("member", "erase", member.pk), {"reason": "x"}),
        (url("datarequest", "carry_out", row.pk), {"result": "x"}),
    )

    assert [client.post(*door).status_code for door in doors] == [403] * 4
    assert Member.objects.active().count() == 2


# Masked


def test_a_masked_account_reads_no_number_at_any_door(login, clerk, member, hamlet):
    make_consent(member, evidence="Số 7 đường Đất")
    make_membership(member, make_group(hamlet))
    client = login(clerk)
    autocomplete = {
        "app_label": "groups", "model_name": "membership", "field_name": "member", "term": "tam",
    }  # fmt: skip
    doors = (
        client.get(url("member", "changelist")),
        client.get(url("member", "changelist"), {"q": "tam"}),
        client.get(url("member", "change", member.pk)),
        client.get(url("member", "history", member.pk)),
        client.get(url("membership", "changelist")),
        client.get(reverse("admin:autocomplete"), autocomplete),
    )

    for answer in doors:
        assert answer.status_code == 200, answer.request["PATH_INFO"]
        page = answer.content.decode()
        assert [secret for secret in SECRETS if secret in page] == [], answer.request["PATH_INFO"]
    assert "456" in doors[2].content.decode()


def test_a_masked_account_neither_guesses_nor_changes(login, clerk, member):
    client, page = login(clerk), url("member", "changelist")

    assert "Nguyễn Văn Tám" not in client.get(page, {"q": "0900000456"}).content.decode()
    assert "Nguyễn Văn Tám" not in client.get(page, {"q": "456"}).content.decode()
    for probe in ("birth_date", "birth_date__year", "phone__endswith", "household_code"):
        assert client.get(page, {probe: "1960"}).status_code in (302, 400)
    assert client.get(url("member", "holdings", member.pk)).status_code == 403
    client.post(url("member", "change", member.pk), {"full_name": "Khác"})
    member.refresh_from_db()
    assert member.full_name == "Nguyễn Văn Tám"


def test_lists_mask_numbers_for_everyone(login, chief, member):
    page = login(chief).get(url("member", "changelist")).content.decode()

    assert "Nguyễn Văn Tám" in page
    assert [secret for secret in SECRETS if secret in page] == []


def test_choices_tell_people_of_one_name_apart(login, officer, hamlet, member):
    make_member(hamlet, full_name="Nguyễn Văn Tám", birth_year=1988)
    asked = {
        "app_label": "groups", "model_name": "datarequest", "field_name": "member", "term": "tám",
    }  # fmt: skip

    found = login(officer).get(reverse("admin:autocomplete"), asked).json()["results"]

    assert {row["text"] for row in found} == {
        f"Nguyễn Văn Tám, {year}, {hamlet}" for year in (1960, 1988)
    }


def test_saving_does_not_lose_whom_one_is_reached_through(
    login, officer, hamlet, other_hamlet, member
):
    far = make_member(other_hamlet, full_name="Ở Ấp Kia")
    member.reached_through = far
    member.save()
    client = login(officer)

    page = client.get(url("member", "change", member.pk)).content.decode()
    form = {
        "full_name": "Nguyễn Văn Chín", "hamlet": hamlet.pk, "gender": "",
        **{f"{name}-{kind}_FORMS": "0" for name in ("memberships", "consents")
           for kind in ("TOTAL", "INITIAL")},
    }  # fmt: skip
    client.post(url("member", "change", member.pk), form)

    member.refresh_from_db()
    assert "Ở Ấp Kia" not in page
    assert (member.full_name, member.reached_through) == ("Nguyễn Văn Chín", far)


def test_the_page_of_a_person_shows_the_household(login, officer, hamlet, member):
    mate = make_member(hamlet, full_name="Trần Thị Cùng Nhà", household_code="h77")
    make_membership(mate, make_group(hamlet))
    make_member(hamlet, full_name="Lê Nghe Nhờ", reached_through=member)

    page = login(officer).get(url("member", "change", member.pk)).content.decode()

    assert "Trần Thị Cùng Nhà (trong nhóm)" in page
    assert "Lê Nghe Nhờ" in page


# Consent


def test_consent_of_the_chosen_is_written_from_one_paper(login, officer, hamlet, member):
    notice = make_notice(hamlet.commune)
    other = make_member(hamlet)
    chosen = {"action": "record_consent", "index": "0", "select_across": "0",
              "_selected_action": [member.pk, other.pk]}  # fmt: skip
    client = login(officer)

    asked = client.post(url("member", "changelist"), chosen)
    paper = {
        "basis": "meeting", "given_on": f"{timezone.localdate():%Y-%m-%d}", "notice": notice.pk,
        "collected_by": officer.officer.pk, "evidence": "Biên bản họp ấp",
    }  # fmt: skip
    client.post(url("member", "changelist"), {**chosen, **paper})

    assert "2 người được chọn" in asked.content.decode()
    assert 'name="basis"' in asked.content.decode()
    assert "checked" not in asked.content.decode().split('name="basis"')[1].split("</fieldset>")[0]
    stated = ConsentRecord.objects.values_list("member", "basis", "collected_by", "recorded_by")
    assert set(stated) == {
        (person.pk, "meeting", officer.officer.pk, officer.pk) for person in (member, other)
    }


def test_without_a_notice_the_page_says_who_makes_one(login, officer, member):
    page = login(officer).get(url("member", "give_consent", member.pk)).content.decode()

    assert "Chỉ huy lập bản thông báo trước" in page


def test_a_form_of_consent_offers_no_officer_of_another_commune(
    login, officer, other_commune, member
):
    make_notice(member.hamlet.commune)
    far = make_notice(other_commune)
    paper = {
        "basis": "list", "given_on": f"{timezone.localdate():%Y-%m-%d}", "notice": far.pk,
        "collected_by": officer.officer.pk,
    }  # fmt: skip

    login(officer).post(url("member", "give_consent", member.pk), paper)

    assert not ConsentRecord.objects.exists()


def test_the_head_of_the_hamlet_notes_a_withdrawal(login, hamlet_head_of, hamlet, member):
    make_consent(member, given_at=timezone.now() - timedelta(days=2))
    today = f"{timezone.localdate():%Y-%m-%d}"

    login(hamlet_head_of(hamlet)).post(
        url("member", "withdraw_consent", member.pk), {"withdrawn_on": today}
    )

    member.refresh_from_db()
    assert (member.status, member.consent_basis) == ("withdrawn", "none")


def test_a_used_notice_is_read_and_printed_only(login, chief, hamlet, member):
    notice = make_notice(hamlet.commune, text="Nội dung một", version="Thông báo 07")
    make_consent(member, notice)
    client = login(chief)

    client.post(url("consentnotice", "change", notice.pk), {
        "version": "Thông báo 08", "text": "Khác", "valid_from": "2026-01-01",
    })  # fmt: skip
    printed = client.get(url("consentnotice", "printable", notice.pk)).content.decode()

    assert list(ConsentNotice.objects.values_list("version", "text")) == [
        ("Thông báo 07", "Nội dung một")
    ]
    assert "Nội dung một" in printed


def test_a_new_notice_starts_from_a_text_that_has_to_be_completed(login, chief, commune):
    client = login(chief)
    page = client.get(url("consentnotice", "add")).content.decode()
    form = {"version": "Thông báo 01", "text": "Điện thoại …", "valid_from": "2026-01-01"}

    refused = client.post(url("consentnotice", "add"), form).content.decode()
    client.post(url("consentnotice", "add"), {**form, "text": "Điện thoại 0251 000 0113"})

    assert "Quyền của người dân" in page
    assert "chỗ còn dấu" in refused
    made = ConsentNotice.objects.get()
    assert (made.commune, made.version) == (commune, "Thông báo 01")
    assert AuditEvent.objects.filter(action="consent.notice_added").count() == 1


# Duplicates


def test_a_pair_is_looked_at_merged_and_taken_apart(login, officer, hamlet, member):
    twin = make_member(hamlet, full_name="Nguyễn Văn Tám", birth_year=1960, address="Nhà mới")
    client = login(officer)

    queue = client.get(url("member", "duplicates")).content.decode()
    side = client.get(url("member", "compare"), {"a": twin.pk, "b": member.pk}).content.decode()
    client.post(url("member", "merge"), {"a": twin.pk, "b": member.pk, "phone": "b"})

    twin.refresh_from_db()
    assert ("Cùng họ tên" in queue, "Nhà mới" in side) == (True, True)
    assert [secret for secret in SECRETS if secret in queue] == []
    assert (twin.phone, twin.address) == ("+84900000456", "Nhà mới")
    made = twin.merges.get()
    client.post(url("membermerge", "split", made.pk), {"reason": ""})
    twin.refresh_from_db()
    member.refresh_from_db()
    assert (twin.phone == "+84900000456", member.status) == (False, "active")


def test_a_pair_told_apart_is_not_offered_again(login, officer, hamlet, member):
    twin = make_member(hamlet, full_name="Nguyễn Văn Tám", birth_year=1960)
    client = login(officer)

    client.post(url("member", "tell_apart"), {"a": twin.pk, "b": member.pk})

    assert "Không có cặp nào" in client.get(url("member", "duplicates")).content.decode()


# Requests and their clocks


def test_a_slip_of_the_thumb_is_taken_back(login, officer, hamlet, member):
    other = make_member(hamlet, full_name=member.full_name, birth_year=1960)
    client, both = login(officer), {"a": other.pk, "b": member.pk}
    client.post(url("member", "tell_apart"), both)
    assert "Hỏi lại" in client.get(url("member", "duplicates")).content.decode()

    client.post(url("member", "ask_again"), both)

    page = client.get(url("member", "duplicates"))
    assert (len(page.context["pairs"]), list(page.context["apart"])) == (1, [])
    assert AuditEvent.objects.filter(action="member.asked_again").count() == 1


def test_decisions_about_people_elsewhere_are_neither_shown_nor_taken_back(
    login, officer, chief, other_hamlet
):
    pair = duplicates.tell_apart(make_member(other_hamlet), make_member(other_hamlet), by=chief)
    client = login(officer)

    page = client.get(url("member", "duplicates"))
    answer = client.post(url("member", "ask_again"), {"a": pair.first_id, "b": pair.second_id})

    assert (list(page.context["apart"]), answer.status_code) == ([], 404)
    with pytest.raises(NotAllowed):
        duplicates.ask_again(pair, by=officer)
    assert DistinctPair.objects.get() == pair


def test_a_request_is_taken_in_by_who_may_not_settle_it(login, duty_officer, commune):
    client = login(duty_officer)
    asked = client.get(url("datarequest", "add")).content.decode()
    assert ('name="person_name"' in asked, 'name="member"' in asked) == (True, False)
    now = timezone.localtime()
    client.post(url("datarequest", "add"), {
        "kind": "access", "person_name": "Trần Thị Hỏi", "contact": "0900 000 111",
        "channel": "desk", "received_at_0": f"{now:%d/%m/%Y}", "received_at_1": f"{now:%H:%M}",
        "detail": "",
    })  # fmt: skip

    row = DataRequest.objects.get()
    assert (row.commune, row.recorded_by) == (commune, duty_officer)
    page = client.get(url("datarequest", "change", row.pk)).content.decode()
    assert ("Trần Thị Hỏi" in page, "Việc cần làm" in page) == (True, False)
    assert client.post(url("datarequest", "acknowledge", row.pk)).status_code == 403
    assert AuditEvent.objects.filter(action="datarequest.viewed").count() == 1


def test_requests_past_their_day_come_first_and_by_a_filter(login, officer, hamlet):
    now = timezone.now()
    late = make_data_request(
        hamlet.commune, hamlet=hamlet, person_name="Người Trễ", received_at=now - timedelta(days=30)
    )
    make_data_request(hamlet.commune, hamlet=hamlet, person_name="Người Mới")
    client = login(officer)

    page = client.get(url("datarequest", "changelist")).content.decode()
    overdue = client.get(url("datarequest", "changelist"), {"han": "qua"}).content.decode()

    assert page.index("Người Trễ") < page.index("Người Mới")
    assert "Quá hạn" in page
    assert ("Người Trễ" in overdue, "Người Mới" in overdue) == (True, False)
    client.post(url("datarequest", "carry_out", late.pk), {"result": "Đã trao bản in"})
    late.refresh_from_db()
    assert late.status == "done"
    page = client.get(url("datarequest", "changelist")).content.decode()
    assert page.index("Người Mới") < page.index("Người Trễ")


# The calendar


def test_only_the_keeper_of_the_calendar_changes_it(login, tech_admin, chief, commune):
    day = Holiday.objects.create(day="2031-01-01", name="Tết Dương lịch")
    page = reverse("admin:accounts_holiday_change", args=[day.pk])
    form = {"day": "01/01/2031", "name": "Tết", "kind": "off"}

    login(chief).post(page, form)
    day.refresh_from_db()
    assert day.name == "Tết Dương lịch"
    login(tech_admin).post(page, form)
    day.refresh_from_db()
    assert day.name == "Tết"
    assert AuditEvent.objects.filter(action="holiday.changed").count() == 1


def test_a_calendar_of_many_communes_is_not_changed_by_one(login, tech_admin, other_commune):
    day = Holiday.objects.create(day="2031-01-01", name="Tết Dương lịch")

    login(tech_admin).post(
        reverse("admin:accounts_holiday_change", args=[day.pk]),
        {"day": "01/01/2031", "name": "Tết", "kind": "off"},
    )

    day.refresh_from_db()
    assert day.name == "Tết Dương lịch"
