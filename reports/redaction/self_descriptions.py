"""Phrases by which reporters identify themselves without a name."""

import re
from collections.abc import Iterator

from content_rules.engine.reading import Reading
from content_rules.names.full import full_names
from reports.redaction.patterns import vietnamese

Place = tuple[str, int, int]
_I = r"(?:chúng tôi|tụi (?:tôi|em)|bọn (?:tôi|em)|tôi|tui|em|mình|cháu)"
_SURELY_I = r"(?:tôi|tui|mình)"
_OF = r"(?:(?:của|nhà) )?"
_OWNER = r"(?:chúng tôi|tụi (?:tôi|em)|bọn (?:tôi|em)|tôi|tui|em|mình|cháu|con)"
_BEGIN = r"(?:(?<=^)|(?<=[.!?,;:\n(–-])|(?<=[.!?,;:\n(–-] )|(?<=dạ )|(?<=thưa )|(?<=thì )|(?<=do ))"
# Where what people say of themselves ends.
_END = (
    r"(?=[ \t]?(?:[.,;:!?\n(]|$)|[ \t](?:thấy|bị|nên|mà|xin|muốn|nghe|nhìn|vừa|hay|thường|đang|"
    r"của (?:gia đình|nhà|nó|họ)|phát hiện|chứng kiến|phản ánh|báo|biết|thì|và|nhưng|vì|khi|lúc)\b)"
)
_KIN = (
    r"(?:(?:vợ|chồng|con|cháu|mẹ|má|ba|bố|cha|tía|anh|chị|em|ông|bà|cô|dì|chú|cậu|mợ|thím|bác|"
    r"dượng|bạn|thằng|đứa|nhỏ|sui)(?: (?:trai|gái|nội|ngoại|rể|dâu|họ|ruột|cả|út|nuôi|gia|thân|"
    r"chồng|vợ|con|nhỏ|bạn|lớn|đầu|kết nghĩa|ba|hai|mẹ|bé)){0,5})"
)
_KIN_OF_EM = (
    r"(?:(?:vợ|chồng|mẹ|má|ba|bố|cha|tía|dì|cậu|mợ|thím|dượng|bạn)(?: (?:chồng|vợ|ruột|trai|gái))?|"
    r"(?:con|cháu|anh|chị|em|ông|bà|cô|chú|bác) (?:trai|gái|nội|ngoại|rể|dâu|họ|ruột|cả|út|chồng|"
    r"vợ))"
)
_MY_KIN = (
    rf"\b(?:{_KIN} (?:của )?(?:chúng )?{_SURELY_I}|{_KIN_OF_EM} (?:em|cháu|con)|"
    rf"{_KIN} của (?:em|cháu|con)|(?:{_KIN}|ông xã|bà xã) nhà {_I}|"
    rf"(?:ông xã|bà xã)(?: {_I})?)\b(?! (?:em|con|bạn)\b)"
)
_MY_PLACE = (
    r"(?:nhà|quán|tiệm|rẫy|vườn|ruộng|đất|phòng(?: trọ)?|trọ|shop|sạp|xưởng|ki ?ốt|chuồng|ao)"
)
_NEAR = (
    r"(?:cạnh|kế(?: bên)?|bên cạnh|ngay bên|bên|sát(?: vách| bên| rào)?|gần|đối diện|đằng sau|"
    r"phía sau|sau|phía trước|trước|ngay|cách|chung vách|liền kề|liền vách|"
    r"(?:giữa|đầu|cuối|trong)(?: (?:hẻm|ngõ|xóm|ấp|đường|dãy|khu|chợ|cầu|dốc|thôn))?)"
)

