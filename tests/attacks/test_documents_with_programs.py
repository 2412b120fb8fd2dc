"""Documents with programs and objects: refused from staff, kept unopened from residents."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.users.roles import Role
from documents import active_content, uploads
from reports import intake
from reports.vault import services as vault
from tests.attacks.documents import ACTIVE, PLAIN
from tests.factories.accounts import make_commune, make_user
from tests.factories.tips import make_worked
from zalo.inbox.file_types import RISKY, made_harmless

OF_STAFF = {name: content for name, content in ACTIVE.items() if name.startswith(("docx", "pdf"))}


@pytest.mark.parametrize("name", ACTIVE)
def test_program_or_object_is_found(name):
    assert active_content.look(ACTIVE[name]) in {active_content.ACTIVE, active_content.PASSWORD}


@pytest.mark.parametrize("name", PLAIN)
def test_innocent_document_is_left_alone(name):
    assert active_content.look(PLAIN[name]) == 0


@pytest.mark.parametrize("name", OF_STAFF)
def test_paper_of_staff_is_refused_with_a_sentence(name):
    with pytest.raises(ValidationError, match=r"macro, mã lệnh|mật khẩu"):
        uploads.prepare(SimpleUploadedFile("bien-ban.docx", OF_STAFF[name]))


@pytest.mark.parametrize("name", [name for name in PLAIN if name.startswith(("docx", "pdf"))])
def test_innocent_paper_of_staff_is_kept_as_it_is(name):
    assert uploads.prepare(SimpleUploadedFile("a", PLAIN[name])).read() == PLAIN[name]


@pytest.mark.parametrize("name", ACTIVE)
def test_file_of_a_resident_is_kept_as_it_is_under_a_type_that_nothing_opens(name):
    content, kind = made_harmless("file", ACTIVE[name])

    assert content == ACTIVE[name]
    assert kind == f"{RISKY}{name.split()[0]}"


@pytest.mark.parametrize("name", PLAIN)
def test_innocent_file_of_a_resident_keeps_its_type(name):
    assert not made_harmless("file", PLAIN[name])[1].startswith(RISKY)


def test_process_that_dies_of_a_file_found_it_active(monkeypatch):
    from documents import isolated  # noqa: PLC0415 -- patched here alone

    for code in (-9, 1, isolated.TIMED_OUT):
        monkeypatch.setattr(isolated, "run", lambda *_a, code=code, **_k: isolated.Answer(code))
        assert active_content.look(b"%PDF-") == active_content.ACTIVE


@pytest.fixture
def risky(db):
    """A tip that somebody works, with a risky file, and its page."""
    owner = make_user(make_commune(), Role.CHIEF)
    tip = make_worked(owner)
    content = ACTIVE["pdf script"]
    file = intake.keep_file(
        tip, intake.File(content, f"{RISKY}pdf"), position=0, at=tip.received_at
    )
    return owner, file, reverse("admin:reports_tipreport_file", args=[tip.pk, file.pk])


def looks() -> int:
    return AuditEvent.objects.filter(action="tip.file_viewed").count()


def test_who_works_the_tip_is_warned_and_then_takes_the_file(client, risky):
    owner, file, page = risky
    client.force_login(owner)

    warned = client.get(page)

    assert "Tệp có thể gây hại" in warned.content.decode()
    assert bytes(file.content) not in warned.content
    assert looks() == 0
    taken = client.post(page)
    assert taken.content == bytes(file.content)
    assert taken["Content-Disposition"].startswith("attachment; ")
    assert taken["Content-Disposition"].endswith('-1.pdf"')
    assert taken["Content-Type"] == f"{RISKY}pdf"
    assert (taken["X-Content-Type-Options"], looks()) == ("nosniff", 1)
    listed = client.get(reverse("admin:reports_tipreport_files", args=[file.tip_id]))
    assert "Xem cảnh báo tệp 1" in listed.content.decode()


def test_nobody_else_takes_the_file(client, risky):
    owner, file, page = risky
    other = make_user(owner.commune, Role.CHIEF)
    client.force_login(other)

    assert "Chỉ cán bộ phụ trách" in client.get(page).content.decode()
    refused = client.post(page)

    assert (refused.status_code, looks()) == (403, 0)
    with pytest.raises(vault.NotAllowed):
        vault.read_file(file, by=other)
