"""The Celery application: `celery -A config worker -Q send`."""

import gc
import os
import sys
from pathlib import Path

from celery import Celery
from celery.signals import worker_before_create_process, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if Path(sys.argv[0]).name in {"celery", "__main__.py"}:
    try:
        settings.configured or settings.SECRET_KEY  # noqa: B018 -- a worker reads them at once
    except ImproperlyConfigured as error:
        from config.startup import refuse

        refuse(error)


@worker_init.connect
def check_keys(**_kwargs: object) -> None:
    """A worker starts with the right keys alone; beat, which seals nothing, needs none."""
    from config import startup  # noqa: PLC0415 -- after the settings

    startup.check_keys()


@worker_before_create_process.connect
def share_memory(**_kwargs: object) -> None:
    """Children keep sharing what was imported: collections of theirs leave it untouched."""
    gc.collect()
    gc.freeze()


app = Celery("binhyen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
