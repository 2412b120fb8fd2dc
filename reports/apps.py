from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Phản ánh"

    def ready(self) -> None:
        from reports import (  # noqa: PLC0415 -- app ready
            moving,  # noqa: F401
            receivers,  # noqa: F401
        )