_STILL = r"(?: (?:đang|hiện|mới|còn|cũng|nay|năm nay|đã|từng|vốn|có)){0,6}"
_NOT_WHO = r"(?!(?:ai|vì|do|nó|để|có)\b)"
_PATTERNS = [
    ("class", vietnamese(
        rf"(?:{_MY_KIN}|\b{_I}){_STILL} (?:đi )?học(?: (?:ở|tại))?"
        r"(?: trường(?: [^\s.,;]+){1,6}?)?(?: lớp)? ?\d{1,2}(?:[/.]\d{1,2}|[a-h]\d?)?\b"
    )),
    ("class", vietnamese(
        rf"{_MY_KIN}{_STILL} (?:đi )?học (?:ở|tại|trường|chung|cùng)\b[^.,;\n]{{0,30}}?{_END}"
    )),
    ("class", vietnamese(
        r"\b(?:lớp|trường|cô giáo|thầy giáo)(?: của)? (?:con|cháu|bé)(?: trai| gái)?"
        rf" (?:của )?{_I}\b"
    )),
    ("kin", vietnamese(_MY_KIN)),
    ("home", vietnamese(
        rf"\b{_MY_PLACE}(?: (?:trọ|cửa))? {_OF}{_OWNER}"
        rf"(?: (?:thì|cũng|lại|nằm|ở|tại|ngay))* {_NEAR}\b"
    )),
    ("home", vietnamese(
        rf"\b{_I}{_STILL} (?:ở|sống|trọ|ngụ|thuê(?: trọ| nhà)?)(?: (?:ở|tại|ngay))* {_NEAR}\b"
    )),
    ("home", vietnamese(
        rf"\b{_SURELY_I} (?:là )?(?:hàng xóm|láng giềng|ở chung (?:xóm|hẻm|dãy trọ))\b"
    )),
    ("home", vietnamese(
        rf"\b{_I}{_STILL} (?:ở|sống|trọ|ngụ|thuê|mướn)(?: (?:ở|tại|trọ))? "
        r"(?:phòng|căn|nhà|ki ?ốt|lô|dãy|hẻm|đường|tổ|khu)(?: (?:trọ|hộ))?(?: số)? "
        r"(?:\d[\w/]*|[^\s.,;]+)"
    )),
    ("kin", vietnamese(
        r"\b(?:hàng xóm|láng giềng|chủ nhà|chủ trọ|chủ|sếp|đồng nghiệp|công ty|cơ quan|chỗ làm|lớp|"
        rf"trường|đội|nhóm thợ|khách|thợ|người yêu|người quen|bà con) (?:(?:của|nhà|chỗ|bên) )?"
        rf"(?:{_SURELY_I}|em|cháu)\b(?! (?:trai|gái|bé|nhỏ|nào)\b)"
    )),
    ("kin", vietnamese(
        rf"\b{_I} (?:là |có |cũng )*(?:họ hàng|bà con|dòng họ|quen(?: biết)?|thân(?: thiết)?|"
        r"chơi|bạn|sống chung|ở chung|làm chung|học chung)(?: (?:với|của))?\b"
    )),
    ("kin", vietnamese(
        r"\bgọi (?:tôi |em |tui )?(?:là|bằng) (?:cậu|dì|cô|chú|bác|mợ|thím|dượng|ông|bà)\b"
    )),
    ("house", vietnamese(
        rf"\b{_MY_PLACE} {_OF}(?:chúng tôi|tụi tôi|tôi|tui|em|cháu)\b"
        r"(?: (?:vừa |mới )?bị (?:mất|trộm|cạy|chặt|đốt|đập|phá|giật))?"
    )),
    ("house", vietnamese(
        r"\b(?:xe|con (?:chó|heo|bò|trâu|mèo)|đàn (?:bò|heo|gà|vịt)|điện thoại|máy bơm|camera)"
        rf" (?:của )?{_SURELY_I}\b"
    )),
    ("only", vietnamese(
        rf"\b(?:chỉ (?:có |một |mỗi )?(?:một )?(?:mình )?{_I}|{_I} là người duy nhất|"
        rf"(?:có )?(?:một )?mình {_SURELY_I}|không ai (?:ngoài|khác ngoài) {_I})\b"
        r"(?! (?:trai|gái)\b)(?: (?:với|và)(?: [^\s.,;]+){1,2})?"
    )),
    ("moment", vietnamese(
        r"\b(?:(?:lúc|khi|hồi)(?: (?:đó|ấy|nãy|này|sáng|trưa|chiều|tối))?|bữa đó|hôm đó),?"
        rf" {_I} (?:đang|vừa|mới|đi|ra|về|trên đường|có)\b[^.,;\n]{{0,40}}?{_END}"
    )),
    ("moment", vietnamese(
        r"(?:\b(?:hôm (?:qua|kia|trước|nay|đó)|bữa (?:qua|trước|đó)|tuần trước|tối qua|sáng nay|"
        rf"chiều qua|trưa nay) )?\b{_SURELY_I} (?:có |vừa |mới |đã |từng |hay )*(?:nói chuyện|gặp|"
        r"cãi(?: nhau| lộn)?|nhắn(?: tin)?|gọi điện|hỏi|chửi|đánh nhau|qua nhà|đòi|nhắc|can|mua|"
        r"vay|mượn|nhậu)(?: tiền)?(?: (?:với|cho|của|hàng|chung))? (?:nó|họ|ổng|bả|ảnh|chỉ|"
        r"chúng nó|tụi nó|(?:ông|bà|anh|chị|chú|cô|thằng|con|người|chủ) [^\s.,;]+)\b"
    )),
    ("moment", vietnamese(
        rf"\b{_I}{_STILL} cho (?:nó|họ|ổng|bả|(?:ông|bà|anh|chị|thằng|con) [^\s.,;]+) "
        r"(?:mượn|vay|thuê|ở nhờ|đi nhờ|nợ)(?: (?:tiền|xe|nhà))?"
    )),
    ("moment", vietnamese(
        rf"\b{_SURELY_I} (?:với|và) (?:nó|họ|ổng|bả|ông|bà|anh|chị|thằng|chủ)"
        r"(?: [^\s.,;]+){0,2}? (?:cãi(?: nhau| lộn)?|đánh nhau|nói chuyện|xích mích|"
        r"có chuyện|gây|nhậu)\b"
    )),
    ("home", vietnamese(
        rf"\b{_I}{_STILL} (?:dọn|chuyển|dời) (?:về|đến|tới|qua)\b(?: đây| hẻm này| xóm này)?"
    )),
    ("self", vietnamese(
        rf"\b(?:{_I} )?(?:sống|ở) (?:một mình|đơn chiếc|neo đơn|có một mình)\b"
    )),
    ("work", vietnamese(
        rf"\b{_I}{_STILL} (?:làm(?! (?:gì|ơn|sao|đơn|vậy|thế|được|chứng|phiền|như|rồi|theo))|"
        r"công tác|dạy (?:học|ở|tại|trường)|bán|chạy (?:xe|grab|be|ba gác)|trực (?:ở|tại)|giữ xe|"
        r"giao hàng|lái|phụ|may|cạo mủ|học (?:ở|tại|trường))"
        rf"\b[^.,;\n]{{0,60}}?{_END}"
    )),
    ("self", vietnamese(
        rf"\b{_SURELY_I} (?:vốn |chính |cũng )?là {_NOT_WHO}[^.,;:\n]{{2,60}}?{_END}"
    )),
    ("self", vietnamese(
        rf"(?:{_BEGIN}\b|\b(?:tụi|bọn|chúng) )(?:em|cháu|con) là {_NOT_WHO}[^.,;:\n]{{2,60}}?{_END}"
    )),
    ("self", vietnamese(
        rf"\b{_I}{_STILL} (?:\d{{2}} tuổi|sinh (?:năm )?(?:19|20)\d\d|"
        r"quê (?:ở )?[^\s.,;]+(?: [^\s.,;]+)?)\b"
    )),
    ("self", vietnamese(
        r"\b(?:với tư cách|là) (?:người nhà|thân nhân|nạn nhân|chủ nhà|tổ trưởng|trưởng ấp)"
        rf"[^.,;\n]{{0,30}}?, {_SURELY_I}\b"
    )),
]  # fmt: skip
_SIGNED = vietnamese(
    r"(?:ký tên|(?:ghi rõ )?họ (?:và )?tên|người (?:viết|báo(?: tin)?|gửi|phản ánh|làm đơn)|"
    r"tên (?:tôi|em)|địa chỉ(?: nhà)?(?: (?:của )?(?:tôi|em|mình))?|nhà (?:tôi|em)|"
    r"nơi ở|chỗ ở|nghề nghiệp)"
    r"\s?:\s{0,3}([^\n.]{2,80})|\bký tên[ \n]{1,3}([^\n.]{2,80})$"
)
_NAMES_ITSELF = vietnamese(
    rf"(?:\b{_SURELY_I}|{_BEGIN}\b(?:em|cháu|con)) (?:xin (?:giới thiệu|tự giới thiệu) )?"
    rf"(?:(?:họ )?tên(?: là)?|là)(?: (?:anh|chị|ông|bà|chú|cô))? ?:? ?$"
)
_CALLED = vietnamese(rf"\b{_I} tên(?: là)? ")
_MOST_WORDS = 4
_NAME_WORD = re.compile(r"[^\W\d_]+")


