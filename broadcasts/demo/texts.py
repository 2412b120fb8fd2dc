"""Made-up notices in the words of commune police."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    topic: str
    title: str
    body: str


FAKE_POLICE = Text(
    "thu-doan",
    "Cảnh báo giả danh công an yêu cầu cập nhật VNeID",
    """CẢNH BÁO LỪA ĐẢO

Gần đây có kẻ gọi điện, nhắn Zalo tự xưng là công an xã, yêu cầu bà con tải ứng dụng lạ để “cập nhật VNeID”, rồi chiếm quyền điều khiển điện thoại và rút tiền trong tài khoản.

Bà con nhớ ba điều:
- Công an không làm thủ tục, không hướng dẫn cập nhật VNeID qua điện thoại hay Zalo cá nhân.
- Chỉ tải ứng dụng từ CH Play hoặc App Store. Không bấm vào đường link do người lạ gửi.
- Không đọc mã OTP, mật khẩu cho bất kỳ ai.

Nếu đã lỡ làm theo: tắt mạng, gọi ngay ngân hàng để khóa tài khoản và báo cán bộ phụ trách ấp.""",
)
VNEID = Text(
    "tthc",
    "Lịch hỗ trợ kích hoạt VNeID mức 2 tại nhà văn hóa ấp",
    """Công an xã hỗ trợ bà con kích hoạt tài khoản định danh điện tử mức 2.

- Thời gian: 7 giờ 30 đến 11 giờ, thứ Bảy tuần này.
- Địa điểm: nhà văn hóa các ấp.
- Mang theo: thẻ căn cước và điện thoại đang dùng.

Người già yếu, người khuyết tật: gia đình báo trưởng ấp để công an đến tận nhà. Không thu bất kỳ khoản phí nào.""",
)
FIRE = Text(
    "pccc",
    "Phòng cháy mùa khô: nhà ở, nhà trọ, vườn rẫy",
    """Đang là mùa khô, nguy cơ cháy rất cao. Đề nghị bà con:

- Tắt hết thiết bị điện không dùng trước khi ra khỏi nhà và khi đi ngủ.
- Không sạc xe điện qua đêm ở lối ra vào.
- Không đốt rác, đốt thực bì khi có gió to; đốt phải có người trông và có nước dập lửa.
- Nhà trọ phải có lối thoát thứ hai, có bình chữa cháy còn hạn.

Khi có cháy, gọi 114 và báo ngay cho mọi người xung quanh.""",
)
TRAFFIC = Text(
    "atgt",
    "An toàn giao thông cho học sinh đầu năm học",
    """Để các cháu đến trường an toàn, đề nghị phụ huynh:

- Đội mũ bảo hiểm đạt chuẩn cho trẻ từ 6 tuổi trở lên.
- Không giao xe máy cho con em chưa đủ tuổi.
- Dừng đỗ đón con đúng nơi quy định, không dàn hàng trước cổng trường.

Tổ an ninh trật tự ấp sẽ phối hợp phân luồng trước cổng trường từ 6 giờ 30 đến 7 giờ 15 mỗi sáng.""",
)
PARCEL = Text(
    "thu-doan",
    "Cảnh giác shipper giả yêu cầu chuyển khoản",
    """Thủ đoạn mới: kẻ gian gọi điện xưng là người giao hàng, báo “đã gửi hàng cho hàng xóm”, xin chuyển khoản tiền hàng, sau đó gửi đường link “hoàn tiền” để lấy cắp tài khoản.

Bà con chỉ trả tiền khi đã nhận và kiểm tra hàng. Không bấm vào đường link “hủy hội viên”, “hoàn tiền”.

Gặp trường hợp như trên, hãy chụp lại màn hình và báo cán bộ phụ trách ấp.""",
)
RESIDENCE = Text(
    "tthc",
    "Nhắc đăng ký tạm trú đối với chủ nhà trọ",
    """Chủ nhà trọ, nhà cho thuê vui lòng đăng ký tạm trú cho người thuê trong vòng 30 ngày kể từ ngày đến ở.

Có thể nộp trực tuyến trên Cổng dịch vụ công hoặc ứng dụng VNeID, hoặc đến trụ sở Công an xã trong giờ hành chính. Khi nộp cần có văn bản cho thuê nhà và thông tin căn cước của người thuê.

Người thuê ngắn ngày: chủ nhà thông báo lưu trú trước 23 giờ trong ngày.""",
)
STORM = Text(
    "canh-bao-khan",
    "Cảnh báo mưa giông, ngập đường qua suối",
    """CẢNH BÁO KHẨN

