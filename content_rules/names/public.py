"""Names that a post may say unasked: of officials, of places, of the dead of history."""

import re
from collections.abc import Iterable

from content_rules.engine.reading import Reading
from content_rules.names.full import Name, heading
from content_rules.names.lexicon import BARE_HISTORIC, HISTORIC, UNMARKED

# Who speaks or acts as the holder of an office, a rank, a calling for the public.
HEAD = (
    r"(?:(?:pho |quyen )?(?:truong (?:cong an|ca|cax|ap|khu|thon|phong|ban|tram|to|doan|doi|khoa|"
    r"nhom|"
    r"bo mon|doan thanh nien|don vi|chi nhanh)|bi thu|chu tich|giam doc|chu nhiem|hieu truong|"
    r"tong bi thu|thu tuong|bo truong|thu truong|tu lenh)|"
    r"hieu pho|chi huy (?:truong|pho)|chinh tri vien|quan su truong|"
    r"(?:to|doi|ap|thon|khu|nhom|doan|hoi|chi hoi|phan hoi|ap doi|thon doi|khu doi|tieu doi|"
    r"trung doi|lop) "
    r"(?:truong|pho)|pho (?:ap|to|thon|hoi)|tong phu trach|"
    r"ubv|uy vien|dai bieu|ung cu vien|thuong truc|thuong vu|dan bieu|"
    r"can bo|cong chuc|vien chuc|cong an vien|canh sat|csgt|cskv|cskt|dieu tra vien|trinh sat|"
    r"kiem lam|"
    r"tham phan|kiem sat vien|chap hanh vien|cong chung vien|thanh tra vien|hoa giai vien|truc ban|"
    r"dong chi|d/c|dc|(?:ha|trung|thuong) si|chien si|"
    r"(?:thieu|trung|thuong|dai) (?:ta|uy)|(?:thieu|trung|thuong|dai) tuong|"
    r"bac si|bac sy|bs|bs ck\w*|y si|y sy|ys|dieu duong|ho sinh|nu ho sinh|duoc si|"
    r"giao vien|gv|gvcn|thay giao|co giao|thay|thay co|nha giao|giang vien|bao mau|"
    r"luat su|ls|tro giup vien|nha bao|phong vien|bien tap vien|phat thanh vien|mc|"
    r"hoa thuong|thuong toa|dai duc|ni su|ni truong|su (?:co|thay|ong|ba|phu|ca)|linh muc|muc su|"
    r"giam muc|duc cha|duc ong|cha (?:so|xu|pho|quan xu)|chanh xu|pho te|nu tu|tu si|xo|soeur|"
    r"quan xu|quan nhiem|pho xu|tru tri|tri su|ong trum|ong quan|giao tho|truyen dao|chanh tri su|"
    r"giao huu|le sanh|"
    r"hue truong|thay ca|"
    r"(?:ban|chanh|pho) (?:dai dien|hanh giao)|chanh truong|chanh hoi|"
    r"chuyen gia|ky su|kien truc su|giao su|tien si|thac si|ts|ths|gs|"
    r"ca si|nghe si|nghe nhan|nhac si|nha van|nha tho|hoa si|dien vien|danh hai|hoa hau|nsut|nsnd|"
    r"cau thu|thu mon|van dong vien|vdv|huan luyen vien|hlv|trong tai|ky thu|vo si|tay vot|"
    r"anh hung|liet si|vua|danh tuong|danh nhan|nha cach mang|"
    r"ke toan|thu quy|thu ky|van thu|bao ve|nhan vien|giao dich vien|cong tac vien|"
    r"nguoi (?:ky|phat ngon|lap bieu)|tm|kt|tuq|dau moi)"
)
_BEFORE = re.compile(rf"\b{HEAD}\b")
# Without their marks these are other words too.
_MARKED_HEADS = {
    "vua": "vua", "thay": "thầy", "anh hung": "anh hùng", "bao ve": "bảo vệ", "danh hai": "danh "
    "hài",
    "truong ca": "trưởng ca", "hoi truong": "hội trưởng", "ky thu": "kỳ thủ", "thu ky": "thư ký",
}  # fmt: skip
_VERBS = re.compile(
    r"\b(?:mời|giúp|tiếp(?! dân| nhận)|hiến|dẫn|vận động|thăm|với|tới|đến|hỏi|kiểm tra|truy|nhắn|"
    r"báo(?! chí| cáo)|"
    r"moi(?! truong)|giup|hien dat|dan(?! quan| van| so| cu| pho| toc))\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,30}\))?(?:\s{0,2}[,(\-|\t:/]\s{0,3}|\s{0,2}\n\s{0,3}|\s{1,2}(?:la|"
    r"giu chuc(?: vu)?|lam)\s)"
    r"(?:(?:hien|dang|nay|hien nay|la|nguyen|giu chuc(?: vu)?|chuc vu|moi|lam|giu|cuu|anh|mot|:|"
    r"d/c|dong chi)\s{1,2}){0,4}"
    rf"{HEAD}\b"
)
_AFTER_CLOSE = re.compile(
    r" (?:(?:Phó |PHÓ )?(?:Trưởng|TRƯỞNG|Chủ tịch|CHỦ TỊCH|Bí thư|BÍ THƯ|Giám đốc|GIÁM ĐỐC)|"
    r"Tổ trưởng|"
    r"Hiệu trưởng|HIỆU TRƯỞNG|Ấp trưởng|Chi hội|"
    r"(?:phó )?(?:tổ trưởng|trưởng ấp|ấp trưởng|chủ tịch|bí thư)|"
    r"tổ phó|phó ấp|chi hội trưởng|công an viên|hiệu trưởng|giám đốc)\b"
)
# Words that belong to an office or an address and no verb among them.
_OF_OFFICES_WORDS = """
cong an cax ca ubnd uy ban nhan dan hdnd hoi dong dang uy dang bo chi bo mttq mat tran to quoc hoi
chi hoi lien hiep phu nu nong cuu chien binh ccb thanh nien doan xa phuong thi tran huyen tinh
thanh pho tp quan ap khu kp thon to dan tu cu so truong tieu hoc thcs thpt th mam non mau giao lop
chu nhiem gvcn cap tram y te benh vien trung tam khoa phong su bch ban an ninh trat tu antt bao ve
co so dieu hanh chi huy phu trach dia ban vuc truc phan tiep bo mot cua van hoa phap ho tich chinh
xay dung nghiep moi kinh tai ke toan ty htx hop tac doanh nhanh ngan hang luc nguyen hien la ong
ba anh chi co thay bac chu dong d/c dc em tap the vien nguoi cao tuoi do khuyen tho lai kiem tong
tuyen giao dan van noi vu thuong vu tuyen huan luyen ho ten va chuc danh ky trung doi tieu dqtv
quy tin dung dien nuoc thu moi giam sat cong dong dai to nghe sy si nhi viet nam can phap luat chu
ky ck ckii cki khu vuc xom nhom nhien ly quan rung the thao ve sinh thu y thuy loi tnhh mtv cp
phan bcd pccc cnch
luc luong vu trang lao dong
tdp mtqg trg kiem nhiem dan toc ton giao nghi chuyen trach ban thuong tro giup
"""
_OF_OFFICES = frozenset(_OF_OFFICES_WORDS.split())
_TOKEN = re.compile(r"[^\W\d_][\w/]*|\d[\w/]*|[^\w\s]|\n")
_SIGNS = frozenset(",:-(.|/\t*")
_PLURAL = re.compile(r"\b(?:cac|nhung|hai|ba|bon|gom|\d{1,2})\b[^\n.;]{0,6}$")
_SIGNED = re.compile(r"\((?:da ky|ky ten|ky|da ky dong dau)[^)]*\)|(?:da ky|ky ten dong dau)")
# Linh mục Phê-rô, Giu-se, Gioan Bao-ti-xi-ta.
_HOLY_NAME = re.compile(r"\b[a-z]{2,6}(?:-[a-z]{1,6}){1,4}\b")
_WINDOW = 90
# With a word of today between them the name is that of their family.
_OF_THE_PAST = frozenset(("anh hung", "liet si", "vua", "danh nhan", "danh tuong"))
_MOST_TOKENS = 14
# A title of honour that neighbours still bear: Mẹ Việt Nam anh hùng.
_MOTHER = re.compile(r"\b(?:me|ma) (?:viet nam|vn) $")
_IN_MEMORY = re.compile(
    r"\b(?:tượng đài|tượng|mộ|thờ|cố|tên|thắp hương|giỗ|tưởng niệm|tuong dai|phan mo) "
    r"(?:mẹ|má|me)\b",
    re.IGNORECASE,
)

