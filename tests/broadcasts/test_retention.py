"""Old rows beside posts are deleted in time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from accounts.retention import purge_expired
from broadcasts import services
from broadcasts.models import Broadcast, Delivery
from groups.models import Hamlet
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_ordinary_group

RULE = "broadcasts.Delivery.proof"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def post(hamlet: Hamlet) -> Broadcast:
    return make_broadcast(hamlet.commune, status="sending", approved_parts=["Tin."])


def posted(post: Broadcast, hamlet: Hamlet, by: User, *, days: int) -> Delivery:
    task = make_delivery(post, make_ordinary_group(hamlet))
    services.mark_posted(task, by=by, proof=ContentFile(b"picture", name="anh.jpg"))
    Delivery.objects.filter(pk=task.pk).update(posted_at=timezone.now() - timedelta(days=days))
    task.refresh_from_db()
    return task


def test_old_proof_goes_and_the_declaration_stays(
    post: Broadcast, hamlet: Hamlet, chief: User, django_capture_on_commit_callbacks: Any
) -> None:
    old, recent = (posted(post, hamlet, chief, days=days) for days in (181, 179))
    old_file, recent_file = Path(old.proof.path), Path(recent.proof.path)

    assert purge_expired(dry_run=True)[RULE] == 1
    assert old_file.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_expired()[RULE] == 1

    old.refresh_from_db()
    assert (old.status, old.posted_by, bool(old.proof)) == ("posted", chief, False)
    assert not old_file.exists()
    assert recent_file.exists()
    assert purge_expired(dry_run=True)[RULE] == 0


def test_taking_a_declaration_back_removes_its_picture_once_it_holds(
    post: Broadcast, hamlet: Hamlet, chief: User, django_capture_on_commit_callbacks: Any
) -> None:
    task = posted(post, hamlet, chief, days=0)
    file = Path(task.proof.path)

    with django_capture_on_commit_callbacks() as waiting:
        services.take_back(task, by=chief)
    assert file.exists()
    for callback in waiting:
        callback()

    task.refresh_from_db()
    assert (task.status, bool(task.proof), file.exists()) == ("to_post", False, False)


def test_old_file_of_a_post_goes_and_its_name_stays(
    hamlet: Hamlet, django_capture_on_commit_callbacks: Any
) -> None:
    fields = {"file_name": "Thông báo.pdf", "file_sha256": "0" * 64, "file_text": "Thông báo"}
    old = make_broadcast(hamlet.commune, status="completed", **fields)
    new = make_broadcast(hamlet.commune, status="completed", **fields)
    for one in (old, new):
        one.file.save("tep.pdf", ContentFile(b"%PDF-"))
    Broadcast.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=731))
    kept = Path(old.file.path)

    with django_capture_on_commit_callbacks(execute=True):
        purge_expired()

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.file.name, old.file_text, old.file_name) == ("", "", "Thông báo.pdf")
    assert not kept.exists()
    assert Path(new.file.path).exists()
