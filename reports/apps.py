from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Phản ánh"

    def ready(self) -> None:
        from accounts.querysets import keep_from_trail  # noqa: PLC0415 -- app ready
        from reports import (  # noqa: PLC0415 -- app ready
            demo,
            moving,  # noqa: F401
            receivers,  # noqa: F401
            retention,
            today,  # noqa: F401
        )
        from reports.chat import retention as chat_retention  # noqa: PLC0415 -- app ready
        from reports.chat import today as chat_today  # noqa: F401, PLC0415 -- app ready
        from reports.services.conflicts import kept_from  # noqa: PLC0415 -- app ready

        keep_from_trail("reports.tipreport", kept_from)
        retention.register_rules()
        demo.register_part()
        chat_retention.register_rules()