_PLACE = re.compile(
    r"(?:\b(?:"
    # roads and waters
    r"(?:tuyến |con |trục )?đường|phố|đại lộ|quốc lộ|tuyến|hẻm|ngõ|ngã (?:ba|tư|năm|sáu)|"
    r"vòng xoay|bùng binh|"
    r"cầu|cống|chợ|bến|bến xe|bến phà|kênh|rạch|suối|hồ|núi|đèo|công viên|quảng trường|"
    r"sân vận động|svđ|"
    r"duong|pho|dai lo|hem|nga (?:ba|tu|nam)|giao lộ|tên đường|"
    # schools, hospitals, places of worship
    r"(?:trường|truong|th|thcs|thpt|mn|ptdtnt|đh|cđ)"
    r"(?: (?:tiểu học|trung học(?: cơ sở| phổ thông)?|th|thcs|thpt|th&thcs|mầm non|mẫu giáo|mn|"
    r"đại học|cao đẳng|"
    r"cấp \d|chuyên|dân lập|quốc tế|nội trú|dạy nghề|tieu hoc|mam non|hoc|&|-|và))*|"
    r"tiểu học|mầm non|mẫu giáo|tieu hoc|mam non|"
    r"(?:bệnh viện|bv|benh vien|viện|trạm y tế|thư viện|bảo tàng|nhà văn hóa|nha van hoa|tượng đài|"
    r"đền thờ|đền|(?<!gia )(?<!Gia )đình|miếu|lăng|chùa|tịnh xá|giáo xứ|giáo họ|nhà thờ|"
    r"khu di tích|nghĩa trang|"
    r"hội trường)|"
    r"ấp|thôn|khu phố|(?<!hàng )(?<!Hàng )(?<!lối )xóm|buôn|sóc|phường|xã|huyện|thị trấn|"
    r"thành phố|tp\.?|t\.p\.?|"
    r"chi đội|liên đội|đội|lớp|giải(?: thưởng)?|cúp|quỹ|học bổng|danh hiệu|huân chương|"
    r"phong trào|chiến dịch|tên (?:các )?(?:tuyến )?đường[^.!?\n]{0,60}|"
    r"cup|giai|(?:đường|trường|cầu|phố|chợ) mang tên|"
    r"trích đoạn|tuồng|vai|nhân vật|bài hát|ca khúc|bài|phim|vở|tác phẩm|tập thơ|truyện|"
    r"nhạc phẩm|chuyện về|gương"
    r")|(?:thời|nhà|triều|vua|đời))\s{0,2}[\"“'(]?$",
    re.IGNORECASE,
)
_SHOP = re.compile(
    r"(?<!chủ )(?<!Chủ )(?<!chu )(?<!thợ )\b(?:công ty|cty|cong ty|doanh nghiệp|dntn|tập đoàn|"
    r"hợp tác xã|htx|nhà hàng|khách sạn|nhà nghỉ|nhà trọ|"
    r"khu trọ|karaoke|quán|tiệm|shop|salon|spa|nhà thuốc|phòng khám|nha khoa|gara|garage|"
    r"cửa hàng|đại lý|"
    r"hộ kinh doanh|hkd|cơ sở|cơ sở sản xuất|vựa|trại|nhà xe|xe khách|hãng|nhà sách|siêu thị|"
    r"điện máy|lò bánh|lò mổ|"
    r"tạp hóa|bách hóa|xưởng|thương hiệu|nhãn hiệu|tiem|quan|nha hang|khach san|nha tro|cua hang|"
    r"tap hoa|"
    r"bánh mì|phở|bún|chè|cơm tấm|cà phê|cafe|gạo|kem|trà sữa)"
    r"(?: (?!(?:ông|bà|anh|chị|em|cháu|bé|cô|chú|bác|cậu|dì|thím|mợ|thầy|của|cho|tên|là|bị|do|"
    r"với|có|bắt|gặp|"
    r"mời|đón|thấy|được|đã|vừa|đang|ông|chủ|tặng|gởi|gửi|nhờ|và|cùng|về|từ|báo|"
    r"khen)\b)[\w&.]{1,10}){0,3}"
    r"\s{0,2}[\"“'(:]?$",
    re.IGNORECASE,
)
_SPECIMEN = re.compile(r"\b(?:vi du|vd|mau|thi du|gia su|chang han)\b")
# The sheet to be filled in is one from its head on: HỢP ĐỒNG (MẪU).
_BLANK_SHEET = re.compile(
    r"\((?:ban |bieu )?mau\)|(?m:^) ?(?:bieu )?mau (?:don|giay|so|hop dong)\b"
)
_HONORIFIC = re.compile(
    r"\b(?:ong|ba|anh|chi|em|chau|be|co|chu|bac|cu|di|thay|ten|doi tuong|nan nhan|hoc sinh|"
    r"bi can|bi cao|"
    r"bi hai|nghi pham|thang)\b\s{0,3}$"
)
# “Chị Võ Thị Sáu”: the title of a play or a song.
_QUOTED = re.compile(r"[\"“‘'«](?i:anh|chị|em|bà|cô|cụ|bác|ông|chi|ba|co|cu)\s$")
_NEAR_PHONE = 32


