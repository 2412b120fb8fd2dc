"""The page of a signed summary: who sees it, what it offers, which post comes from it."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from broadcasts.models import Broadcast
from oversight.summaries import services as summaries
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def url(page, *args):
    return reverse(f"admin:oversight_periodsummary_{page}", args=args)


@pytest.mark.parametrize(
    ("role", "issuer", "is_signed", "sees"),
    [
        (Role.CHIEF, Issuer.POLICE, False, True),
        (Role.CHIEF, Issuer.PARTY, False, False),
        (Role.CHIEF, Issuer.PARTY, True, True),
        (Role.PARTY_OFFICE, Issuer.PARTY, False, True),
        (Role.PARTY_OFFICE, Issuer.COMMITTEE, False, True),
        (Role.CHIEF, Issuer.COMMITTEE, False, False),
        (Role.PARTY_MEMBER, Issuer.COMMITTEE, False, False),
        (Role.PARTY_MEMBER, Issuer.COMMITTEE, True, True),
        (Role.PARTY_OFFICE, Issuer.POLICE, True, False),
        (Role.PARTY_MEMBER, Issuer.PARTY, False, False),
        (Role.PARTY_MEMBER, Issuer.PARTY, True, True),
        (Role.PARTY_MEMBER, Issuer.POLICE, True, False),
        (Role.OFFICER, Issuer.PARTY, True, False),
        (Role.FRONT, Issuer.PARTY, True, False),
        (Role.HAMLET_HEAD, Issuer.PARTY, True, False),
        (Role.DUTY_OFFICER, Issuer.POLICE, True, False),
        (Role.TECH_ADMIN, Issuer.PARTY, True, False),
    ],
)
def test_summary_is_shown_to_its_readers_alone(chief, login, role, issuer, is_signed, sees, scene):
    summary = (scene.signed if is_signed else scene.drafts)[issuer]

    response = login(make_user(chief.commune, role)).get(url("show", summary.pk))

    assert (response.status_code == 200) is sees


def test_chief_of_another_commune_sees_none(other_commune, login, police):
    client = login(make_user(other_commune, Role.CHIEF))

    assert client.get(url("show", police.pk)).status_code == 404
    assert client.post(url("take", police.pk, "docx")).status_code == 404


def test_paper_is_opened_to_be_printed_as_it_was_signed(chief, login, police):
    police.commune.name = "Xã Tên Mới"
    police.commune.save()

    page = login(chief).get(url("sheet", police.pk)).content.decode()

    assert f"Mã đối chiếu {police.digest[:16]}" in page
    assert "Tên Mới" not in page
    assert url("take", police.pk, "docx") in page
    assert AuditEvent.objects.get(action="summary.printed").actor == chief


def test_reader_who_does_not_sign_is_told_so(chief, login, party):
    client = login(make_user(chief.commune, Role.PARTY_MEMBER))

    page = client.get(url("show", party.pk)).content.decode()
    response = client.post(url("supersede", party.pk), {"reason": "x"}, follow=True)

    assert "Lập bản thay thế" not in page
    assert "không lập, ký" in response.content.decode()


def test_span_that_is_signed_leads_to_its_report_and_not_back_to_an_empty_form(
    chief, login, police
):
    asked = {"period": f"{police.first}:{police.last}", "issuer": "police"}

    answer = login(chief).post(url("draft"), asked, follow=True)

    assert answer.redirect_chain == [(url("show", police.pk), 302)]
    assert "Cần sửa thì lập bản thay thế" in answer.text


def test_report_of_the_police_says_where_the_post_comes_from(chief, login, police, party):
    client, words = login(chief), "soạn từ báo cáo đã ký của Đảng ủy"

    assert words in client.get(url("show", police.pk)).text
    assert words not in client.get(url("show", party.pk)).text


def test_chief_drafts_a_post_from_the_partys_signed_summary(chief, login, party):
    response = login(chief).post(url("post", party.pk))

    post = Broadcast.objects.get()
    assert response.url == reverse("admin:broadcasts_broadcast_change", args=[post.pk])
    assert (post.status, post.created_by, post.topic.code) == ("draft", chief, "ket-qua-mo-hinh")


@pytest.mark.parametrize("role", [Role.PARTY_OFFICE, Role.PARTY_MEMBER])
def test_nobody_else_drafts_a_post(chief, login, role, party):
    response = login(make_user(chief.commune, role)).post(url("post", party.pk))

    assert response.status_code == 403
    assert not Broadcast.objects.exists()


def test_police_numbers_become_no_post(chief, login, police):
    response = login(chief).post(url("post", police.pk), follow=True)

    assert "Chỉ soạn bài từ báo cáo đã ký" in response.content.decode()
    assert not Broadcast.objects.exists()


def test_a_replaced_summary_becomes_no_post_once_the_newer_one_is_signed(
    chief, party_office, login, party
):
    client, old = login(chief), party
    newer = summaries.supersede(old, by=party_office, reason="Thiếu một nhóm.")
    offered = "Soạn bài kết quả mô hình"
    assert offered in client.get(url("show", old.pk)).content.decode()
    summaries.sign(newer, by=party_office)

    response = client.post(url("post", old.pk), follow=True).content.decode()

    assert "đã có bản khác ký thay" in response
    assert offered not in response
    assert not Broadcast.objects.exists()
    assert offered in client.get(url("show", newer.pk)).content.decode()
    client.post(url("post", newer.pk))
    assert Broadcast.objects.count() == 1
