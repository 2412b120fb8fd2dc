"""Attached files of posts: opened in another process, cleaned, stored once, checked at approval."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile

from broadcasts.posts import file_reader
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.models import Broadcast
from documents import isolated

MAX_BYTES = 5 * 1024 * 1024  # Zalo takes 5 MB
_WAIT_S = 30
_WRONG_KIND = "Chỉ nhận tệp PDF hoặc Word (.docx). Tệp .doc cũ: mở bằng Word, lưu thành .docx."
_SENTENCES = {
    file_reader.BROKEN: "Tệp bị hỏng hoặc tải lên dở dang. Hãy mở tệp, lưu lại rồi chọn lại.",
    file_reader.PASSWORD: "Tệp đặt mật khẩu nên không kiểm tra được. Hãy bỏ mật khẩu rồi chọn lại.",
    file_reader.TOO_LARGE: (
        "Tệp dài quá 100 trang hoặc chứa lượng dữ liệu lớn bất thường. Hãy tách thành tệp ngắn hơn."
    ),
    file_reader.PROGRAM: (
        "Tệp có macro, mã lệnh hoặc tệp nhúng bên trong nên không được nhận. Hãy chép nội dung "
        "sang tệp mới, hoặc xuất ra PDF."
    ),
    file_reader.TRACKED: (
        "Tệp còn dấu vết sửa (Track Changes), người xem đọc được chữ đã xóa. Hãy chấp nhận hết "
        "thay đổi, lưu lại rồi chọn lại."
    ),
    file_reader.OUTSIDE: (
        "Tệp lấy nội dung từ nơi khác (mẫu, hình hoặc đối tượng liên kết). Hãy xuất ra PDF rồi "
        "chọn lại."
    ),
    file_reader.OTHER: _WRONG_KIND,
}
_LABELS = {
    "creator": "người tạo", "lastModifiedBy": "người lưu cuối", "Author": "người tạo",
    "Company": "đơn vị", "Manager": "người quản lý", "title": "tiêu đề", "Title": "tiêu đề",
    "subject": "chủ đề", "Subject": "chủ đề", "keywords": "từ khóa", "Keywords": "từ khóa",
    "description": "ghi chú", "category": "loại",
}  # fmt: skip


class NotADocument(ValueError):
    """The file is refused; the message is for a person."""


@dataclass(frozen=True)
class Document:
    """A cleaned file, its words, and what was found and removed."""

    content: bytes
    suffix: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)


def clean_document(content: bytes) -> Document:
    """Open a file in another process and clean it. Raises NotADocument with a sentence."""
    if len(content) > MAX_BYTES:
        raise NotADocument("Tệp nặng quá 5 MB, Zalo không nhận. Hãy chọn tệp nhẹ hơn.")
    answer = isolated.run(file_reader.__file__, content, wait_s=_WAIT_S)
    if answer.code:
        raise NotADocument(_SENTENCES.get(answer.code, _SENTENCES[file_reader.BROKEN]))
    described, _line, cleaned = answer.output.partition(b"\n")
    facts = json.loads(described)
    if len(cleaned) > MAX_BYTES:
        raise NotADocument("Tệp nặng quá 5 MB, Zalo không nhận. Hãy chọn tệp nhẹ hơn.")
    text = facts.pop("text")
    return Document(cleaned, facts["kind"], text, facts)


def removed(facts: dict[str, Any]) -> list[str]:
    """Lines naming what was removed from a file."""
    lines = [
        f"{_LABELS.get(name, 'thông tin ẩn')}: {value}"
        for name, value in (facts.get("meta") or {}).items()
    ]
    if facts.get("comments"):
        lines.append(f"{facts['comments']} ghi chú, nhận xét")
    if facts.get("signed"):
        lines.append("chữ ký số (tệp gửi đi không còn chữ ký)")
    return lines


LONGEST_NAME = 80


class Attachment(ContentFile):  # type: ignore[type-arg]
    """An opened document on its way to its post; `display_name` is its name."""

    def __init__(self, document: Document, display_name: str) -> None:
        super().__init__(document.content, name=f"tep.{document.suffix}")
        self.document = document
        self.display_name = display_name


def display_name(name: str, suffix: str) -> str:
    """File name for residents, with the true suffix."""
    stem = re.sub(r"[\x00-\x1f/\\<>:\"|?*]+", " ", name.rpartition("/")[2].rpartition("\\")[2])
    stem = re.sub(r"\.(?:pdf|docx?)$", "", stem.strip(), flags=re.IGNORECASE)
    return f"{stem[:LONGEST_NAME].strip() or 'tep'}.{suffix}"


def open_upload(content: bytes, name: str) -> Attachment:
    """Clean an uploaded file. Raises NotADocument."""
    document = clean_document(content)
    return Attachment(document, display_name(name, document.suffix))


def keep_file(broadcast: Broadcast) -> None:
    """Clean a new file of a post and store its text and facts on the post.

    Call before the post is saved. Raises NotAllowed for a file that cannot be taken.
    """
    if not broadcast.file:
        broadcast.file_name = broadcast.file_sha256 = broadcast.file_text = ""
        broadcast.file_facts = {}
        return
    if getattr(broadcast.file, "_committed", True):
        return
    handed_in = broadcast.file.file
    if not isinstance(handed_in, Attachment):
        try:
            handed_in = open_upload(handed_in.read(), broadcast.file.name or "")
        except NotADocument as error:
            raise NotAllowed(str(error)) from error
    document = handed_in.document
    broadcast.file_name = handed_in.display_name
    broadcast.file_sha256 = hashlib.sha256(document.content).hexdigest()
    broadcast.file_text, broadcast.file_facts = document.text, document.facts
    broadcast.file = handed_in


def require_same_file(broadcast: Broadcast) -> None:
    """Check that the stored file is the one that was cleaned. Raises NotAllowed."""
    if not broadcast.file:
        return
    try:
        with broadcast.file.open("rb") as stored:
            same = hashlib.file_digest(stored, "sha256").hexdigest() == broadcast.file_sha256
    except OSError:
        same = False
    if not same:
        raise NotAllowed("Không đọc được tệp của bài, hoặc tệp đã bị thay. Hãy chọn lại tệp.")
