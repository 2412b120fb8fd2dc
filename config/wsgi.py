"""WSGI entry point for gunicorn."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    portal = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"Cấu hình chưa đúng: {error}")

from config.startup import settle
from zalo.inbox.webhook import Gate

application = Gate(portal)
settle()
