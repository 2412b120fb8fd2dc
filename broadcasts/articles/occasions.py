"""Articles of which somebody must be told: to approve, returned.

An article is never a way for what is urgent, so its approval is asked for as a routine one.
"""

from broadcasts.articles.models import Article
from broadcasts.occasions import APPROVALS, RETURNED, approval_of, follow_approval, return_of
from duty.occasions.subjects import register

ROUTINE = APPROVALS[1]
APPROVES, PAGE = "broadcasts.approve_article", "admin:broadcasts_article_show"


def follow(article: Article) -> None:
    """Open what the state of an article makes somebody's duty, and close what it ends.

    Call in the transaction of the step, once the row is saved.
    """
    follow_approval(article, ROUTINE, article.spread_for if article.wants_spread else None)


register(ROUTINE, approval_of(Article, approves=APPROVES, page=PAGE), of=Article)
register(
    RETURNED,
    return_of(Article, edits="broadcasts.change_article", approves=APPROVES, page=PAGE),
    of=Article,
)
