"""Nothing that leaves as a table runs in the program that opens it."""

import ast
import csv
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from accounts.users.roles import Role
from documents.cells import disarmed, rearmed
from documents.new_workbook import new_workbook
from groups.models import Team
from groups.resources import OfficerResource, TeamResource
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_hamlet, make_officer, make_team
from tests.groups.test_resources import OFFICERS, TEAMS, counts, run
from tests.test_consistency import OURS, imports, named, sources, tree
from vietnamese.text import local_phone

ARMED = [
    "=1+1", "=HYPERLINK(\"http://x.vn\",\"a\")", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\N{NO-BREAK SPACE}=1+1", "-1-1", "+a", "@",
    "\uff1d1+1", "\uff0b1+cmd", "\uff0d1-1", "\uff20SUM(1)", "='", "+84 912 345 678;cmd",
]  # fmt: skip
PLAIN = [
    "", "-", "–", "Tổ 1", "1-2", "a=b", "'", "'Tổ", "+84912345678", "+84 912 345 678", "-12",
    "-1.250,5", "+0", "0912345678", "12/9/2026", "a@b.vn", 12, -12, -1.5, None, True,
]  # fmt: skip


@pytest.mark.parametrize("text", ARMED)
def test_formula_is_disarmed_and_not_changed(text):
    cell = disarmed(text)

    assert cell == f"'{text}"
    assert rearmed(cell) == text
    assert disarmed(cell) == cell


@pytest.mark.parametrize("value", PLAIN)
def test_numbers_phones_and_words_stay_as_they_are(value):
    assert disarmed(value) is value
    assert rearmed(str(value)) == str(value)


@pytest.fixture
def chief(db):
    return make_user(make_commune(), Role.CHIEF)


@pytest.fixture
def teams(chief):
    hamlet = make_hamlet(chief.commune, code="AP01")
    for number, text in enumerate(ARMED):
        # As rows of long ago may hold it, whatever a form would take today.
        team = make_team(hamlet, name=f"{number}")
        Team.objects.filter(pk=team.pk).update(name=f"{text}#{number}")
    make_officer(chief.commune, full_name="-Lê An", phone="+84912345678")
    return hamlet


def exported(client, user, model: str, kind: str) -> bytes:
    client.force_login(user)
    answer = client.post(reverse(f"admin:groups_{model}_export"), {"format": kind})
    assert answer.status_code == 200
    return answer.content


def cells_of(content: bytes, kind: str) -> list[str]:
    if kind == "1":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [cell for row in rows for cell in row]
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    return [str(cell.value) for cell in cells if cell.value is not None]


@pytest.mark.parametrize("kind", ["0", "1"], ids=["xlsx", "csv"])
@pytest.mark.parametrize("model", ["hamlet", "team", "officer", "zalogroup"])
def test_no_cell_of_an_export_is_a_formula(client, chief, teams, model, kind):
    cells = cells_of(exported(client, chief, model, kind), kind)

    assert cells
    for cell in cells:
        assert disarmed(cell) == cell
    if model == "officer":
        assert {"'-Lê An", local_phone("+84912345678")} <= set(cells)
    if model == "team":
        assert "'=1+1#0" in cells


def test_disarmed_cells_come_back_as_they_were(chief):
    make_team(make_hamlet(chief.commune, code="AP01"), name="- Tổ đầu")
    make_officer(chief.commune, full_name="-Lê An", title="+", phone="+84912345678")

    team = ("AP01", disarmed("- Tổ đầu"), 30)
    officer = (disarmed("-Lê An"), disarmed("+"), "0912345678", "Có")

    assert counts(run(TeamResource, chief, TEAMS, team)) == {"skip": 1}
    assert counts(run(OfficerResource, chief, OFFICERS, officer)) == {"skip": 1}


# The only ways out


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def test_tables_are_written_as_text_by_one_format_alone():
    """A writer of CSV elsewhere would not disarm."""
    writers = {
        named(path)
        for path in sources(*OURS)
        for call in calls(path)
        if ast.unparse(call.func) in {"csv.writer", "csv.DictWriter", "writer", "DictWriter"}
    }
    libraries = {
        named(path)
        for path in sources(*OURS)
        if any(name.split(".")[0] == "tablib" or "import_export.formats" in name
               for name in imports(path))
    }  # fmt: skip

    assert writers == set()
    assert libraries == {"accounts/scoped_admin/formats.py"}


def test_every_workbook_of_our_own_takes_text_as_text():
    """Cells of a workbook have kinds: text is no formula there, and none has to be changed."""
    demo = Path(settings.BASE_DIR) / "broadcasts" / "demo"
    ours = [path for path in sources(*OURS) if not path.is_relative_to(demo)]
    books = [
        (named(path), ast.unparse(call.func))
        for path in ours
        for call in calls(path)
        if ast.unparse(call.func).endswith(("xlsxwriter.Workbook", "new_workbook"))
    ]
    openers = [place for place, name in books if name == "xlsxwriter.Workbook"]

    assert openers == ["documents/new_workbook.py"]
    assert len(books) > 5
    assert [named(path) for path in ours if "write_formula" in path.read_text()] == []
    book = new_workbook(io.BytesIO())
    for option in ("formulas", "urls", "numbers"):
        assert getattr(book, f"strings_to_{option}") is False
