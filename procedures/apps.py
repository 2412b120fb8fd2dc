from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists or receivers when they are imported.
REGISTERING = ("procedures.editions.work_lists",)


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from procedures import demo  # noqa: PLC0415 -- app ready
        from procedures.asking import retention  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        demo.register_part()
        retention.register_rules()
