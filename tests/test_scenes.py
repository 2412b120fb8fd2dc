"""Scenes built once are there for each test, unchanged, and gone afterwards."""

from copy import deepcopy

import pytest
from django.db import connection, transaction

from accounts.models import Commune
from groups.models import Hamlet
from tests.factories.accounts import make_commune
from tests.factories.groups import make_hamlet
from tests.factories.scenes import shared_scene

builds: list[Hamlet] = []


def build() -> Hamlet:
    with transaction.atomic(durable=True):
        builds.append(make_hamlet(make_commune("Cảnh chung"), name="Ấp 1"))
    transaction.on_commit(lambda: pytest.fail("nothing here is committed"))
    return builds[-1]


shared = shared_scene(build)


@pytest.fixture
def hamlet(shared, db) -> Hamlet:
    return deepcopy(shared)


@pytest.mark.parametrize("time", [1, 2])
def test_each_test_finds_the_scene_as_it_was_built(hamlet, time, shared):
    assert (hamlet.name, Hamlet.objects.get(pk=hamlet.pk).name) == ("Ấp 1", "Ấp 1")

    hamlet.name = hamlet.commune.name = "Khác"
    hamlet.save()
    hamlet.commune.save()

    assert (shared.name, shared.commune.name) == ("Ấp 1", "Cảnh chung")
    assert len(builds) == 1


def test_a_row_of_one_test_is_gone_in_the_next(hamlet):
    assert list(Commune.objects.filter(name="Khác")) == []


def test_callbacks_of_the_building_never_run(hamlet, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        pass

    assert callbacks == []
    assert connection.run_on_commit == []


def test_a_test_without_the_database_gets_none(shared):
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Hamlet.objects.count()
