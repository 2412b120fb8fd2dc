"""A small hunt for reporters, through the doors and places of the large one, and that it bites."""

import logging
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from reports.models import TipReport
from tests.flows.find_reporter import Line, Outcome, run
from tests.flows.leaks.scene import Scene

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(600),
]
TIPS, PAGES = 21, 10


def places_of(outcome: Outcome) -> set[str]:
    return {line.place for line in outcome.found}


def test_no_reporter_is_found_anywhere(tmp_path: Path) -> None:
    outcome = run(tmp_path, TIPS, random.Random(6), pages=PAGES)

    assert list(outcome.found) == []
    assert outcome.is_good
    assert set(outcome.doors) == {"form", "chat", "phone", "relay", "group"}
    opens = {line.place: line.searched for line in outcome.lines}
    assert opens["with the key of words"].endswith(": nothing of a person")
    assert opens["with the key of files"] == "opens 0: nothing of a person"  # as well
    assert opens["with the key of identity"] == "opens 0: nothing of a person"  # the vault's alone


def test_what_is_planted_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mistake of each kind; the hunt must name every place."""
    from tests.flows.leaks import hunts  # noqa: PLC0415 -- beside the plants

    whole = hunts.everywhere

    def planted(scene: Scene, log: Callable[[], str], folder: Path, most: int) -> list[Line]:
        named = next(one for one in scene.told if one.door == "form" and one.is_named)
        unnamed = next(one for one in scene.told if one.is_anonymous and one.at.minute % 15)
        logging.getLogger("reports").warning("tip of %s", named.person.name)
        cache.set("reporter", {"who": named.person.phone}, 600)
        folder_of_media = Path(settings.MEDIA_ROOT)
        folder_of_media.mkdir(exist_ok=True)
        (folder_of_media / "anh.jpg").write_bytes(named.person.photo)
        TipReport.objects.filter(pk=unnamed.tip.pk).update(next_due_at=unnamed.at)
        TipReport.objects.filter(
            pk__in=[one.tip.pk for one in scene.told if one.is_named and one.door == "form"]
        ).update(is_held=True)
        scene.state.post(text=f"Tin của {named.person.name}", group_id="", sender="oa")
        return whole(scene, log, folder, most)

    monkeypatch.setattr(hunts, "everywhere", planted)

    outcome = run(tmp_path, TIPS, random.Random(6), pages=2, by_processes=0)

    assert {
        "logs", "redis", "media anh.jpg", "backup of files", "messages of the account",
        "dump: columns that tell who gave a name", "exact minute of a tip by form",
    } <= places_of(outcome)  # fmt: skip
