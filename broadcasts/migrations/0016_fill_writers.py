"""Writers of what is there. An approval that was given before stays, whoever gave it."""

from django.db import migrations

POSTS = """
UPDATE broadcasts_broadcast AS post SET writers = ARRAY(
    SELECT DISTINCT person FROM (
        VALUES (post.created_by_id), (post.submitted_by_id), (post.last_edited_by_id)
        UNION SELECT by_id FROM broadcasts_broadcastevent AS event
        WHERE event.broadcast_id = post.id AND event.kind IN ('created', 'edited', 'submitted')
    ) AS wrote (person)
    WHERE person IS NOT NULL AND person IS DISTINCT FROM post.approved_by_id
    ORDER BY person
)
"""
ARTICLES = """
UPDATE broadcasts_article AS article SET writers = ARRAY(
    SELECT DISTINCT person FROM (
        VALUES (created_by_id), (submitted_by_id), (last_edited_by_id)
    ) AS wrote (person)
    WHERE person IS NOT NULL AND person IS DISTINCT FROM article.approved_by_id
    ORDER BY person
)
"""


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0015_add_writers")]

    operations = [migrations.RunSQL([POSTS, ARTICLES], migrations.RunSQL.noop, elidable=True)]
