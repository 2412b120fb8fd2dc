from django.apps import AppConfig


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    verbose_name = "Tuyên truyền"

    def ready(self) -> None:
        from broadcasts import official_posts, receivers, today  # noqa: F401, PLC0415 -- app ready
        from groups.official_posts import register  # noqa: PLC0415 -- app ready

        register(official_posts.Posts())
