"""Marks of state secrets, and numbers of documents that bear one."""

import re
from collections.abc import Iterator

from content_rules.engine.findings import Hit, Level
from content_rules.engine.reading import Reading, read

_MARKS = frozenset({"MẬT", "TỐIMẬT", "TUYỆTMẬT", "MAT", "TOIMAT", "TUYETMAT"})
_HASTE = re.compile("HỎATỐC|HOẢTỐC|HOATOC|THƯỢNGKHẨN|THUONGKHAN|KHẨN|KHAN")
_WORDS = r"(?:TUYỆT\W{0,3}MẬT|TỐI\W{0,3}MẬT|MẬT|TUYET\W{1,3}MAT|TOI\W{1,3}MAT|MAT(?=\s*-))"
_AT_START = re.compile(
    rf"^\W*({_WORDS})(?:\s*[-:|/,.;]|\s+(?:[Ss]ố|[Cc]ông an|CÔNG AN|UBND|Ủy ban|Đảng))"
)
_LEVEL = re.compile(
    r"\bđộ\W{1,3}mật\b(?=\W{1,12}(?:(?:tuyệt|tối)\W{1,3})?mật\b|\s*:)|^\W*(?:mức\s+)?độ\s+mật\b|"
    r"^\W*DO\s+MAT\b|\b(?:cấp|mức)\s+độ(?:\s+mật)?\s*:\s*(?:(?:tuyệt|tối)\s+)?mật\b",
    re.IGNORECASE,
)
_BARE_LEVEL = re.compile(r"(?<!ly )\b(?:do mat\W{1,3}|dau mat\s?:\s?)(?:(?:toi|tuyet) )?mat\b")
_BEGINS_DOCUMENT = re.compile(
    r"^\W*((?:(?:tuyệt|tối)\s+)?mật)\s*[-:|/]\s*(?:số|kế hoạch|báo cáo|công văn|phương án|"
    r"danh sách|thông báo|quyết định)\b",
    re.IGNORECASE,
)
_NAMED_BARE = re.compile(
    r"\b(?:[Bb]an|[Dd]au|[Tt]ai lieu|[Vv]an ban|[Kk]e hoach|[Bb]ao cao)\s+"
    r"(?:(?:TOI|TUYET)\s+)?MAT\b|"
    r"\b(?:TAI LIEU|VAN BAN|CONG VAN|KE HOACH|BAO CAO|PHUONG AN|HO SO) (?:(?:TOI|TUYET) )?MAT\b"
    r"(?! (?:ONG|KHAU|DO|MA)\b)"
)
_IN_BRACKETS = re.compile(
    r"[(\[{]\s*(?:(?:tuyệt|tối|tuyet|toi)\s+)?(?:m\s*ậ\s*t|MAT)\s*[)\]}]", re.IGNORECASE
)
_IN_CAPITALS = re.compile(r"\b(?:TUYỆT|TỐI)\s+MẬT\b|\bTUYET\s+MAT\b")
_WORD = re.compile(r"\bMẬT\b")
# A paper of which a mark is told, in a heading or in the midst.
_NAMED = re.compile(
    r"(?m:^[^\w\n]*)(?:TÀI LIỆU|VĂN BẢN|HỒ SƠ|BÁO CÁO|KẾ HOẠCH|PHƯƠNG ÁN|CÔNG VĂN|CÔNG ĐIỆN|TIN|"
    r"BẢN)"
    r"\s+((?:TUYỆT |TỐI )?MẬT)\b|"
    r"\b[Dd]ấu\s+[\"“]?((?:TUYỆT |TỐI )?MẬT|Tuyệt mật|Tối mật|Mật)\b"
)
# What somebody says of a paper in hand: “đây là văn bản mật”.
_SAID_TO_BE = re.compile(
    r"\b(?:này|đây|kia)\s+(?:là|thuộc(?:\s+(?:loại|diện|danh mục))?)\s+(?:(?:loại|tài liệu|văn bản|"
    r"công văn|báo cáo|kế hoạch|hồ sơ|bản|tin)\s+){0,2}((?:tuyệt |tối )?mật)\b",
    re.IGNORECASE,
)
# Of a paper that is at hand, or one that a mark is told to stand on.
_OF_A_PAPER = re.compile(
    r"\b(?:đóng|có|mang|dán|ghi|in) dấu\s?:?\s+[\"“]?((?:tuyệt |tối )?mật)\b|"
    r"\blưu hành\s?:?\s+((?:tuyệt |tối )?mật)\b|"
    r"\b(?:thu hồi|xóa|xoá|gửi|chuyển|đính kèm|kèm|trình|báo cáo|nộp|chụp|xem|đọc|photo|"
    r"in)\b[^.!?\n]{0,25}?\b(?:bản )?"
    r"(?:kế hoạch|báo cáo|tài liệu|văn bản|công văn|phương án|danh sách|hồ sơ)\s+((?:tuyệt |"
    r"tối )?mật)\b|"
    r"(?m:^)[^\w\n]*(?:kế hoạch|báo cáo|tài liệu|phương án|hồ sơ|văn bản|công văn)\s+((?:tuyệt |"
    r"tối )?mật)\b"
    r"(?=\s+(?:về|của|số|ngày|tháng|quý)\b|\s*$)",
    re.IGNORECASE,
)
# What is forbidden of all such papers, none of which is at hand.
_FORBIDDEN = re.compile(
    r"\b(?:không(?: được)?|cấm|nghiêm cấm|đừng|chớ):? "
    r"(?:tự ý |bao giờ )?(?:gửi|chuyển|chụp|đăng|photo|sao chụp|in|soạn|đưa|chia sẻ|lưu|để|mang)\b"
    r"[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_UNLAWFUL = re.compile(
    r"[^.!?\n]{0,40}\b(?:là (?:vi phạm|hành vi|trái|phạm)|bị (?:nghiêm cấm|cấm|xử|phạt))\b",
    re.IGNORECASE,
)
_AT_HAND = re.compile(r"\b(?:này|đó|kia|ấy|hôm|vừa|mới|(?<!văn )bản|bộ|tờ|cái|số)\b", re.IGNORECASE)
# A heading in small letters without marks: only between the lines of a document.
_SMALL_MARK = re.compile(r"(?m)^[^\w\n]*(?:(?:toi|tuyet) )?mat[^\w\n]*$")
_OF_DOCUMENT = re.compile(
    r"\s*(?:ke hoach|bao cao|cong van|phuong an|danh sach|thong bao|quyet dinh|to trinh|"
    r"so ?:? ?\d+|"
    r"so ?:|v/v|kinh gui|kinh chuyen|cong dien|chi thi|huong dan|bien ban|trich yeu|"
    r"cong hoa xa hoi)\b"
)
_OF_AGENCY = re.compile(
    r"\W*(?:cong an|ubnd|uy ban|dang uy|dang bo|hdnd|bch|ban chi huy|bo cong an)\b"
)
# Everyday words of which MẬT is a part, before and after it.
_BEFORE = re.compile(r"\b(?:bao|bi|can|chu|dau|tuan|noi|lay|hut|tui|nuoi|an|cho)\s+$")
_AFTER = re.compile(r"\s+(?:khau|ong|do|ma|thu|danh|phuc|vu|nghi|thiet|da|gau|bao|mia|tong)\b")
# Then it is the number that asks.
_NUMBERED = re.compile(r"\s*(?:[,:(]\s*)?(?:mang )?(?:so|ky hieu|so hieu)?[\s:.]*\d")
_NEAR = 200
_LONGEST_MARK = 80
_CELLS = re.compile(r"[^\t\n|]+?(?=\t|\||\n|$| {3,})")
_IN_NAME = re.compile(
    r"\b(?:tuyệt mật|tối mật|tuyet mat|toi mat|do mat|độ mật)\b|"
    r"(?:TUY[EỆ]T|T[OỐ]I)M[AẬ]T(?![a-z])|(?-i:\bMẬT\b)",
    re.IGNORECASE,
)
# In the name of a file a mark stands apart from its other words: `BC_..._MAT.docx`.
_MARK_IN_NAME = re.compile(r"(?<!\w)(?:(?:TUYET|TOI) )?MAT(?! *(?:[A-Z]|xe\b|tien\b|giay\b))(?!\w)")
_DOCUMENT_NAME = re.compile(
    r"\b(?:bao cao|bc|ke hoach|kh|cong van|cv|phuong an|pa|danh sach|ds|quyet dinh|qd|thong bao|tb|"
    r"to trinh|ttr|chi thi|ct|huong dan|hd|tai lieu|tl|van ban|vb|ho so|hs|cong dien|nghi quyet|nq|"
    r"bien ban|bb|so lieu|tinh hinh)\b"
)
_NO_MARK = re.compile(
    r"\b(?:kham|benh|be|rua|mo|dau|duc|bi|ra|lap|bo|nhan|tham|trung|me|tren)\s{1,2}$"
)
# The kind of a paper and its mark, in whatever letters.
_KIND_IN_NAME = re.compile(
    r"\b(?:bao cao|ke hoach|cong van|phuong an|quyet dinh|to trinh|chi thi|tai lieu|van ban|ho so|"
    r"cong dien|nghi quyet|bc|kh|cv|tl|vb) (?:(?:tuyet|toi) )?mat"
    r"(?= ?(?:$|(?:docx?|pdf|xlsx?|jpe?g|png|pptx?|zip|rar)\b|(?:cua|ngay|thang|nam|quy|tuan)\b))|"
    r"^(?:(?:tuyet|toi) )?mat (?:bao cao|ke hoach|cong van|phuong an|bc|kh|cv|pa)\b"
)
_KINDS = (
    r"(?:cong van|van ban|tai lieu|bao cao|ke hoach|cong dien|dien|chi thi|thong bao|huong dan|"
    r"phuong an|ho so|quyet dinh|to trinh|nghi quyet|chuong trinh)"
)
_MARKED_NUMBER = re.compile(
    rf"\b{_KINDS}\s+(?:tuyet |toi )?mat\s*(?:[,:(]\s*)?(?:mang )?(?:so|ky hieu|so hieu)?"
    r"(?: hieu)?[\s:.]*\d[\w./\-]*"
)
_SHORT_MARKED_NUMBER = re.compile(
    r"\b(?:kh|cv|bc|pa|tb|qd|ct|hd|nq|ttr)\W(?:(?:tuyet |toi )?mat)\Wso[\s:.]*\d[\w./\-]*"
)
_MARK_AFTER_NUMBER = re.compile(
    r"\b(?:so|van ban|ke hoach|cong van|bao cao)[\s:.]*\d{1,5}\s?[-/][\w\-/]{2,25}\s?"
    r"\((?:m|tm|mat|toi mat|tuyet mat)\)"
)

