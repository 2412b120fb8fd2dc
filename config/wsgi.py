"""WSGI entry point for gunicorn."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config.startup import check_keys, refuse, settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    portal = get_wsgi_application()
except ImproperlyConfigured as error:
    refuse(error)

from zalo.inbox.webhook import Gate

check_keys()
application = Gate(portal)
settle()
