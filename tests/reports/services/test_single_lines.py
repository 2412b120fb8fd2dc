"""Formal letters and matters of national security leave one line."""

import io
import re
from datetime import timedelta

import pytest
from django.core import serializers
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.audit import services as audit
from accounts.models import AuditEvent
from accounts.users.roles import Role
from reports import intake
from reports.models import (
    ConflictProposal,
    Diversion,
    Reporter,
    SealedText,
    TipAttachment,
    TipEvent,
    TipMessage,
    TipReport,
)
from reports.proposals import services as proposals
from reports.public import services as public
from reports.recording import services as recording
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.triage import services as triage_services
from reports.vault import conflicts, openings
from reports.vault import retention as vault_retention
from reports.work import services as work
from reports.work import steps
from tests.factories.tips import make_tip, make_triaged, make_worked
from tests.factories.zalo import make_official_account
from tests.vaults import reporter_of
from zalo.models import InboundFile, WebhookEvent

pytestmark = pytest.mark.usefixtures("as_vault")

PERSON = intake.Person(
    name="Nguyễn Thị Mẫu", phone="0900000123", zalo_user_id="987654321", how_known="Ở cạnh"
)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (8, 8)).save(kept, "JPEG")
    return kept.getvalue()


def fill(tip, officer, chief):
    """Everything that can hang on a tip, with words in it."""
    triage_services.summarise(
        tip, by=officer, summary="Tóm tắt nhạy cảm", place="Nhà số 5", occurred_words="Tối qua"
    )
    file = intake.keep_file(
        tip, intake.File(picture(), "image/jpeg"), position=0, at=tip.received_at
    )
    event = WebhookEvent.objects.create(
        account=make_official_account(tip.commune), key="một", event_name="user_send_image",
        state="interpreted", interpreted_at=timezone.now(),
    )  # fmt: skip
    file.inbound = InboundFile.objects.create(
        event=event, position=0, kind="image", state="fetched", content=picture(),
        content_type="image/jpeg", size=9, fetched_at=timezone.now(),
    )  # fmt: skip
    file.save()
    TipMessage.objects.create(tip=tip, direction="in", via="receipt", text="Tôi nói thêm")
    openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    work.add_helper(tip, user=chief, by=officer)
    work.add_note(tip, by=officer, text="Đã gặp người báo")
    return file


def rows_of(tip):
    """Return the counts of rows of a tip that each table still holds."""
    return {
        part: getattr(tip, part).count()
        for part in ("messages", "attachments", "sealed_texts", "referrals", "helpers",
                     "conflicts", "proposals", "openings", "clocks")
    }  # fmt: skip


def test_a_formal_letter_leaves_the_day_the_way_and_the_kind(officer, chief, hamlet):
    tip = make_worked(officer, hamlet=hamlet, person=PERSON, words="Tôi tố cáo ông B.")
    file = fill(tip, officer, chief)
    index = tip.reporter.zalo_index
    receipt_hash = tip.receipt_hash

    triage_services.divert(tip, by=officer, kind="denunciation")

    line = Diversion.objects.get()
    assert (line.on, line.channel, line.kind, line.officer) == (
        timezone.localdate(), "web_form", "denunciation", officer
    )  # fmt: skip
    tip = TipReport.objects.get(pk=tip.pk)
    assert (tip.status, tip.disposition, tip.receipt_hash) == ("closed", "diverted", receipt_hash)
    assert set(rows_of(tip).values()) == {0}
    assert (tip.hamlet, tip.category, tip.kind, tip.owner, tip.summary) == (None, "", "", None, "")
    vault = reporter_of(tip)
    assert {vault.name, vault.phone, vault.zalo_user_id, vault.how_known} == {""}
    assert Reporter._base_manager.get(tip=tip).zalo_index != index
    inbound = InboundFile.objects.get(pk=file.inbound_id)
    assert (inbound.content, inbound.url, inbound.state) == (None, "", "gone")
    assert [(event.kind, event.note, event.details) for event in tip.events.order_by("pk")] == [
        ("received", "", {}), ("diverted", "", {})
    ]  # fmt: skip


@pytest.mark.parametrize("is_superuser", [False, True])
def test_the_one_a_letter_is_about_finds_it_in_no_list_of_letters(
    officer, chief, deputy_chief, hamlet, login, is_superuser
):
    chief.is_superuser = is_superuser
    chief.save()
    tip = make_worked(officer, hamlet=hamlet, words="Tôi tố cáo chỉ huy.")
    conflicts.add(tip, user=chief, by=deputy_chief)
    triage_services.divert(tip, by=officer, kind="denunciation")
    triage_services.divert(make_worked(officer, hamlet=hamlet), by=officer, kind="complaint")
    address = reverse("admin:reports_diversion_changelist")

    pages = [login(user).get(address) for user in (chief, deputy_chief)]

    about, other = (sorted(row.kind for row in page.context["cl"].result_list) for page in pages)
    assert (about, other) == (["complaint"], ["complaint", "denunciation"])