# A number as papers bear it, and one of which its letters say that it is secret.
_NUMBER = r"\d{1,5}\s?[-/]\s?[A-ZĐa-zđ][\w\-/.&]{1,25}"
_SECRET_SUFFIX = re.compile(
    r"(?<![\w/])\d{1,5}\s?[-/]\s?[A-ZĐ][A-ZĐa-z0-9&]*(?:[\-/.][A-ZĐa-z0-9&]+){0,3}"
    r"(?:[\-/.](?:M|TM|TUM)|[\-/.]?\((?:M|TM|TUM)\))(?![\w/\-])"
)
_SECRECY = r"(?:tuyệt |tối )?mật(?! (?:ong|khẩu|độ|mã|thư|danh|vụ|nghị|thiết|khu))\b"
_SECRET_AFTER = re.compile(
    rf"(?<![\w/])(?:số\s{{0,2}}:?\s{{0,2}})?{_NUMBER}[ ,(\-–:]{{1,4}}"
    r"(?:ngày [\d/.\-]+[ ,(\-–]{1,3})?(?:(?:độ mật|mức độ|cấp độ|mức|độ|loại|diện|thuộc|đóng|dấu|"
    r"có|là|được|mang|xếp|văn bản|tài liệu|của|công an|ubnd|đảng ủy|xã|huyện|tỉnh|này|một|bản)"
    rf"[ :,]{{1,3}}){{0,6}}{_SECRECY}",
    re.IGNORECASE,
)
_SECRET_BEFORE = re.compile(
    rf"(?<!bí )(?<!bảo )(?<!cơ )(?<!thân )(?<=\w )\b{_SECRECY}[^.!?;|\t\n\d]{{0,40}}\b(?:số|"
    rf"ký hiệu|kh|cv|bc|pa)"
    rf"\s{{0,2}}:?\s{{0,2}}{_NUMBER}",
    re.IGNORECASE,
)
_BARE_SECRET_AFTER = re.compile(
    rf"(?<![\w/])(?:so\s{{0,2}}:?\s{{0,2}})?{_NUMBER}[\s,(\-]{{1,3}}"
    r"(?:(?:do mat|loai|dong|dau|la)[\s:]{1,2}){0,3}(?:(?:tuyet|toi) )?mat\b(?! (?:ong|khau|do))"
)