Dự báo chiều tối nay có mưa to, giông, nước suối lên nhanh. Đề nghị bà con KHÔNG đi qua ngầm tràn khi nước chảy xiết, kể cả bằng xe ô tô.

Các hộ ở ven suối chuyển đồ đạc, gia súc lên nơi cao. Cần giúp đỡ, gọi cán bộ phụ trách ấp hoặc 114.""",
)
LOST_CHILD = Text(
    "canh-bao-khan",
    "Tìm người lớn tuổi đi lạc tại khu vực chợ",
    """Công an xã đang tìm một cụ ông khoảng 80 tuổi, tóc bạc, mặc áo sơ mi xanh, quần đen, đi bộ khỏi khu vực chợ từ khoảng 6 giờ sáng nay và không nhớ đường về.

Bà con thấy cụ, xin giữ cụ lại, cho cụ ngồi nghỉ và báo ngay cán bộ phụ trách ấp hoặc trực ban Công an xã. Xin cảm ơn bà con.""",
)
FOUND = Text(
    "canh-bao-khan",
    "Đã tìm thấy cụ ông đi lạc",
    """Cụ ông đi lạc sáng nay đã được bà con ấp Bến Đò phát hiện và gia đình đã đón về an toàn. Công an xã cảm ơn bà con đã giúp đỡ.""",
)
GOOD_DEED = Text(
    "nguoi-tot",
    "Nhặt được của rơi, trả lại người mất",
    """Sáng nay một người dân ấp Cây Da nhặt được chiếc ví có tiền và giấy tờ trên đường đến chợ, đã mang đến trụ sở Công an xã. Ví đã được trả lại cho người mất.

Công an xã biểu dương việc làm đẹp này và mong bà con tiếp tục nêu gương.""",
)
THEFT = Text(
    "phong-ngua",
    "Phòng chống trộm cắp xe máy, nông sản",
    """Mùa thu hoạch, kẻ gian thường lợi dụng lúc vắng người để trộm cắp. Đề nghị bà con:

- Khóa cổ, khóa phụ khi dừng xe, kể cả khi vào nhà ít phút.
- Không phơi nông sản qua đêm ngoài sân không có người trông.
- Thấy xe lạ, người lạ hỏi dò nhà cửa, hãy ghi nhớ biển số và báo cán bộ phụ trách ấp.

Không tự ý bắt giữ, xô xát; an toàn của bà con là trước hết.""",
)
WEAPONS = Text(
    "phong-ngua",
    "Vận động giao nộp vũ khí, pháo nổ",
    """Công an xã vận động bà con tự giác giao nộp súng tự chế, dao kiếm, vật liệu nổ, pháo nổ tại trụ sở Công an xã hoặc cho cán bộ phụ trách ấp.

Mua bán, tàng trữ pháo nổ, vũ khí trái phép có thể bị xử lý hình sự. Bà con biết nơi cất giấu, hãy báo riêng cho cán bộ phụ trách ấp.""",
)
TAX_FRAUD = Text(
    "thu-doan",
    "Cảnh báo giả danh cán bộ thuế, điện lực",
    """Nhiều người nhận cuộc gọi tự xưng cán bộ thuế, điện lực, dọa “khóa mã số thuế”, “cắt điện” để ép cài ứng dụng giả.

Cơ quan nhà nước làm việc bằng văn bản hoặc mời đến trụ sở. Bà con cúp máy, không cài ứng dụng, không chuyển tiền. Cần hỏi, hãy đến trực tiếp cơ quan thuế, điện lực.""",
)
LAW = Text(
    "chu-truong",
    "Điểm mới về căn cước cho trẻ em",
    """Trẻ dưới 14 tuổi có thể được cấp thẻ căn cước theo yêu cầu của cha mẹ hoặc người giám hộ. Cha mẹ có thể nộp hồ sơ cho con dưới 6 tuổi qua ứng dụng VNeID; trẻ từ 6 tuổi đến trực tiếp để thu nhận ảnh và vân tay.

Thủ tục này không bắt buộc và không thu phí khi cấp lần đầu.""",
)
RESULTS = Text(
    "ket-qua-mo-hinh",
    "Kết quả mô hình “Zalo kết nối bình yên” tháng vừa qua",
    """Trong tháng qua, các nhóm Zalo của xã đã:

- Nhận 64 tin, ý kiến của bà con; tất cả đã được trả lời.
- Giúp tìm lại 2 người đi lạc, trả lại 5 tài sản rơi.
- Hướng dẫn hơn 300 lượt về thủ tục cư trú, căn cước.

