"""The expressions by which a teller is known, for text with marks or typed without."""

import re
from functools import cache

from content_rules.engine.lexicon import UNMARKED, any_of
from content_rules.names.lexicon import BARE_GIVEN, BARE_STRONG, GIVEN, ORDER, STRONG

_BARE_ORDER = frozenset(("hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "ut"))
_PHONE = r"\+?\d[\d .\-]{6,14}\d"


class Patterns:
    """The expressions for text with marks, or for text typed without."""

    def __init__(self, *, is_bare: bool) -> None:
        def words(name: str) -> str:
            return rf"(?<!\w){any_of(name, is_bare=is_bare)}(?!\w)"

        def link(marked: str) -> str:
            return rf"(?:{marked.translate(UNMARKED) if is_bare else marked})"

        of = link("của|từ|do|bởi|mà")
        to = link("cho|với|lên|đến|tới|về|qua")
        not_obeyed = "(?<!lam )" if is_bare else "(?<!làm )"
        crowd, one = words("teller_crowds"), link("một")
        honorific = words("teller_honorifics_without_marks" if is_bare else "teller_honorifics")
        listeners = words("teller_listeners")
        between = rf"(?: (?:{words('teller_between_source_and_person')}|[\d/:h]+)){{0,9}}?"
        self.names = (BARE_GIVEN | _BARE_ORDER) if is_bare else (GIVEN | ORDER)
        self.orders, self.families = (_BARE_ORDER, BARE_STRONG) if is_bare else (ORDER, STRONG)
        self.crowd = re.compile(crowd)
        self.near = re.compile(words("teller_nearness"))
        self.person = re.compile(
            rf"(?P<certain>{words('teller_kin')}|{words('teller_houses')}|"
            rf"(?:{one} )?{crowd}(?: \w+){{0,3}} {words('teller_nearness')}|"
            rf"{one} {words('teller_one')}|"
            rf"(?:{one}|{honorific}) {words('teller_trades')}|"
            rf"{honorific} {words('teller_described_by')})|"
            rf"(?P<role>{words('teller_trades')}|{words('teller_roles')})|"
            rf"(?P<honorific>{honorific})"
        )
        self.act = re.compile(
            rf"(?P<act>{words('teller_acts')})|{words('teller_acts_with_cause')}"
            rf"(?P<heard>(?: \w+){{0,4}}? (?:{to} )?{listeners})?"
        )
        self.listener = re.compile(
            rf"{listeners}|(?<!\w){link('ta|xã khai|xã tố|xã kể|xã mách')}(?!\w)"
        )
        self.about_somebody = re.compile(
            link("người|nguồn|đầu mối|mật báo|chỉ điểm|đặc tình|cơ sở|tai mắt|chứng")
        )
        # Told to the police, by whatever way.
        hear, know = link("biết|hay"), link("biết|nắm|hay")
        here = link("cho|với|đến|tới|lên|về|qua|vô|vào")
        handing, evidence = link("gửi|gởi|đưa|chuyển|nộp|trao|quay|giao"), words("teller_evidence")
        self.heard = re.compile(
            rf"{words('teller_speaks')}(?: \w+){{0,6}}? (?:{here} )?(?:\w+ ){{0,2}}?{listeners}|"
            rf"(?<!\w)cho (?:\w+ ){{0,2}}?{listeners}(?: \w+){{0,3}}? {hear}(?!\w)|"
            rf"{words('teller_goes')}(?: \w+){{0,3}}? {listeners}(?:,? \w+){{0,5}}?,? "
            rf"{words('teller_speaks_there')}|"
            rf"(?<!\w){link('lên|ra|vô|tới|đến')} {link('xã|phường|ủy ban|ấp')} "
            rf"{link('khai(?! tử| sinh| tạm| báo)|tố|kể|mách|méc|trình bày|làm chứng')}|"
            rf"(?:{link('mà|nên')}|,) (?:{listeners}|ta)(?: \w+){{0,3}}? {know}(?!\w)|"
            rf"{link('kể|gọi|nhắn|nói|báo|điện')} (?:\w+ )?{link('cho|với')} {link('tôi')}(?!\w)|"
            rf"{link('báo|điện|gọi|alo|hô|mách|nhắn')}(?: \w+){{0,3}}, {listeners}(?: \w+){{0,3}}? "
            rf"{link('tới|đến|có mặt|bắt|ập|xuống|vô')}(?!\w)|"
            rf"(?<!\w){handing} (?:{here} )?{listeners}(?: \w+){{0,4}}? {evidence}|"
            rf"{evidence} [^.;!?\n]{{1,80}}?{handing} (?:{here} )?(?:\w+ )?{listeners}"
        )
        self.errand = re.compile(rf"(?: \w+){{0,3}}? {words('teller_errands')}")
        self.described = re.compile(rf" (?!{words('teller_not_described')})[^\W\d_]+")
        self.public = re.compile(words("teller_public"))
        self.gave = re.compile(words("teller_gave"))
        self.pronoun = re.compile(rf"\W*({honorific}) ")
        self.reason = re.compile(
            rf"(?:{link('khi|lúc|sau khi')} )?{words('teller_reasons')}"
            rf"[^.;!?\n]*?{words('teller_so')}|(?:[^\s.;]+ ){{3}}{link('nên')}(?!\w)"
        )
        self.reward = re.compile(rf"{words('teller_rewards')}[^.;!?\n]{{0,60}}$")
        self.unveil = re.compile(rf"{words('teller_unveils')}$")
        self.hidden = re.compile(rf"{words('teller_hidden')}(?P<gap>[^\n]{{0,160}})$")
        self.catch = re.compile(words("teller_catches"))
        self.number = re.compile(
            rf"(?:{link('theo|từ|nhờ|do|của|chủ')} {link('số|sđt')}|{link('thuê bao')})[ :]*"
            rf"(?:{link('điện thoại|máy|đt|zalo|di động|số')}[ :]*)?"
            rf"{_PHONE}(?: \w+){{0,4}}? "
            rf"{link('gọi|nhắn|báo|phản|điện|cung|gửi|tố')}(?!\w)"
        )
        self.nick = re.compile(
            rf"(?:{link('bạn|nick|tài khoản|người dùng|chủ')} )"
            rf"(?:{link('zalo|facebook|fb|tiktok|nick|tài khoản|tên|mang tên')}[ :]*)*"
            r"(?:[“\"'‘«][^”\"'’»\n]{2,40}[”\"'’»]|@\w+)"
        )
        self.cause = re.compile(rf"{words('teller_causes')}(?: \w+){{0,6}} ?$")
        self.did = re.compile(words("teller_did"))
        self.is_one = re.compile(link("(?:là|,) người"))
        self.not_done = re.compile(words("teller_not_done"))
        self.result = re.compile(
            rf"(?:,|{link('mà|nên')}) [^.;!?\n]{{0,30}}?{words('teller_results')}"
        )
        self.is_rule = re.compile(rf"[^.;!?\n]{{0,60}}?{words('teller_rules')}")
        self.negated = re.compile(rf"{words('teller_negations')}(?: \w+){{0,2}} ?$")
        self.not_before = re.compile(rf"{words('teller_not_before')} $")
        self.somebody = re.compile(
            rf"(?P<at>{link('đến|lên|tới|cho|với|ra|về|tại')} )?"
            rf"{crowd}"
        )
        self.source = re.compile(
            rf"{words('teller_sources')}(?:(?: \w+){{0,2}}?|{between}) {of} |"
            rf"{words('teller_causes_of_sources')}(?: \w+){{0,3}}? "
            rf"{words('teller_sources_with_cause')}(?:(?: \w+){{0,2}}?|{between}) {of} |"
            rf"{not_obeyed}(?<!nghe )(?<!tin ){link('theo|qua|nhờ|từ')} {link('lời')}"
            rf"(?: {link('kể|nói|mách|của|tả|thuật lại')}){{0,2}} |"
            rf"(?P<message>{words('teller_causes_of_sources')} "
            rf"{words('teller_sources_with_cause')}) "
        )
        # “Đơn … là do nhà bên cạnh”, “biết được là nhờ …”.
        self.equation = re.compile(rf" {link('là')} (?P<from>{link('do|từ|nhờ|của|bởi|qua')} )?")
        self.topic = re.compile(
            rf"(?:{words('teller_topics')}|(?<!\w){link('biết|nắm|có|tìm|lần|phát hiện')} "
            rf"{link('được|ra|thấy|chuyện|việc')})(?!\w)[^.;!?\n]{{0,70}}$"
        )
        self.label = re.compile(
            rf"{words('teller_labels')}(?P<gap>(?: \w+){{0,14}}?)"
            rf"(?:(?P<is> {link('(?:chính )?là')} )| ?: ?| [-–] )"
        )
        self.filler = re.compile(rf"(?:{words('teller_fillers')} )?")
        self.not_name = re.compile(words("teller_not_names"))


@cache
def patterns(*, is_bare: bool) -> Patterns:
    """The expressions, compiled once."""
    return Patterns(is_bare=is_bare)
