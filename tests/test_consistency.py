"""The repository keeps its own rules: who imports whom, what every task, admin and model has."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import models
from django.db.models.constraints import BaseConstraint
from hypothesis import settings as hypothesis_settings

from accounts.audit.words import ACTIONS
from accounts.encryption.fields import EncryptedField
from accounts.scoped_admin.base import ScopedModelAdmin, _ScopedFields
from accounts.users.roles import Role, permissions_of
from broadcasts.models import BroadcastEvent
from dev.lines import module_of
from reports.models import Reporter, TipEvent
from reports.tips.models import TipPart

ROOT = Path(settings.BASE_DIR)
APPS = ["accounts", "broadcasts", "duty", "groups", "oversight", "procedures", "reports", "zalo"]
LIBRARIES = ["content_rules", "documents", "vietnamese", "zalo_simulator"]
OURS = [*APPS, *LIBRARIES, "config"]
MAX_LINES = 400
MAX_TEST_LINES = 480
# Rows that no account reads by themselves: a chain head, check values of keys, the steps of a post
# it may see, the counts behind figures, and the health of the whole installation.
WITHOUT_SCOPE = {
    "accounts.AuditChain",
    "accounts.KeyCheck",
    "accounts.HealthSnapshot",
    "accounts.LiveMark",
    "broadcasts.BroadcastEvent",
    "oversight.DirtySlice",
    "oversight.FigureSlice",
}


def sources(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.relative_to(ROOT).parts
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def with_words(paths: list[Path], *words: str) -> list[Path]:
    """Files that have one of the words; only these need parsing."""
    return [path for path in paths if any(word in path.read_text() for word in words)]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Imports


def imported_at_once(path: Path, modules: set[str]) -> set[str]:
    """Our modules that a file imports while it is itself being imported."""
    found = set()
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & modules) or ({node.module} & modules)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & modules
    return found


def test_no_files_import_each_other_in_a_circle():
    files = {module_of(path.relative_to(ROOT)): path for path in sources(*OURS)}
    graph = {name: imported_at_once(path, set(files)) - {name} for name, path in files.items()}

    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


def test_only_the_base_of_the_admin_imports_the_theme():
    users = {
        named(path)
        for path in sources(*OURS)
        if any(module.split(".")[0] == "unfold" for module in imports(path))
    }

    assert users == {f"accounts/scoped_admin/{it}.py" for it in ("base", "labels", "related_links")}


def test_only_the_wall_speaks_http():
    clients = {"requests", "httpx", "urllib3", "http.client", "urllib.request"}
    users = {
        named(path)
        for path in sources(*OURS)
        if clients & {module for name in imports(path) for module in (name, name.split(".")[0])}
    }

    elsewhere = {path for path in users if path.split("/")[0] not in ("zalo", "zalo_simulator")}
    assert elsewhere == {"duty/ways/push/transport.py"}  # to push services alone


def test_no_junk_drawers():
    forbidden = {"core", "common", "utils", "helpers", "misc"}

    assert [named(path) for path in sources(*OURS) if path.stem in forbidden] == []
    assert [name for name in OURS if name in forbidden] == []


# Environment and settings


def reads_environment(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("os", "environ"), ("os", "getenv")}
    )


def test_only_the_settings_read_the_environment():
    allowed = {"config/settings.py", "config/settings_practice.py", "config/settings_test.py"}
    readers = set()
    for path in with_words(sources(*OURS), "environ", "getenv"):
        text = path.read_text(encoding="utf-8").replace("os.environ.setdefault(", "print(")
        if any(reads_environment(node) for node in ast.walk(ast.parse(text))):
            readers.add(named(path))

    assert readers - allowed == set()


def module_level(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the code that runs while a module is imported: everything outside of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield child
        yield from module_level(child)


def test_nobody_reads_settings_while_being_imported():
    readers = [
        f"{named(path)}:{node.lineno}"
        for path in sources(*APPS)
        for node in module_level(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "settings"
    ]

    assert readers == []


# Tasks


def our_tasks() -> list[str]:
    current_app.loader.import_default_modules()
    return [name for name in current_app.tasks if name.split(".")[0] in APPS]


def test_every_task_has_a_route_to_a_known_queue():
    assert our_tasks() != []
    for name in our_tasks():
        assert name in settings.CELERY_TASK_ROUTES, f"{name} has no route"
    for name, route in settings.CELERY_TASK_ROUTES.items():
        assert name in current_app.tasks, f"{name} is routed and does not exist"
        assert route["queue"] in settings.CELERY_TASK_QUEUES


def test_every_task_has_time_limits_and_keeps_no_result():
    for name in our_tasks():
        task = current_app.tasks[name]
        hard = task.time_limit or settings.CELERY_TASK_TIME_LIMIT
        soft = task.soft_time_limit or settings.CELERY_TASK_SOFT_TIME_LIMIT

        assert 0 < soft < hard, name
        assert task.ignore_result, name


def test_every_beat_entry_names_a_task():
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled <= set(our_tasks())


def atomic(node: ast.AST) -> bool:
    """Whether a function or a `with` opens a transaction."""
    if isinstance(node, ast.FunctionDef):
        return any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
    return isinstance(node, ast.With) and any(
        "atomic" in ast.unparse(item.context_expr) for item in node.items
    )


def enqueues(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"delay", "apply_async"}
    )


def test_nothing_is_enqueued_inside_a_transaction():
    hits = [
        f"{named(path)}:{call.lineno}"
        for path in with_words(sources(*APPS), "delay", "apply_async")
        for block in ast.walk(tree(path))
        if atomic(block)
        for call in ast.walk(block)
        if enqueues(call) and "on_commit" not in ast.unparse(block)
    ]

    assert hits == []


def test_services_enqueue_on_commit_only():
    doors = {"tasks.py", "enqueue.py"}
    hits = [
        f"{named(path)}:{call.lineno}"
        for path in with_words(sources(*APPS), "delay", "apply_async")
        if path.name not in doors
        for call in ast.walk(tree(path))
        if enqueues(call)
    ]

    assert hits == []


# Admin


def test_every_registered_admin_is_scoped():
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, ScopedModelAdmin), model
        assert model_admin.raw_id_fields == (), f"{model}: labels of raw ids pass every scope"
        for inline in model_admin.inlines:
            assert issubclass(inline, _ScopedFields), inline


def test_every_model_with_a_commune_can_be_scoped():
    missing = [
        model._meta.label
        for model in our_models()
        if model._meta.label not in WITHOUT_SCOPE
        and not hasattr(model._default_manager.all(), "visible_to")
    ]

    assert missing == []


def test_lists_count_no_large_table():
    for model, model_admin in admin.site._registry.items():
        assert model_admin.show_full_result_count is False, model
        assert model_admin.date_hierarchy is None, model


# Roles


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_permission_of_a_role_exists(role):
    existing = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type")
    }

    assert permissions_of(role) - existing == set()


@pytest.mark.django_db
def test_every_permission_asked_for_exists():
    existing = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.select_related("content_type")
    }
    asked = {
        found
        for path in sources(*OURS)
        for asking in re.findall(r"(?:has_perms?\(|permissions?=)[^)]*", path.read_text())
        for found in re.findall(rf'"((?:{"|".join(APPS)})\.[a-z_]+)"', asking)
    }

    assert asked - existing == set()
    assert asked != set()


# Models and migrations


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def constraints() -> list[BaseConstraint]:
    return [constraint for model in our_models() for constraint in model._meta.constraints]


@pytest.mark.parametrize("constraint", constraints(), ids=lambda constraint: constraint.name)
def test_every_constraint_speaks_vietnamese(constraint):
    message = str(constraint.violation_error_message)

    assert message != str(BaseConstraint.default_violation_error_message)
    assert not message.isascii(), message
    assert message.endswith(".")


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_has_a_vietnamese_name(model):
    assert "verbose_name" in model._meta.original_attrs
    assert "verbose_name_plural" in model._meta.original_attrs


def test_every_field_on_a_screen_has_a_vietnamese_name():
    nameless = [
        f"{model._meta.label}.{field.name}"
        for model in admin.site._registry
        if model._meta.app_label in APPS
        for field in model._meta.concrete_fields
        if field.editable
        and not field.primary_key
        and str(field.verbose_name) == field.name.replace("_", " ")
        and field.name not in {"email", "password"}
    ]

    assert nameless == []


def test_every_encrypted_column_has_a_row_uuid():
    sealed = [
        model
        for model in our_models()
        if any(isinstance(field, EncryptedField) for field in model._meta.concrete_fields)
    ]

    assert sealed != []
    for model in sealed:
        assert model._meta.get_field("uuid").unique
        assert not model._meta.get_field("uuid").editable


def test_people_and_places_are_protected():
    """CASCADE only for parts of an aggregate."""
    parts = {
        "accounts.CommuneProfile.commune", "accounts.RecoveryCode.factor",
        *(f"accounts.{row}.user" for row in ("Passkey", "SavedFilter", "SecondFactor", "SignIn")),
        *(f"accounts.{row}.account" for row in ("FormDraft", "PendingUpload")),
        "broadcasts.BroadcastEvent.broadcast", "broadcasts.ScheduleSkip.schedule",
        "groups.ConsentRecord.member",
        *(f"groups.HouseholdCount.{of}" for of in ("hamlet", "team")),
        *(f"groups.{row}.group" for row in ("GroupAtZalo", "GroupCreation")),
        *(f"groups.DistinctPair.{side}" for side in ("first", "second")),
        "groups.MeetingCluster.meeting",
        *(
            f"groups.HamletChangePlacement.{to}"
            for to in ("change", "group", "member", "result", "team")
        ),
        *(f"groups.HamletChange{part}.change" for part in ("Result", "Source")),
        *(f"groups.Handover{what}.handover" for what in ("Group", "Hamlet")),
        *(f"groups.MemberImport{part}.batch" for part in ("File", "Row")),
        *(f"groups.MemberMerge.{side}" for side in ("absorbed", "survivor")),
        *(f"groups.{row}.member" for row in ("Membership", "MembershipSpell", "ProxySpell")),
        "groups.ProxySpell.through",
        "groups.NationalId.member",
        *(f"groups.{row}.member" for row in ("LinkCode", "LinkProposal", "ZaloLink")),
        *(f"groups.{row}.follower" for row in ("LinkProposal", "LinkReply", "ZaloLink")),
        "groups.ReconciliationLine.reconciliation",
        "groups.RegulationAcknowledgement.member",
        *(f"procedures.{row}.edition" for row in ("Citation", "DossierItem", "EditionEvent")),
        *(f"procedures.{row}.edition" for row in ("Fee", "TimeLimit")),
        "oversight.ChecklistItem.checklist",
        *(f"oversight.ChecklistEvidence.{of}" for of in ("checklist", "item")),
        "oversight.EligibilityAnswer.commendation", "oversight.InformantLink.achievement",
        *(f"oversight.Review{part}.review" for part in ("Evidence", "Hamlet", "Writer")),
        "oversight.ReviewWriter.part",
        "zalo.InboundFile.event",
        *(f"zalo.{row}.account" for row in (
            "ApiCall", "Follower", "FollowerSync", "GroupActivity", "HistoryReading", "QuotaLedger",
        )),
        *(f"{part._meta.label}.tip" for part in [*TipPart.__subclasses__(), Reporter]),
        *(f"reports.{row}.commune" for row in ("CannedReply", "ClockRule", "TipCounter")),
        "procedures.SearchTerm.procedure", "reports.ChatReply.account", "reports.ChatReply.tip",
        "reports.TipAttachment.message", "reports.ConflictProposal.message",
        "reports.ConflictProposal.follows", "reports.OpeningProof.opening",
        "reports.PassedOnDays.user", *(f"reports.TipDraft.{of}" for of in ("account", "tip")),
        *(f"duty.{part}.occasion" for part in ("OccasionEvent", "Sight", "Notice")),
        "duty.Occasion.folded_into", "duty.Swap.shift", "duty.OwnZalo.follower",
        "oversight.BodyAccount.body", "oversight.Milestone.plan", "oversight.RepliedNumber.reply",
        "oversight.MilestoneReport.milestone", "oversight.JobEvent.job",
        *(f"oversight.Direction{part}.direction" for part in ("Event", "Reply")),
        *(f"oversight.{part}.round" for part in ("AskedNumber", "RoundFile")),
        *(f"oversight.Spreading.{of}" for of in ("direction", "document")),
    }  # fmt: skip
    cascading = {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.on_delete is models.CASCADE
    }

    assert cascading <= parts


def test_every_audited_action_has_words():
    literal = re.compile(r'audit\.record\(\s*"([a-z_.]+)"')
    used = {
        action
        for path in sources(*APPS)
        for action in literal.findall(path.read_text(encoding="utf-8"))
    }
    used |= {f"broadcast.{kind}" for kind in BroadcastEvent.Kind.values}
    used |= {f"tip.{kind}" for kind in TipEvent.Kind.values}

    assert used - ACTIONS.keys() == set()


# Files


@pytest.mark.parametrize("folder", [*OURS, "dev", "tests", "benchmarks"])
def test_files_stay_short(folder):
    limit = MAX_TEST_LINES if folder == "tests" else MAX_LINES
    long = {
        named(path): lines
        for path in sources(folder)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    }

    assert long == {}


def test_no_leftovers():
    marker = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
    hits = [
        named(path)
        for path in sources(*OURS, "dev", "benchmarks")
        if marker.search(path.read_text(encoding="utf-8"))
    ]

    assert hits == []


def test_no_property_fails_by_the_load_of_the_machine():
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in with_words(sources("tests"), "deadline")
        for call in ast.walk(tree(path))
        if isinstance(call, ast.keyword)
        and call.arg == "deadline"
        and not (isinstance(call.value, ast.Constant) and call.value.value is None)
    ]

    assert (found, hypothesis_settings.default.deadline) == ([], None)