def test_no_sealed_word_is_left_in_any_table(officer, chief, hamlet):
    """The tables keep no more values under the keys of tips than an empty tip has."""

    def sealed_values():
        with connection.cursor() as cursor:
            count = 0
            for model in (TipReport, TipEvent, SealedText, TipMessage, TipAttachment):
                table = model._meta.db_table
                cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608 -- own tables
                count += sum(len(re.findall(r"\bv[12]:", row[0])) for row in cursor.fetchall())
            return count

    tip = make_worked(officer, hamlet=hamlet, person=PERSON)
    fill(tip, officer, chief)
    assert sealed_values() > 0

    triage_services.hand_over_secretly(tip, by=officer)

    assert sealed_values() == 0
    assert "Nhạy" not in serializers.serialize(
        "json", AuditEvent.objects.all(), fields=["details", "reason", "target_label"]
    )
    assert not Diversion.objects.exists()


def test_it_works_from_every_state_and_once(hamlet, chief):
    for status in ("new", "triaged", "closed"):
        ended = {"disposition": "guided", "closed_at": timezone.now()} if status == "closed" else {}
        tip = make_triaged(hamlet=hamlet, status=status, **ended)
        triage_services.divert(tip, by=chief, kind="complaint")
        with pytest.raises(NotAllowed, match="không còn nội dung"):
            triage_services.divert(tip, by=chief, kind="complaint")
    assert Diversion.objects.count() == 3


def test_national_security_is_not_sorted_but_handed_over(hamlet, officer):
    tip = make_tip(hamlet=hamlet)
    with pytest.raises(NotAllowed, match="một dòng"):
        triage_services.sort(tip, by=officer, kind="feedback", category="anqg")

    triage_services.hand_over_secretly(tip, by=officer)

    assert (tip.disposition, tip.emptied_at is None) == ("handed_over", False)
    assert not TipReport.objects.visible_to(officer).exists()


def test_a_matter_that_others_were_linked_with_is_looked_at_first(hamlet, chief):
    main = make_triaged(hamlet=hamlet)
    make_triaged(
        hamlet=hamlet, status="closed", disposition="duplicate", duplicate_of=main,
        closed_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="gỡ"):
        triage_services.divert(main, by=chief, kind="complaint")
    main.refresh_from_db()
    assert main.emptied_at is None


def test_only_who_sorts_may_empty(hamlet, hamlet_head_of, tech_admin, officer_of, other_hamlet):
    tip = make_triaged(hamlet=hamlet)
    for user in (hamlet_head_of(hamlet), tech_admin, officer_of(other_hamlet)):
        with pytest.raises(NotAllowed):
            triage_services.hand_over_secretly(tip, by=user)
    with pytest.raises(NotAllowed):
        triage_services.divert(tip, by=officer_of(hamlet), kind="khác")


def test_what_is_held_is_released_with_a_reason(hamlet, chief, officer):
    tip = make_triaged(hamlet=hamlet)
    with pytest.raises(NotAllowed):
        vault_retention.put_on_hold(tip, by=officer, reason="Vụ án")
    vault_retention.put_on_hold(tip, by=chief, reason="Vụ án đang điều tra")
    with pytest.raises(TransitionNotAllowed):
        vault_retention.put_on_hold(tip, by=chief, reason="Vụ án đang điều tra")

    vault_retention.release(tip, by=chief, reason="Đã xét xử xong")

    assert not tip.is_held
    assert [event.note for event in tip.events.order_by("pk")][-2:] == [
        "Vụ án đang điều tra", "Đã xét xử xong"
    ]  # fmt: skip


def test_who_was_shut_out_sees_neither_the_line_nor_its_trail(hamlet, chief, deputy_chief):
    """A line was about somebody once, and the steps before it would tell that person so."""
    for verb in (
        lambda tip: triage_services.divert(tip, by=deputy_chief, kind="denunciation"),
        lambda tip: triage_services.hand_over_secretly(tip, by=deputy_chief),
    ):
        tip = make_triaged(hamlet=hamlet)
        conflicts.add(tip, user=chief, by=deputy_chief)

        verb(tip)

        tip.refresh_from_db()
        assert tip.emptied_at is not None
        assert not TipReport.objects.visible_to(chief).exists()
        assert TipReport.objects.visible_to(deputy_chief).filter(pk=tip.pk).exists()
        assert not AuditEvent.objects.visible_to(chief).filter(target_id=str(tip.pk)).exists()
        assert not tip.conflicts.exists()  # in no table can be read who it was
        assert str(chief.pk) not in tip.barred
        assert chief.username not in "".join(tip.barred)


