"""Files of posts: a PDF or a Word text, opened elsewhere, cleaned, and told about.

What a file is, its content says, never its name. A file is kept only in its cleaned form.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from accounts import isolated
from broadcasts.documents import opening

MAX_BYTES = 5 * 1024 * 1024  # Zalo takes 5 MB
_WAIT_S = 30
_WRONG_KIND = "Chỉ nhận tệp PDF hoặc Word (.docx). Tệp .doc cũ: mở bằng Word, lưu thành .docx."
_SENTENCES = {
    opening.BROKEN: "Tệp bị hỏng hoặc tải lên dở dang. Hãy mở tệp, lưu lại rồi chọn lại.",
    opening.PASSWORD: "Tệp đặt mật khẩu nên không kiểm tra được. Hãy bỏ mật khẩu rồi chọn lại.",
    opening.TOO_LARGE: (
        "Tệp dài quá 100 trang hoặc chứa lượng dữ liệu lớn bất thường. Hãy tách thành tệp ngắn hơn."
    ),
    opening.PROGRAM: (
        "Tệp có macro, mã lệnh hoặc tệp nhúng bên trong nên không được nhận. Hãy chép nội dung "
        "sang tệp mới, hoặc xuất ra PDF."
    ),
    opening.TRACKED: (
        "Tệp còn dấu vết sửa (Track Changes), người xem đọc được chữ đã xóa. Hãy chấp nhận hết "
        "thay đổi, lưu lại rồi chọn lại."
    ),
    opening.OUTSIDE: (
        "Tệp lấy nội dung từ nơi khác (mẫu, hình hoặc đối tượng liên kết). Hãy xuất ra PDF rồi "
        "chọn lại."
    ),
    opening.OTHER: _WRONG_KIND,
}
_LABELS = {
    "creator": "người tạo", "lastModifiedBy": "người lưu cuối", "Author": "người tạo",
    "Company": "đơn vị", "Manager": "người quản lý", "title": "tiêu đề", "Title": "tiêu đề",
    "subject": "chủ đề", "Subject": "chủ đề", "keywords": "từ khóa", "Keywords": "từ khóa",
    "description": "ghi chú", "category": "loại",
}  # fmt: skip


class NotADocument(ValueError):
    """The file is not taken; the message is for a person."""


@dataclass(frozen=True)
class Document:
    """A cleaned file, its words, and what was found and removed."""

    content: bytes
    suffix: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)


def take_in(content: bytes) -> Document:
    """Open a file in another process and clean it. Raises NotADocument with a sentence."""
    if len(content) > MAX_BYTES:
        raise NotADocument("Tệp nặng quá 5 MB, Zalo không nhận. Hãy chọn tệp nhẹ hơn.")
    answer = isolated.run(opening.__file__, content, wait_s=_WAIT_S)
    if answer.code:
        raise NotADocument(_SENTENCES.get(answer.code, _SENTENCES[opening.BROKEN]))
    told, _line, cleaned = answer.output.partition(b"\n")
    facts = json.loads(told)
    if len(cleaned) > MAX_BYTES:
        raise NotADocument("Tệp nặng quá 5 MB, Zalo không nhận. Hãy chọn tệp nhẹ hơn.")
    text = facts.pop("text")
    return Document(cleaned, facts["kind"], text, facts)


def removed(facts: dict[str, Any]) -> list[str]:
    """What was taken out of a file, in words for the page of its post."""
    lines = [
        f"{_LABELS.get(name, 'thông tin ẩn')}: {value}"
        for name, value in (facts.get("meta") or {}).items()
    ]
    if facts.get("comments"):
        lines.append(f"{facts['comments']} ghi chú, nhận xét")
    if facts.get("signed"):
        lines.append("chữ ký số (tệp gửi đi không còn chữ ký)")
    return lines
