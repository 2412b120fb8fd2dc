from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Chỉ đạo, báo cáo"

    def ready(self) -> None:
        from oversight import today, year_today  # noqa: F401, PLC0415 -- app ready
        from oversight.review import retention  # noqa: PLC0415 -- app ready

        retention.register_rules()
