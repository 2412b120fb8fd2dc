from django.apps import AppConfig


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    verbose_name = "Tuyên truyền"

    def ready(self) -> None:
        from broadcasts import (  # noqa: PLC0415 -- app ready
            article_today,  # noqa: F401
            official_posts,
            receivers,  # noqa: F401
            request_today,  # noqa: F401
            retention,
            schedule_today,  # noqa: F401
            today,  # noqa: F401
        )
        from groups.official_posts import register  # noqa: PLC0415 -- app ready

        register(official_posts.Posts())
        retention.register_rules()
