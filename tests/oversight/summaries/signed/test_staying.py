"""A signed summary stays as it is, and what changed all the same is found."""

import os
import subprocess
import sys
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from oversight.figures.registry import FIGURES
from oversight.models import PeriodSummary
from oversight.summaries import services as summaries
from tests.factories.summaries import make_draft
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db


def test_figure_that_is_no_longer_counted_is_still_read(police):
    before = summaries.figures_of(police)

    with patch.dict(FIGURES):  # puts back the order of the figures, too
        del FIGURES["tips"]
        read = {one.figure.key: one for one in summaries.figures_of(police)}["tips"]

    was = next(one for one in before if one.figure.key == "tips")
    assert (read.table, read.figure.definition) == (was.table, was.figure.definition)


def test_another_process_builds_the_same_bytes(police):
    code = (
        "import sys, hashlib, django; django.setup()\n"
        "from documents.building import build\n"
        "from oversight.summaries.content import paper_from\n"
        "print(hashlib.sha256(build(paper_from(sys.stdin.read()))).hexdigest())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], input=police.paper, capture_output=True, text=True,
        check=True, env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima"},
    )  # fmt: skip

    assert done.stdout.strip() == police.docx_digest


def test_paper_names_who_froze_the_figures_and_their_digest(chief, police):
    paper = summaries.paper_of(police)

    assert str(chief) in paper.mark
    assert police.digest[:16] in paper.mark
    assert paper.signatures[0].name == "Nguyễn Văn Bình"
    assert validate(bytes(police.docx)) == []


def test_signing_leaves_the_digests_in_the_trail(chief, police):
    event = AuditEvent.objects.get(action="summary.signed", actor=chief)

    assert event.target_id == str(police.pk)
    assert event.details["docx"] == police.docx_digest


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE oversight_periodsummary SET content = 'x'",
        "UPDATE oversight_periodsummary SET status = 'draft'",
        "UPDATE oversight_periodsummary SET signed_name = 'Ai đó'",
        "DELETE FROM oversight_periodsummary",
    ],
)
def test_database_refuses_to_change_a_signed_summary(statement, police):
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        connection.cursor().execute(statement)

    assert summaries.check(PeriodSummary.objects.get(pk=police.pk)) == []


def test_signed_summary_is_neither_drafted_nor_signed_again(chief, police):
    for verb in (summaries.redraft, summaries.sign, summaries.discard):
        with pytest.raises(NotAllowed, match="đã ký"):
            verb(police, by=chief)
    with pytest.raises(NotAllowed, match="đã ký"):
        make_draft(chief)


@pytest.mark.parametrize("reason", ["", "   "])
def test_replacement_needs_a_reason(chief, reason, police):
    with pytest.raises(NotAllowed, match="lý do"):
        summaries.supersede(police, by=chief, reason=reason)


def test_check_finds_what_somebody_changed_behind_the_portal(police):
    """With the trigger off, as the owner of the database could."""
    police.content += " "
    police.docx = b"x"

    assert len(summaries.check(police)) == 2
    police.digest = summaries.sha256(police.content)
    assert any("nhật ký" in one for one in summaries.check(police))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE oversight_periodsummary SET content = content || ' '",
        "UPDATE oversight_periodsummary SET docx = 'x' WHERE status = 'signed'",
        "UPDATE oversight_periodsummary SET xlsx = NULL",
        "UPDATE oversight_periodsummary SET content = '{}', digest = encode(sha256('{}'), 'hex')",
        "DELETE FROM oversight_periodsummary",
    ],
)
def test_command_names_what_somebody_changed_with_the_guard_off(police, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE oversight_periodsummary DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE oversight_periodsummary ENABLE TRIGGER USER")
    errors = StringIO()

    with pytest.raises(CommandError, match="không đúng"):
        call_command("verify_summaries", stderr=errors)

    assert "Công an" in errors.getvalue()
