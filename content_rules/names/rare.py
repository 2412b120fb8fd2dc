"""Names of families that no list holds: told by their middle name, syllables and surroundings."""

import re
from itertools import pairwise

from content_rules.names.lexicon import GIVEN, NO_NAMES, UNMARKED

# One syllable of Vietnamese without its marks.
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_MIDDLE = frozenset(("văn", "thị"))
# Middle names that hardly any other name or heading has.
_OTHER_MIDDLE = frozenset(("đình", "hữu", "bá", "trọng", "viết", "sỹ", "duy"))
# No family: words of offices, houses, days, and of what is written with capitals besides.
_NO_PART_WORDS = """
khỏe khoẻ ngoan yêu em bé gái trai hội nhà trường công ủy uỷ ban quán tiệm siêu chợ đội phòng cảnh
sát chương trình quý phụ huynh ngày tết cháu bác đảng nước quốc gia trung tâm chủ tịch bí thư trưởng
phó giám đốc đoàn viên cán bộ cựu chiến binh mẹ cha ông bà anh chị cô chú thầy mặt trận tổ khu ấp xã
phường huyện tỉnh thành phố đường cầu bệnh viện trạm y chùa miếu nhóm câu lạc lớp khối ngân hàng
bưu điện sở cục bộ viện tòa án vườn rừng sông suối núi biển đảo kho bến bãi tôi tui mình bạn
người dân nhân dịp kính chào xin mời cảm thông báo tin giải cúp bánh nước sữa mì phở
cơm trà cà phê xe máy xăng dầu điện thoại zalo facebook app phim vở tuồng bài hát đại úy tá thượng
thiếu sĩ lễ xuân phật chúa thánh đức giáo việt á âu mỹ nhật tàu sao rồng phượng lân
tập vui chữ gà vịt bò heo lẩu món mừng
luật nghị định quyết kế hoạch dự án quỹ học tiểu mầm non mẫu
"""
_NO_FAMILY = frozenset(_NO_PART_WORDS.split())
# Of these some are families too, where a person is called by them: anh Đường Minh Trí.
_ALSO_FAMILIES = frozenset(("đường", "mẫu", "lễ", "công", "giáo", "án", "sử"))
_NO_MEMBER_WORDS = """
hội trường ủy uỷ quán tiệm đội phòng chương quyết nghị huyện phường viện trạm chùa lớp khối hàng sở
cục vườn sông suối núi cầu chợ xã ấp tỉnh phố bến tết ngày nhà giải cúp nước người dân phụ tổ trận
đảng ngoan bác nướng cơm lẩu xào chiên
"""
_NO_MEMBER = frozenset(_NO_MEMBER_WORDS.split())
# With these begin names of places.
_OF_PLACES_WORDS = """
tân phú bình long mỹ xuân an phước hòa hoà hưng đông tây bắc thủ gò cái rạch vĩnh thuận hiệp bàu
sông đồng biên bà cây trảng láng đất hố dầu giồng nhơn trị túc la gia cẩm định thống nam thạnh lộc
ninh hậu tiền kiên cần sài sóc buôn đắk đăk kon suối vũng thới phong trà tri ba tam hải quảng thừa
thanh nghệ lạng bạc tuyên yên điện lai thái bến ô ngã đại
"""
_OF_PLACES = frozenset(_OF_PLACES_WORDS.split())
_NO_PAIRS = NO_NAMES | {"việt nam", "chủ nghĩa", "mạnh thường", "thị xã", "văn hoá"}
STRONG_CUE = re.compile(
    r"\b(?:chu re|co dau|tai xe|lai xe|ho|gia dinh|than nhan(?: cua)?|vo chong|thi sinh|thu khoa|"
    r"hoc vien|cong nhan|khach(?: hang)?|chu (?:nhan|hui|ho|vuon|dat|thau|co so)|"
    r"nguoi \w+(?: \w+)? "
    r"(?:la|ten)|ho (?:va )?ten|ten(?: la)?|benh nhi|be|chau|cu|cu (?:ong|ba)|ong|ba|anh|chi|chong|"
    r"vo|con gai|con trai|em (?:gai|trai)|nghi can|doi tuong|nan nhan|hai ban|ban|hoi vien|"
    r"ke ten|(?:toi|minh|em) (?:la|ten)|"
    r"can (?:tim|gap)|tho (?:\w+ )?|phu huynh|xa vien|nong dan|tinh nguyen vien|nguoi than)\W{1,3}$"
)
WEAK_CUE = re.compile(
    r"\b(?:la|cua|cung|voi|nho|gui|moi|cam on|chuc mung|khen|tang|trao(?: cho)?|gap|"
    r"tim|giup|bat|khoi to|boi|tuyen duong|hoan nghenh|chia buon)\W{1,3}$"
)
_FEWEST = 3


def is_of_any_family(small: tuple[str, ...] | list[str], *, is_shouted: bool, cue: str) -> bool:
    """Whether these syllables in small letters are a name; `cue` is `strong`, `weak` or blank."""
    parts = [word.rstrip(".") for word in small]
    if len(parts) < _FEWEST or any(f"{one} {two}" in _NO_PAIRS for one, two in pairwise(parts)):
        return False
    is_sure = parts[1] in _MIDDLE | _OTHER_MIDDLE and cue == "strong"
    is_sure = is_sure or (parts[1] in _MIDDLE and GIVEN.issuperset(parts[1:]))
    is_sure = is_sure or (
        cue == "strong" and parts[0] in _ALSO_FAMILIES and GIVEN.issuperset(parts[1:])
    )
    if (parts[0] in _NO_FAMILY and not is_sure) or _NO_MEMBER.intersection(parts):
        return False
    if not all(SYLLABLE.fullmatch(part.translate(UNMARKED)) for part in parts):
        return False
    given = [part in GIVEN for part in parts[1:]]
    if parts[1] in _MIDDLE:
        return not is_shouted or is_sure or all(given)
    if is_shouted:
        return bool(cue == "strong" and all(given) and parts[0] not in _OF_PLACES)
    if cue == "strong":
        return parts[0] not in _OF_PLACES or all(given)
    if parts[0] in _OF_PLACES:
        return False
    if parts[1] in _OTHER_MIDDLE or cue == "weak":
        return given[-1] or parts[1] in _OTHER_MIDDLE
    return False
