"""How a paragraph and its letters look once every style behind them is looked through."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from docx.document import Document as DocumentType
from docx.oxml.ns import qn

VAL = qn("w:val")
_OFF = {"0", "false", "off"}
_TWIPS_PER_MM = 1440 / 25.4
_POINTS_OF_A_LINE = 14 * 1.15
_ALIGNMENTS = {"both": "justify", "distribute": "justify", "start": "left", "end": "right"}
type Looks = list[Any]  # what says how it looks, the nearest first


class Styles:
    """The styles of a document, each with those it rests on."""

    def __init__(self, document: DocumentType) -> None:
        self._root = document.styles.element
        self._by_id = {one.get(qn("w:styleId")): one for one in self._root.findall(qn("w:style"))}
        self._known: dict[tuple[str, str], Looks] = {}

    @cached_property
    def _default(self) -> str:
        """The style of a paragraph that names none."""
        for name, style in self._by_id.items():
            if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) == "1":
                return str(name)
        return ""

    def of_paragraph(self, paragraph: Any) -> Looks:
        own = paragraph.find(qn("w:pPr"))
        return [*_present(own), *self._behind(self._name(own, "w:pStyle"), "w:pPr")]

    def of_run(self, run: Any, paragraph: Any) -> Looks:
        own, around = run.find(qn("w:rPr")), paragraph.find(qn("w:pPr"))
        named = own.find(qn("w:rStyle")) if own is not None else None
        letters = self._behind(named.get(VAL), "w:rPr") if named is not None else []
        behind = self._behind(self._name(around, "w:pStyle"), "w:rPr")
        return [*_present(own), *letters, *behind]

    def _name(self, properties: Any, tag: str) -> str:
        named = properties.find(qn(tag)) if properties is not None else None
        return named.get(VAL) if named is not None else self._default

    def _behind(self, name: str, tag: str) -> Looks:
        if (name, tag) not in self._known:
            self._known[name, tag] = list(self._chain(name, tag))
        return self._known[name, tag]

    def _chain(self, name: str, tag: str) -> Iterator[Any]:
        seen: set[str] = set()
        while name in self._by_id and name not in seen:
            seen.add(name)
            style = self._by_id[name]
            yield from _present(style.find(qn(tag)))
            below = style.find(qn("w:basedOn"))
            name = below.get(VAL) if below is not None else ""
        defaults = self._root.find(f"{qn('w:docDefaults')}/{qn(f'{tag}Default')}/{qn(tag)}")
        yield from _present(defaults)


def _present(element: Any) -> Looks:
    return [element] if element is not None else []


def _value(looks: Looks, tag: str, attribute: str = "w:val") -> str | None:
    """Return the value of the nearest element that sets one."""
    name, key = qn(tag), qn(attribute)
    for one in looks:
        found = one.find(name)
        if found is not None and found.get(key) is not None:
            return str(found.get(key))
    return None


def size(looks: Looks) -> float:
    """In points; Word takes 10 where nothing is said."""
    return float(_value(looks, "w:sz") or 20) / 2


def is_on(looks: Looks, tag: str) -> bool:
    """Whether a switch as bold is on, as the nearest has it."""
    found = next((one.find(qn(tag)) for one in looks if one.find(qn(tag)) is not None), None)
    return found is not None and found.get(VAL, "true") not in _OFF


def is_underlined(looks: Looks) -> bool:
    return _value(looks, "w:u") not in {None, "none"}


def fonts(looks: Looks) -> Iterator[str]:
    """The font of plain letters and of those with marks; the name of a theme counts as another."""
    for script in ("ascii", "hAnsi"):
        for one in looks:
            found = one.find(qn("w:rFonts"))
            if found is None:
                continue
            font = found.get(qn(f"w:{script}Theme")) or found.get(qn(f"w:{script}"))
            if font:
                yield str(font)
                break


def colour(looks: Looks) -> str:
    return _value(looks, "w:color") or "auto"


def alignment(looks: Looks) -> str:
    found = _value(looks, "w:jc") or "left"
    return _ALIGNMENTS.get(found, found)


def indent(looks: Looks) -> float:
    """Of the first line, in millimetres."""
    return float(_value(looks, "w:ind", "w:firstLine") or 0) / _TWIPS_PER_MM


def spacing(looks: Looks) -> float:
    """In lines; an exact height counts as what it is to letters of 14 points."""
    line = float(_value(looks, "w:spacing", "w:line") or 240)
    if (_value(looks, "w:spacing", "w:lineRule") or "auto") == "auto":
        return line / 240
    return line / 20 / _POINTS_OF_A_LINE


def level(looks: Looks) -> int:
    """In the outline of the document, 1 to 3; 0 for what is no heading."""
    said = _value(looks, "w:outlineLvl")
    return int(said) + 1 if said is not None and int(said) <= 2 else 0
