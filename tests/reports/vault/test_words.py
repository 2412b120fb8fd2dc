"""Words of tips are written anywhere and read in the vault alone."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.encryption.fields import EncryptedField
from accounts.encryption.rotation import encrypted_fields
from accounts.encryption.services import DecryptionError
from accounts.vault import resealing
from accounts.vault.errors import VaultOnly
from accounts.vault.fields import VaultField, version
from reports.models import (
    ConflictProposal,
    PassedOnDays,
    SealedText,
    TipDraft,
    TipEvent,
    TipMessage,
    TipReport,
)
from reports.proposals import operations as proposals
from reports.public import services as public
from reports.vault.services import forget_words
from tests.factories.tips import (
    make_conflict_proposal,
    make_message,
    make_opening,
    make_tip,
    make_triaged,
)
from tests.vaults import opened, outside

pytestmark = pytest.mark.django_db

SAID = "Tối nào cũng có người tụ tập đánh bạc."


def columns_of_words() -> list[tuple[Any, EncryptedField]]:
    found = [*encrypted_fields(), *encrypted_fields(of_vault=True)]
    of_tips = set(apps.get_app_config("reports").get_models())
    return [(model, field) for model, field in found
            if model in of_tips and field.purpose == "words"]  # fmt: skip


@pytest.fixture
def rows(chief: Any, hamlet: Any) -> dict[str, Any]:
    """A row of each kind, with words in every column."""
    tip = make_triaged(
        hamlet=hamlet, words=SAID, place="Sau quán nước", occurred_words="Tối qua",
        outcome="Đã nhắc nhở.", relayed_through="Tổ 3",
    )  # fmt: skip
    referral = tip.referrals.create(
        to="other_police", to_whom="Công an", by=chief, told_quickly_to="Trực ban", refusal="Sai."
    )
    return {
        str(row._meta.model_name): row
        for row in (
            tip, tip.sealed_texts.get(), make_message(tip), referral,
            TipEvent.objects.create(tip=tip, kind="noted", note="Đã tới xem."),
            make_opening(tip, chief, reason="Hỏi lại", refusal="Chưa cần"),
            make_conflict_proposal(tip, chief, reason="Đọc kỹ"),
            TipDraft.objects.create(
                account=chief, tip=tip, address="/", fields="[]", updated_at=timezone.now()
            ),
        )
    }  # fmt: skip


def test_every_column_of_words_is_of_the_vault(rows):
    kept_by_the_portal = {
        f"{model.__name__}.{field.name}" for model, field in columns_of_words()
        if not isinstance(field, VaultField)
    }  # fmt: skip

    assert kept_by_the_portal == {f"{PassedOnDays.__name__}.days"}
    assert {model._meta.model_name for model, field in columns_of_words()} == {
        *rows, "passedondays"
    }  # fmt: skip


def test_web_and_workers_write_words_and_read_none(rows):
    found = {
        (model._meta.model_name, field.name): field
        for model, field in columns_of_words() if isinstance(field, VaultField)
    }  # fmt: skip
    stored = {name: type(row)._base_manager.get(pk=row.pk) for name, row in rows.items()}
    with outside():
        for name, column in found:
            with pytest.raises(VaultOnly):
                getattr(stored[name], column)
        for row in stored.values():
            row.refresh_from_db()
            row.save()

    assert len(found) == 14
    for (name, column), field in found.items():
        sealed = column_of(type(rows[name]), field, rows[name].pk)
        assert sealed.startswith(f"{version(type(rows[name]))}:v2:"), (name, column)
        assert getattr(stored[name], column) == getattr(rows[name], column)


def column_of(model: Any, field: Any, pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {field.column} FROM {model._meta.db_table} WHERE id = %s",  # noqa: S608
            [pk],
        )
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("name", "column"),
    [("sealedtext", "text"), ("tipevent", "note"), ("identityopening", "reason"),
     ("referral", "refusal"), ("tipmessage", "text"), ("conflictproposal", "reason"),
     ("tipdraft", "fields")],
)  # fmt: skip
def test_words_hung_on_another_tip_do_not_open(rows, name, column):
    other, model = make_tip(), type(rows[name])
    model._base_manager.filter(pk=rows[name].pk).update(tip=other)

    with pytest.raises(DecryptionError):
        getattr(model._base_manager.get(pk=rows[name].pk), column)


def test_intake_and_later_words_need_no_vault(hamlet, officer_of, settings):
    officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")
    keys, settings.VAULT_KEYS, settings.VAULT_INDEX_KEY = settings.VAULT_KEYS, {}, ""
    with outside():
        tip = make_tip(hamlet=hamlet, words=f"{SAID} Đặng Quốc Vinh nhận tiền.", place="Ấp 3")
        tip = TipReport.objects.get(pk=tip.pk)
        public.say_more(tip, "Ông Đặng Quốc Vinh lại nhận tiền.", now=timezone.now())
    settings.VAULT_KEYS = keys

    assert tip.sealed_texts.get().text.startswith(SAID)
    assert tip.place == "Ấp 3"
    assert ConflictProposal.objects.filter(tip=tip).count() == 2
    assert TipMessage.objects.get().text == "Ông Đặng Quốc Vinh lại nhận tiền."


def test_content_goes_by_rule_where_nobody_can_read_it(rows):
    tip = TipReport.objects.get(pk=rows["tipreport"].pk)
    with outside():
        forget_words(tip)
        tip.save()

    kept = TipReport.objects.get(pk=tip.pk)
    notes = set(kept.events.values_list("note", flat=True))
    assert (kept.summary, kept.place, kept.outcome, notes) == ("", "", "", {""})


# Rows of before


def as_before(model: Any, field: EncryptedField, row: Any) -> None:
    """Seal a value with the keys of the portal, as it was done before there was a vault."""
    context = EncryptedField.context_of(field, row)
    old = field.sealed_type(field.ring.seal(getattr(row, field.name), context=context))
    model._base_manager.filter(pk=row.pk).update(**{field.name: old})


def test_words_of_before_open_in_the_vault_and_are_sealed_anew_bit_by_bit(rows):
    of_vault = [one for one in columns_of_words() if isinstance(one[1], VaultField)]
    for model, field in of_vault:
        as_before(model, field, rows[model._meta.model_name])
    plain = {name: type(row)._base_manager.get(pk=row.pk) for name, row in rows.items()}
    steps = count()

    with opened():
        assert plain["tipmessage"].text == rows["tipmessage"].text
    dict(resealing.seal_anew(is_stopped=lambda: next(steps) > 8))
    left = resealing.waiting()
    dict(resealing.seal_anew())

    assert 0 < left < len(of_vault)
    assert resealing.waiting() == 0
    for model, field in of_vault:
        name = model._meta.model_name
        now = model._base_manager.get(pk=rows[name].pk)
        assert getattr(now, field.name) == getattr(plain[name], field.name)
        assert column_of(model, field, now.pk).startswith(f"{version(model)}:v2:")


# What workers ask


def test_overdue_proposals_wait_for_the_vault_and_one_that_breaks_holds_up_no_other(
    settings, tmp_path, chief, hamlet
):
    tips = [make_tip(hamlet=hamlet) for _number in range(2)]
    long_ago = timezone.now() - timedelta(days=3)
    broken, whole = (
        make_conflict_proposal(tip, chief, message=make_message(tip), due_at=long_ago)
        for tip in tips
    )
    other = SealedText.objects.first()
    TipMessage.objects.filter(pk=broken.message_id).update(text=other.__dict__["text"])

    settings.VAULT_SOCKET = str(tmp_path / "nobody.sock")
    assert proposals.pass_on_overdue() == 0
    settings.VAULT_SOCKET = ""
    assert proposals.pass_on_overdue() == 1

    levels = [ConflictProposal.objects.get(pk=row.pk).level for row in (broken, whole)]
    assert levels == ["chief", "superior"]
