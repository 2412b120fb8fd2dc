"""The pages on which tips are written down for others."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.users.roles import Role
from reports.models import CannedReply, TipReport
from reports.tips import receipts
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet
from tests.factories.tips import make_tip
from tests.vaults import reporter_of

pytestmark = pytest.mark.django_db

RECORD = "admin:reports_tipreport_record"
CAPTURE = "admin:reports_tipreport_capture"
RELAY = "admin:reports_tipreport_relay"
WORDS = "Có nhóm thanh niên tụ tập nẹt pô trước trường học."


def login(user):
    client = Client()
    client.force_login(user, backend=MODEL_BACKEND)
    return client


def values(client, name, /, **given):
    page = client.get(reverse(name)).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    return {"once": once, "urgency": "normal", "words": WORDS, **given}


def send(client, name, given):
    return client.post(reverse(name), given)


def test_call_ends_with_the_receipt_once(duty_officer, hamlet):
    client = login(duty_officer)
    given = values(
        client, RECORD, channel="phone", hamlet=hamlet.pk, name="Nguyễn Thị Mẫu", phone="0900000123"
    )

    answer = send(client, RECORD, given)
    page = answer.content.decode()

    tip = TipReport.objects.get()
    digits = "".join(re.findall(r"<li>(\d{4})</li>", page))
    assert tip.receipt_hash == receipts.hash_of(digits)
    assert "no-store" in answer["Cache-Control"]
    assert "Nguyễn Thị Mẫu" not in page
    assert "0900000123" not in page

    again = send(client, RECORD, given).content.decode()

    assert TipReport.objects.count() == 1
    assert tip.code in again
    assert not re.findall(r"<li>(\d{4})</li>", again)


def test_who_told_is_on_no_page_afterwards(duty_officer):
    client = login(duty_officer)
    send(client, RECORD, values(client, RECORD, channel="phone", name="Nguyễn Thị Mẫu"))
    tip = TipReport.objects.get()

    for page in (reverse("admin:reports_tipreport_changelist"),
                 reverse("admin:reports_tipreport_show", args=[tip.pk])):  # fmt: skip
        assert "Nguyễn Thị Mẫu" not in client.get(page).content.decode()


def test_empty_form_keeps_what_was_typed(duty_officer):
    client = login(duty_officer)

    page = send(client, RECORD, values(client, RECORD, channel="phone", words="", place="chợ"))

    assert 'value="chợ"' in page.content.decode()
    assert not TipReport.objects.exists()


def test_passed_on_without_whom_is_asked_for(duty_officer):
    client = login(duty_officer)

    page = send(client, RECORD, values(client, RECORD, channel="hamlet_board")).content.decode()

    assert "Hãy ghi ai chuyển tin này" in page
    assert not TipReport.objects.exists()


def test_emergency_says_whom_to_call(duty_officer):
    client = login(duty_officer)

    given = values(client, RECORD, channel="phone", urgency="emergency")
    page = send(client, RECORD, given).content.decode()

    assert "gọi 113, 114 hoặc 115" in page


def test_secret_is_refused_with_a_sentence(duty_officer):
    client = login(duty_officer)

    given = values(client, RECORD, channel="phone", words="TỐI MẬT\nKế hoạch")
    page = send(client, RECORD, given).content.decode()

    assert "dấu chỉ độ mật" in page
    assert not TipReport.objects.exists()


@pytest.mark.parametrize("name", [RECORD, CAPTURE])
@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_MEMBER, Role.TECH_ADMIN])
def test_doors_of_officers_are_shut_to_others(commune, name, role):
    assert login(make_user(commune, role)).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("role", [Role.CHIEF, Role.OFFICER, Role.DUTY_OFFICER, Role.FRONT])
def test_door_of_hamlet_heads_is_shut_to_others(commune, role):
    assert login(make_user(commune, role)).get(reverse(RELAY)).status_code == 403


def test_choices_are_of_the_own_commune(duty_officer, hamlet, other_commune):
    make_group(hamlet, name="Nhóm nhà mình")
    elsewhere = make_hamlet(other_commune, name="Nơi Xa")
    make_group(elsewhere, name="Nhóm nơi xa")
    client = login(duty_officer)

    assert "Nơi Xa" not in client.get(reverse(RECORD)).content.decode()
    page = client.get(reverse(CAPTURE)).content.decode()
    assert "Nhóm nhà mình" in page
    assert "xa" not in page.lower().split("nhóm nhà mình")[1][:40]


# Seen in a group


def test_name_in_the_words_is_asked_about(duty_officer, hamlet):
    group, client = make_group(hamlet), login(duty_officer)
    given = values(client, CAPTURE, group=group.pk, words="Ông Nguyễn Văn Mẫu đăng tin mất chó")

    page = send(client, CAPTURE, given).content.decode()

    assert "Có chỗ giống tên" in page
    assert not TipReport.objects.exists()

    send(client, CAPTURE, {**given, "is_sure": "on"})

    assert TipReport.objects.get().zalo_group == group


def test_captured_tip_leads_to_the_words_for_the_group(duty_officer, hamlet, commune):
    CannedReply.objects.create(
        commune=commune, stage="take_it_private", title="Mời nhắn riêng", text="Xin nhắn riêng."
    )
    client = login(duty_officer)
    given = values(client, CAPTURE, group=make_group(hamlet).pk)

    answer = send(client, CAPTURE, given)
    tip = TipReport.objects.get()
    page = client.get(answer["Location"]).content.decode()

    assert "Xin nhắn riêng." in page
    assert "Sao chép" in page

    client.post(answer["Location"], {"asked": "1"})
    client.post(answer["Location"], {"removed": "1"})
    tip.refresh_from_db()
    assert tip.removal_asked_at is not None
    assert "đã gỡ lúc" in client.get(answer["Location"]).content.decode()


def test_removal_page_is_for_tips_of_groups(chief, commune):
    tip = make_tip(commune)

    page = reverse("admin:reports_tipreport_removal", args=[tip.pk])

    assert login(chief).get(page).status_code == 403


def test_removal_page_of_another_commune_is_not_there(chief, other_commune, duty_officer):
    tip = make_tip(other_commune, exposure="public_in_group")

    page = reverse("admin:reports_tipreport_removal", args=[tip.pk])

    assert login(chief).get(page).status_code == 404


# Passed on by hamlet heads


def test_head_passes_on_and_reads_nothing_again(hamlet_head_of, hamlet):
    head = hamlet_head_of(hamlet)
    client = login(head)
    given = values(client, RELAY, hamlet=hamlet.pk, name="Nguyễn Thị Mẫu")

    page = send(client, RELAY, given).content.decode()

    tip = TipReport.objects.get()
    assert "Đã chuyển." in page
    for secret in (tip.code, WORDS, "Nguyễn Thị Mẫu"):
        assert secret not in page
        assert secret not in client.get(reverse(RELAY)).content.decode()
    assert reporter_of(tip).name == "Nguyễn Thị Mẫu"
    assert client.get(reverse("admin:reports_tipreport_show", args=[tip.pk])).status_code == 403

    send(client, RELAY, given)

    assert TipReport.objects.count() == 1


def test_head_is_offered_the_own_hamlets_alone(hamlet_head_of, hamlet, other_hamlet):
    client = login(hamlet_head_of(hamlet))

    page = client.get(reverse(RELAY)).content.decode()
    given = values(client, RELAY, hamlet=other_hamlet.pk)
    send(client, RELAY, given)

    assert f'<option value="{other_hamlet.pk}"' not in page
    assert not TipReport.objects.exists()


def test_head_without_a_hamlet_is_told_so(hamlet_head_of):
    page = login(hamlet_head_of()).get(reverse(RELAY)).content.decode()

    assert "chưa được giao ấp" in page
