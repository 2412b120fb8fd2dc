"""Ready answers for each stage, in the voice of somebody across the table."""

from typing import Any

from django.db import migrations

# (stage, title, text); what stands in square brackets is filled in before it is sent.
REPLIES = (
    (
        "received", "Đã nhận",
        ("Công an xã đã nhận được tin bà con báo, xin cảm ơn bà con. Chúng tôi đang xem và sẽ trả "
        "lời ở đây trong vòng 3 ngày làm việc. Nhớ thêm điều gì, bà con cứ nhắn tiếp vào chỗ này. "
        "Nếu việc đang xảy ra ngay lúc này, bà con gọi 113; cháy gọi 114; cấp cứu gọi 115."),
    ),
    (
        "received", "Đã nhận, việc gấp",
        ("Công an xã đã nhận tin và đang cho người xuống ngay. Bà con giữ an toàn cho mình trước, "
        "đừng tự ra can ngăn. Có gì thay đổi, bà con gọi 113 hoặc số trực ban của Công an xã."),
    ),
    (
        "ask_more", "Hỏi thêm lúc nào, ở đâu",
        ("Cảm ơn bà con đã báo. Để xuống đúng chỗ, đúng lúc, bà con cho chúng tôi biết thêm: việc "
        "thường xảy ra vào giờ nào, ngày nào, và ở chỗ nào (gần nhà ai, quán nào, đoạn đường nào)? "
        "Bà con không cần cho biết tên mình."),
    ),
    (
        "ask_more", "Hỏi thêm hình ảnh",
        ("Nếu bà con có ảnh chụp sẵn, bà con gửi thêm vào đây giúp chúng tôi. Không có cũng không "
        "sao. Bà con đừng lại gần để chụp, giữ an toàn cho mình là trước hết."),
    ),
    (
        "ask_more", "Hỏi còn xảy ra không",
        ("Mấy hôm nay việc bà con báo có còn xảy ra nữa không? Bà con nhắn lại một câu để chúng tôi "
        "biết mà làm tiếp."),
    ),
    (
        "in_progress", "Đang xác minh",
        ("Công an xã đang xác minh việc bà con báo. Xong bước này chúng tôi sẽ báo lại ở đây. Việc "
        "ai là người báo được giữ kín, bà con yên tâm."),
    ),
    (
        "in_progress", "Cần thêm thời gian",
        ("Việc bà con báo cần thêm thời gian để làm cho kỹ, chúng tôi chưa quên. Dự kiến đến ngày "
        "[ngày] sẽ có trả lời. Mong bà con thông cảm."),
    ),
    (
        "transferred", "Đã chuyển cơ quan điều tra",
        ("Việc bà con báo thuộc thẩm quyền của cơ quan điều tra, Công an xã đã chuyển đi theo đúng "
        "quy định ngày [ngày]. Tên bà con không đi kèm. Khi nơi nhận báo kết quả, chúng tôi sẽ cho "
        "bà con biết ở đây."),
    ),
    (
        "transferred", "Đã chuyển nơi khác giải quyết",
        ("Việc này do [tên cơ quan] giải quyết, Công an xã đã chuyển tới nơi đó ngày [ngày]. Bà con "
        "cần hỏi thêm thì nhắn tiếp vào đây, chúng tôi hỏi giúp."),
    ),
    (
        "guided", "Việc của nơi khác",
        ("Cảm ơn bà con đã tin Công an xã. Việc này không thuộc phần việc của công an, nơi giải "
        "quyết là [tên nơi], địa chỉ [địa chỉ], làm việc giờ hành chính. Bà con tới đó, mang theo "
        "[giấy tờ]. Vướng chỗ nào bà con nhắn lại, chúng tôi chỉ tiếp."),
    ),
    (
        "guided", "Chuyện trong xóm, nhờ hòa giải",
        ("Chuyện này nên được nói cho ra lẽ với nhau trước. Bà con báo trưởng ấp để tổ hòa giải mời "
        "hai bên ngồi lại. Nếu có ai dọa nạt, đánh người hay đập phá, bà con gọi 113 ngay."),
    ),
    (
        "guided", "Hỏi thủ tục",
        ("Về thủ tục bà con hỏi: [trả lời]. Bà con tới trụ sở Công an xã giờ hành chính, mang theo "
        "[giấy tờ]. Chưa rõ chỗ nào bà con cứ nhắn lại."),
    ),
    (
        "resolved", "Đã giải quyết",
        ("Công an xã đã xác minh và giải quyết việc bà con báo: [đã làm gì]. Cảm ơn bà con đã giúp "
        "giữ xóm ấp bình yên. Nếu chuyện còn tái diễn, bà con nhắn vào đây hoặc bấm “Chưa giải "
        "quyết xong”."),
    ),
    (
        "resolved", "Đã nhắc nhở, còn theo dõi tình hình",
        ("Công an xã đã tới tận nơi, nhắc nhở và yêu cầu chấm dứt. Lực lượng an ninh cơ sở sẽ đi "
        "tuần thêm ở đoạn này. Bà con thấy còn thì báo lại giúp chúng tôi."),
    ),
    (
        "unfounded", "Chưa thấy đúng như tin báo",
        ("Công an xã đã xuống xem và hỏi nhiều người, tới nay chưa thấy đúng như tin bà con báo. "
        "Không ai trách bà con cả, báo sớm vẫn hơn. Có thêm điều gì, bà con cứ nhắn tiếp."),
    ),
    (
        "duplicate", "Đã có tin về việc này",
        ("Việc bà con báo chúng tôi đã biết và đang làm. Tin của bà con giúp chúng tôi rõ hơn. Có "
        "kết quả, bà con cũng sẽ nhận được trả lời ở đây."),
    ),
    (
        "take_it_private", "Mời báo riêng (đăng trong nhóm)",
        ("Cảm ơn bà con đã lên tiếng. Để giữ kín cho người báo và làm việc cho nhanh, bà con nhắn "
        "riêng cho trang Zalo của Công an xã, hoặc vào trang báo tin của xã. Mong bà con không bàn "
        "thêm trong nhóm, không nêu tên ai khi chưa rõ."),
    ),
    (
        "take_it_private", "Nhờ gỡ tin (gửi riêng)",
        ("Chào bà con, tin bà con đăng trong nhóm Công an xã đã đọc và đang làm. Tin để trong nhóm "
        "thì nhiều người biết ai báo, không có lợi cho bà con. Nhờ bà con gỡ tin đó giúp, có gì "
        "thêm cứ nhắn riêng cho Công an xã."),
    ),
    (
        "closed", "Đóng",
        ("Việc bà con báo đã xong, chúng tôi xin đóng lại ở đây. Mã biên nhận vẫn dùng để xem lại. "
        "Sau này có việc gì, bà con cứ báo tin mới."),
    ),
)  # fmt: skip


def add_replies(apps: Any, schema_editor: Any) -> None:
    replies = apps.get_model("reports", "CannedReply")
    for place, (stage, title, text) in enumerate(REPLIES):
        replies.objects.get_or_create(
            commune=None, stage=stage, title=title, defaults={"text": text, "position": place}
        )


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_clock_rules")]

    operations = [migrations.RunPython(add_replies, migrations.RunPython.noop)]
