"""The words of a question as the search compares them.

One reading for what is asked and for what is kept: without marks, `y` as `i`, short forms written
out, what was typed with the keyboard switched to another layout repaired, and without the small
words that people wrap a question in.
"""

import re
from typing import Final

from accounts.vietnamese import fold

MOST_LETTERS: Final = 600
MOST_WORDS: Final = 60

# How people shorten words on a phone; short forms that stand for two things are left out.
SHORT_FORMS: Final = {
    short: tuple(words.split())
    for short, words in (
        ("antt", "an ninh trat tu"),
        ("bs", "bien so"),
        ("bsx", "bien so xe"),
        ("blx", "bang lai xe"),
        ("cccd", "can cuoc"),
        ("ccd", "can cuoc"),
        ("cmnd", "chung minh"),
        ("cmt", "chung minh"),
        ("cmtnd", "chung minh"),
        ("cn", "chung nhan"),
        ("csdl", "co so du lieu"),
        ("dc", "duoc"),
        ("dk", "dang ki"),
        ("dki", "dang ki"),
        ("dkx", "dang ki xe"),
        ("dkxe", "dang ki xe"),
        ("dktt", "dang ki thuong tru"),
        ("dt", "dien thoai"),
        ("dvc", "dich vu cong"),
        ("gplx", "bang lai xe"),
        ("gt", "giay to"),
        ("hc", "ho chieu"),
        ("hk", "ho khau"),
        ("hktt", "ho khau thuong tru"),
        ("hok", "khong"),
        ("hong", "khong"),
        ("hs", "ho so"),
        ("j", "gi"),
        ("k", "khong"),
        ("kg", "khong"),
        ("kh", "khong"),
        ("khg", "khong"),
        ("ko", "khong"),
        ("lltp", "li lich tu phap"),
        ("lm", "lam"),
        ("mxh", "mang xa hoi"),
        ("ng", "nguoi"),
        ("nn", "nuoc ngoai"),
        ("oto", "o to"),
        ("pccc", "phong chay chua chay"),
        ("r", "roi"),
        ("shk", "so ho khau"),
        ("tk", "tai khoan"),
        ("tp", "thanh pho"),
        ("trc", "truoc"),
        ("vk", "vo"),
        ("ck", "chong"),
        ("vnid", "vneid"),
        ("xm", "xe may"),
        ("xnc", "xuat nhap canh"),
    )
}

# Said around a question and never about it; taken out, also from between two words of a name.
_POLITE: Final = """
a ad admin ah ak alo anh bac bi cai chao chi cho cua da dum duoc em gi giup gium ha hay hen hihi
hoac hoi la ma mn nao nay nhe nhi ntn nhu oi on roi sao se sep shop thi toi tui u uh ui um va vai
vay voi vs xin y z zay zi zo
"""
_AROUND: Final = frozenset(_POLITE.split())
# Asked about any procedure, so none is told by them: they count inside a longer phrase only.
_ANYWHERE: Final = """
ai an ba ban bang bao bat biet bo buoc cach can cang chau chieu chu chua co con cong cu dang dau
day de dem den di do dong dua dung duoi gan gap gia giay gio hai ho hom huong i it khi khong ki
kho lau lay le len luc luon mang may minh moi mong mot muc muon nam nao ngay nghe nghi nguoi nha
nhan nhat nhieu noi nop nua nui o ong phai phi phuong qua quan ra rang rat sang so tai te than
thang thay the theo thoi thu thuc tien tieu to trai trang tren trong truoc tu tuan tuc vao ve vi
viec xa xem xong xuong
"""
PLAIN: Final = _AROUND | frozenset(_ANYWHERE.split())

_AGE = re.compile(r"(?<=\d)\s?t(?![a-z])")
_WORD = re.compile(r"[a-z]+|\d+")
_LAST_Y = re.compile(r"^(h|k|kh|l|m|n|nh|ng|s|t|th|tr|v|x)y$")
_ONSET = r"(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
_NUCLEUS = (
    "(?:uye|uya|oai|oay|oeo|uay|uoi|uou|ieu|yeu|uyu|uy|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|"
    "ua|ue|ui|uo|uu|ye|ya|[aeiouy])"
)
_SYLLABLE = re.compile(rf"{_ONSET}{_NUCLEUS}(?:ch|ng|nh|[cmnpt])?")
_TYPED = re.compile(rf"({_ONSET})([aeiouyw]+)([sfrxj]?)((?:ch|ng|nh|[cmnpt])?)([sfrxj]?)")
_DOUBLED = re.compile(r"aa|ee|oo")


def words_of(text: str) -> list[str]:
    """The words of a text in their order, at most 60; of rubbish none."""
    said: list[str] = []
    plain = _AGE.sub(" tuoi", fold(text[:MOST_LETTERS].replace("\x00", " ")))
    for word in _WORD.findall(plain):
        for part in SHORT_FORMS.get(word) or (_as_meant(word),):
            if part not in _AROUND:
                said.append(_one_spelling(part))
    return said[:MOST_WORDS]


def key_of(words: list[str] | tuple[str, ...]) -> str:
    """A phrase as it is looked up: without spaces, since people leave them out or put them in."""
    return "".join(words)


def _one_spelling(word: str) -> str:
    """`lý` and `lí` as one."""
    return _LAST_Y.sub(r"\1i", word)


def _as_meant(word: str) -> str:
    """`ddawng` → `dang`, `kys` → `ky`: marks typed as letters where the keyboard makes no marks."""
    if not word.isalpha() or _SYLLABLE.fullmatch(word):
        return word
    plain = "d" + word[2:] if word.startswith("dd") else word
    found = _TYPED.fullmatch(plain)
    if found is None:
        return word
    onset, vowels, _tone, coda, _last_tone = found.groups()
    bare = _DOUBLED.sub(lambda pair: pair.group()[0], vowels.replace("uw", "u").replace("w", ""))
    made = f"{onset}{bare}{coda}"
    return made if _SYLLABLE.fullmatch(made) else word