@pytest.mark.parametrize("is_later", [False, True])
@pytest.mark.parametrize("state", ["waiting", "confirmed"])
def test_named_learns_nothing_from_a_line_of_decisions_about_him(
    hamlet, officer_of, deputy_chief, is_later, state
):
    """The proposals are gone with the words, and their events stay in the trail."""
    named = officer_of(role=Role.CHIEF, last_name="Đặng Quốc", first_name="Vinh")
    words = "Chính anh Đặng Quốc Vinh nhận tiền của chủ sòng."
    tip = make_triaged(hamlet=hamlet, words="Có sòng bạc." if is_later else words)
    if is_later:
        public.say_more(tip, words, now=timezone.now())
    row = ConflictProposal.objects.get()
    audit.record("conflictproposal.read", by=deputy_chief, target=row, commune=tip.commune)
    if state == "confirmed":
        proposals.confirm(row, by=deputy_chief, reason="Đọc kỹ lời báo.")

    triage_services.divert(tip, by=deputy_chief, kind="denunciation")

    events = AuditEvent.objects.filter(action__startswith="conflictproposal.")
    assert not ConflictProposal.objects.exists()
    assert events.exists()
    assert not events.visible_to(named).exists()
    assert list(events.visible_to(deputy_chief)) == list(events)
    assert not Diversion.objects.visible_to(named).exists()
    assert Diversion.objects.visible_to(deputy_chief).exists()
    assert not TipReport.objects.visible_to(named).exists()


def test_named_learns_nothing_once_old_words_are_forgotten(hamlet, officer_of, deputy_chief):
    named = officer_of(role=Role.CHIEF, last_name="Đặng Quốc", first_name="Vinh")
    tip = make_triaged(hamlet=hamlet)
    public.say_more(tip, "Chính anh Đặng Quốc Vinh nhận tiền.", now=timezone.now())
    proposals.confirm(ConflictProposal.objects.get(), by=deputy_chief, reason="Đọc kỹ lời báo.")
    long_ago = timezone.now() - timedelta(days=6 * 365)
    TipReport.objects.filter(pk=tip.pk).update(
        status="closed", disposition="handled_here", closed_at=long_ago, has_unread=False
    )

    assert vault_retention.forget_contents(vault_retention.old_words()) == 1

    events = AuditEvent.objects.filter(action__startswith="conflictproposal.")
    assert events.exists()
    assert not events.visible_to(named).exists()


def test_a_line_does_not_tell_through_which_hamlet_it_came(hamlet, hamlet_head_of, chief):
    head = hamlet_head_of(hamlet)
    told = intake.TipContent(words="Bà con nộp đơn tố cáo ông C.", hamlet=hamlet)
    tip = recording.relay(told, by=head, person=PERSON)

    triage_services.divert(tip, by=chief, kind="denunciation")

    tip.refresh_from_db()
    assert (tip.hamlet, tip.recorded_by) == (None, None)
    assert {event.by for event in tip.events.all()} == {None, chief}


def test_what_a_chief_holds_back_is_released_before_it_is_emptied(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    vault_retention.put_on_hold(tip, by=chief, reason="Vụ án đang điều tra")

    for user in (officer, chief):
        with pytest.raises(NotAllowed, match="Thôi giữ lại"):
            triage_services.divert(tip, by=user, kind="complaint")
        with pytest.raises(NotAllowed, match="Thôi giữ lại"):
            triage_services.hand_over_secretly(tip, by=user)

    tip.refresh_from_db()
    assert tip.emptied_at is None
    assert not Diversion.objects.exists()
    vault_retention.release(tip, by=chief, reason="Không còn cần cho vụ án")
    triage_services.divert(tip, by=chief, kind="complaint")


def test_nobody_empties_what_another_works_on(hamlet, officer, officer_of, duty_officer):
    """One press would end the work of a colleague, and nothing brings the words back."""
    tip = make_worked(officer, hamlet=hamlet)
    neighbour = officer_of(hamlet)
    assert TipReport.objects.visible_to(neighbour).filter(pk=tip.pk).exists()

    for verb in (
        lambda: triage_services.divert(tip, by=neighbour, kind="denunciation"),
        lambda: triage_services.hand_over_secretly(tip, by=neighbour),
    ):
        with pytest.raises(NotAllowed, match="phụ trách"):
            verb()

    assert not {"don-to-cao", "don-khieu-nai", "ban-giao"} & {
        name for name, step in steps.STEPS.items() if step.is_offered(tip, neighbour)
    }
    triage_services.divert(tip, by=officer, kind="denunciation")
