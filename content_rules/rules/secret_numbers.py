"""Numbers of documents that are secret by their letters or by the words around them."""

import re

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import any_of, bare_of
from content_rules.engine.reading import Span, meets, spans_of
from content_rules.engine.rules import Post, Rule

# A number as papers bear it, and one of which its letters say that it is secret.
_NUMBER = r"\d{1,5}\s?[-/]\s?[A-ZĐa-zđ][\w\-/.&]{1,25}"
_SECRET_SUFFIX = re.compile(
    r"(?<![\w/])\d{1,5}\s?[-/]\s?[A-ZĐ][A-ZĐa-z0-9&]*(?:[\-/.][A-ZĐa-z0-9&]+){0,3}"
    r"(?:[\-/.](?:M|TM|TUM)|[\-/.]?\((?:M|TM|TUM)\))(?![\w/\-])"
)
_SECRECY = r"(?:tuyệt |tối )?mật(?! (?:ong|khẩu|độ|mã|thư|danh|vụ|nghị|thiết|khu))\b"
SECRET_AFTER = re.compile(
    rf"(?<![\w/])(?:số\s{{0,2}}:?\s{{0,2}})?{_NUMBER}[ ,(\-–:]{{1,4}}"
    r"(?:ngày [\d/.\-]+[ ,(\-–]{1,3})?"
    rf"(?:{any_of('secrecy_between_number_and_mark')}[ :,]{{1,3}}){{0,6}}{_SECRECY}",
    re.IGNORECASE,
)
_SECRET_BEFORE = re.compile(
    rf"(?<!bí )(?<!bảo )(?<!cơ )(?<!thân )(?<=\w )\b{_SECRECY}[^.!?;|\t\n\d]{{0,40}}"
    rf"\b(?:số|ký hiệu|kh|cv|bc|pa)\s{{0,2}}:?\s{{0,2}}{_NUMBER}",
    re.IGNORECASE,
)
_BARE_SECRET_AFTER = re.compile(
    rf"(?<![\w/])(?:so\s{{0,2}}:?\s{{0,2}})?{_NUMBER}[\s,(\-]{{1,3}}"
    r"(?:(?:do mat|loai|dong|dau|la)[\s:]{1,2}){0,3}(?:(?:tuyet|toi) )?mat\b(?! (?:ong|khau|do))"
)
_MARKED_NUMBERS = (
    re.compile(
        rf"\b{bare_of('secrecy_numbered_kinds')}\s+(?:(?:dong|co|mang|ghi) )?(?:dau )?"
        r"(?:tuyet |toi )?mat\s*(?:[,:(]\s*)?(?:mang )?(?:so|ky hieu|so hieu)?(?: hieu)?"
        r"[\s:.]*\d[\w./\-]*"
    ),
    re.compile(
        r"\b(?:kh|cv|bc|pa|tb|qd|ct|hd|nq|ttr)\W(?:(?:tuyet |toi )?mat)\Wso[\s:.]*\d[\w./\-]*"
    ),
    re.compile(
        r"\b(?:so|van ban|ke hoach|cong van|bao cao)[\s:.]*\d{1,5}\s?[-/][\w\-/]{2,25}\s?"
        r"\((?:m|tm|mat|toi mat|tuyet mat)\)"
    ),
)


class SecretDocument(Rule):
    """The number of a document that is secret by its letters or by the words around it."""

    name = "secret_document"
    level = Level.SECOND_PERSON
    sentence = (
        "Có số văn bản mật (“{}”). Hãy bỏ số văn bản đó; nếu văn bản đã được giải mật thì người "
        "duyệt phải xác nhận."
    )
    examples = ("Theo công văn mật số 12/CV-CAX", "Theo kế hoạch 15/KH-CAX-TM")
    counterexamples = ("Theo Nghị định 282/2025/NĐ-CP", "Mật ong số 12, giá 150.000 đồng")

    def spans(self, post: Post) -> list[Span]:
        reading = post.reading
        found = [span for sign in _MARKED_NUMBERS for span in spans_of(sign, reading.bare)]
        more = [
            span
            for sign in (_SECRET_SUFFIX, SECRET_AFTER, _SECRET_BEFORE)
            for span in spans_of(sign, reading.text)
        ]
        if reading.text.isascii():
            more += spans_of(_BARE_SECRET_AFTER, reading.bare)
        for span in more:
            if not meets(span, found):
                found.append(span)
        return found

    def quote(self, words: str) -> str:
        return words[:60]