def _is_office(reading: Reading, name: Name, names: list[Name]) -> bool:
    """An office stands before the name with nothing but its words between."""
    first = max(0, name.start - _WINDOW)
    before = reading.bare[first : name.start]
    heads = list(_BEFORE.finditer(before))
    for head in reversed(heads):
        said = reading.text[first + head.start() : first + head.end()]
        if not _is_head(head[0], said):
            continue
        between = _HOLY_NAME.sub(" ", _SIGNED.sub(" ", before[head.end() :]))
        shown = reading.text[first + head.end() : name.start]
        others = [
            other
            for other in names
            if first + head.end() <= other.start < name.start and not _is_place(reading, other)
        ]
        if others:
            if not _PLURAL.search(before[max(0, head.start() - 20) : head.start()]):
                return False
            return re.search(r"[.!?;\n]", between) is None
        if head[0] in _OF_THE_PAST and _HONORIFIC.search(before[-14:]):
            return False
        if head[0] == "anh hung" and _MOTHER.search(before, 0, head.start()):
            return _IN_MEMORY.search(reading.text, first, name.start) is not None
        return is_of_office(between, shown)
    return False


def _is_head(bare: str, shown: str) -> bool:
    marked = _MARKED_HEADS.get(bare)
    if marked is None:
        return True
    is_one_case = shown[1:].islower() or shown.isupper()
    return is_one_case and ((shown.isascii() and bare != "thay") or shown.lower() == marked)


