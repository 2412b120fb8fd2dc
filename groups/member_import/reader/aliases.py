"""The fields of a list, and the many headings under which hamlets write them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from vietnamese.text import clean, fold

IGNORED = "ignored"
LINE = "line"
NATIONAL_ID = "national_id"
# What a column may hold, with the words of the mapping screen.
FIELDS = {
    "full_name": "Họ và tên",
    "family_name": "Họ và tên đệm",
    "middle_name": "Tên đệm",
    "given_name": "Tên",
    "phone": "Số điện thoại",
    "other_phone": "Số điện thoại khác",
    "relative_phone": "Số điện thoại người thân",
    "birth": "Ngày sinh hoặc năm sinh",
    "other_birth": "Ngày sinh khác, đọc khi ô kia để trống",
    "birth_day": "Ngày của ngày sinh",
    "birth_month": "Tháng của ngày sinh",
    "birth_year": "Năm của ngày sinh",
    "birth_male": "Năm sinh của nam",
    "birth_female": "Năm sinh của nữ",
    "gender": "Giới tính",
    "male_mark": "Đánh dấu nam",
    "female_mark": "Đánh dấu nữ",
    "address": "Địa chỉ",
    "house_number": "Số nhà",
    "street": "Đường",
    "team": "Tổ",
    "household_code": "Mã hộ",
    "household_head": "Chủ hộ",
    "relation": "Quan hệ với chủ hộ",
    "number": "Số thứ tự",
    LINE: "Cả họ tên, năm sinh, số điện thoại",
    NATIONAL_ID: "Số căn cước (không đọc)",
    IGNORED: "Bỏ qua",
}
NAME_FIELDS = ("full_name", "family_name", "household_head")

# Tried in order on the folded heading without punctuation; the first that fits whole, wins.
_ALIASES: dict[str, tuple[str, ...]] = {
    "number": (r"s ?t ?t|t ?t|so tt|so thu tu|no|so",),
    "full_name": (
        r"(ho va ten|ho ten|ten|hoten|hovaten)( (day du|khai sinh|ca nhan|trong ho))?",
        r"(ho va ten|ho ten)(?! (cha|me|vo|chong|bo|nguoi than|tren|zalo|chu ho|dem|lot)) .{1,30}",
        r"ten (cac )?(thanh vien|nguoi|hoi vien|dang vien|doan vien|cong dan|nhan khau).*",
        r"(ho va ten|ho ten) chu ho (va )?(cac )?(thanh vien|nhan khau|nguoi).*",
        r"ho (va )?(chu )?(dem|lot) (va )?ten.*|h ten|full ?name|name|thanh vien",
    ),
    IGNORED: (
        r"(ngay|noi|co quan) cap.*|(ngay )?(da )?(vao|tham gia)( nhom)?( zalo)?|da ket ban",
        r".*(dan toc|ton giao|nghe nghiep|trinh do|hoc van|email|chuc (vu|danh)|quoc tich).*",
        r".*(ky ten|ky nhan|chu ky|(que|nguyen) quan|noi sinh|doan the|dang vien|facebook).*",
        r"(so )?(dien thoai|sdt|dt) (cua )?(to truong|truong|chu nha|can bo|nguoi (lap|moi)).*",
        r"ghi chu.*|gc|note|khac|loai|tuoi|so (nhan )?khau",
        r"(ten|nick|nickname|tai khoan)( tren| dung)? zalo|ten hien thi|zalo name",
        r"ap|khu pho|kp|thon|xom|ap khu pho|xa|xa phuong|phuong|tinh|huyen|.* (type|label)",
    ),
    NATIONAL_ID: (r".*(cccd|cmnd|cmtnd|cmt|can cuoc|dinh danh|ho chieu|cc cd|gttt|tuy than).*",),
    "relative_phone": (
        r".*(dien thoai|sdt|so dt|dt|lien he|lien lac).* (nguoi than|nguoi nha|khan cap)",
        r"(so )?(dien thoai|sdt|dt) (cua )?(vo|chong|con|cha|me|bo|bo me|cha me)",
    ),
    "other_phone": (
        r".*(dien thoai|sdt|so dt|dt|lien he|lien lac).* (khac|du phong|phu|2|thu hai)",
    ),
    "phone": (
        r".*(dien thoai|s ?dt|so dt|dtdd|di dong|so may|mobile|phone).*|d ?t|tel",
        r"(so )?lien (he|lac)|(so |sdt |so dung )?zalo|so d t",
    ),
    "relation": (
        r"(moi )?(quan he|q ?h|q he)( voi)?( chu ho| ch)?|qhch|quan he.*|vai tro( trong ho)?",
    ),
    "household_code": (
        r"(ma|ma so) ho( gia dinh| dan)?|so ho( khau| gia dinh)?|ho so|so hk|shk|ho khau so",
    ),
    "household_head": (
        r"((ho va |ho )?ten )?(chu ho|dai dien ho)( gia dinh)?|ho gia dinh|ho ong ba",
    ),
    "middle_name": (r"(ten |chu )?(dem|lot)|dem lot",),
    "family_name": (r"(ho|ho ten|ho va ten|ho chu|ho va|ho va chu) ?(dem|lot)|ho",),
    "birth": (
        r"((ngay thang )?nam|ngay( thang)?( nam)?) sinh.*|ntns|n t n s|ngay thang nam",
        r"sinh (nam|ngay).*|n ?sinh|ns|sinh|birth.*|dob",
    ),
    "gender": (r"gioi tinh.*|phai|gt|nam nu|gender|sex|gioi|g tinh",),
    "house_number": (r"so nha|so nha duong|nha so",),
    "street": (r"duong|ten duong|duong pho|hem|so nha hem",),
    "team": (
        r"to|to (nhan dan|dan pho|antq|antt|tu quan|an ninh|doan ket|dan cu|so|lien gia).*",
        r"(thuoc|so|ten) to|to t?nd|tnd|cum( dan cu)?|.*\bto nao",
    ),
    "address": (
        r".*(dia chi|noi o|cho o|thuong tru|tam tru|cu tru|noi dang ky|hktt|address).*|d ?c",
        r"(noi )?(tru quan|cu ngu|tru ngu)( hien nay)?",
    ),
}
_COMPILED = tuple((name, re.compile("|".join(forms))) for name, forms in _ALIASES.items())
_LONGEST_HEADING = 400
_LOST_LETTER = re.compile(r"\ufffd|[^\W\d_]\?\S|[^\W\d_]\?\s\S|\s\?\S")
_USUAL = {
    "ho va ten": "full_name", "ho ten": "full_name", "so dien thoai": "phone", "sdt": "phone",
    "dien thoai": "phone", "nam sinh": "birth", "ngay sinh": "birth", "gioi tinh": "gender",
    "dia chi": "address", "to": "team", "chu ho": "household_head",
}  # fmt: skip
_SPELLED = {"ho": "họ", "to": "tổ"}
_NUMBERING = re.compile(r"[(\[]?\s*\d{1,2}\s*[)\]]?")


def without_notes(text: str) -> str:
    """A heading without what it explains in brackets."""
    return re.sub(r"\(.*?\)", " ", clean(text[:_LONGEST_HEADING]).replace("\n", " "))


def plain_heading(text: str) -> str:
    """A heading without marks, brackets and signs."""
    return _plain(text[:_LONGEST_HEADING])


@lru_cache(maxsize=2048)  # the rows of a list are asked again and again whether they are headings
def _plain(text: str) -> str:
    bare = re.sub(r"[^a-z0-9]+", " ", fold(without_notes(text))).strip()
    return bare or re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()


def field_named(heading: str) -> str:
    """The field of one heading; empty where it is none that lists use."""
    return _field_named(heading[:_LONGEST_HEADING])


@lru_cache(maxsize=2048)
def _field_named(heading: str) -> str:
    bare = plain_heading(heading)
    if not bare or len(bare) > 60 or re.search(r"\d{5}", bare):
        return ""
    if bare in _SPELLED and not heading.isascii() and _SPELLED[bare] not in heading.lower():
        return ""  # the family Hồ and the family Tô are no headings
    named = next((name for name, pattern in _COMPILED if pattern.fullmatch(bare)), "")
    return named or (_field_of_remains(heading) if _LOST_LETTER.search(heading) else "")


def _field_of_remains(heading: str) -> str:
    """`H? v� t�n`: question marks stand where letters were lost."""
    pattern = re.compile(re.sub(r"[?\ufffd]", ".", re.sub(r"[^a-z?\ufffd]+", " ", fold(heading))))
    return next((name for text, name in _USUAL.items() if pattern.fullmatch(text)), "")


def field_of(parts: Sequence[str]) -> str:
    """The field of a heading of several rows, outermost first."""
    parts = [part for part in parts if part.strip() and not _NUMBERING.fullmatch(part.strip())]
    if not parts:
        return ""
    child, parents = parts[-1], parts[:-1]
    outer = [field_named(part) for part in parents]
    bare = plain_heading(child)
    if clean(child).lower() == "năm" and "birth" in outer:
        return "birth_year"
    if bare in ("nam", "nu"):
        by_sex = (
            ("birth_male", "birth_female") if "birth" in outer else ("male_mark", "female_mark")
        )
        return by_sex[bare == "nu"]
    if "birth" in outer and bare in ("ngay", "thang"):
        return "birth_day" if bare == "ngay" else "birth_month"
    if "full_name" in outer and bare in ("ho", "ten", "ho dem", "ho va dem"):
        return "given_name" if bare == "ten" else "family_name"
    inner = field_named(child)
    if inner == "number" and outer:
        inner = ""
    together = field_named(" ".join(parts)) if parents else ""
    return inner or together or next((name for name in reversed(outer) if name), "")
