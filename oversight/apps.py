from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Chỉ đạo, báo cáo"

    def ready(self) -> None:
        from oversight import (  # noqa: PLC0415 -- app ready
            demo,
            direction_today,  # noqa: F401
            summary_today,  # noqa: F401
            today,  # noqa: F401
            year_today,  # noqa: F401
        )
        from oversight.direction import (  # noqa: PLC0415 -- app ready
            following,  # noqa: F401
        )
        from oversight.direction import retention as of_direction  # noqa: PLC0415 -- app ready
        from oversight.review import demo as of_year  # noqa: PLC0415 -- app ready
        from oversight.review import retention  # noqa: PLC0415 -- app ready
        from oversight.summaries import demo as of_summaries  # noqa: PLC0415 -- app ready
        from oversight.summaries import retention as drafts  # noqa: PLC0415 -- app ready

        retention.register_rules()
        of_direction.register_rules()
        drafts.register_rules()
        demo.register_part()
        of_summaries.register_part()
        of_year.register_part()
