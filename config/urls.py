"""Addresses of the portal; the fixed ones are listed in the README."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("duty.ways.push.urls")),
    path("", include("zalo.urls")),
    path("", include("broadcasts.urls")),
    path("", include("procedures.urls")),
    path("", include("duty.urls")),
    path("", include("groups.urls")),
    path("", include("reports.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("health/deep", health.deep, name="health_deep"),
    path("metrics", health.metrics, name="metrics"),
]
handler400 = "accounts.views.bad_request"
handler403 = "accounts.views.permission_denied"
handler404 = "accounts.views.page_not_found"
handler500 = "accounts.views.server_error"
