from django.apps import AppConfig


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    verbose_name = "Tuyên truyền"

    def ready(self) -> None:
        from broadcasts import today  # noqa: F401, PLC0415 -- app ready
