from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists, receivers or retention rules when they are imported.
REGISTERING = (
    "broadcasts.articles.held",
    "broadcasts.articles.work_lists",
    "broadcasts.health",
    "broadcasts.occasions",
    "broadcasts.receivers",
    "broadcasts.posts.retention",
    "broadcasts.requests.work_lists",
    "broadcasts.sending.held",
    "broadcasts.scheduling.work_lists",
    "broadcasts.posts.work_lists",
)


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    verbose_name = "Tuyên truyền"

    def ready(self) -> None:
        from broadcasts.sending import group_coverage  # noqa: PLC0415 -- app ready
        from groups.zalo_groups.official_posts import register  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        register(group_coverage.Posts())
