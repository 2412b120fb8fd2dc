"""The clocks of tips and the ready answers, as they come with the portal.

A clock is what the law sets, or an aim of our own, marked as such. Hours and days are those of
TTLT 01/2017 (am. TTLT 01/2021) and TT 28/2020/TT-BCA (am. TT 129/2021), whose words about the
district level are overtaken; nobody has checked them against a text newer than 2025. One working
rule each for tips that go at once, for remote hamlets and for the rest.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

FIRST_DAY = date(2025, 7, 1)
CRIMES = ["crime_report", "denunciation_of_crime"]
UNCHECKED = "Chưa kiểm lại theo văn bản ban hành sau năm 2025. "
OWN = "Mức nội bộ, không phải do luật định."
GRAVE = {"starts_from": "reclassified", "kinds": CRIMES, "for_grave": True}

RULES: tuple[dict[str, Any], ...] = (
    {
        "code": "first_look", "stage": "first_look", "name": "Phân loại trong 24 giờ",
        "amount": 24, "unit": "hours", "remind_before": [4],
        "is_legal": False, "note": OWN,
    },
    {
        "code": "acknowledge", "stage": "acknowledge", "name": "Báo đã nhận trong 3 ngày làm việc",
        "amount": 3, "unit": "working_days", "remind_before": [1, 0],
        "legal_basis": "Thông tư 28/2020/TT-BCA, Điều 17; Bộ luật Tố tụng hình sự, Điều 145",
        "note": UNCHECKED + "Luật buộc với tố giác, tin báo; loại tin khác là mức nội bộ.",
    },
    {
        "code": "inform_grave", "stage": "inform", "name": "Báo ngay cơ quan điều tra",
        "amount": 1, "unit": "hours", "remind_before": [1], **GRAVE,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm a, d; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Luật ghi “ngay”; 1 giờ là mức nội bộ.",
    },
    {
        "code": "transfer_grave", "stage": "transfer",
        "name": "Chuyển cơ quan điều tra trong 24 giờ",
        "amount": 24, "unit": "hours", "remind_before": [12, 4], "for_remote": False, **GRAVE,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm a; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Phát hiện trong lúc xác minh: tính từ lúc phân loại lại.",
    },
    {
        "code": "transfer_grave_remote", "stage": "transfer",
        "name": "Chuyển cơ quan điều tra trong 48 giờ (vùng xa)",
        "amount": 48, "unit": "hours", "remind_before": [24, 6], "for_remote": True, **GRAVE,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm a; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Địa bàn vùng xa theo cột “vùng xa” của ấp, khu phố.",
    },
    {
        "code": "transfer", "stage": "transfer", "name": "Chuyển cơ quan điều tra trong 7 ngày",
        "amount": 7, "unit": "days", "remind_before": [48, 24],
        "kinds": CRIMES, "for_grave": False,
        "legal_basis": "TTLT 01/2017, Điều 8 khoản 5 điểm b; TT 28/2020/TT-BCA, Điều 7",
        "note": UNCHECKED + "Tính cả ngày nghỉ, từ lúc nhận.",
    },
    {
        "code": "recommendation", "stage": "work",
        "name": "Xử lý kiến nghị, phản ánh trong 15 ngày làm việc",
        "amount": 15, "unit": "working_days", "remind_before": [5, 1], "kinds": ["feedback"],
        "may_pause": True, "may_extend": True, "is_legal": False, "note": OWN,
    },
    {
        "code": "answer", "stage": "answer",
        "name": "Thông báo kết quả trong 3 ngày làm việc",
        "amount": 3, "unit": "working_days", "remind_before": [1, 0], "starts_from": "resolved",
        "legal_basis": "Thông tư 28/2020/TT-BCA, Điều 17; Bộ luật Tố tụng hình sự, Điều 145",
        "note": UNCHECKED + "Luật buộc với tố giác, tin báo; loại tin khác là mức nội bộ.",
    },
    {
        "code": "follow_20_days", "stage": "follow_up",
        "name": "Hỏi kết quả nơi nhận sau 20 ngày",
        "amount": 20, "unit": "days", "starts_from": "referred", "kinds": CRIMES,
        "is_legal": False,
        "legal_basis": "Bộ luật Tố tụng hình sự, Điều 147 (thời hạn của cơ quan điều tra)",
        "note": UNCHECKED + "Chỉ để nhắc hỏi, không phải hạn của Công an xã.",
    },
    {
        "code": "follow_60_days", "stage": "follow_up",
        "name": "Hỏi lại kết quả nơi nhận sau 60 ngày",
        "amount": 60, "unit": "days", "starts_from": "referred", "kinds": CRIMES,
        "is_legal": False,
        "legal_basis": "Bộ luật Tố tụng hình sự, Điều 147 (vụ phức tạp: không quá 2 tháng)",
        "note": UNCHECKED + "Chỉ để nhắc hỏi, không phải hạn của Công an xã.",
    },
)  # fmt: skip

# Ready answers for each stage, in the voice of somebody across the table.
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
        ("Mấy hôm nay việc bà con báo có còn xảy ra nữa không? Bà con nhắn lại một câu để chúng "
        "tôi biết mà làm tiếp."),
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
        ("Việc này do [tên cơ quan] giải quyết, Công an xã đã chuyển tới nơi đó ngày [ngày]. Bà "
        "con cần hỏi thêm thì nhắn tiếp vào đây, chúng tôi hỏi giúp."),
    ),
    (
        "guided", "Việc của nơi khác",
        ("Cảm ơn bà con đã tin Công an xã. Việc này không thuộc phần việc của công an, nơi giải "
        "quyết là [tên nơi], địa chỉ [địa chỉ], làm việc giờ hành chính. Bà con tới đó, mang theo "
        "[giấy tờ]. Vướng chỗ nào bà con nhắn lại, chúng tôi chỉ tiếp."),
    ),
    (
        "guided", "Chuyện trong xóm, nhờ hòa giải",
        ("Chuyện này nên được nói cho ra lẽ với nhau trước. Bà con báo trưởng ấp để tổ hòa giải "
        "mời hai bên ngồi lại. Nếu có ai dọa nạt, đánh người hay đập phá, bà con gọi 113 ngay."),
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


def load(get_model: Callable[[str], Any]) -> None:
    """Add the rules and answers that are not there; changed ones stay as they are."""
    for rule in RULES:
        get_model("ClockRule").objects.get_or_create(
            code=rule["code"], commune=None, valid_from=FIRST_DAY, defaults=rule
        )
    for place, (stage, title, text) in enumerate(REPLIES):
        get_model("CannedReply").objects.get_or_create(
            commune=None, stage=stage, title=title, defaults={"text": text, "position": place}
        )
