from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Địa bàn và nhóm"

    def ready(self) -> None:
        from groups import today  # noqa: F401, PLC0415 -- app ready