def _secret(reading: Reading, start: int, end: int) -> Hit:
    words = reading.text[start:end].strip()
    return reading.hit(
        "secrecy",
        Level.BLOCK,
        start,
        end,
        f"Nội dung có dấu hiệu bí mật nhà nước (“{words[:40]}”). Không được đưa lên hệ thống này; "
        "hãy dùng kênh bảo mật theo quy định.",
    )


def _is_mark(words: str) -> bool:
    """Nothing but a mark, however it is spaced, alone or with a word of haste."""
    if len(words) > _LONGEST_MARK:
        return False
    letters = "".join(letter for letter in words if letter.isalpha())
    shouted = letters.upper()
    if shouted in {"MAT", "TOIMAT"} and letters != shouted:
        return False  # without marks `mat` is also an eye, `toi mat` also “I lost”
    return _HASTE.sub("", shouted).removeprefix("ĐỘMẬT") in _MARKS


def _stands_alone(reading: Reading, start: int, end: int) -> bool:
    """MẬT in capitals amid small letters, and no part of an everyday word."""
    first, last = reading.line_of(start)
    first, last = max(first, start - _NEAR), min(last, end + _NEAR)
    if not any(letter.islower() for letter in reading.text[first:last]):
        return False
    return not (
        _BEFORE.search(reading.bare[max(first, start - 12) : start])
        or _AFTER.match(reading.bare[end:last])
    )