_MENTION = vietnamese(
    r"[^.,;:!?\n]{0,90}?(?<!\w)(?:tôi|tui|tớ|mình|em|con|cháu|vợ chồng|gia đình)(?!\w)"
    r"[^.,;:!?\n]{0,90}"
)


def mentions(reading: Reading) -> Iterator[tuple[int, int]]:
    """Each clause with a word that may be the teller: for a person to read once more."""
    return (match.span() for match in _MENTION.finditer(reading.text))


def of_the_teller(reading: Reading) -> Iterator[Place]:
    """Kind and place (in the plain form) of each phrase about the teller."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(reading.text):
            yield kind, *match.span()
    for match in _SIGNED.finditer(reading.text):
        yield "signature", *match.span(1 if match[1] else 2)
    yield from _own_names(reading)


def _own_names(reading: Reading) -> Iterator[Place]:
    for name in full_names(reading):
        before = _NAMES_ITSELF.search(reading.text, max(0, name.start - 40), name.start)
        if before:
            yield "self_name", before.start(), name.end
    for match in _CALLED.finditer(reading.text):
        end = match.end()
        for _number in range(_MOST_WORDS):
            word = _NAME_WORD.match(reading.text, end + (end > match.end()))
            if word is None or not word[0][0].isupper():
                break
            end = word.end()
        if end > match.end():
            yield "self_name", match.start(), end
