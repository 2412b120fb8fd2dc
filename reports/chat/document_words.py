"""Whether words name a paper, and whether they ask: read without marks, as people type them."""

import re
import unicodedata
from typing import Final

from reports.redaction.patterns import any_of, vietnamese

_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORT: Final = {
    **dict.fromkeys(("ko", "k", "kg", "khg", "kh", "hok", "hong", "hông", "hổng", "hem"), "không"),
    **dict.fromkeys(("dc", "đc"), "được"),
    "j": "gì", "ntn": "như thế nào", "bn": "bao nhiêu", "ng": "người", "lm": "làm", "vs": "với",
}  # fmt: skip
_PAPERS: Final = any_of("""
(?:căn cước|cccd|cc|cmnd|cmt|chứng minh)
(?:tạm|thường|cư|lưu) trú
tạm vắng
(?:hộ|nhập|tách|cắt|chuyển) (?:hộ )?khẩu
(?:nhập|tách|chủ|ra) hộ
kt3
vne ?id
định danh
dân cư
(?:đăng ký|đăng kí|đk|dki|khai báo)
biển số
sang tên
đứng tên
chính chủ
cà ?vẹt
cavet
giấy phép lái(?: xe)?
gplx
bằng lái
phạt nguội
nộp phạt
lý lịch
lltp
xác nhận
hộ chiếu
passport
thủ tục
giấy tờ
hồ sơ
khai sinh
lệ phí
con dấu
làm (?:lại )?thẻ
đổi thẻ
cấp (?:lại|đổi|mới)
thông hành
pccc
phòng cháy
ct0?[17]
(?:xin|cần|làm) giấy
giấy (?:gì|chứng nhận|phép)
an ninh trật tự
antt
vũ khí thô sơ
dịch vụ công
dvc
""")
_ASKS: Final = any_of("""
(?:làm|thì|ra|thế|vậy|phải|bị)? ?sao
(?:thế|như) nào
gì(?! (?:hết|cả|đâu|luôn|đó))
(?:ở )?đâu(?! có)
chỗ nào
bao (?:nhiêu|lâu|giờ)
mấy (?:giờ|ngày|tiền|bữa|tháng)(?! (?:nay|rồi|qua))
(?:khi|lúc|ngày|hôm|bữa|ai|nào) nào
nào
có (?:phải|cần|được|bị|mất|bắt buộc|làm)
(?:phải|được|cần|có) (?:không|chưa)
(?:cho|xin|muốn|em|tôi|dạ)? ?hỏi
hướng dẫn
gặp ai
muốn
cách
thủ tục
""")
# “… được không anh”, “… làm chưa ạ”: asked at the end, or before a comma.
_ENDS_ASKING: Final = vietnamese(r"(?<!\w)(?:không|chưa|hả|ha|vậy|à|nhỉ|hay sao)(?: \w+){0,3}\W*$")


def names_papers(text: str) -> bool:
    """A paper, or what is done with one, stands in the text."""
    return _PAPERS.search(plain(text)) is not None


def asks(text: str) -> bool:
    """Something is asked or wished for in the text."""
    read = plain(text)
    return "?" in read or bool(_ASKS.search(read) or _ENDS_ASKING.search(read))


def plain(text: str) -> str:
    """In small letters, the shortest words of the phone written out."""
    typed = unicodedata.normalize("NFC", text).lower()
    return _WORD.sub(lambda match: _SHORT.get(match[0], match[0]), typed)
