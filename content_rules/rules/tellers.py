"""People who gave information: by name, kinship, house or whatever else neighbours know them by.

Four forms: a source and its person (“theo lời con gái ông Bảy”), a person and the act (“bà Tư đã
báo Công an”), a label and its person (“người tố giác là …”), what was hidden and then said (“đó là
vị sư trẻ”). Where the police are those who heard, any trade or description is a person. Thanks to
people in general and what people ought to do describe nobody.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content_rules.engine.findings import Level
from content_rules.engine.reading import Reading, Span, meets, spans_of
from content_rules.engine.rules import Post, Rule
from content_rules.names.lexicon import HISTORIC, UPPER
from content_rules.rules.teller_patterns import patterns

_LETTERS_A_MARK = 30  # of so many letters one at least bears a mark, or the text is typed bare
_FAR, _BETWEEN, _BEFORE, _GIVEN = 260, 140, 60, 60
# “Gia đình báo trưởng ấp để công an tới nhà” tells people what to do.
_PURPOSE = re.compile(r" (?:để|de) ")
_SENTENCE_END = re.compile(r"(?<!\b[^\W\d_])[.!?;…](?=\s|$)|\n")
_OVERLAP = 40
_FIGURES = re.compile(r"\d{3}")
_NAME = re.compile(r" ([^\W\d_][\w'’]*)")
_ONE_NAME = re.compile(rf"{UPPER}[^\W\d_]+")
_APPOSITION = re.compile(r"^[^,.;]{0,30}, [^,.;]{2,60},(?= )")
_FULL_NAME = re.compile(rf"(?<!\w)({UPPER}\w+)(?: {UPPER}\w*\.?){{1,4}}")


@dataclass(frozen=True)
class _Person:
    """A person in a text; `is_certain` where no further word is needed to know them."""

    start: int
    end: int
    is_certain: bool


class _Search:
    """One text and the patterns that fit how it is typed."""

    def __init__(self, reading: Reading) -> None:
        self.text, lowered = reading.text, reading.text.lower()
        marks = len(self.text) - len(self.text.encode("ascii", "ignore"))
        is_bare = len(lowered) != len(self.text) or marks * _LETTERS_A_MARK < len(self.text)
        self.nobody = {False: 0, True: 0}
        self.bare = reading.bare
        self.low = self.bare if is_bare else lowered
        self.patterns = patterns(is_bare=is_bare)

    def spans(self) -> Iterator[Span]:
        for act in self.patterns.act.finditer(self.low):
            is_errand = act["heard"] and self.patterns.errand.match(self.low, act.end())
            if is_errand or _PURPOSE.search(act[0]):
                continue
            if person := self._actor(act.span(), is_heard=bool(act["act"] or act["heard"])):
                yield person.start, act.end()
        has_listener = self.patterns.listener.search(self.low)
        for act in self.patterns.heard.finditer(self.low) if has_listener else ():
            is_errand = self.patterns.errand.match(self.low, act.end()) or _PURPOSE.search(act[0])
            if not is_errand and (person := self._actor(act.span(), is_heard=True, is_police=True)):
                yield person.start, act.end()
        for source in self.patterns.source.finditer(self.low):
            person = self._person_behind(source.end())
            if person and (not source["message"] or self._gave(person)):
                yield source.start(), person.end
        for equation in self.patterns.equation.finditer(self.low):
            known = self._known_of(equation)
            if known is not None and (person := self._person_behind(equation.end())):
                yield known, person.end
        is_about = self.patterns.about_somebody.search(self.low)
        for label in self.patterns.label.finditer(self.low) if is_about else ():
            person = self._person_behind(label.end(), is_named=bool(label["is"]))
            if person and not self.patterns.not_done.search(label["gap"]):
                yield label.start(), person.end
        if _FIGURES.search(self.low):
            yield from spans_of(self.patterns.number, self.low)

    def _gave(self, person: _Person) -> bool:
        return self.patterns.gave.search(self.low, person.end, person.end + _GIVEN) is not None

    def _known_of(self, equation: re.Match[str]) -> int | None:
        """Begin of the words about what the police heard, or about a person as its source."""
        at = equation.start()
        if equation["from"] and (
            topic := self.patterns.topic.search(self.low, max(0, at - _BETWEEN), at)
        ):
            return topic.start()
        if not self.patterns.unveil.search(self.low, max(0, at - _BEFORE), at):
            return None
        hidden = self.patterns.hidden.search(self.low, max(0, at - _FAR), at)
        if hidden is None or self.patterns.catch.search(hidden["gap"]):
            return None
        return hidden.start()

    def _actor(self, span: Span, *, is_heard: bool, is_police: bool = False) -> _Person | None:
        """The person who did this, the last one that is named before the act."""
        act, end = span
        first = max(0, act - _FAR)
        ends = list(_SENTENCE_END.finditer(self.low, first, act))
        start = ends[-1].end() if ends else first
        # Where nobody stood before the act above, only what follows it is read.
        known = self.nobody[is_police]
        people = list(self._people(max(start, known - _OVERLAP), act, is_open=is_police))
        if not people:
            self.nobody[is_police] = act
        for person in reversed(people):
            before = self.low[max(start, person.start - _BEFORE) : person.start]
            if self._is_spoken_to(before):
                continue
            between = self._between(person, act)
            if len(between) > _BETWEEN or self._is_other(person, between):
                if self._is_in_reason(person, start, act):
                    continue
                return None
            if self._is_meant(person, before, between, end, is_heard=is_heard):
                return person
            if is_police and self._is_of_one_case(person, before, end):
                return person
        return self._spoken_of_before(ends, first, act) if ends and is_heard else None

    def _is_of_one_case(self, person: _Person, before: str, end: int) -> bool:
        """Not a rule for all, nor what somebody in office does every day."""
        patterns = self.patterns
        return not (
            patterns.not_done.search(before)
            or patterns.is_rule.match(self.low, end)
            or patterns.public.match(self.low, person.start)
        )

    def _is_in_reason(self, person: _Person, start: int, act: int) -> bool:
        reasons = (one.span() for one in self.patterns.reason.finditer(self.low, start, act))
        return meets((person.start, person.end), reasons)

    def _spoken_of_before(self, ends: list[re.Match[str]], first: int, act: int) -> _Person | None:
        """“Anh Hùng sửa xe ở ngã ba. Anh thấy lạ nên báo Công an.”"""
        pronoun = self.patterns.pronoun.match(self.low, ends[-1].end())
        if pronoun is None:
            return None
        address = _Person(*pronoun.span(1), is_certain=False)
        if self._is_other(address, self._between(address, act)):
            return None
        start = ends[-2].end() if len(ends) > 1 else first
        for person in self._people(start, ends[-1].start()):
            if person.is_certain and self.low.startswith(pronoun[1], person.start):
                return person
        return None

    def _between(self, person: _Person, end: int) -> str:
        """The words from a person on to an act, without the reason why the person did it."""
        words = self.patterns.reason.sub(" ", self.low[person.end : end])
        words = _APPOSITION.sub("", words)
        return self.low[person.start : person.end] + words

    def _is_other(self, person: _Person, between: str) -> bool:
        """Somebody else is the subject, or nothing was done yet."""
        known = between[: person.end - person.start]
        at = len(known) if person.is_certain else known.rfind(" ") + 1
        if self.patterns.negated.search(between, at) or self.patterns.not_done.search(between, at):
            return True
        # “Nhân viên ngân hàng” is still one person.
        is_trade = self.text[person.start : person.end].split()[-1].islower()
        return not all(
            other["at"] or (is_trade and other.start() == len(known) + 1)
            for other in self.patterns.somebody.finditer(between, at)
        )

    def _is_spoken_to(self, before: str) -> bool:
        """The person is the object of another's act, unless it is a reward."""
        if self.patterns.not_before.search(before) is None:
            return False
        if before.endswith(("với ", "voi ")):
            return self.patterns.cause.search(before) is None
        return not (before.endswith("cho ") and self.patterns.reward.search(before))

    def _is_meant(
        self, person: _Person, before: str, between: str, end: int, *, is_heard: bool
    ) -> bool:
        cause = self.patterns.reward.search(before) or self.patterns.cause.search(before)
        is_asked = cause and cause[0].startswith("nh") and not person.is_certain
        if self.patterns.is_one.search(between) or (cause and not is_asked):
            return True
        # “Nhờ trưởng ấp báo giúp” asks for a favour, “nhờ trưởng ấp báo, tổ bắt được …” tells.
        if is_asked and self.patterns.result.search(self.low, end, end + _GIVEN):
            return True
        is_done = cause or person.is_certain or self.patterns.did.search(between)
        return bool(is_done and is_heard)

    def _people(self, first: int, last: int, *, is_open: bool = False) -> Iterator[_Person]:
        found = [
            person
            for match in self.patterns.person.finditer(self.low, first, last)
            if (person := self._person(match, is_open=is_open))
        ]
        found += [
            _Person(*nick.span(), is_certain=True)
            for nick in self.patterns.nick.finditer(self.low, first, last)
        ]
        found += [
            _Person(*name.span(), is_certain=True)
            for name in _FULL_NAME.finditer(self.text, first, last)
            if self._is_full_name(name)
        ]
        yield from sorted(found, key=lambda person: person.start)

    def _person_behind(self, at: int, *, is_named: bool = False) -> _Person | None:
        filler = self.patterns.filler.match(self.low, at)
        for place in dict.fromkeys((at, filler.end() if filler else at)):
            match = self.patterns.person.match(self.low, place)
            if match and (person := self._person(match, is_open=True)):
                return person
            name = _FULL_NAME.match(self.text, place)
            if name and self._is_full_name(name):
                return _Person(*name.span(), is_certain=True)
        alone = _ONE_NAME.match(self.text, at) if is_named else None
        if alone and not self.patterns.crowd.match(self.low, at) and not self.text.isupper():
            return _Person(*alone.span(), is_certain=True)
        return None

    def _is_full_name(self, name: re.Match[str]) -> bool:
        """Begins with a family; in capitals or without marks it also ends in a given name."""
        words = name[0].lower()
        is_sure = self.low is not self.bare and not name[0].isupper()
        is_whole = is_sure or words.split()[-1].strip(".") in self.patterns.names
        return name[1].lower() in self.patterns.families and is_whole and words not in HISTORIC

    def _person(self, match: re.Match[str], *, is_open: bool = False) -> _Person | None:
        """The person of a match; a word of address alone is one where a name follows."""
        if not match["honorific"]:
            return _Person(*match.span(), is_certain=bool(match["certain"]))
        name = _NAME.match(self.text, match.end())
        if name is None or self.patterns.crowd.match(self.low, match.start()):
            return None
        if not self._is_name(self.text[match.start() : match.end()], name):
            if is_open and self.low is not self.bare:
                described = self.patterns.described.match(self.low, match.end())
                return described and _Person(match.start(), described.end(), is_certain=False)
            return None
        return _Person(match.start(), name.end(), is_certain=True)

    def _is_name(self, honorific: str, name: re.Match[str]) -> bool:
        word = self.low[name.start(1) : name.end(1)]
        if not name[1][0].isupper():
            return word in self.patterns.orders and bool(
                self.patterns.person.match(self.low, name.end() + 1)
                or self.patterns.near.match(self.low, name.end() + 1)
            )
        if self.patterns.not_name.match(self.low, name.start(1)):
            return False
        is_shouted = len(honorific) > 1 and honorific.isupper()
        return not is_shouted or word in self.patterns.names or len(word) == 1


