from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists or retention rules when they are imported.
REGISTERING = ("procedures.health", "procedures.editions.work_lists", "procedures.asking.retention")


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        from procedures import demo  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        demo.register_part()
