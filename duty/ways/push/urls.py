"""Addresses of web push outside the admin."""

from django.urls import path

from duty.ways.push import worker_pages

urlpatterns = [
    path("sw.js", worker_pages.worker, name="push_worker"),
    path("app.webmanifest", worker_pages.manifest, name="app_manifest"),
    path("bao-da-hien/", worker_pages.note_shown, name="push_shown"),
]
