from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists or receivers when they are imported.
REGISTERING = (
    "oversight.direction.work_lists",
    "oversight.summaries.work_lists",
    "oversight.dashboards.pages",
    "oversight.review.work_lists",
    "oversight.direction.services",
)


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Chỉ đạo, báo cáo"

    def ready(self) -> None:
        from oversight import demo  # noqa: PLC0415 -- app ready
        from oversight.direction import retention as of_direction  # noqa: PLC0415 -- app ready
        from oversight.review import demo as of_year  # noqa: PLC0415 -- app ready
        from oversight.review import retention  # noqa: PLC0415 -- app ready
        from oversight.summaries import demo as of_summaries  # noqa: PLC0415 -- app ready
        from oversight.summaries import retention as drafts  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        retention.register_rules()
        of_direction.register_rules()
        drafts.register_rules()
        demo.register_part()
        of_summaries.register_part()
        of_year.register_part()
