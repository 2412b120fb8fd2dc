"""The commands of `manage.py`: options, exit codes and the first line of an error."""

import argparse
import contextlib
import io
import json
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management import BaseCommand, get_commands, load_command_class
from django.core.management.base import OutputWrapper
from django.db import transaction
from django.test import override_settings

from dev.contracts.database import OURS

HAMLET, CHIEF = "AP01", "chi.huy"
LIST = "Họ và tên,Năm sinh,Số điện thoại\nNguyễn Văn Thử,1980,0900000001\n"


@dataclass(frozen=True)
class Tried:
    """Arguments of a run that goes well and of one that is refused."""

    good: tuple[str, ...] = ("--help",)
    bad: tuple[str, ...] = ("--khong-co",)


# Help is the good run of those that stay running or ask Zalo.
RUNS = {
    "export_report": Tried(
        ("minutes", "--by", CHIEF, "--row", "900001", "--out", "bien-ban.docx"),
        ("minutes", "--by", "khong.co", "--out", "bien-ban.docx"),
    ),
    "import_members": Tried(
        ("danh-sach.csv", "--hamlet", HAMLET, "--json"),
        ("danh-sach.csv", "--hamlet", "AP99", "--json"),
    ),
    "load_procedures": Tried((), ("--folder", "khong-co")),
    "new_key": Tried(()),
    "new_push_key": Tried(()),
    "purge_expired": Tried(("--dry-run",)),
    "rebuild_figures": Tried(()),
    "replay_webhooks": Tried(("--failed",), ("--id", "1")),
    "reset_second_factor": Tried((CHIEF, "--reason", "mất máy"), ("khong.co", "--reason", "x")),
    "rotate_keys": Tried(()),
    "seed_demo": Tried(("--force",), ()),
    "sync_roles": Tried(()),
    "verify_audit": Tried((), ("--expect", "sai")),
    "verify_summaries": Tried(()),
    "write_figure_guide": Tried(()),
    "zalo_connect": Tried(
        bad=("--oa-id", "1", "--access-token", "x", "--refresh-token", "y", "--commune", "00000")
    ),
    "zalo_simulator": Tried(bad=("--port", "70000")),
}


@dataclass
class Outcome:
    """How a command ended and what it wrote."""

    code: int = 0
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)

    @property
    def error(self) -> str:
        """The sentence of a refusal, without the usage that goes before it."""
        lines = [line for line in self.err.getvalue().splitlines() if line.strip()]
        sentences = [line for line in lines if "Error: " in line or " error: " in line]
        return (sentences or lines or [""])[0].partition("rror: ")[2]


def commands() -> dict[str, Any]:
    """Every command of our apps, run in this process, without effect on database and disk."""
    found = {}
    with _folder():
        for name, app in sorted(get_commands().items()):
            if app in OURS:
                tried = RUNS.get(name, Tried())
                good, bad = run(app, name, *tried.good), run(app, name, *tried.bad)
                found[name] = {
                    "help": " ".join(load_command_class(app, name).help.split()),
                    "options": dict(_options(load_command_class(app, name), name)),
                    "good run": {"arguments": list(tried.good), "exit code": good.code}
                    | _json_keys(tried, good),
                    "bad run": {
                        "arguments": list(tried.bad), "exit code": bad.code, "error": bad.error,
                    },
                }  # fmt: skip
    return found


def run(app: str, name: str, *arguments: str) -> Outcome:
    """Run a command as a command line does, and undo what it wrote into the database."""
    outcome, command = Outcome(), load_command_class(app, name)
    command.stdout, command.stderr = OutputWrapper(outcome.out), OutputWrapper(outcome.err)
    argv = ["manage.py", name, "--skip-checks", *arguments]
    if not command.requires_system_checks:
        argv.remove("--skip-checks")
    with (
        _signals(),
        patch("django.core.management.base.connections.close_all"),
        contextlib.redirect_stdout(outcome.out),
        contextlib.redirect_stderr(outcome.err),
        transaction.atomic(),
    ):
        try:
            command.run_from_argv(argv)
        except SystemExit as end:
            outcome.code = int(end.code or 0)
        transaction.set_rollback(True)
    return outcome


def _options(command: BaseCommand, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    general = {option for one in _plain_parser()._actions for option in one.option_strings}
    for action in command.create_parser("manage.py", name)._actions:
        if general & set(action.option_strings):
            continue
        default = action.default
        if isinstance(default, Path):
            default = "a folder of the product"
        yield (
            "/".join(action.option_strings) or action.dest,
            {
                "is required": action.required,
                "default": None if default is argparse.SUPPRESS else default,
                "choices": sorted(map(str, action.choices)) if action.choices else [],
                "values": "1" if action.nargs is None else str(action.nargs),
                "is a number": action.type is int,
                "help": action.help or "",
            },
        )


def _plain_parser() -> argparse.ArgumentParser:
    return BaseCommand().create_parser("manage.py", "")


def _json_keys(tried: Tried, outcome: Outcome) -> dict[str, Any]:
    if "--json" not in tried.good:
        return {}
    return {"keys of the answer": sorted(json.loads(outcome.out.getvalue()))}


@contextlib.contextmanager
def _folder() -> Iterator[None]:
    """A folder for what is read and written; the product's own files stay as they are."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        (Path(name) / "docs" / "huong-dan").mkdir(parents=True)
        (Path(name) / "danh-sach.csv").write_text(LIST, encoding="utf-8")
        with override_settings(BASE_DIR=Path(name)):
            yield


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Give back the signals that a command takes for itself."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
