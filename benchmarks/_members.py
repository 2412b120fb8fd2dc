"""Communes with hamlets, and many members with names as they are spread among Vietnamese people."""

from random import Random
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import Commune
from groups.fields import FoldedTextField, SortKeyField
from groups.models import Hamlet, Member, Team
from tests.factories.accounts import make_commune

HAMLETS = 19
TEAMS = 4
NAMES = 100_000
# Hits of a rare name: more than one page, whatever the size of the table.
RARE_NAME, RARE_HITS = "Điểu Krông Hích", 60

_FAMILIES = {
    "Nguyễn": 380, "Trần": 110, "Lê": 95, "Phạm": 70, "Huỳnh": 51, "Phan": 45, "Võ": 39,
    "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Vũ": 39,
    "Hoàng": 20, "Đinh": 10, "Mai": 9, "Trương": 16, "Điểu": 6, "Thị": 4, "Đoàn": 9, "Cao": 8,
}  # fmt: skip
_MIDDLES = {
    "Thị": 240, "Văn": 230, "Ngọc": 45, "Minh": 40, "Thanh": 40, "Hữu": 20, "Đức": 25, "Quốc": 20,
    "Xuân": 15, "Thị Thu": 18, "Thị Kim": 20, "Thị Ngọc": 20, "Thị Mỹ": 15, "Công": 12, "Đình": 15,
    "Hoàng": 18, "Gia": 10, "Bảo": 12, "Kim": 15, "Phước": 6, "Tấn": 8, "Như": 5, "Hải": 6,
}  # fmt: skip
_GIVEN = [
    "Anh", "Hương", "Hùng", "Hoa", "Lan", "Hà", "Dũng", "Tuấn", "Hải", "Bình", "Nam", "Thảo",
    "Linh", "Trang", "Phương", "Mai", "Thủy", "Hạnh", "Nga", "Minh", "Sơn", "Long", "Đức",
    "Cường", "Tâm", "Hiền", "Loan", "Thanh", "Thu", "Yến", "Hằng", "Dung", "Vân", "Tú", "Ngọc",
    "Quang", "Huy", "Khoa", "Phúc", "Lộc", "Thọ", "An", "Ân", "Nhi", "Vy", "Quỳnh", "Trâm",
    "Trinh", "Tiên", "Tiến", "Tài", "Thành", "Thắng", "Toàn", "Trung", "Trí", "Trường", "Tùng",
    "Tính", "Việt", "Vinh", "Vũ", "Xuân", "Ý", "Uyên", "Út", "Sang", "Sáng", "Sinh", "Quân",
    "Quý", "Quyên", "Phong", "Phát", "Oanh", "Nhung", "Nhàn", "Nhân", "Ngân", "Nghĩa", "Mỹ",
    "Mạnh", "Lực", "Lợi", "Liên", "Lâm", "Kiên", "Kiệt", "Khánh", "Khang", "Hưng", "Huệ", "Hồng",
    "Hòa", "Hiếu", "Hậu", "Hân", "Giang", "Duyên", "Duy", "Đông", "Đạt", "Danh", "Đào", "Cúc",
    "Chiến", "Châu", "Bảo", "Bích", "Bé", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười",
    "Krông",
]  # fmt: skip


def make_names(count: int) -> list[str]:
    """Names as common as their words are; the same ones every time."""
    random = Random(2026)
    rare_first = [1 / (rank + 12) for rank in range(len(_GIVEN))]
    parts = zip(
        random.choices(list(_FAMILIES), list(_FAMILIES.values()), k=count),
        random.choices(list(_MIDDLES), list(_MIDDLES.values()), k=count),
        random.choices(_GIVEN, rare_first, k=count),
        strict=True,
    )
    return [" ".join(words) for words in parts]


def add_communes(count: int) -> list[Commune]:
    """Communes with hamlets and teams, without members."""
    communes = [make_commune() for _ in range(count)]
    hamlets = Hamlet.objects.bulk_create(
        Hamlet(commune=commune, name=f"{number}", code=f"AP{number:02d}")
        for commune in communes
        for number in range(1, HAMLETS + 1)
    )
    Team.objects.bulk_create(
        Team(hamlet=hamlet, name=f"Tổ {number}")
        for hamlet in hamlets
        for number in range(1, TEAMS + 1)
    )
    return communes


