"""After a person was erased nothing in the database names them any more."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import serializers
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.encryption.fields import EncryptedField
from accounts.models import AuditEvent
from accounts.retention import purge_expired
from accounts.services import NotAllowed
from groups.duplicates import services as duplicates
from groups.models import DataRequest, Member, MemberImport, MemberImportFile, MemberImportRow
from groups.personal_data import erasure, holdings
from groups.personal_data import services as personal_data
from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.member_imports import make_import_row, make_member_import
from tests.factories.people import make_consent, make_data_request

NAME, PHONE = "Quách Thị Mộng Tuyền", "+84900000317"


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def member(hamlet):
    return make_member(
        hamlet, full_name=NAME, phone=PHONE, birth_year=1961, address="Số 317 đường đê",
        household_code=NAME,
    )  # fmt: skip


def found_anywhere(*words: str) -> list[str]:
    """Tables in which some row holds one of these words."""
    tables = []
    for model in apps.get_models():
        rows = serializers_of(model)
        if any(word in rows for word in words):
            tables.append(model._meta.label)
    return tables


def serializers_of(model: type[models.Model]) -> str:
    names = [
        f.name for f in model._meta.concrete_fields
        if f.name != "uuid" and not isinstance(f, EncryptedField)
    ]  # fmt: skip
    rows = serializers.serialize("json", model._base_manager.all(), fields=names)
    return rows.encode().decode("unicode_escape") if "\\u" in rows else rows


def test_no_table_names_an_erased_person(login, officer, hamlet, member):
    """Edited in the admin, in a group, merged, imported, asking: all that leaves a trace."""
    client = login(officer)
    place = make_membership(member, make_group(hamlet))
    make_consent(member, evidence=f"Phiếu của {NAME}")
    make_member(hamlet, full_name="Con Trong Nhà", household_code=NAME, reached_through=member)
    twin = make_member(hamlet, full_name=NAME.upper(), phone=PHONE, household_code=NAME)
    make_membership(twin, place.group)
    page = reverse("admin:groups_membership_change", args=[place.pk])
    form = {"member": member.pk, "group": place.group_id, "role": "deputy", "state": "joined"}
    assert client.post(page, form).status_code == 302
    batch = make_member_import(hamlet, state=MemberImport.State.PREVIEW)
    make_import_row(batch, full_name=NAME, phone=PHONE, lane="doubtful")
    duplicates.merge(member, twin, from_absorbed={"full_name": True}, by=officer)
    member.refresh_from_db()
    asked = make_data_request(hamlet.commune, hamlet=hamlet, member=member, person_name=NAME)

    erasure.anonymise(member, by=officer, reason="Theo yêu cầu số 3")

    personal_data.refuse(asked, by=officer, reason="Đã xóa trước đó")
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        purge_expired()
    assert found_anywhere(NAME, NAME.upper(), PHONE, "Số 317") == []


def test_history_of_the_admin_names_nobody(login, officer, hamlet, member):
    place = make_membership(member, make_group(hamlet))

    page = reverse("admin:groups_membership_delete", args=[place.pk])
    assert (
        login(officer).post(page, {"post": "yes", "delete_reason": "Ghi nhầm"}).status_code == 302
    )

    entry = LogEntry.objects.get()
    assert entry.object_repr == f"Thành viên số {member.pk} – {place.group}"


def test_a_household_keeps_together_without_the_name_of_its_head(officer, hamlet, member):
    mates = [make_member(hamlet, household_code=NAME) for _ in range(2)]
    other = make_member(hamlet, household_code="AP01-7")

    erasure.anonymise(member, by=officer)

    codes = [Member.objects.get(pk=row.pk).household_code for row in (*mates, other)]
    assert codes == [f"Hộ số {member.pk}"] * 2 + ["AP01-7"]


def make_list(hamlet, state, **row):
    batch = make_member_import(
        hamlet, state=state, committed_at=timezone.now(),
        undo_until=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    MemberImportFile.objects.create(batch=batch, content="QQ==")
    return batch, make_import_row(batch, **row)


@pytest.mark.parametrize(
    ("row", "is_gone"),
    [
        ({"full_name": NAME, "phone": PHONE}, True),
        ({"full_name": NAME, "phone": "", "birth_year": 1961}, True),
        ({"full_name": NAME, "phone": "+84900000999", "birth_year": 1999}, False),
        ({"full_name": "Người Khác", "phone": PHONE}, False),
    ],
)
def test_lines_of_lists_that_say_the_same_person_go(officer, hamlet, member, row, is_gone):
    _batch, line = make_list(hamlet, "committed", lane="refused", **row)

    erasure.anonymise(member, by=officer)

    assert MemberImportRow.objects.filter(pk=line.pk).exists() is not is_gone
    assert MemberImportFile.objects.exists() is not is_gone


def test_a_list_of_another_hamlet_keeps_its_lines(officer, other_hamlet, member):
    make_list(other_hamlet, "committed", full_name=NAME, phone=PHONE)

    erasure.anonymise(member, by=officer)

    assert (MemberImportRow.objects.count(), MemberImportFile.objects.count()) == (1, 1)


def test_a_preview_counts_anew_without_the_erased(officer, hamlet, member):
    batch, _line = make_list(hamlet, "preview", full_name=NAME, phone=PHONE)
    make_import_row(batch)

    erasure.anonymise(member, by=officer)

    batch.refresh_from_db()
    assert batch.counts["new"] == 1


def test_the_nightly_purge_leaves_the_files_of_lists(hamlet, member):
    make_list(hamlet, "committed", full_name=NAME, phone=PHONE)
    before = timezone.now() - timedelta(days=91)
    Member.objects.filter(pk=member.pk).update(status="left", ended_at=before)

    erasure.purge(erasure.expired())

    assert (MemberImportRow.objects.count(), MemberImportFile.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    "reason", [f"Bà {NAME} xin xóa", "bà quach thi mong tuyen xin", "Gọi từ 0900 000 317"]
)
def test_reasons_in_the_trail_name_nobody(officer, hamlet, member, reason):
    asked = make_data_request(hamlet.commune, hamlet=hamlet, member=member, person_name="Bà Tuyền")
    acts = (
        lambda: erasure.anonymise(member, by=officer, reason=reason),
        lambda: erasure.leave(member, by=officer, reason=reason),
        lambda: holdings.gather(member, by=officer, reason=reason),
        lambda: personal_data.extend(asked, by=officer, reason=reason),
        lambda: personal_data.refuse(asked, by=officer, reason=reason),
    )

    for act in acts:
        with pytest.raises(NotAllowed, match="nhật ký"):
            act()
    member.refresh_from_db()
    assert (member.full_name, AuditEvent.objects.filter(reason=reason).exists()) == (NAME, False)


def test_an_answered_request_of_an_erased_person_is_blanked_after_thirty_days(officer, member):
    asked = make_data_request(
        member.hamlet.commune, hamlet=member.hamlet, member=member, kind="access", person_name=NAME
    )
    personal_data.extend(asked, by=officer, reason="Đang tìm giấy của bà ở tổ 3")
    personal_data.refuse(asked, by=officer, reason="Bà ở tổ 3 không đến")
    erasure.anonymise(member, by=officer)

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert purge_expired()["groups.DataRequest"] == 1

    row = DataRequest.objects.values(
        "person_name", "contact", "detail", "result", "extension_reason", "refusal_reason", "member"
    ).get()
    blank = erasure.BLANK_NAME
    assert tuple(row.values()) == (blank, "", "", "", blank, blank, None)
