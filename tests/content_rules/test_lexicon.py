"""Word lists in files: the signs of an entry, and bad lines refused with file and line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_rules.engine import lexicon
from dev.places import PROJECT

LISTS = sorted(path.stem for path in lexicon.FOLDER.glob("*.txt"))


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of lists of its own, with one list named `some`."""
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    lexicon.clear()
    yield tmp_path / "some.txt"
    lexicon.clear()


def found(text: str, *, is_bare: bool = False) -> list[str]:
    pattern = lexicon.bare_finder("some") if is_bare else lexicon.finder("some")
    return pattern.findall(text)


@pytest.mark.parametrize(
    ("entry", "text", "expected"),
    [
        ("tuần tra", "đi Tuần tra đêm", ["Tuần tra"]),
        ("bắt (trộm|cướp)", "bắt cướp, bắt xe", ["bắt cướp"]),
        ("khám( bệnh)?", "khám bệnh, khám", ["khám bệnh", "khám"]),
        ("trực  !tiếp !tuyến", "trực tiếp, trực đêm, trực tuyến", ["trực"]),
        ("bắt  !cá. !ốc", "bắt cá, bắt cát tặc, bắt ốc", ["bắt"]),
        ("phối!  họp", "phối họp, đi họp", ["họp"]),
        ("phối!  họp  !mặt", "phối họp, họp mặt, họp ấp", ["họp"]),
        ("ca {số}", "ca 3, ca đêm", ["ca 3"]),
        ("ngày {1-2 số}", "ngày 12, ngày 123", ["ngày 12"]),
        ("canh sat{chữ} {từ}", "canh sats khu vuc", ["canh sats khu"]),
        ("ca\nca đêm", "ca đêm, ca", ["ca đêm", "ca"]),
        ("d/c  # đồng chí", "d/c Nam", ["d/c"]),
    ],
)
def test_entry_finds_its_words(listed: Path, entry: str, text: str, expected: list[str]) -> None:
    listed.write_text(f"# Danh sách thử.\n\n{entry}\n", encoding="utf-8")

    assert found(text) == expected


def test_marks_are_taken_off_for_the_bare_form(listed: Path) -> None:
    listed.write_text("Đối tượng {số}\ntuần tra !Đêm\n", encoding="utf-8")

    assert found("doi tuong 1, tuan tra, tuan tra dem", is_bare=True) == [
        "doi tuong 1",
        "tuan tra",
    ]


def test_first_of_keeps_the_order_of_the_lines(listed: Path) -> None:
    listed.write_text("bác\nbác sĩ\n", encoding="utf-8")

    match = re.match(lexicon.first_of("some"), "bác sĩ")

    assert match is not None
    assert match[0] == "bác"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("bắt (trộm|cướp", "thiếu dấu đóng ngoặc"),
        ("bắt trộm)", "không hiểu “)”"),
        ("bắt (trộm|)", "thiếu chữ trong ngoặc"),
        ("ca {mấy}", "không hiểu “{mấy}”"),
        ("tuần tra*", "không hiểu “*”"),
        ("!tiếp", "dấu ! đặt sai chỗ"),
        ("trực", "dòng này đã có ở trên"),
    ],
)
def test_bad_line_is_refused_with_file_and_line(listed: Path, line: str, why: str) -> None:
    listed.write_text(f"# Danh sách thử.\ntrực\n{line}\n", encoding="utf-8")

    with pytest.raises(lexicon.LexiconError, match=re.escape(f"some.txt, dòng 3: {why}")):
        lexicon.any_of("some")


def test_word_set_refuses_signs(listed: Path) -> None:
    listed.write_text("ấp\nkhu (phố|vực)\n", encoding="utf-8")

    with pytest.raises(lexicon.LexiconError, match=r"some\.txt, dòng 2"):
        lexicon.word_set("some")


def test_empty_list_is_refused(listed: Path) -> None:
    listed.write_text("# Danh sách thử.\n", encoding="utf-8")

    with pytest.raises(lexicon.LexiconError, match="danh sách trống"):
        lexicon.any_of("some")


@pytest.mark.parametrize("name", LISTS)
def test_list_says_what_it_is_for_and_is_used(name: str) -> None:
    path = lexicon.FOLDER / f"{name}.txt"
    rules = "".join(
        path.read_text(encoding="utf-8") for path in (PROJECT / "content_rules").rglob("*.py")
    )

    assert path.read_text(encoding="utf-8").startswith("# ")
    assert re.search(rf"[\"']{name}[\"']", rules)
