from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists, receivers or retention rules when they are imported.
REGISTERING = (
    "oversight.health",
    "oversight.direction.occasions",
    "oversight.direction.work_lists",
    "oversight.summaries.work_lists",
    "oversight.dashboards.pages",
    "oversight.review.work_lists",
    "oversight.direction.services",
    "oversight.review.retention",
    "oversight.direction.retention",
    "oversight.jobs.occasions",
    "oversight.jobs.work_lists",
    "oversight.jobs.retention",
    "oversight.summaries.retention",
    "oversight.commendations.hashing",
    "oversight.commendations.operations",
)
DEMO = (
    "oversight.demo",
    "oversight.figures.month_ends.demo",
    "oversight.summaries.demo",
    "oversight.review.demo",
)


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Chỉ đạo, báo cáo"

    def ready(self) -> None:
        for name in REGISTERING:
            import_module(name)
        for name in DEMO:
            import_module(name).register_part()
