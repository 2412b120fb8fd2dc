"""Names of offices, shops and places to call, which lists hold between people."""

import re

from vietnamese.text import fold

_OFFICE = re.compile(
    r"(?:cong ty|cty|hop tac xa|htx|doanh nghiep|ngan hang"
    r"|nha (?:trong|sinh hoat|cong dong|bo trong|van hoa|thuoc|nghi|tro|hang|may|tre)"
    r"|truong (?:mam non|mau giao|mn|mg|tieu hoc|trung hoc|thcs|thpt|th)"
    r"|tram (?:y te|xa|bom|dien)|tru so"
    r"|ubnd|uy ban|cong an|ca (?:xa|huyen|tinh)|van phong|ban (?:quan (?:ly|tri)|chi huy|cong tac)"
    r"|dien (?:luc|may)|buu dien|taxi|xe (?:om|khach)|cay xang|cua hang|tap hoa|shop|khach le"
    r"|phong (?:tro|kham)|nha tho|benh vien|truc ban|hoi (?:phu nu|nong dan|nguoi cao tuoi|cuu)"
    r"|mat tran|doi (?:thuyen|bong|van nghe|san xuat)|to (?:dai|hop tac|vay von)"
    r"|doan (?:xa|thanh nien)|so (?:chi tiet|theo doi|can kip|khan cap|can goi)|chi nhanh|grab|taxi"
    r"|cong no|quy (?:ve sinh|dan))\b"
)
_LONGEST = 120
_FIRST_WORDS = {
    "cong", "cty", "hop", "htx", "doanh", "ngan", "nha", "truong", "tram", "tru", "ubnd", "uy",
    "ca", "van", "ban", "dien", "buu", "taxi", "xe", "cay", "cua", "tap", "shop", "khach",
    "chi", "grab", "phong", "benh", "truc", "hoi", "mat", "doi", "to", "doan", "so", "quy", "test",
    "thu", "abc",
    "xxx", "total", "tong",
}  # fmt: skip
_TRIAL = re.compile(
    r"(?:test|thu form|abc|xxx|total|tong cong)(?: (?:test|form|abc|xxx))*(?: \d+)?"
)


def is_organisation(name: str) -> bool:
    """An office, a shop or a service; also what people type to try a form."""
    if len(name) > _LONGEST or fold(name.lstrip(" .*-:").partition(" ")[0]) not in _FIRST_WORDS:
        return False
    folded = fold(name).strip(" .*-:")
    return bool(_OFFICE.match(folded) or _TRIAL.fullmatch(folded))
