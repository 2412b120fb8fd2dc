from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kết nối Zalo"

    def ready(self) -> None:
        from zalo import health, retention  # noqa: F401, PLC0415 -- register once models are there
        from zalo.inbox import operations, resealing  # noqa: F401, PLC0415 -- register with the vault
        from zalo.official_accounts import alarms  # noqa: F401, PLC0415 -- registers a work list
