"""Content sent to a group: approved parts, and picture and file as Zalo keeps them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO

from django.utils import timezone

from broadcasts.posts.models import Broadcast
from documents.pictures import NotAPicture, small_jpeg
from zalo import services as zalo
from zalo.channels.base import Content, File, Picture, Text
from zalo.models import OfficialAccount

ATTACHMENT_LIFE = timedelta(days=6)


def _is_fresh(uploaded_at: datetime | None) -> bool:
    return uploaded_at is not None and uploaded_at > timezone.now() - ATTACHMENT_LIFE


@dataclass(frozen=True, slots=True)
class Post:
    """The frozen content of one post. A file is a message of its own, after the last part."""

    broadcast_id: int
    parts: list[str]
    image_name: str = ""
    image_sha256: str = ""
    attachment_id: str = ""
    uploaded_at: datetime | None = None
    file_sha256: str = ""
    file_token: str = ""
    file_uploaded_at: datetime | None = None

    @property
    def messages(self) -> int:
        """How many messages a group receives."""
        return len(self.parts) + bool(self.file_sha256)

    @property
    def needs_picture(self) -> bool:
        """It has a picture that Zalo does not hold, or holds no longer."""
        return bool(self.image_name) and not (self.attachment_id and _is_fresh(self.uploaded_at))

    @property
    def needs_file(self) -> bool:
        """The same for its file."""
        return bool(self.file_sha256) and not (self.file_token and _is_fresh(self.file_uploaded_at))

    @property
    def needs_upload(self) -> bool:
        return self.needs_picture or self.needs_file

    def content(self, part: int) -> Content:
        """One of its messages."""
        if self.is_file(part):
            return File(self.file_token)
        text = self.parts[part]
        is_caption = self.attachment_id and part == 0
        return Picture(self.attachment_id, text) if is_caption else Text(text)

    def is_file(self, part: int) -> bool:
        """Whether this message is the file."""
        return part >= len(self.parts)

    def words_alone(self) -> "Post":
        """The post as a channel that keeps no uploads carries it."""
        return Post(self.broadcast_id, self.parts)

    def without(self, part: int) -> "Post":
        """The post without the upload of this message, which Zalo no longer has."""
        if self.is_file(part):
            return replace(self, file_token="", file_uploaded_at=None)
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
        broadcast.file_sha256,
        broadcast.zalo_file_token,
        broadcast.file_uploaded_at,
    )


class ContentLost(Exception):
    """An approved picture or file is gone, broken, or no longer the one that was approved."""

    code = "content"
    sentence = ""


class PictureLost(ContentLost):
    code = "picture"
    sentence = (
        "Ảnh của bài không còn đọc được hoặc khác với ảnh đã duyệt nên bài không được gửi. "
        "Hãy soạn lại bài với ảnh mới."
    )


class FileLost(ContentLost):
    code = "file"
    sentence = (
        "Tệp của bài không còn đọc được hoặc khác với tệp đã duyệt nên bài không được gửi. "
        "Hãy soạn lại bài với tệp mới."
    )


def upload_content(account: OfficialAccount, post: Post) -> Post:
    """The post with its picture and file at Zalo, uploaded where they are not there.

    Raises ZaloError, or ContentLost when our own copy is not what was approved.
    """
    if post.needs_picture:
        post = _upload_picture(account, post)
    return _upload_file(account, post) if post.needs_file else post


def _upload_picture(account: OfficialAccount, post: Post) -> Post:
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


def _upload_file(account: OfficialAccount, post: Post) -> Post:
    broadcast = Broadcast.objects.get(pk=post.broadcast_id)
    try:
        with broadcast.file.open("rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:
        raise FileLost from error
    if hashlib.sha256(content).hexdigest() != post.file_sha256:
        raise FileLost
    uploaded = zalo.upload_file(account, broadcast.file_name, content)
    now = timezone.now()
    Broadcast.objects.filter(pk=post.broadcast_id).update(
        zalo_file_token=uploaded.token, file_uploaded_at=now
    )
    return replace(post, file_token=uploaded.token, file_uploaded_at=now)


def forget_upload(post: Post, part: int) -> None:
    """Zalo said that what a message names is gone: the next send uploads it again."""
    if post.is_file(part):
        Broadcast.objects.filter(pk=post.broadcast_id, zalo_file_token=post.file_token).update(
            zalo_file_token="", file_uploaded_at=None
        )
        return
    Broadcast.objects.filter(pk=post.broadcast_id, zalo_attachment_id=post.attachment_id).update(
        zalo_attachment_id="", attachment_uploaded_at=None
    )