def is_of_office(bare: str, shown: str) -> bool:
    """Whether words are nothing but those of an office or an address."""
    if _VERBS.search(shown):
        return False
    tokens = _TOKEN.findall(bare)
    if len(tokens) > _MOST_TOKENS or bare.count("\n") > (2 if len(tokens) < 5 else 1):
        return False
    if re.search(r"[.!?;]\s", bare.strip() + " ") and not re.fullmatch(r"\s*\.\s*", bare):
        return False
    titled = {
        word.lower().translate(UNMARKED)
        for word in re.findall(r"[^\W\d_]\w*", shown)
        if word[0].isupper() and not word.isupper()
    }
    known = _OF_OFFICES | _SIGNS | titled | {"\n"}
    return all(word in known or word[0].isdigit() for word in tokens)


def _is_place(reading: Reading, name: Name) -> bool:
    before = reading.text[max(0, name.start - 60) : name.start]
    line = before.rpartition("\n")[2]
    return _PLACE.search(line) is not None or _SHOP.search(line) is not None


def _is_of_history(reading: Reading, name: Name) -> bool:
    """The name of somebody whom streets are called after, and no item of a list of people."""
    said = reading.text[name.start : name.end].lower()
    if said not in HISTORIC and not (said.isascii() and said in BARE_HISTORIC):
        return False
    if _QUOTED.search(reading.text, max(0, name.start - 14), name.start):
        return True
    has_honorific = _HONORIFIC.search(reading.bare, max(0, name.start - 14), name.start)
    return not has_honorific and not heading(reading, name)


def is_public(
    reading: Reading, name: Name, names: list[Name], official: Iterable[tuple[int, int]] = ()
) -> bool:
    """Whether a name is no private person's: of an office, a place, history, an official phone."""
    bare = reading.bare
    if _is_place(reading, name) or _is_office(reading, name, names):
        return True
    if _AFTER.match(bare, name.end) or _AFTER_CLOSE.match(reading.text, name.end):
        return True
    if _is_of_history(reading, name):
        return True
    first, last = reading.line_of(name.start)
    if any(
        first <= start and end <= last and -_NEAR_PHONE < start - name.end < _NEAR_PHONE
        for start, end in official
    ):
        return True
    around = bare[max(first, name.start - 40) : min(last, name.end + 40)]
    if len(reading.text[name.start : name.end].split()[-1]) > 1:
        return False
    return bool(_SPECIMEN.search(around) or _BLANK_SHEET.search(bare, 0, name.start))


