"""Whether a sentence about an informant is neutral: nothing by which anybody is known."""

import re

from accounts.models import Commune
from accounts.vietnamese import clean, fold
from groups.disclosure import find
from groups.disclosure.names import full_names
from groups.disclosure.reading import read
from groups.models import Hamlet

LONGEST = 120
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"\w+")
# Offices, which are nobody.
_OFFICES = re.compile(
    r"\b(?:Công an|Ủy ban nhân dân|UBND|Đảng ủy|Nhà nước|Mặt trận|Thi đua\s*[-–,]\s*Khen thưởng)\b"
)
# Letters that begin a name where they are no beginning of a sentence.
_CAPITAL = re.compile(r"(?<=[\w,;:”)])\s+[“\"'(]?([^\W\d_])")
_PLACES = (
    "số nhà", "nhà số", "đường", "hẻm", "ngõ", "ngách", "ấp", "khu phố", "thôn", "xóm",
    "tổ nhân dân", "tổ dân phố", "chợ", "trường", "quán", "nhà trọ", "công ty", "cầu", "gần",
    "cạnh", "sau nhà", "trước nhà",
)  # fmt: skip
_TELLING = (
    "tên", "bà con", "con của", "vợ", "chồng", "hàng xóm", "chủ nhà", "thợ", "làm nghề", "tuổi",
    "điện thoại", "zalo", "buổi sáng", "buổi chiều", "buổi tối", "ban đêm", "hôm qua", "tháng",
    "ông", "bà", "anh", "chị", "cô", "chú",
)  # fmt: skip


def refusals(sentence: str, commune: Commune) -> list[str]:
    """Why this sentence may not stand beside a token; empty where it may."""
    said = clean(sentence)
    bare = _OFFICES.sub("cơ quan", said)
    found = []
    if not said:
        found.append("Hãy ghi một câu ngắn về thành tích.")
    if len(said) > LONGEST:
        found.append(f"Câu dài quá {LONGEST} chữ. Hãy viết gọn, chung.")
    if find(said) or any(full_names(read(bare))) or _has_capital(bare):
        found.append("Câu có tên riêng, số điện thoại hoặc số giấy tờ. Hãy bỏ đi.")
    if _DIGIT.search(said):
        found.append("Câu có chữ số. Hãy bỏ ngày, giờ, số nhà, số tiền.")
    if _says(bare.lower(), _PLACES) or _says(fold(bare), _names_of(commune)):
        found.append("Câu cho biết nơi chốn. Hãy viết chung, không nêu nơi.")
    if _says(bare.lower(), _TELLING):
        found.append("Câu cho biết người báo tin là ai hoặc báo lúc nào. Hãy viết chung.")
    return found


def _has_capital(said: str) -> bool:
    return any(match[1].isupper() for match in _CAPITAL.finditer(said))


def _says(said: str, words: tuple[str, ...]) -> bool:
    spaced = f" {' '.join(_WORDS.findall(said))} "
    return any(f" {word} " in spaced for word in words)


def _names_of(commune: Commune) -> tuple[str, ...]:
    """Names of the place, those of before too, word by word as they are searched for."""
    rows = Hamlet.objects.of_commune(commune).values_list("name", "former_names")
    names = [name for now, former in rows for name in (now, *former.splitlines())]
    return tuple(" ".join(_WORDS.findall(fold(name))) for name in (*names, commune.name))
