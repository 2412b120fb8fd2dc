from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from procedures import retention, today  # noqa: F401, PLC0415 -- app ready

        retention.register_rules()
