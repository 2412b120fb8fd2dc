"""The Celery application: `celery -A config worker -Q send`."""

import os
import sys
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if Path(sys.argv[0]).name in {"celery", "__main__.py"}:
    try:
        settings.configured or settings.SECRET_KEY  # noqa: B018 -- a worker reads them at once
    except ImproperlyConfigured as error:
        sys.exit(f"Cấu hình chưa đúng: {error}")

app = Celery("binhyen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
