"""The arithmetic of the pictures, and that no length tells what no number tells."""

import re

import pytest
from django.template.loader import render_to_string

from oversight.dashboards import charts
from oversight.figures.table import Row, Table, summed

HUGE = 123_456_789_012


def table(*numbers, columns=("Phản ánh",)):
    rows = tuple(Row(f"Dòng {place}", (number,)) for place, number in enumerate(numbers, 1))
    return summed(Table(columns, rows))


def share(text):
    return float(text.removesuffix("%"))


def marks(count):
    return [(str(place), "") for place in range(1, count + 1)]


@pytest.mark.parametrize("numbers", [(1,), (3, 1), (1, 1, 1), (7, 0, 5, 2), (HUGE, 1, 0)])
def test_parts_of_a_bar_fill_it_and_lie_one_after_the_other(numbers):
    (stack,) = charts.split(table(*numbers), key="k", title="t").stacks

    drawn = [part for part in stack.parts if part.width]

    assert len(drawn) == sum(1 for number in numbers if number)
    assert sum(share(part.width) for part in drawn) == pytest.approx(100, abs=0.01)
    end = 0.0
    for part in drawn:
        assert share(part.x) == pytest.approx(end, abs=0.01)
        end += share(part.width)


def test_bars_are_as_long_as_their_numbers_and_keep_the_order_of_the_rows():
    made = charts.bars(table(20, 5, 0, 10), key="k", title="t")

    assert [bar.width for bar in made.bars] == ["100.000%", "25.000%", "", "50.000%"]
    assert [bar.value for bar in made.bars] == ["20", "5", "0", "10"]
    assert [bar.lines[0].text for bar in made.bars] == [f"Dòng {n}" for n in (1, 2, 3, 4)]


def test_one_beside_a_huge_number_is_still_seen():
    first, second = charts.bars(table(HUGE, 1), key="k", title="t").bars

    assert (first.value, second.value) == ("123.456.789.012", "1")
    assert 0 < share(second.width) < 1


@pytest.mark.parametrize("numbers", [(), (0,), (0, 0, 0)])
def test_nothing_is_drawn_of_nothing(numbers):
    made = table(*numbers)

    assert [bar.width for bar in charts.bars(made, key="k", title="t").bars] == [""] * len(numbers)
    (stack,) = charts.split(made, key="k", title="t").stacks
    assert [part.width for part in stack.parts] == [""] * len(numbers)
    columns = charts.columns(made, key="k", title="t", marks=marks(len(numbers)))
    assert [column.height for column in columns.columns] == [0] * len(numbers)


def test_a_number_that_is_not_told_is_a_dash_without_a_bar():
    rows = (Row("a", (12,)), Row("b", (None,)), Row("c", (None,)))
    hidden = Table(("Phản ánh",), rows)

    assert [(bar.value, bar.width) for bar in charts.bars(hidden, key="k", title="t").bars] == [
        ("12", "100.000%"), ("–", ""), ("–", ""),
    ]  # fmt: skip
    made = charts.columns(hidden, key="k", title="t", marks=marks(3)).columns
    assert [(column.value, column.height > 0) for column in made] == [
        ("12", True), ("–", False), ("–", False),
    ]  # fmt: skip
    assert "b: không nêu" in charts.bars(hidden, key="k", title="t").description


@pytest.mark.parametrize("total", [None, 20])
def test_a_bar_with_a_gap_is_not_drawn(total):
    """12 of 20 with one part hidden would show the 8, and 12 alone without a total a share."""
    rows = (Row("a", (12,)), Row("b", (None,)))
    hidden = Table(("Phản ánh",), rows, Row("Cộng", (total,)))

    (stack,) = charts.split(hidden, key="k", title="t").stacks

    assert [(part.value, part.width) for part in stack.parts] == [("12", ""), ("–", "")]


def test_rows_that_are_merged_have_the_length_of_their_sum_and_none_of_their_own():
    rows = (Row("a", (30,)), Row("b", (None,)), Row("c", (None,)), Row("không nêu", (10,)))
    merged = Table(("Phản ánh",), rows, Row("Cộng", (40,)))

    (stack,) = charts.split(merged, key="k", title="t").stacks

    assert [part.width for part in stack.parts] == ["75.000%", "", "", "25.000%"]
    assert [part.value for part in stack.parts] == ["30 (75%)", "–", "–", "10 (25%)"]


def test_each_row_is_a_bar_of_its_columns_and_the_last_line_one_of_them_all():
    both = summed(Table(("Kịp", "Muộn"), (Row("Máy", (3, 1)), Row("Tay", (0, 2)))))

    by_row = charts.stacks(both, key="k", title="t").stacks
    (whole,) = charts.whole(both, key="k", title="t").stacks

    assert [(stack.label.text, stack.value) for stack in by_row] == [("Máy", "4"), ("Tay", "2")]
    assert [part.width for part in by_row[0].parts] == ["75.000%", "25.000%"]
    assert [part.width for part in by_row[1].parts] == ["", "100.000%"]
    assert [part.value for part in whole.parts] == ["3 (50%)", "3 (50%)"]


def test_columns_are_told_in_thousands_where_the_numbers_are_too_wide():
    made = charts.columns(table(12_345, 999, 0), key="k", title="t", marks=marks(3))

    assert made.unit == "nghìn"
    assert [column.value for column in made.columns] == ["12,3", "1", "0"]
    assert made.columns[1].height > 0
    assert "Dòng 1: 12.345" in made.description
    assert charts.columns(table(9_999), key="k", title="t", marks=marks(1)).unit == ""


def test_long_labels_are_broken_so_that_they_fit_a_phone():
    words = "Phòng ngừa lừa đảo qua mạng, giả danh công an để chiếm đoạt tài sản của người dân"
    long = Table(("Bài",), (Row(words, (3,)), Row("Ngắn", (1,))))

    first, second = charts.bars(long, key="k", title="t").bars

    assert max(len(line.text) for line in first.lines) <= charts.LINE_LETTERS
    assert " ".join(line.text for line in first.lines) == words
    assert second.lines[0].y > first.bar_y


@pytest.mark.parametrize("make", [charts.bars, charts.split, charts.stacks, charts.whole])
def test_pictures_have_a_name_and_words_and_escape_both(make):
    evil = Table(("<b>",), (Row("<script>", (1,)),), Row("Cộng", (1,)))
    chart = make(evil, key="k", title="Tên & <i>")

    drawn = " ".join(render_to_string("oversight/charts/chart.html", {"chart": chart}).split())

    assert 'role="img" aria-labelledby="k-ten k-loi"' in drawn
    assert '<title id="k-ten">Tên &amp; &lt;i&gt;</title>' in drawn
    assert "<script" not in drawn
    assert "style=" not in drawn


def test_numbers_in_the_drawing_are_those_of_svg_not_of_the_language():
    chart = charts.bars(table(*range(60)), key="k", title="t")

    drawn = render_to_string("oversight/charts/chart.html", {"chart": chart})

    places = re.findall(r' (?:x|y|width|height|x1|x2|y1|y2)="([^"]*)"', drawn)
    assert chart.height > 1000
    assert f'height="{chart.height}"' in drawn
    assert [one for one in places if not re.fullmatch(r"\d+(\.\d+)?%?", one)] == []
