"""What leaves for a group: the approved parts, and the picture as Zalo keeps it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO

from django.utils import timezone

from accounts.pictures import NotAPicture, small_jpeg
from broadcasts.models import Broadcast
from zalo import services as zalo
from zalo.models import OfficialAccount

ATTACHMENT_LIFE = timedelta(days=6)


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
        broadcast.image.name or "" if broadcast.image else "",
        broadcast.image_sha256,
        broadcast.zalo_attachment_id,
        broadcast.attachment_uploaded_at,
    )


class PictureLost(Exception):
    """The approved picture is gone, broken, or no longer the one that was approved."""

    sentence = (
        "Ảnh của bài không còn đọc được hoặc khác với ảnh đã duyệt nên bài không được gửi. "
        "Hãy soạn lại bài với ảnh mới."
    )


def upload_picture(account: OfficialAccount, post: Post) -> Post:
    """The post with its picture at Zalo, uploaded when it is not there.

    Raises ZaloError, or PictureLost when our own file is not what was approved.
    """
    if not post.needs_upload:
        return post
    broadcast = Broadcast.objects.get(pk=post.broadcast_id)
    try:
        with broadcast.image.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != post.image_sha256:
                raise PictureLost
            file.seek(0)
            content = small_jpeg(BytesIO(file.read()))
    except (OSError, NotAPicture) as error:
        raise PictureLost from error
    uploaded = zalo.upload_image(account, f"bai-{post.broadcast_id}.jpg", content)
    now = timezone.now()
    Broadcast.objects.filter(pk=post.broadcast_id).update(
        zalo_attachment_id=uploaded.attachment_id, attachment_uploaded_at=now
    )
    return replace(post, attachment_id=uploaded.attachment_id, uploaded_at=now)


def forget_picture(post: Post) -> None:
    """Zalo said that the picture is gone: the next send uploads it again."""
    Broadcast.objects.filter(pk=post.broadcast_id, zalo_attachment_id=post.attachment_id).update(
        zalo_attachment_id="", attachment_uploaded_at=None
    )
