"""What is no part of a roster: head and signature of a document, words that only sound of watch."""

import re
from dataclasses import replace

from groups.disclosure.reading import Reading

_RANK = r"(?:(?:thieu|trung|thuong|dai) (?:ta|uy)|dong chi|d/c|ong|ba)"
_FRAME = (
    # Số: 118/TB-CAX, ngày 24/11/2026
    re.compile(r"(?m)^\W{0,3}so ?:? ?\d{1,5} ?[/\-] ?[a-z][^\n]{0,60}$"),
    # Bình Yên, ngày 24 tháng 11 năm 2026
    re.compile(
        r"(?m)^[^\n\d]{0,40}\bngay \d{1,2}(?: thang |[/.\-])\d{1,2}(?: nam |[/.\-])\d{4} ?$"
    ),
    re.compile(r"(?m)^ ?v/v [^\n]*|^ ?(?:trich yeu|ve viec)\b[^\n]*"),
    # TRƯỞNG CÔNG AN XÃ, (Đã ký), Thượng tá …
    re.compile(
        r"(?m)^ ?(?:(?:kt|tm|tuq|tl)\. ?)?(?:pho )?(?:truong|chu tich|bi thu|"
        r"chi huy truong)\b[^\n:\d]{0,40}\n"
        rf"(?:[^\w\n]*\n)*(?: ?\(?(?:da )?ky[^\n]*\n)?(?:[^\w\n]*\n)*(?: ?{_RANK} "
        rf")?[^\n:\d]{{3,40}}$"
    ),
    re.compile(rf"(?m)^ ?\(?(?:da ky|ky ten)[^\n]*\n(?: ?{_RANK} )?[^\n:\d]{{3,40}}$"),
)
_HEADING = re.compile(
    r"(?m)^ ?(?:thong bao|quyet dinh|ke hoach|bao cao|to trinh|cong van|giay moi|thu moi|bien ban|"
    r"cong an [^\n:\d]{0,40}|ubnd [^\n:\d]{0,40}|uy ban [^\n:\d]{0,40}|cong hoa xa hoi[^\n]*|"
    r"doc lap[^\n]*)$"
)
# A cart, a loft, a phone hung up: none of them keeps watch.
_NO_WATCH = re.compile(r"\bba gac\b|\bgac (?:xep|lung|lai|may|bep|dan)\b")
_KEPT = re.compile(r"\b(?:truc|gac|tuan tra|chot|mat phuc)\b")


def without_letterhead(reading: Reading) -> Reading:
    """The reading with blanks instead of the frame, so that places in it stay."""
    text, bare = reading.text, reading.bare
    for pattern in (*_FRAME, _HEADING, _NO_WATCH):
        for match in pattern.finditer(reading.bare):
            if pattern is not _NO_WATCH and _KEPT.search(match[0]):
                continue
            blank = re.sub(r"[^\n]", " ", match[0])
            text = text[: match.start()] + blank + text[match.end() :]
            bare = bare[: match.start()] + blank + bare[match.end() :]
    return reading if text == reading.text else replace(reading, text=text, bare=bare)
