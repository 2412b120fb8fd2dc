"""Read sealed content, with every look recorded, and wipe it."""

import io
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.audit import services as audit
from accounts.models import User
from accounts.vault.fields import blank
from accounts.workflow.services import lock_for, record, require, sees
from procedures.asking import services as asking
from procedures.models import Question
from reports.tips import occasions
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import is_worker
from reports.vault.models import Reporter, SealedText, TipAttachment, nobodys_index
from reports.work.models import TipEvent, TipMessage
from vietnamese.text import fold
from zalo.models import InboundFile

ONCE_A_S = 60
_SMALLEST, _OF_WIDTH = 13, 40  # the line across a picture, in pixels, or that part of its width


def note_viewed(tip: TipReport, *, by: User) -> None:
    """Record a look at a page of the tip, once a minute for each account and tip; and whether only
    a seat of the roster gave it."""
    if cache.add(f"tip-viewed:{by.pk}:{tip.pk}", 1, timeout=ONCE_A_S):
        is_by_seat = TipReport.objects.filter(pk=tip.pk).by_seat_alone(by).exists()
        more: dict[str, Any] = {"on_duty": True} if is_by_seat else {}
        audit.record("tip.viewed", by=by, target=tip, commune=tip.commune, **more)


@transaction.atomic
def read_words(tip: TipReport, *, by: User) -> list[SealedText]:
    """Return the original words, for accounts that may read them. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.read_sealed_words")
    record(tip, TipEvent.Kind.WORDS_READ, by=by)
    occasions.words_read(tip, by=by)
    return list(tip.sealed_texts.order_by("at", "pk"))


@transaction.atomic
def read_talk(tip: TipReport, *, by: User) -> list[TipMessage]:
    """The talk with the reporter, the oldest first. Raises NotAllowed."""
    require(tip, by, permission="reports.read_sealed_words")
    audit.record("tip.talk_read", by=by, target=tip, commune=tip.commune)
    if is_worker(by, tip):
        occasions.talk_read(tip)
    talk = tip.messages.open_to(by)
    return list(talk.select_related("by").prefetch_related("attachments"))


@transaction.atomic
def read_file(file: TipAttachment, *, by: User) -> tuple[bytes, str]:
    """The content of a file and its type; a picture names who looks. Raises NotAllowed."""
    require(file.tip, by, permission="reports.read_sealed_words")
    if not sees(by, file):
        raise NotAllowed("Tệp này không xem được.")
    if file.state != TipAttachment.State.READY or not file.content:
        raise NotAllowed("Tệp này không xem được.")
    if file.is_risky and file.tip.owner_id != by.pk:
        raise NotAllowed("Chỉ cán bộ phụ trách phản ánh tải được tệp này.")
    audit.record("tip.file_viewed", by=by, target=file.tip, commune=file.tip.commune)
    content = bytes(file.content)
    if file.content_type not in ("image/jpeg", "image/png"):
        return content, file.content_type
    return _marked(content, by), "image/jpeg"


def _marked(content: bytes, by: User) -> bytes:
    """The picture with a line that says who looked at it and when, across its foot."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    picture.info.clear()
    line = f"{fold(str(by)).upper()} {timezone.localtime():%H:%M %d/%m/%Y}"
    draw = ImageDraw.Draw(picture, "RGBA")
    size = max(_SMALLEST, picture.width // _OF_WIDTH)
    top = max(0, picture.height - size - 9)
    draw.rectangle((0, top, picture.width, picture.height), fill=(0, 0, 0, 140))
    font = ImageFont.load_default(size=size)
    draw.text((6, top + 4), line, fill=(255, 255, 255, 230), font=font)
    marked = io.BytesIO()
    picture.save(marked, "JPEG", quality=85)
    return marked.getvalue()


# Wiping what a tip holds: vault, words, files. The row with its number and times stays.


def empty_vault(tip: TipReport) -> None:
    """Wipe the reporter. The row stays, as long as before, like that of one who gave no name.

    Without a key of the vault it is left shorter than others, until `seal_anew` has run.
    """
    reporter = Reporter.objects.defer("zalo_index", "told_with").get(tip=tip)
    reporter.name = reporter.phone = reporter.address = reporter.zalo_user_id = blank()
    reporter.how_known = reporter.why_unnamed = blank()
    reporter.zalo_index, reporter.told_with = nobodys_index(), nobodys_index()
    reporter.save()


def forget_words(tip: TipReport) -> None:
    """Remove the words of the talk, the files and the notes of steps; call with the tip locked.

    The steps themselves stay: who did what and when. The caller saves the tip.
    """
    for file in InboundFile.objects.filter(tip_attachment__tip=tip):
        file.content, file.state, file.next_attempt_at = None, InboundFile.State.GONE, None
        file.url = file.checksum = ""
        file.content_type, file.size = "", 0
        file.save()
    waiting = tip.messages.filter(question__isnull=False)
    asking.record_undelivered(
        waiting.values_list("question", flat=True), Question.AnswerState.CLOSED
    )
    for part in ("messages", "attachments", "sealed_texts", "drafts"):
        getattr(tip, part).all().delete()
    for event in tip.events.exclude(note=""):
        event.note = ""
        event.save(update_fields=["note"])
    for opening in tip.openings.all():
        opening.reason = opening.refusal = ""
        opening.save(update_fields=["reason", "refusal"])
    for proposal in tip.proposals.all():
        proposal.reason = ""
        proposal.save(update_fields=["reason"])
    for referral in tip.referrals.all():
        referral.told_quickly_to = referral.refusal = ""
        referral.save(update_fields=["told_quickly_to", "refusal"])
    tip.summary = tip.place = tip.occurred_words = tip.outcome = tip.relayed_through = ""
    tip.search_tokens = []
