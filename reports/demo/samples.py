"""Made-up reports of residents for the demo, with the summaries and outcomes of the police."""

from dataclasses import dataclass

from reports.intake import Person

# Known to everybody, for made-up data only; its last digit checks the others.
RECEIPT = "20260430202604302027"
_FEEDBACK, _CRIME, _QUESTION = "feedback", "denunciation_of_crime", "procedure_question"


@dataclass(frozen=True)
class SampleTip:
    """One tip: how long ago (hours), through which channel, about what, and how far it has come.

    `stage` is the state to which it is led; `hamlet` a place in the list of hamlets.
    """

    ago: float
    channel: str
    stage: str
    words: str
    summary: str = ""
    place: str = ""
    category: str = "ttatxh"
    kind: str = _FEEDBACK
    hamlet: int | None = 0
    urgency: str = "normal"
    is_grave: bool = False
    person: Person | None = None
    outcome: str = ""
    end: str = "handled_here"
    measure: str = "reminded"
    mark: str = ""


def _person(number: int, **more: str) -> Person:
    return Person(name="Trần Thị Mẫu", phone=f"0900 002 {number}", **more)


TIPS = (
    # closed, the oldest first
    SampleTip(
        ago=24 * 350, channel="desk", stage="closed", hamlet=2, category="mau-thuan",
        words="Hai nhà tranh nhau lối đi chung, tối qua cãi nhau to, sợ đánh nhau.",
        summary="Hai hộ tranh chấp lối đi chung, có nguy cơ xô xát.", place="Hẻm cuối ấp",
        person=_person(901), outcome="Đã hòa giải tại ấp, hai hộ ký cam kết.", measure="reconciled",
    ),
    SampleTip(
        ago=24 * 61, channel="web_form", stage="closed", hamlet=4, category="tai-nan",
        words="Ổ gà lớn ở đầu cầu, tối qua có người té xe.",
        summary="Ổ gà đầu cầu gây té xe.", place="Đầu cầu sắt", end="other_authority",
        outcome="Đã chuyển UBND xã; mặt đường đã được vá.",
    ),
    SampleTip(
        ago=24 * 48, channel="oa_chat", stage="closed", hamlet=1, category="vi-pham",
        words="Có người chích điện bắt cá ở bờ kênh số 3 ban đêm.",
        summary="Chích điện bắt cá ban đêm ở kênh số 3.", place="Bờ kênh số 3",
        outcome="Tuần tra ba đêm, đã lập biên bản một trường hợp.", measure="fined",
    ),
    SampleTip(
        ago=24 * 40, channel="phone", stage="closed", hamlet=7, category="te-nan",
        words="Nghe nói quán cà phê mới mở có đánh bạc.",
        summary="Nghi đánh bạc tại một quán cà phê.", place="Quán đầu ấp", end="unfounded",
        outcome="Kiểm tra hai lần, không phát hiện đánh bạc.",
    ),
    SampleTip(
        ago=24 * 33, channel="paper", stage="closed", hamlet=9, category="toi-pham", kind=_CRIME,
        is_grave=True, words="Bị lừa chuyển tiền đặt cọc mua xe qua mạng.",
        summary="Bị lừa chuyển tiền đặt cọc mua xe qua mạng.", place="Trên mạng",
        person=_person(902, why_unnamed=""), end="investigating_agency",
        outcome="Cơ quan điều tra đã tiếp nhận.", mark="accepted",
    ),
    SampleTip(
        ago=24 * 27, channel="oa_chat", stage="guided", hamlet=None, category="khac",
        kind=_QUESTION, words="Cho tôi hỏi làm căn cước cho cháu 5 tuổi cần giấy gì?",
        summary="Hỏi giấy tờ làm căn cước cho trẻ 5 tuổi.",
    ),
    SampleTip(
        ago=24 * 21, channel="hamlet_head", stage="closed", hamlet=0, category="chay-no",
        words="Bà con nói bãi phế liệu đốt dây điện, khói mù.",
        summary="Bãi phế liệu đốt dây điện gây khói.", place="Bãi phế liệu",
        outcome="Đã nhắc chủ bãi, cam kết không đốt.",
    ),
    SampleTip(
        ago=24 * 19, channel="web_form", stage="diverted", hamlet=5,
        words="Đơn tố cáo. Tôi viết đơn này gửi cấp trên.",
    ),
    SampleTip(
        ago=24 * 18, channel="desk", stage="handed_over", hamlet=None, words="Việc cần báo riêng."
    ),
    SampleTip(
        ago=24 * 16, channel="self_managed_team", stage="closed", hamlet=10, category="toi-pham",
        kind=_CRIME, words="Mất hai con gà với dây điện máy bơm trong đêm.",
        summary="Mất trộm gà và dây điện máy bơm.", place="Xóm vườn điều",
        outcome="Đã tìm được dây điện, trả lại chủ.", measure="recovered",
    ),
    # told, resolved
    SampleTip(
        ago=24 * 12, channel="web_form", stage="told", hamlet=3, category="ttatxh",
        words="Karaoke kẹo kéo hát tới 12 giờ đêm, nhà có cháu nhỏ không ngủ được.",
        summary="Karaoke kẹo kéo gây ồn sau 22 giờ.", place="Xóm trọ",
        outcome="Đã nhắc nhở, chủ loa cam kết nghỉ trước 22 giờ.", mark="receipt",
    ),
    SampleTip(
        ago=24 * 11, channel="oa_chat", stage="told", hamlet=6, category="tin-gia",
        words="Có số lạ xưng công an đòi mẹ tôi chuyển tiền.",
        summary="Số lạ giả danh công an đòi chuyển tiền; chưa mất tiền.",
        outcome="Đã hướng dẫn chặn số và cảnh báo trong các nhóm.", person=_person(903),
    ),
    SampleTip(
        ago=24 * 10, channel="phone", stage="told", hamlet=8, category="vi-pham",
        words="Xe ben chở đất rơi vãi đầy đường, bụi lắm.",
        summary="Xe chở đất làm rơi vãi trên đường liên ấp.", place="Đường liên ấp",
        outcome="Đã lập biên bản một xe, đơn vị thi công quét dọn.", measure="fined",
    ),
    SampleTip(
        ago=24 * 9, channel="hamlet_board", stage="resolved", hamlet=11, category="mau-thuan",
        words="Hai anh em đánh nhau vì chia đất, bà mẹ nhờ ấp báo.",
        summary="Anh em xô xát vì chia đất.", place="Tổ 2",
        outcome="Đã hòa giải, hai bên nhận sai.", measure="reconciled",
    ),
    SampleTip(
        ago=24 * 8, channel="web_form", stage="resolved", hamlet=0, category="te-nan",
        words="Tụ tập đá gà ăn tiền chiều chủ nhật ở bãi đất trống.",
        summary="Đá gà ăn tiền chiều chủ nhật.", place="Bãi đất trống sau chợ",
        outcome="Đã giải tán, xử phạt ba người.", measure="fined",
    ),
    # being verified
    SampleTip(
        ago=24 * 20, channel="web_form", stage="in_progress", hamlet=1, category="ttatxh",
        words="Quán nhậu lấn vỉa hè, xe đậu tràn ra đường.",
        summary="Quán nhậu lấn vỉa hè, xe đậu dưới lòng đường.", place="Trước chợ cũ",
    ),
    SampleTip(
        ago=24 * 7.4, channel="oa_chat", stage="in_progress", hamlet=2, category="te-nan",
        kind=_CRIME, urgency="urgent", person=_person(904),
        words="Tôi ở phòng số 5 dãy trọ cuối hẻm 12, số máy 0900 002 904. Phòng cuối tối nào cũng "
        "có người lạ ra vào, mùi khét lạ lắm. Con tôi học lớp 3A, đi ngang sợ lắm.",
        summary="Nghi dùng ma túy tại phòng trọ cuối hẻm.", place="Dãy trọ cuối hẻm 12",
        mark="opening",
    ),
    SampleTip(
        ago=24 * 6, channel="web_form", stage="in_progress", hamlet=3, category="toi-pham",
        kind=_CRIME, is_grave=True, person=_person(905),
        words="Nhà tôi mất chiếc xe máy dựng trước sân, có camera nhà bên quay được.",
        summary="Mất trộm xe máy dựng trước sân; nhà bên có camera.", place="Tổ 5",
        mark="handed_over",
    ),
    SampleTip(
        ago=24 * 5, channel="group", stage="in_progress", hamlet=10, category="tin-gia",
        words="Bài trong nhóm nói có bắt cóc trẻ em ở cổng trường.",
        summary="Tin đồn bắt cóc trẻ em đăng trong nhóm ấp.", place="Cổng trường tiểu học",
    ),
    SampleTip(
        ago=24 * 4, channel="phone", stage="in_progress", hamlet=12, category="toi-pham",
        kind=_CRIME, words="Người cho vay lãi nặng tới chửi bới, tạt sơn nhà hàng xóm.",
        summary="Đòi nợ, tạt sơn nhà dân.", place="Tổ 1", urgency="urgent", mark="unread",
    ),
    SampleTip(
        ago=24 * 3.5, channel="web_form", stage="in_progress", hamlet=4, category="chay-no",
        words="Kho phân bón để gần bếp than, sợ cháy.",
        summary="Kho phân bón sát bếp than, nguy cơ cháy.", place="Cạnh cây xăng", mark="day",
    ),
    SampleTip(
        ago=24 * 3, channel="hamlet_head", stage="in_progress", hamlet=0, category="vi-pham",
        words="Có nhà nuôi heo xả thải ra mương, bà con nhờ tôi báo.",
        summary="Hộ nuôi heo xả thải ra mương.", place="Mương thủy lợi",
    ),
    SampleTip(
        ago=70, channel="desk", stage="in_progress", hamlet=13, category="mau-thuan",
        words="Con trai bà Tư say rượu đập đồ, hàng xóm sợ.",
        summary="Say rượu, đập phá đồ đạc trong nhà.", place="Tổ 3", person=_person(906),
    ),
    SampleTip(
        ago=60, channel="oa_chat", stage="in_progress", hamlet=5, category="ttatxh",
        words="Thanh niên nẹt pô lúc 2 giờ sáng trên đường lớn.",
        summary="Nẹt pô, chạy tốc độ cao lúc 2 giờ sáng.", place="Đường lớn qua ấp",
    ),
    # sorted
    SampleTip(
        ago=50, channel="web_form", stage="triaged", hamlet=6, category="te-nan",
        words="Nhà trọ có đánh bài ăn tiền từ trưa tới tối.",
        summary="Đánh bài ăn tiền tại nhà trọ.", place="Nhà trọ gần chợ",
    ),
    SampleTip(
        ago=46, channel="phone", stage="triaged", hamlet=1, category="vi-pham",
        words="Chó thả rông cắn cháu bé, chủ chó không chịu nhốt.",
        summary="Chó thả rông cắn trẻ em.", place="Tổ 4", person=_person(907),
    ),
    SampleTip(
        ago=40, channel="oa_chat", stage="triaged", hamlet=8, category="toi-pham", kind=_CRIME,
        words="Người lạ bán thuốc gia truyền cho người già, lấy mấy triệu.",
        summary="Bán thuốc giả cho người già, lấy tiền triệu.", place="Nhà văn hóa ấp",
        urgency="urgent",
    ),
    SampleTip(
        ago=30, channel="self_managed_team", stage="triaged", hamlet=14, category="ttatxh",
        words="Đèn đường cụt, có tốp thanh niên tụ tập sau 23 giờ.",
        summary="Tụ tập sau 23 giờ ở đoạn đường không đèn.", place="Đường vào vườn điều",
    ),
    # new
    SampleTip(
        ago=27, channel="web_form", stage="new", hamlet=2, category="te-nan",
        words="Quán nước đầu ấp tối nào cũng đánh bạc, có cả học sinh.",
    ),
    SampleTip(
        ago=26, channel="web_form", stage="new", hamlet=2, category="te-nan",
        words="Cái quán nước đầu ấp đánh bạc ồn ào tới khuya.", place="Quán nước đầu ấp",
    ),
    SampleTip(
        ago=20, channel="oa_chat", stage="new", hamlet=None, mark="unread",
        words="Có xe tải đổ rác bậy xuống suối.", person=_person(908),
    ),
    SampleTip(
        ago=14, channel="phone", stage="new", hamlet=7, urgency="urgent",
        words="Mất trâu từ chiều qua, thấy dấu xe kéo.", person=_person(909),
    ),
    SampleTip(
        ago=9, channel="web_form", stage="new", hamlet=9,
        words="Nhà ông Điểu Khánh hay mở nhạc lớn giữa trưa.",
    ),
    SampleTip(
        ago=6, channel="group", stage="new", hamlet=10,
        words="Trong nhóm có người đăng ảnh hai thanh niên lấy trộm xe đạp.",
    ),
    SampleTip(
        ago=4, channel="web_form", stage="new", hamlet=0,
        words="Hàng rong chặn lối ra vào trường giờ tan học.", place="Cổng trường",
    ),
    SampleTip(
        ago=2, channel="hamlet_head", stage="new", hamlet=0,
        words="Bà con nói có người lạ đi xem từng nhà, hỏi ai ở nhà một mình.",
    ),
    SampleTip(
        ago=1, channel="web_form", stage="new", hamlet=3, urgency="emergency", category="mau-thuan",
        words="Hai nhóm thanh niên cầm cây đuổi nhau trước nhà văn hóa.",
        place="Trước nhà văn hóa",
    ),
)  # fmt: skip
