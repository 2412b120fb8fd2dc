"""Looking at what is sealed: words, talk, files. Each look is written down."""

import io

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts import audit
from accounts.models import User
from accounts.workflow.services import lock_for, record, require
from groups.vietnamese import fold
from reports.models import SealedText, TipAttachment, TipEvent, TipMessage, TipReport
from reports.services.errors import NotAllowed

ONCE_A_S = 60
_SMALLEST, _OF_WIDTH = 13, 40  # the line across a picture, in pixels, or that part of its width


def note_viewed(tip: TipReport, *, by: User) -> None:
    """Somebody opened a page of the tip; written once a minute for each account and tip."""
    if cache.add(f"tip-viewed:{by.pk}:{tip.pk}", 1, timeout=ONCE_A_S):
        audit.record("tip.viewed", by=by, target=tip, commune=tip.commune)


@transaction.atomic
def read_words(tip: TipReport, *, by: User) -> list[SealedText]:
    """The words as they were told, for whoever may read them. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.read_sealed_words")
    record(tip, TipEvent.Kind.WORDS_READ, by=by)
    return list(tip.sealed_texts.order_by("at", "pk"))


@transaction.atomic
def read_talk(tip: TipReport, *, by: User) -> list[TipMessage]:
    """The talk with the reporter, the oldest first. Raises NotAllowed."""
    require(tip, by, permission="reports.read_sealed_words")
    audit.record("tip.talk_read", by=by, target=tip, commune=tip.commune)
    return list(tip.messages.select_related("by").prefetch_related("attachments"))


@transaction.atomic
def read_file(file: TipAttachment, *, by: User) -> tuple[bytes, str]:
    """The content of a file and its type; a picture names who looks. Raises NotAllowed."""
    require(file.tip, by, permission="reports.read_sealed_words")
    if file.state != TipAttachment.State.READY or not file.content:
        raise NotAllowed("Tệp này không xem được.")
    audit.record("tip.file_viewed", by=by, target=file.tip, commune=file.tip.commune)
    content = bytes(file.content)
    if file.content_type not in ("image/jpeg", "image/png"):
        return content, file.content_type
    return _marked(content, by), "image/jpeg"


def _marked(content: bytes, by: User) -> bytes:
    """The picture with a line that says who looked at it and when, across its foot."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    said = f"{fold(str(by)).upper()} {timezone.localtime():%H:%M %d/%m/%Y}"
    draw = ImageDraw.Draw(picture, "RGBA")
    size = max(_SMALLEST, picture.width // _OF_WIDTH)
    top = max(0, picture.height - size - 9)
    draw.rectangle((0, top, picture.width, picture.height), fill=(0, 0, 0, 140))
    font = ImageFont.load_default(size=size)
    draw.text((6, top + 4), said, fill=(255, 255, 255, 230), font=font)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=85)
    return kept.getvalue()
