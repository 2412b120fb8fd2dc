"""A finding of a rule, and its gravity."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Consequences of a finding, gravest first.

    `block`: nothing but a change of the content. `second_person`: the approver, who is somebody
    else, confirms this very finding. `reason`: whoever submits writes why it must stand there.
    `warn`: it is shown.
    """

    BLOCK = "block"
    SECOND_PERSON = "second_person"
    REASON = "reason"
    WARN = "warn"


LABELS = {
    "secrecy": "Dấu mật", "secret_document": "Số văn bản mật", "national_id": "Số căn cước",
    "passport": "Số hộ chiếu", "insurance": "Số thẻ bảo hiểm", "card": "Số thẻ ngân hàng",
    "bank_account": "Số tài khoản", "phone": "Số điện thoại riêng",
    "phone_unlisted": "Số chưa có trong danh sách", "plate": "Biển số xe",
    "named_person": "Tên người dân", "teller": "Người báo tin",
    "duty_plan": "Lịch trực, phương án", "mention": "Gọi tên cả nhóm",
    "file_unread": "Tệp máy không đọc được", "file_pictures": "Hình trong tệp",
    "file_cleaned": "Đã làm sạch tệp",
    "procedure": "Thủ tục đã thay đổi", "fee": "Lệ phí",
}  # fmt: skip
PLACES = {
    "text": "nội dung", "title": "tên bài", "author": "tác giả", "description": "trích yếu",
    "image_name": "tên ảnh", "file_name": "tên tệp",
    "file": "trong tệp", "file_meta": "thông tin ẩn của tệp",
}  # fmt: skip
GRAVITY = {level: place for place, level in enumerate(Level)}


@dataclass(frozen=True)
class Hit:
    """One finding: which rule, how grave, the words it is about, and what to do.

    `where` names the part of the post (`text`, `title`, `image_name`, `file_name`, `file`, …);
    `start` and `end` are the place of the words in that part as it is stored, both 0 where the
    finding is about the whole. `excerpt` and `sentence` never hold a whole number of a person.
    `key` stays the same as long as rule, part and words do: answers to a finding are kept by it.
    """

    rule: str
    level: Level
    excerpt: str
    sentence: str
    where: str = "text"
    start: int = 0
    end: int = 0
    key: str = ""

    @property
    def label(self) -> str:
        """The subject in two or three words."""
        return LABELS.get(self.rule, "")

    @property
    def place(self) -> str:
        """The part of the post, in words."""
        return PLACES.get(self.where, "")

    @property
    def has_place(self) -> bool:
        return self.end > self.start


def key_of(rule: str, where: str, words: str) -> str:
    """Names a finding without holding its words."""
    return hashlib.sha256(f"{rule}\n{where}\n{words}".encode()).hexdigest()[:20]