def add_members(communes: list[Commune], count: int) -> None:
    """Spread evenly over the hamlets; without indexes while they are written."""
    _write_names()
    with connection.schema_editor() as editor:
        for index in Member._meta.indexes:
            editor.remove_index(Member, index)
    expressions = {
        "hamlet_id": "team.hamlet_id",
        "team_id": "team.id",
        "full_name": "name.full_name",
        "search_text": "name.search_text",
        "sort_key": "name.sort_key",
        "phone": "CASE WHEN n %% 10 = 0 THEN '' ELSE "
        "'+84900' || lpad((n::bigint * 7919 %% 1000000)::text, 6, '0') END",
        "birth_year": "1940 + n %% 65",
        "gender": "CASE WHEN name.full_name LIKE '%% Thị %%' THEN 'female' ELSE 'male' END",
        "household_code": "'H' || n / 4",
        "is_representative": "n %% 4 = 0",
        "consent_basis": "CASE WHEN n %% 3 = 0 THEN 'none' ELSE 'list' END",
        "consent_given_at": "CASE WHEN n %% 3 = 0 THEN NULL ELSE now() END",
        "status": "CASE WHEN n %% 50 = 7 THEN 'left' ELSE 'active' END",
        "ended_at": "CASE WHEN n %% 50 = 7 THEN now() END",
    }
    columns = {**defaults_of(Member), **expressions}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM groups_member")
        (already,) = cursor.fetchone()
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_place AS "
            "SELECT team.id, team.hamlet_id, row_number() OVER (ORDER BY team.id) - 1 AS place "
            "FROM groups_team team JOIN groups_hamlet hamlet ON hamlet.id = team.hamlet_id "
            "WHERE hamlet.commune_id = ANY(%s)",
            [[commune.pk for commune in communes]],
        )
        cursor.execute(
            f"INSERT INTO groups_member ({', '.join(columns)}) "  # noqa: S608 -- own columns
            f"SELECT {', '.join(columns.values())} "
            "FROM generate_series(%s, %s) AS n "
            "JOIN bench_name name ON name.number = n::bigint * 48271 %% %s "
            "JOIN bench_place team ON team.place = n %% %s",
            [already, already + count - 1, NAMES, len(communes) * HAMLETS * TEAMS],
        )
        cursor.execute("DROP TABLE bench_name, bench_place")
    with connection.schema_editor() as editor:
        for index in Member._meta.indexes:
            editor.add_index(Member, index)
    # Rows changed before would keep the server from using the indexes for a while.
    _plant_rare_name()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def defaults_of(model: type[Model]) -> dict[str, str]:
    """Columns that must have a value and whose value does not matter here."""
    defaults: dict[str, str] = {}
    with connection.cursor() as cursor:
        for field in model._meta.concrete_fields:
            if field.primary_key or field.null:
                continue
            value = field.get_db_prep_save(field.get_default(), connection)
            literal = cursor.mogrify("%s", [value])
            defaults[str(field.column)] = str(literal).replace("%", "%%")
    return defaults


def _write_names() -> None:
    folded, key = FoldedTextField.derive, SortKeyField.derive
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_name "
            "(number integer PRIMARY KEY, full_name text, search_text text, sort_key text)"
        )
        with cursor.copy("COPY bench_name FROM STDIN") as copy:
            for number, name in enumerate(make_names(NAMES)):
                copy.write_row((number, name, folded(name), key(name)))


def _plant_rare_name() -> None:
    """The same number of hits at any size, so that pages of the same length are compared."""
    ids = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    chosen = ids[:: len(ids) // RARE_HITS][:RARE_HITS]
    Member.objects.filter(full_name=RARE_NAME).exclude(pk__in=chosen).update(**_named("Điểu Hạnh"))
    Member.objects.filter(pk__in=chosen).update(**_named(RARE_NAME))


def _named(name: str) -> dict[str, Any]:
    return {
        "full_name": name,
        "search_text": FoldedTextField.derive(name),
        "sort_key": SortKeyField.derive(name),
    }