class Teller(Rule):
    """Somebody who gave information, so that others can tell who it was."""

    name = "teller"
    level = Level.BLOCK
    sentence = (
        "Câu này cho biết ai đã báo tin (“{}”). Người báo tin phải được giữ kín: hãy viết “nhờ tin "
        "báo của nhân dân”, không nêu tên, quan hệ, nhà, nơi làm của người ấy."
    )
    examples = (
        "Nhờ tin của bà Tư nhà số 12 tổ 5, Công an đã bắt kẻ trộm.",
        "Theo lời con gái ông Bảy, nhóm này hay tụ tập ban đêm.",
        "Sự việc được một hộ ở đầu hẻm báo về lúc 22 giờ.",
        "Người tố giác là hàng xóm sát vách.",
    )
    counterexamples = (
        "Nhờ tin báo của nhân dân, Công an đã bắt kẻ trộm.",
        "Bà con cung cấp thông tin xin gọi trực ban.",
        "Chủ nhà trọ phải trình báo khi có người lạ đến ở.",
        "Cảm ơn ông đã gửi phản ánh.",
    )

    def spans(self, post: Post) -> list[Span]:
        spans = sorted(_Search(post.reading).spans())
        return [one for at, one in enumerate(spans) if not at or one[0] >= spans[at - 1][1]]

    def quote(self, words: str) -> str:
        return words[:60]
