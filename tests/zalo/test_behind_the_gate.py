"""Nothing leaves, and nothing is changed at Zalo, past the gate: every call of the product's code.

Questions, uploads (which nobody sees until a message names them) and tokens go on while held.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from accounts.models import Commune
from accounts.services import NotAllowed
from dev.lines import MIGRATIONS, TESTS, kind_of, tracked
from dev.places import PROJECT
from tests.factories.zalo import make_official_account
from tests.zalo.gate import closed_gate
from zalo import services as zalo
from zalo.models import OfficialAccount

# Methods of the client whose call changes something, found by how they call. Its repetition harms
# nothing, so that of `remove_article` says nothing of it.
ACTS = {
    "ask_contact_data", "broadcast_article", "change_asset", "change_people", "create_article",
    "create_group", "remove_article", "send_file_to_group", "send_file_to_user",
    "send_image_to_group", "send_image_to_user", "send_text_to_group", "send_text_to_user",
    "update_group",
}  # fmt: skip
# Functions that make such a call: at once, behind `require_open`; or for a row that was claimed.
AT_ONCE: dict[str, Callable[[OfficialAccount], object]] = {
    "zalo/channels/article.py remove_article": lambda one: zalo.remove_article(one, "a1"),
    "zalo/groups.py change_asset": lambda one: zalo.change_asset(one, "g1", "p1"),
    "zalo/groups.py change_people": lambda one: zalo.change_people(
        one, "g1", zalo.PeopleChange.ACCEPT, ["7"]
    ),
    "zalo/groups.py create_group": lambda one: zalo.create_group(
        one, name="Ấp", description="", asset_id="p1", user_ids=["7"]
    ),
    "zalo/groups.py update_group": lambda one: zalo.update_group(one, "g1", name="Ấp Một"),
}
OF_A_CLAIM = {
    "zalo/channels/article.py broadcast_article",
    "zalo/channels/article.py send",
    "zalo/channels/group.py send",
    "zalo/channels/person.py send",
}
# Functions that call those of a claim, and the names by which they do.
SENDS = {"broadcast_article", "send_article", "send_to_group", "send_to_person"}
SENDERS = {
    "broadcasts/articles/publishing.py _hand_in",
    "broadcasts/articles/publishing.py _spread",
    "zalo/outbox/lanes.py Drain",
    "zalo/outbox/rows.py Outbox",
}
# A sender whose base class claims for it.
CLAIMS = {"zalo/outbox/rows.py Outbox": "zalo/outbox/rows.py RowOutbox"}
CLIENT = Path("zalo/client")
OUTSIDE = (Path("benchmarks"), Path("dev"), Path("zalo_simulator"))


def product() -> Iterator[Path]:
    for path in tracked():
        is_ours = kind_of(path) not in (TESTS, MIGRATIONS)
        if is_ours and not any(path.is_relative_to(one) for one in OUTSIDE):
            yield path


def tree_of(path: Path) -> ast.Module:
    return ast.parse((PROJECT / path).read_text(encoding="utf-8"))


def parts(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The functions and classes of a file, by path and name."""
    for part in tree_of(path).body:
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            yield f"{path} {part.name}", part


def names_in(part: ast.AST) -> set[str]:
    found = {node.attr for node in ast.walk(part) if isinstance(node, ast.Attribute)}
    return found | {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}


def calls(part: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(part) if isinstance(node, ast.Call))


def is_act(method: ast.FunctionDef) -> bool:
    for call in calls(method):
        given = {word.arg: word.value for word in call.keywords}
        repeats = given.get("is_repeatable")
        if isinstance(repeats, ast.Constant) and repeats.value is False:
            return True
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"_send", "_post"}:
            return True
    return False


def methods_of_the_client() -> Iterator[ast.FunctionDef]:
    for path in product():
        if path.is_relative_to(CLIENT):
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield node


def part(name: str) -> ast.AST:
    path, _space, _name = name.partition(" ")
    return dict(parts(Path(path)))[name]


def test_every_act_of_the_client_is_known():
    assert {one.name for one in methods_of_the_client() if is_act(one)} == ACTS - {"remove_article"}


def test_every_function_that_acts_is_known():
    found = {
        name
        for path in product()
        if not path.is_relative_to(CLIENT)
        for name, one in parts(path)
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute) and node.attr in ACTS
        if isinstance(node.value, ast.Name) and node.value.id in {"client", "ZaloClient"}
    }

    assert found == set(AT_ONCE) | OF_A_CLAIM


def test_every_sender_claims_behind_the_gate():
    found = {
        name
        for path in product()
        if path != Path("zalo/services/__init__.py")
        for name, one in parts(path)
        if any(
            isinstance(call.func, ast.Attribute | ast.Name)
            and (
                ast.unparse(call.func).rpartition(".")[2] in SENDS
                or ast.unparse(call.func).endswith("channel.send")
            )
            and ast.unparse(call.func).partition(".")[0] != "client"
            for call in calls(one)
        )
    }

    assert found == SENDERS
    assert "RowOutbox" in names_in(part("zalo/outbox/rows.py Outbox"))
    for name in SENDERS - {"zalo/outbox/lanes.py Drain"}:
        claims = CLAIMS.get(name, name)
        assert "gate_is_open" in names_in(part(claims)), claims


def test_every_lane_claims_by_a_statement_with_the_gate():
    lanes, claims = set(), dict[Path, list[str]]()
    for path in product():
        tree = tree_of(path)
        texts = {
            node.targets[0].id: ast.unparse(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                is_lane = any(ast.unparse(base).startswith("Drain[") for base in node.bases)
                lanes |= {path} if is_lane else set()
        for call in calls(tree):
            if ast.unparse(call.func) == "statements.claim":
                claims.setdefault(path, []).append(texts[ast.unparse(call.args[0])])

    assert lanes
    assert lanes <= set(claims)
    assert [text for held in claims.values() for text in held if "{gate}" not in text] == []


@pytest.fixture
def account(commune: Commune) -> OfficialAccount:
    return make_official_account(commune)


@pytest.mark.django_db
@pytest.mark.parametrize("name", AT_ONCE)
def test_act_of_a_page_is_refused_while_held(
    name: str, account: OfficialAccount, monkeypatch: pytest.MonkeyPatch
):
    """Held by another process a moment ago: this one has not looked since."""
    made: list[str] = []
    for module in ("zalo.groups", "zalo.channels.article"):
        monkeypatch.setattr(f"{module}.call", lambda *_args, **_kw: made.append("call"))

    with closed_gate(), pytest.raises(NotAllowed, match="giữ lại"):
        AT_ONCE[name](account)

    assert made == []
