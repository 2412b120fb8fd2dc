"""Vietnamese as keyboards of the nineties wrote it: TCVN3, VNI and VIQR, each by its own rule.

The tables are written out here, not taken from the reader, so that each proves the other.
"""

import unicodedata

_TCVN3 = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦§",
        strict=True,
    )
)
_VNI_SINGLE = dict(zip("íìỉĩịđỵơưÍÌỈĨỊĐỴƠƯ", "íìæóòñîôöÍÌÆÓÒÑÎÔÖ", strict=True))
_VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HATS = {
    "\u0302": {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"},
    "\u0306": {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"},
}
_VIQR = {
    "\u0302": "^", "\u0306": "(", "\u031b": "+",
    "\u0301": "'", "\u0300": "`", "\u0309": "?", "\u0303": "~", "\u0323": ".",
}  # fmt: skip


def tcvn3(words: str) -> str:
    """Return a text in .VnTime letters, in which toned capitals lose their size."""
    composed = unicodedata.normalize("NFC", words)
    return "".join(_TCVN3.get(one) or _TCVN3.get(one.lower(), one) for one in composed)


def vni(words: str) -> str:
    return "".join(_vni_letter(letter) for letter in unicodedata.normalize("NFC", words))


def _vni_letter(letter: str) -> str:
    if letter in _VNI_SINGLE:
        return _VNI_SINGLE[letter]
    base, *marks = list(unicodedata.normalize("NFD", letter))
    tone = next((mark for mark in marks if mark in _VNI_TONES), "")
    hat = next((mark for mark in marks if mark in _VNI_HATS), "")
    if "\u031b" in marks:
        base = {"o": "ô", "u": "ö", "O": "Ô", "U": "Ö"}[base]
    written = _VNI_HATS[hat][tone] if hat else _VNI_TONES.get(tone, "")
    return base + (written.upper() if base.isupper() else written)


def viqr(words: str) -> str:
    written = ""
    for letter in unicodedata.normalize("NFC", words):
        if letter in "đĐ":
            written += "dd" if letter == "đ" else "DD"
            continue
        base, *marks = list(unicodedata.normalize("NFD", letter))
        in_order = sorted(marks, key=list(_VIQR).index)
        written += base + "".join(_VIQR.get(mark, mark) for mark in in_order)
    return written
