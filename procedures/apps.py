from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from procedures import demo, retention, today  # noqa: F401, PLC0415 -- app ready

        demo.register_part()
        retention.register_rules()
