"""The documentation held against the repository: what it names is there."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from dev.places import PROJECT

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
NAMES = [str(path.relative_to(PROJECT)) for path in DOCUMENTS]
DECISIONS = PROJECT / "docs" / "decisions"
# The commands that are a contract; a later part brings the others and its line in the README.
FIXED_COMMANDS = [
    "seed_demo", "sync_roles", "zalo_simulator", "zalo_connect", "import_members", "export_report",
    "purge_expired", "verify_audit", "rotate_keys",
]  # fmt: skip
FIXED_TARGETS = ["setup", "demo", "test", "lint", "bench"]
FIXED_ADDRESSES = [
    "/admin/", "/zalo/webhook/", "/zalo/oauth/callback/", "/phan-anh/", "/thu-tuc/",
    "/nhom-chinh-thuc/", "/healthz", "/readyz", "/health/deep", "/metrics",
]  # fmt: skip
SUFFIXES = "py|sh|md|html|css|js|yml|toml|txt|po|mo|png|svg"


@cache
def text_of(name: str) -> str:
    return (PROJECT / name).read_text()


def code_in(name: str) -> list[str]:
    """The code spans and fenced blocks of a document."""
    fenced = re.findall(r"(?ms)^\s*```\w*\n(.*?)^\s*```", text_of(name))
    rest = re.sub(r"(?ms)^\s*```.*?^\s*```", "", text_of(name))
    return [*fenced, *re.findall(r"`([^`]+)`", rest)]


def links_in(name: str) -> list[str]:
    rest = re.sub(r"(?ms)^\s*```.*?^\s*```", "", text_of(name))
    targets = re.findall(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", rest)
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


@cache
def anchors_of(path: Path) -> set[str]:
    """The anchors that headings give, as code hosts make them."""
    headings = re.findall(r"(?m)^#{1,6}\s+(.+?)\s*$", path.read_text())
    bare = [re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in bare}


def make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z][a-z-]*):", text_of("Makefile")))


@cache
def known_words() -> set[str]:
    """Every capitalised name in what reads or sets a variable or a setting."""
    sources = [
        PROJECT / name for name in (".env.example", "Makefile", "Dockerfile", "docker-compose.yml")
    ]
    for package in ("config", "dev"):
        sources += [*(PROJECT / package).rglob("*.py"), *(PROJECT / package).rglob("*.sh")]
    for package in ("accounts", "zalo", "groups", "broadcasts", "tests"):
        sources += (PROJECT / package).rglob("*.py")
    return set(re.findall(r"[A-Z][A-Z0-9_]+", " ".join(path.read_text() for path in sources)))


def test_documents_are_found():
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_picture_resolves(name):
    here = (PROJECT / name).parent
    broken = []
    for link in links_in(name):
        target, _hash, anchor = link.partition("#")
        path = (here / target).resolve() if target else PROJECT / name
        is_there = path.is_relative_to(PROJECT) and path.exists()
        if not is_there or (anchor and path.suffix == ".md" and anchor not in anchors_of(path)):
            broken.append(link)

    assert broken == []


def test_architecture_is_short_and_opens_with_a_tour():
    text = text_of("docs/architecture.md")
    tour = text[text.index("## A tour") : text.index("## Levels")]

    assert len(text.splitlines()) <= 250
    assert len(re.findall(r"\]\(\.\./[\w/]+\.py\)", tour)) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_exists(name):
    named = {
        target for code in code_in(name) for target in re.findall(r"\bmake ([a-z][a-z-]*)", code)
    }

    assert named - make_targets() == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_management_command_exists(name):
    named = {
        command for code in code_in(name) for command in re.findall(r"manage\.py ([a-z]\w+)", code)
    }

    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_module_that_is_run_exists(name):
    found = [re.findall(r"-m ((?:dev|benchmarks)\.[\w.]+)", code) for code in code_in(name)]
    named = {module for modules in found for module in modules}

    missing = {m for m in named if not (PROJECT / f"{m.replace('.', '/')}.py").exists()}
    assert missing == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_exists(name):
    named = {
        word
        for code in code_in(name)
        for word in re.findall(r"(?<![\w./-])([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?![\w./-])", code)
    }

    assert named - known_words() - {"OA_ID"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_exists(name):
    here = (PROJECT / name).parent
    named = {
        path
        for code in code_in(name)
        for path in re.findall(rf"^(?:\w[\w.-]*/)+[\w.-]+\.(?:{SUFFIXES})$", code)
    }

    assert {path for path in named if not any((at / path).exists() for at in (PROJECT, here))} == (
        set()
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_directory_exists(name):
    named = {path for code in code_in(name) for path in re.findall(r"^(?:\w[\w-]*/)+$", code)}

    assert {path for path in named if not (PROJECT / path).is_dir()} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_document_keeps_to_the_project(name):
    text = text_of(name)

    assert re.findall(r"(?<![\w.])/(?:work|root|home|tmp)/\S*", text) == []
    assert re.findall(r"\b(?:TODO|FIXME|TBD)\b", text) == []
    assert [number for number in re.findall(r"\b0\d{9}\b", text) if "000" not in number] == []


@pytest.mark.parametrize("command", FIXED_COMMANDS)
def test_readme_names_every_fixed_command(command):
    if command not in get_commands():
        pytest.skip("comes with a later part")

    assert command in text_of("README.md")


@pytest.mark.parametrize("target", FIXED_TARGETS)
def test_readme_names_every_fixed_target(target):
    assert target in make_targets()
    assert f"`make {target}`" in text_of("README.md")


@pytest.mark.parametrize("address", FIXED_ADDRESSES)
def test_readme_names_every_fixed_address(client, db, address):
    is_served = client.get(address).status_code != 404

    assert (f"`{address}`" in text_of("README.md")) == is_served


def test_readme_names_every_variable_without_a_default():
    source = text_of("config/settings.py")
    without_default = set(re.findall(r'(?:required|url)\(env\.ENVIRON, "(\w+)"', source))

    assert without_default
    assert {name for name in without_default if f"`{name}`" not in text_of("README.md")} == set()


def test_every_target_with_a_description_is_in_the_readme():
    described = set(re.findall(r"(?m)^([a-z-]+):.*## ", text_of("Makefile"))) - {"help"}

    assert {name for name in described if f"make {name}" not in text_of("README.md")} == set()


def test_readme_lists_only_commands_that_exist():
    table = text_of("README.md").partition("| `manage.py …` |")[2].partition("\n\n")[0]
    first_column = [line.split("|")[1] for line in table.splitlines()[2:]]
    named = {word for cell in first_column for word in re.findall(r"`(\w+)", cell)}

    assert named
    assert named - set(get_commands()) == set()


def test_decisions_are_numbered_once_and_listed():
    titles = {
        path.name: path.read_text().partition("\n")[0] for path in DECISIONS.glob("[0-9]*.md")
    }
    rows = re.findall(
        r"(?m)^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", text_of("docs/decisions/README.md")
    )

    assert len({name[:4] for name in titles}) == len(titles)
    assert {name: f"# {number} {title}" for number, name, title in rows} == titles


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.name)
def test_every_decision_has_its_three_parts(path):
    found = re.findall(r"(?m)^\*\*(Context|Decision|Consequence)\.\*\*", path.read_text())

    assert found == ["Context", "Decision", "Consequence"]


def test_every_runtime_package_has_its_licence_listed():
    packages = re.findall(r"(?m)^([a-z0-9.-]+)==", text_of("requirements.txt"))
    listed = text_of("docs/licences.md")

    assert packages
    assert [
        name for name in packages if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", listed)
    ] == []