def _is_of_number(reading: Reading, end: int) -> bool:
    """The mark is told of a paper by its number right before: then it is the number that asks."""
    return any(found.end() == end for found in _SECRET_AFTER.finditer(reading.text))


def _is_forbidden(reading: Reading, start: int, end: int) -> bool:
    """A rule for all papers with a mark, and none that is pointed at."""
    first, last = reading.line_of(start)
    text = reading.text
    before = _FORBIDDEN.search(text, max(first, start - 80), start)
    after = _UNLAWFUL.match(text, end, last)
    if not (before or after):
        return False
    begins = before.start() if before else max(first, start - 40)
    ends = after.end() if after else min(last, end + 6)
    return _AT_HAND.search(text, begins, ends) is None


def _places(reading: Reading) -> Iterator[tuple[int, int]]:
    at = 0
    for mark in _SMALL_MARK.finditer(reading.bare):
        said = reading.text[slice(*mark.span())].lower()
        if not said.isascii() and "mật" not in said:
            continue
        above = reading.bare[: mark.start()].rstrip().rpartition("\n")[2]
        below = "" if above else reading.bare[mark.end() :]
        of_agency = _OF_AGENCY.match(above) or _OF_AGENCY.match(below)
        if of_agency or _OF_DOCUMENT.match(reading.bare, mark.end()):
            yield mark.span()
    for line in reading.text.split("\n"):
        if _is_mark(line):
            yield at, at + len(line)
        for cell in _CELLS.finditer(line):
            if len(cell[0].strip()) < len(line.strip()) and _is_mark(cell[0]):
                yield at + cell.start(), at + cell.end()
        for pattern in (_AT_START, _BEGINS_DOCUMENT):
            if begins := pattern.search(line):
                yield at + begins.start(1), at + begins.end(1)
        for pattern in (_LEVEL, _NAMED_BARE):
            if named := pattern.search(line):
                yield at + named.start(), at + named.end()
        at += len(line) + 1
    yield from (match.span() for match in _BARE_LEVEL.finditer(reading.bare))
    for pattern in (_IN_BRACKETS, _IN_CAPITALS):
        yield from (match.span() for match in pattern.finditer(reading.text))
    for match in _SAID_TO_BE.finditer(reading.text):
        if not _AFTER.match(reading.bare, match.end()):
            yield match.span(1)
    for match in _OF_A_PAPER.finditer(reading.text):
        start, end = match.span(match.lastindex or 0)
        is_other = (
            _AFTER.match(reading.bare, end)
            or _NUMBERED.match(reading.bare, end)
            or _is_of_number(reading, end)
            or _is_forbidden(reading, start, end)
        )
        if not is_other:
            yield start, end
    for match in _NAMED.finditer(reading.text):
        start, end = match.span(1) if match[1] else match.span(2)
        is_told = match[2] is not None
        if is_told and (_is_of_number(reading, end) or _is_forbidden(reading, start, end)):
            continue
        if not _AFTER.match(reading.bare, end):
            yield start, end
    for match in _WORD.finditer(reading.text):
        if _stands_alone(reading, *match.span()):
            yield match.span()


