from django.contrib.admin.apps import AdminConfig


class ProjectAdminConfig(AdminConfig):
    """Puts our own site behind `admin.site`."""

    default_site = "config.admin_site.ProjectAdminSite"
