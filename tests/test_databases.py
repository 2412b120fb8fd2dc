"""The key of the template database: what shapes the database changes it, and nothing else does."""

from pathlib import Path

import pytest

from tests.databases import ROOT, shaping_files, template_name

SHOP = {
    "shop/__init__.py": "",
    "shop/models.py": "from shop.prices import Price\n",
    "shop/prices.py": "class Price: ...\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": "from shop import shipped\n",
    "shop/shipped.py": "import goods.names\nFILE = __file__\n",
    "shop/shipped.toml": "a = 1\n",
    "shop/words.json": "{}\n",
    "shop/receivers.py": "from django.db.models.signals import post_migrate\n",
    "shop/pages.py": "from shop.models import Price\n",
    "shop/templates/shop/page.html": "<p>\n",
    "goods/__init__.py": "",
    "goods/names.py": "def load():\n    from goods.read import words\n",
    "goods/read.py": 'from pathlib import Path\nFOLDER = Path(__file__).parent / "lists"\n',
    "goods/lists/fruit.txt": "apple\n",
    "goods/other/fruit.txt": "stone\n",
    "goods/admin.py": "",
    "config/__init__.py": "",
    "config/settings.py": "",
    "config/urls.py": "",
    "tests/__init__.py": "",
    "tests/databases.py": "from shop.roles import table\n",
    "tests/test_pages.py": "",
    "shop/roles.py": "table = {}\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("shop/migrations/0001_initial.py", True),
        ("shop/models.py", True),
        ("shop/prices.py", True),  # imported by models
        ("shop/shipped.py", True),  # imported by a migration
        ("goods/names.py", True),  # imported by that
        ("goods/read.py", True),  # inside a function
        ("goods/__init__.py", True),  # the package of one that is imported
        ("shop/shipped.toml", True),  # beside a module of its name
        ("goods/lists/fruit.txt", True),  # in a folder that such a module names
        ("shop/receivers.py", True),
        ("shop/roles.py", True),
        ("config/settings.py", True),
        ("shop/pages.py", False),
        ("shop/templates/shop/page.html", False),
        ("shop/words.json", False),
        ("goods/other/fruit.txt", False),
        ("goods/admin.py", False),
        ("config/urls.py", False),
        ("tests/test_pages.py", False),
    ],
)
def test_key_changes_with_what_shapes_the_database(shop: Path, name: str, changes: bool) -> None:
    before = template_name(shop)
    path = shop / name
    path.write_text(f"{path.read_text()}\n# more")

    assert (template_name(shop) != before) == changes


def test_key_changes_with_a_new_migration_and_with_one_that_went(shop: Path) -> None:
    keys = [template_name(shop)]
    added = shop / "shop/migrations/0002_more.py"
    added.write_text("")
    keys.append(template_name(shop))
    added.unlink()

    assert len({*keys}) == 2
    assert template_name(shop) == keys[0]


def test_files_of_this_project_that_shape_its_database() -> None:
    found = {str(path.relative_to(ROOT)) for path in shaping_files(ROOT)}

    assert found >= {
        "accounts/communes/shipped_holidays.toml",
        "accounts/users/roles.py",
        "broadcasts/posts/models.py",
        "broadcasts/templates/shipped.toml",
        "oversight/figures/rollups/triggers.py",
        "procedures/data/can-cuoc.json",
        "reports/clocks/shipped.toml",
        "requirements.txt",
        "tests/databases.py",
    }
    assert not [
        name
        for name in found
        if name.endswith(("pages.py", "admin.py", "forms.py", "work_lists.py", ".html"))
        and "/migrations/" not in name
    ]