def _in_name(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in _KIND_IN_NAME.finditer(reading.bare):
        shown = reading.text[slice(*match.span())].lower()
        if "mật" in shown or shown.isascii():
            yield match.span()
    is_mixed = any(map(str.islower, reading.text.rpartition(" ")[0]))
    for match in _MARK_IN_NAME.finditer(reading.text):
        is_other = _NO_MARK.search(reading.bare, max(0, match.start() - 12), match.start())
        if not is_other and (is_mixed or _DOCUMENT_NAME.search(reading.bare)):
            yield match.span()


def marks(reading: Reading) -> list[Hit]:
    """The first secrecy mark of a text: one is enough."""
    if reading.where.endswith("name"):
        found = [match.span() for match in _IN_NAME.finditer(reading.text)]
        found += [match.span() for match in _IN_BRACKETS.finditer(reading.text)]
        found += _in_name(reading)
    else:
        found = list(_places(reading))
    return [_secret(reading, *min(found))] if found else []


def marked_documents(reading: Reading) -> list[Hit]:
    """Numbers of documents of which it is said that they are secret."""
    found = [
        match.span()
        for pattern in (_MARKED_NUMBER, _SHORT_MARKED_NUMBER, _MARK_AFTER_NUMBER)
        for match in pattern.finditer(reading.bare)
    ]
    more = [*_SECRET_SUFFIX.finditer(reading.text)]
    more += [*_SECRET_AFTER.finditer(reading.text), *_SECRET_BEFORE.finditer(reading.text)]
    if reading.text.isascii():
        more += _BARE_SECRET_AFTER.finditer(reading.bare)
    for match in more:
        start, end = match.span()
        if not any(start < last and first < end for first, last in found):
            found.append((start, end))
    return [
        reading.hit(
            "secret_document",
            Level.SECOND_PERSON,
            start,
            end,
            f"Có số văn bản mật (“{reading.text[start:end][:60]}”). Hãy bỏ số văn bản đó; nếu văn "
            "bản đã được giải mật thì người duyệt phải xác nhận.",
        )
        for start, end in found
    ]


def carries_mark(text: str) -> bool:
    """Whether the text carries a mark of secrecy and so may not be kept here."""
    return bool(marks(read(text, "text")))