Công an xã cảm ơn bà con và mong tiếp tục nhận được tin báo.""",
)
LEFT_MOTORBIKE = Text(
    "canh-bao-khan",
    "Tìm chủ xe máy để quên tại nhà văn hóa ấp",
    """Chiếc xe máy màu xanh, biển số 60B1-000.17, để ở sân nhà văn hóa ấp từ sáng thứ Hai chưa có người nhận.

Chủ xe mang đăng ký xe và căn cước đến trụ sở Công an xã để nhận lại. Bà con biết chủ xe, xin nhắn giúp.""",
)
MEETING = Text(
    "chi-dao",
    "Mời họp lấy ý kiến quy chế nhóm Zalo ấp",
    """Kính mời đại diện mỗi hộ dự họp lấy ý kiến về quy chế hoạt động của nhóm Zalo “Bình yên” trong ấp.

- Thời gian: 19 giờ, tối thứ Sáu tuần này.
- Địa điểm: nhà văn hóa ấp.

Tham gia nhóm là tự nguyện. Rất mong bà con đến đông đủ để góp ý.""",
)
NOISE = Text(
    "thong-bao-antt",
    "Giữ yên tĩnh sau 22 giờ",
    """Thời gian qua Công an xã nhận nhiều phản ánh về loa kéo, karaoke gây ồn trong khu dân cư.

Đề nghị bà con không mở loa, hát karaoke quá to, nhất là từ 22 giờ đến 6 giờ sáng; nhắc nhở nhau giữ tình làng nghĩa xóm. Trường hợp tái diễn sẽ bị xử phạt theo quy định.""",
)
LOCK_UP = Text(
    "phong-ngua",
    "Nhắc khóa cửa, tắt bếp trước khi ngủ",
    """Trước khi đi ngủ, bà con nhớ:

- Khóa cửa trước, cửa sau, dắt xe vào nhà.
- Tắt bếp, rút sạc, xem lại bàn thờ.
- Để điện thoại gần chỗ nằm.

Thấy điều bất thường, báo ngay cán bộ phụ trách ấp.""",
)
INCENSE = Text(
    "pccc",
    "Phòng cháy khi thắp nhang ngày rằm, mùng một",
    """Ngày rằm, mùng một nhà nào cũng thắp nhang. Đề nghị bà con:

- Đốt vàng mã ngoài sân, xa vật dễ cháy, có người trông đến khi tàn.
- Không để nhang, nến cháy khi không có ai ở nhà.
- Để sẵn bình chữa cháy hoặc xô nước.

Khi có cháy, gọi 114.""",
)
TENANTS = Text(
    "tthc",
    "Nhắc chủ nhà trọ rà soát tạm trú cuối tháng",
    """Cuối tháng, chủ nhà trọ vui lòng xem lại danh sách người thuê:

- Người mới đến: đăng ký tạm trú trong vòng 30 ngày.
- Người đã đi: báo để xóa tạm trú.

Có thể làm trên Cổng dịch vụ công, ứng dụng VNeID hoặc tại trụ sở Công an xã.""",
)
OUTAGE = Text(
    "thong-bao-antt",
    "Phân luồng giao thông quanh chợ sáng thứ Bảy",
    """Sáng thứ Bảy, từ 5 giờ đến 8 giờ, đường vào chợ tạm cấm xe tải để sửa chữa mặt đường.

Bà con đi chợ gửi xe ở sân nhà văn hóa ấp Trung Tâm. Mong bà con thông cảm và đi theo hướng dẫn của tổ an ninh trật tự.""",
)
WATER = Text(
    "thong-bao-antt",
    "Tạm ngừng cấp nước để sửa ống",
    """Để sửa đường ống, nước sinh hoạt tạm ngừng từ 8 giờ đến 11 giờ, thứ Năm tuần này, ở tất cả các ấp dọc tỉnh lộ.

Bà con trữ nước trước. Cần nước gấp cho người bệnh, báo trưởng ấp.""",
)
WATER_RIGHT = Text(
    "thong-bao-antt",
    "Đính chính: Tạm ngừng cấp nước để sửa ống",
    """ĐÍNH CHÍNH

Bài “Tạm ngừng cấp nước để sửa ống” có chỗ chưa đúng.

Chưa đúng: từ 8 giờ đến 11 giờ.
Đúng là: từ 13 giờ đến 16 giờ, thứ Năm tuần này.

Bà con làm theo bài này. Công an xã xin lỗi bà con.""",
)
