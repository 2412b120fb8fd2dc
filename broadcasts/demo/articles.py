"""One article that waits for a decision."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from broadcasts.articles import services as articles
from broadcasts.demo.posts import DemoScene
from broadcasts.models import Article, Topic

TEXT = """Từ ngày 01/12, cha mẹ có thể làm thẻ căn cước cho con dưới 6 tuổi tại trụ sở Công an xã.

Mang theo giấy khai sinh của con và căn cước của cha hoặc mẹ. Không phải chụp ảnh, không lăn tay.

Giờ làm việc: thứ Hai đến thứ Sáu, 7 giờ 30 đến 17 giờ; riêng thứ Bảy đến 11 giờ 30.

Không thu lệ phí. Có gì chưa rõ, bà con hỏi cán bộ phụ trách ấp hoặc nhắn cho trang này."""


def make_article(scene: DemoScene) -> Article:
    """Written and submitted by an officer; the chief finds it on the home page."""
    article = Article(
        commune=scene.commune,
        topic=Topic.objects.get(code="tthc"),
        title="Thẻ căn cước cho trẻ dưới 6 tuổi: làm ở đâu, mang gì",
        author=str(scene.commune)[:50],
        description="Làm ngay tại xã, không lệ phí, mang hai giấy tờ.",
        text=TEXT,
        cover=_cover(),
        wants_spread=True,
    )
    articles.create(article, by=scene.writer)
    return articles.submit(article, by=scene.writer)


def _cover() -> ContentFile:
    """A card in two colours, so that nobody takes it for a photograph."""
    picture = Image.new("RGB", (1200, 630), "#28665b")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((330, 165, 870, 465), 36, fill="#f6f1e4")
    pen.ellipse((390, 225, 510, 345), fill="#7fb9ad")
    pen.rounded_rectangle((405, 360, 495, 420), 20, fill="#7fb9ad")
    for row in range(4):
        pen.rounded_rectangle((560, 230 + 50 * row, 810 - 40 * row, 252 + 50 * row), 10,
                              fill="#b9c9c4")  # fmt: skip
    target = BytesIO()
    picture.save(target, "JPEG", quality=85)
    return ContentFile(target.getvalue(), name="the-can-cuoc.jpg")
