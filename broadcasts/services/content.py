"""What leaves for a group: the approved parts, and the picture as Zalo keeps it."""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from PIL import Image, ImageOps

from broadcasts.models import Broadcast
from zalo import services as zalo
from zalo.errors import ZaloRejected
from zalo.models import OfficialAccount

ATTACHMENT_LIFE = timedelta(days=6)
MAX_UPLOAD_BYTES = 1_000_000
MAX_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Post:
    """The frozen content of one post."""

    broadcast_id: int
    parts: list[str]
    image_name: str = ""
    image_sha256: str = ""
    attachment_id: str = ""
    uploaded_at: datetime | None = None

    @property
    def needs_upload(self) -> bool:
        """It has a picture that Zalo does not hold, or holds no longer."""
        if not self.image_name:
            return False
        fresh = self.uploaded_at and self.uploaded_at > timezone.now() - ATTACHMENT_LIFE
        return not (self.attachment_id and fresh)

    def without_attachment(self) -> "Post":
        """After Zalo said that the picture is gone."""
        return replace(self, attachment_id="", uploaded_at=None)


def load_post(broadcast_id: int) -> Post:
    """The approved content of a post, as it was frozen."""
    broadcast = Broadcast.objects.get(pk=broadcast_id)
    return Post(
        broadcast_id,
        broadcast.approved_parts,
        broadcast.image.name if broadcast.image else "",
        broadcast.image_sha256,
        broadcast.zalo_attachment_id,
        broadcast.attachment_uploaded_at,
    )


def as_jpeg(content: bytes, limit: int = MAX_UPLOAD_BYTES) -> bytes:
    """A JPEG within `limit` bytes, upright and without metadata."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    for side in (MAX_SIDE, 1280, 1024, 800):
        smaller = picture.copy()
        smaller.thumbnail((side, side))
        for quality in (88, 80, 70, 60):
            buffer = io.BytesIO()
            smaller.save(buffer, "JPEG", quality=quality, optimize=True)
            if buffer.tell() <= limit:
                return buffer.getvalue()
    return buffer.getvalue()


def upload_picture(account: OfficialAccount, post: Post) -> Post:
    """The post with its picture at Zalo, uploaded when it is not there. Raises ZaloError."""
    if not post.needs_upload:
        return post
    broadcast = Broadcast.objects.get(pk=post.broadcast_id)
    with broadcast.image.open("rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != post.image_sha256:
        raise ZaloRejected("the picture differs from the approved one")
    uploaded = zalo.upload_image(account, f"bai-{post.broadcast_id}.jpg", as_jpeg(content))
    now = timezone.now()
    Broadcast.objects.filter(pk=post.broadcast_id).update(
        zalo_attachment_id=uploaded.attachment_id, attachment_uploaded_at=now
    )
    return replace(post, attachment_id=uploaded.attachment_id, uploaded_at=now)