# Officials who are themselves called suspect, punished or victim: their office covers no name.


# What is done to somebody, told in the passive right behind the name or what is put in between.
_SUFFERED = (
    r"(?:khoi to|bat|xu phat|xu ly|phat|truy (?:to|na|tim|cuu|sat|duoi)|tam g\w+|ky luat|"
    r"khien trach|"
    r"canh cao|tuyen|ket (?:an|luan vi pham)|xet xu|cach (?:chuc|tat ca)|dinh chi|khai tru|tuoc|"
    r"bai nhiem|mien nhiem|buoc thoi|cho thoi|giang (?:chuc|cap)|ha bac|sa thai|duoi viec|"
    r"dua ra|to (?:cao|giac)|kien|dieu tra|kiem diem|lap bien ban|thu hoi|loai khoi|"
    r"lua|cuop|giat|trom|danh|dam|chem|ban|hanh hung|tan cong|de doa|nhuc ma|lang ma|boi nho|"
    r"xuc pham|vu khong|tong|dung|tai nan|thuong|nhiem|ngo doc|mat (?:tich|cap|trom)|chong|"
    r"(?:bo|phat hien|bat qua tang) \w+)"
)
_ADVERBS = (
    r"(?:(?:da|vua|moi|cung|chinh thuc|hom (?:nay|qua)|(?:sang|chieu|toi|trua|dem) (?:nay|qua)|"
    r"ngay "
    r"[\d/.]+|vua qua|phai|van|dang|lai|nguoi|se|sap)\s){0,3}"
)
# An office, a hamlet, an age between two signs.
_ASIDE = r"(?:\s?[(\-,][^.!?;\n]{2,60}?[)\-,])?"
_PUNISHED = re.compile(
    rf"{_ASIDE}\s?,?\s{_ADVERBS}(?:bi {_SUFFERED}\b(?! hai\b)|(?:nhan|linh|lanh|"
    rf"chiu) (?:hinh thuc |muc |quyet "
    r"dinh |ban )?(?:an|ky luat|canh cao|khien trach|hinh phat|muc an|\d+ (?:nam|thang) tu)\b|"
    r"(?:ra )?(?:dau thu|tu thu|hau toa)\b|khai nhan\b)"
)
# The same told of whoever is named next, with nothing but an office between.
_VERB = re.compile(
    r"\b(?:khoi to(?: (?:bi can|vu an))?|bat (?:tam giam|giam|giu|khan cap|qua tang)|truy (?:to|"
    r"na|tim)|"
    r"tam (?:giam|giu|dinh chi(?: cong tac| chuc vu)?)|dinh chi(?: cong tac| chuc vu|"
    r" sinh hoat dang)?|"
    r"ky luat|khai tru(?: dang| khoi dang)?|cach (?:het )?chuc(?: vu)?|"
    r"cach tat ca chuc vu(?: trong dang)?|"
    r"tuoc (?:danh hieu(?: cand)?|quan tich|quan ham)|buoc thoi viec|bai nhiem|canh cao|"
    r"khien trach|(?:xu )?phat(?: hanh chinh)?|xet xu|tuyen an|ket an|kiem diem|to cao|giang cap|"
    r"ha bac luong)\b(?:\s(?:doi voi|voi|la|nguyen|cuu|dang|chinh quyen|dang vien|"
    r"hinh thuc \w+ \w+|"
    r"hinh thuc|hinh su|"
    r"canh cao|khien trach|cach chuc|khai tru|\d+ thang)){0,4}\s?"
)
_HEADS = re.compile(rf"\b{HEAD}\b")
_FAR = 120
_BY = re.compile(
    r"\b(?:do|boi|theo|gui|ky|cua|giao|phan cong|bao cao|noi|cho biet|tai|vi|khi|de)\b"
)


def is_disciplined(reading: Reading, name: Name) -> bool:
    """Whether it is told that this very person, whatever the office, is punished or harmed."""
    if _PUNISHED.match(reading.bare, name.end):
        return True
    first = max(0, name.start - _FAR)
    for verb in _VERB.finditer(reading.bare, first, name.start):
        between = reading.bare[verb.end() : name.start]
        if _BY.search(between):
            continue
        between = _HEADS.sub(lambda head: " " * len(head[0]), between)
        if is_of_office(between, reading.text[verb.end() : name.start]):
            return True
    return False
