from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class ProjectAdminConfig(AdminConfig):
    """Puts our own site behind `admin.site`, and the first days on its home page."""

    default_site = "config.admin_site.ProjectAdminSite"

    def ready(self) -> None:
        super().ready()
        import_module("config.first_days")
