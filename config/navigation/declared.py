"""The pages and lists behind each section, in words by which people look for them."""

from typing import Final

from config.navigation.entries import Entry, May, Part, Section, page, table, tended
from oversight.dashboards import pages as dashboards_pages

_WORDS: Final = {
    "oversight_one_page": "tình hình chung mục tiêu đạt chưa đạt cần hỗ trợ tóm tắt",
    "oversight_party": "thống kê tình hình an ninh trật tự bao nhiêu hộ vào nhóm mô hình",
    "oversight_police": "thống kê tình hình an ninh trật tự bao nhiêu tin",
    "oversight_hamlets": "thống kê so sánh ấp nào làm tốt chưa tốt yếu bao nhiêu hộ vào nhóm",
    "oversight_coverage_months": "thống kê biểu đồ tăng giảm hộ vào nhóm",
    "oversight_duty": "thống kê ca trực",
    "oversight_figures": "thống kê bảng số biểu đồ",
    "oversight_city": "thống kê các xã so sánh",
}


def _figures() -> tuple[Entry, ...]:
    pages = (*dashboards_pages.COMMUNE_PAGES, dashboards_pages.CITY)
    return tuple(
        Entry(f"Số liệu: {one.name}", one.about, one.view, _opens(one), _WORDS[one.view])
        for one in pages
    )


def _opens(one: dashboards_pages.FigurePage) -> May:
    return lambda user: one in dashboards_pages.open_to(user)


HOME: Final = Section("hom-nay", "Hôm nay", "Hôm nay", "home", "Việc đang chờ.")

POSTS: Final = Section(
    "bai-dang", "Bài đăng", "Bài đăng", "campaign",
    "Soạn, duyệt, gửi bài vào nhóm Zalo, và xem bài đã tới nhóm nào.",
    (
        Part("Việc hằng ngày", (
            table("Bài đăng", "Mọi bài: đang soạn, chờ duyệt, đã lên lịch, đã gửi.",
                  "broadcasts.broadcast",
                  "soạn viết bài tuyên truyền thông báo duyệt phê duyệt trả lại chờ duyệt dừng "
                  "gửi hẹn giờ ảnh"),
            page("Việc đăng tay", "Nhóm thường không có OA: mở nhóm, dán bài, đánh dấu đã đăng.",
                 "broadcasts_delivery_hand_list", "broadcasts.post_by_hand",
                 "đăng bài vào nhóm chép dán đăng hộ gửi vào nhóm"),
            page("Lịch tháng", "Bài nào lên ngày nào, còn ngày nào trống.",
                 "broadcasts_broadcast_month", "broadcasts.view_broadcast",
                 "lịch đăng bài tháng này tuần này"),
            page("Kho bài đã đăng", "Bài đã tới nhóm, để xem lại hoặc dùng lại.",
                 "broadcasts_broadcast_library", "broadcasts.view_delivery",
                 "bài cũ bài đã gửi công an gửi xem lại dùng lại"),
        )),
        Part("Danh sách", (
            table("Lịch đăng", "Bài lặp lại theo tuần, theo tháng, theo ngày âm.",
                  "broadcasts.schedule",
                  "định kỳ tự động lặp hằng tuần hằng tháng hẹn"),
            table("Lượt gửi", "Từng nhóm: đã tới, chưa rõ, không gửi được.", "broadcasts.delivery",
                  "lỗi bài chưa tới nhóm không tới gửi lại chưa rõ đã nhận"),
            table("Bài viết OA", "Bài dài đăng trên trang Zalo OA.", "broadcasts.article",
                  "trang OA bài dài"),
            table("Yêu cầu đăng bài", "Đảng ủy, ủy ban, Mặt trận nhờ đăng.",
                  "broadcasts.postrequest",
                  "nhờ đăng yêu cầu đề nghị đăng bài"),
        )),
    ),
)  # fmt: skip

TIPS: Final = Section(
    "phan-anh", "Phản ánh", "Phản ánh", "contact_support",
    "Tin của bà con: nhận, xử lý, trả lời, giữ kín người báo.",
    (
        Part("Việc hằng ngày", (
            table("Phản ánh", "Mọi tin được giao hoặc được xem, tìm theo mã hay theo lời.",
                  "reports.tipreport",
                  "tin báo tố giác vụ việc tin quá hạn tin mới xử lý phân loại kết quả trả lời "
                  "người báo"),
            page("Ghi tin báo", "Ghi lại tin bà con gọi điện hoặc tới nói.",
                 "reports_tipreport_record", "reports.record_tipreport",
                 "ghi cuộc gọi tiếp dân nghe điện thoại dân gọi điện báo tới trụ sở tin báo mới"),
            page("Tin thấy trong nhóm", "Chép lại lời thấy trong nhóm Zalo.",
                 "reports_tipreport_capture", "reports.record_tipreport",
                 "chép tin trong zalo bình luận"),
            page("Chuyển tin cho Công an", "Ấp, tổ nghe được gì thì chuyển ngay ở đây.",
                 "reports_tipreport_relay", "reports.relay_tipreport",
                 "báo tin giúp báo công an gửi tin cho công an xã tố giác chuyện đánh bạc đánh "
                 "nhau trộm người lạ"),
        )),
        Part("Danh sách", (
            table("Danh tính chờ duyệt", "Xin mở tên người báo: phải có hai cán bộ.",
                  "reports.identityopening",
                  "mở tên người báo ai xem tên người báo tin danh tính"),
            table("Lời có tên cán bộ", "Tin nhắc tên cán bộ: quyết ai không được xem.",
                  "reports.conflictproposal",
                  "xung đột tố cán bộ khiếu nại"),
            table("Lần hướng dẫn nộp đơn", "Tin thuộc nơi khác, đã chỉ chỗ nộp đơn.",
                  "reports.diversion",
                  "chuyển nơi khác không thuộc thẩm quyền"),
        )),
    ),
)  # fmt: skip

PEOPLE: Final = Section(
    "nhom-ba-con", "Nhóm và bà con", "Bà con", "groups",
    "Ấp, tổ, nhóm Zalo, thành viên: ai đã vào nhóm, hộ nào chưa được báo tin.",
    (
        Part("Việc hằng ngày", (
            table("Thành viên", "Tìm một người theo tên, số điện thoại, hộ.", "groups.member",
                  "người dân bà con hộ nhân khẩu tìm người số điện thoại danh sách trong ấp "
                  "trong tổ xóa tên mất chết chuyển đi rời chưa vào nhóm"),
            table("Nhóm Zalo", "Nhóm của từng ấp: còn chạy không, ai giữ, bao nhiêu người.",
                  "groups.zalogroup",
                  "mã qr lấy liên kết mời vào nhóm điểm danh lập nhóm trưởng nhóm người giữ"),
            table("Nhập danh sách", "Đưa danh sách Excel, sổ hộ, tin nhắn vào cổng.",
                  "groups.memberimport",
                  "excel tải lên danh bạ nộp danh sách gửi danh sách file"),
            page("Độ phủ", "Mỗi ấp bao nhiêu hộ đã có người trong nhóm.", "groups_hamlet_coverage",
                 "groups.view_team",
                 "hộ chưa vào nhóm bao nhiêu hộ tỷ lệ tham gia phần trăm"),
            page("Sức khỏe nhóm", "Nhóm im lặng, nhóm thiếu người giữ, nhóm sắp đầy.",
                 "groups_zalogroup_care", "groups.tend_zalogroup",
                 "mã qr nhóm im lặng nhóm bị khóa sắp đầy người giữ không ai quản"),
        )),
        Part("Địa bàn", (
            table("Ấp, khu phố", "Danh sách ấp, số hộ, người đứng đầu.", "groups.hamlet",
                  "thôn số hộ trưởng ấp khu phố"),
            table("Tổ nhân dân", "Các tổ của từng ấp.", "groups.team",
                  "tổ tự quản tổ trưởng"),
            table("Cán bộ", "Ai phụ trách ấp nào.", "groups.officer",
                  "phân công cán bộ xuống ấp địa bàn phụ trách giao ấp"),
            table("Bàn giao địa bàn", "Giao lại ấp, nhóm cho người khác.", "groups.handover",
                  "cán bộ nghỉ chuyển công tác giao lại ký nhận trực thay nghỉ hưu"),
            table("Sắp xếp ấp", "Nhập, chia, đổi tên ấp.", "groups.hamletchange",
                  "sáp nhập chia tách đổi tên"),
        )),
        Part("Liên kết, giấy tờ", (
            table("Đề nghị liên kết Zalo", "Tài khoản Zalo nào là của ai.", "groups.linkproposal",
                  "mã qr ghép zalo nối zalo với tên"),
            page("Người quan tâm OA", "Ai đang theo dõi trang Zalo OA.",
                 "groups_linkproposal_followers", "zalo.view_follower",
                 "theo dõi quan tâm"),
            table("Đối chiếu nhóm", "So nhóm trên Zalo với nhóm trong cổng.",
                  "groups.groupreconciliation",
                  "so sánh lệch thiếu thừa"),
            table("Quy chế", "Quy chế nhóm của từng ấp, ai đã đọc.", "groups.regulation",
                  "quy chế nội quy lấy ý kiến"),
            table("Họp lấy ý kiến", "Biên bản họp dân về nhóm và quy chế.",
                  "groups.consultationmeeting",
                  "ghi cuộc họp họp dân biên bản kết quả họp ý kiến"),
            table("Yêu cầu về dữ liệu", "Bà con xin xem, sửa, xóa dữ liệu của mình.",
                  "groups.datarequest",
                  "xóa tên rút đồng ý quyền dữ liệu cá nhân"),
            table("Sự cố dữ liệu", "Lộ, mất dữ liệu của bà con: ngăn chặn, báo trong 72 giờ.",
                  "groups.databreach",
                  "lộ dữ liệu mất máy lộ danh sách rò rỉ vi phạm 72 giờ mẫu 08"),
        )),
    ),
)  # fmt: skip

DUTY: Final = Section(
    "truc", "Trực", "Trực", "calendar_view_week",
    "Ai trực hôm nay, việc nào đang chờ người nhận, báo việc tới máy nào.",
    (
        Part("Việc hằng ngày", (
            page("Việc cần xem", "Việc đã báo mà chưa ai nhận.", "duty_occasion_list",
                 "duty.take_occasion",
                 "báo động chưa nhận việc khẩn"),
            page("Lịch trực", "Ai trực ngày nào, đổi ca, thay ca.", "duty_roster_show",
                 "duty.view_roster",
                 "nhờ trực thay đổi ca xếp lịch trực phân ca ai trực hôm nay nghỉ phép báo vắng"),
            page("Ca của tôi", "Ca đang trực và sổ giao ca.", "duty_shift_mine",
                 "duty.view_roster",
                 "giao ca nhận ca nhờ trực thay đổi ca sổ trực"),
            page("Cảnh báo an toàn", "Dò mật khẩu, lộ khóa, xuất danh sách.", "alarms_show",
                 "accounts.view_alarm",
                 "bảo mật lộ mật khẩu lạ ai lấy danh sách dân ra khỏi cổng"),
        )),
        Part("Của tôi", (
            page("Nghỉ, ủy quyền", "Báo nghỉ và giao việc cho người thay.", "duty_absence_show",
                 "duty.write_absence",
                 "xin nghỉ phép vắng ốm ủy quyền duyệt bài"),
            page("Máy nhận báo việc", "Điện thoại nào được báo khi có việc.", "duty_device_show",
                 "duty.receive_notice",
                 "bật thông báo điện thoại chuông máy mới"),
            page("Tôi được báo bằng cách nào", "Báo qua máy, thư, Zalo hay SMS.", "duty_ways_own",
                 "duty.receive_notice",
                 "nhắn tin cách báo thư sms"),
        )),
    ),
)  # fmt: skip

PROCEDURES: Final = Section(
    "thu-tuc", "Thủ tục", "Thủ tục", "menu_book",
    "Bà con hỏi giấy tờ gì, lệ phí bao nhiêu, nộp ở đâu.",
    (
        Part("Việc hằng ngày", (
            table("Câu hỏi của bà con", "Câu đã hỏi, câu máy chưa trả lời được.",
                  "procedures.question",
                  "chưa trả lời được hỏi thủ tục"),
            table("Bản thủ tục", "Nội dung từng thủ tục đang dùng và bản đang sửa.",
                  "procedures.edition",
                  "căn cước cư trú giấy phép tạm trú tạm vắng lệ phí bị mất làm lại cấp lại "
                  "giấy tờ hồ sơ rà soát hộ khẩu sửa thủ tục"),
        )),
        Part("Danh sách", (
            table("Danh mục thủ tục", "Tên các thủ tục và lĩnh vực.", "procedures.procedure",
                  "danh sách lĩnh vực"),
        )),
    ),
)  # fmt: skip

FIGURES: Final = Section(
    "so-lieu", "Số liệu, chỉ đạo", "Số liệu", "monitoring",
    "Con số của tháng, báo cáo, chỉ đạo, kế hoạch, tổng kết năm.",
    (
        Part("Số liệu", (
            *_figures(),
            table("Báo cáo số liệu", "Báo cáo tháng, quý, năm: dự thảo và đã ký.",
                  "oversight.periodsummary",
                  "ký báo cáo tháng quý in báo cáo nộp báo cáo dự thảo"),
        )),
        Part("Chỉ đạo, kế hoạch", (
            table("Đợt chỉ đạo", "Một việc giao nhiều nơi: mấy nơi đã trả lời, cộng số liệu.",
                  "oversight.directionround",
                  "giao nhiều ấp cùng lúc tổng hợp trả lời cộng số nhắc ấp chưa báo"),
            table("Chỉ đạo", "Việc cấp ủy giao, ai đã trả lời.", "oversight.direction",
                  "việc đảng ủy giao chỉ đạo của bí thư trả lời cấp ủy quá hạn"),
            table("Việc được giao", "Việc giao cho một người, có ngày phải xong.",
                  "oversight.job", "giao việc nhiệm vụ phân công nhắc việc"),
            table("Kế hoạch", "Kế hoạch của từng cơ quan.", "oversight.plan",
                  "kế hoạch năm mặt trận đoàn thể ủy ban"),
            table("Việc trong kế hoạch", "Từng việc, hạn và người làm.", "oversight.milestone",
                  "hạn báo việc đã làm tiến độ"),
            table("Kiến nghị gửi Đảng ủy", "Điều cần cấp ủy quyết.", "oversight.proposal",
                  "kiến nghị đề xuất của công an ấp mặt trận"),
            table("Văn bản chỉ đạo", "Văn bản của cấp trên về mô hình.",
                  "oversight.guidingdocument",
                  "công văn văn bản của tỉnh thành phố cấp trên"),
            table("Quán triệt, triển khai", "Văn bản đã phổ biến tới đâu.", "oversight.spreading",
                  "chi bộ triển khai học nghị quyết phổ biến"),
        )),
        Part("Tổng kết, khen thưởng", (
            table("Tổng kết năm", "Bản tổng kết và các phần của nó.", "oversight.yearlyreview",
                  "cuối năm sơ kết đánh giá"),
            table("Phần của ấp, khu phố", "Mỗi ấp viết phần mình.", "oversight.reviewhamlet",
                  "báo cáo của ấp cuối năm"),
            table("Khen thưởng", "Đề nghị khen người, nhóm, ấp.", "oversight.commendation",
                  "khen đề nghị khen thưởng giấy khen biểu dương"),
            table("Bảng kiểm an toàn", "Chấm từng ấp theo tiêu chí.", "oversight.safetychecklist",
                  "xét ấp an toàn chấm điểm tiêu chí"),
        )),
    ),
)  # fmt: skip

SETTINGS: Final = Section(
    "thiet-lap", "Thiết lập", "Thiết lập", "settings",
    "Tài khoản, kết nối Zalo, và những danh mục người khác chỉ chọn.",
    (
        Part("Xã và tài khoản", (
            table("Tài khoản", "Ai đăng nhập được, giữ vai trò gì.", "accounts.user",
                  "mật khẩu quên cấp lại mật khẩu người dùng thêm cán bộ khóa tài khoản nghỉ "
                  "việc đăng nhập mất điện thoại"),
            table("Việc cần người thứ hai", "Thay đổi lớn chờ một người nữa đồng ý.",
                  "accounts.changeproposal",
                  "đồng ý xác nhận thay đổi hai người"),
            table("Vai trò", "Mỗi vai trò được làm gì.", "auth.group",
                  "phân quyền quyền hạn"),
            table("Xã, phường", "Tên xã và các công tắc chung.", "accounts.commune",
                  "công tắc bật tắt"),
            table("Thông tin xã theo thời gian", "Tên, số điện thoại, cơ quan trên giấy tờ.",
                  "accounts.communeprofile",
                  "đổi số điện thoại công an xã địa chỉ trụ sở người ký con dấu"),
            table("Lịch nghỉ lễ", "Ngày nghỉ, ngày làm bù.", "accounts.holiday",
                  "ngày nghỉ tết lễ"),
            table("Nhật ký hệ thống", "Ai đã làm gì, lúc nào.", "accounts.auditevent",
                  "ai đã đăng nhập ai xem ai sửa lịch sử truy vết"),
        )),
        Part("Zalo và máy chủ", (
            page("Kết nối Zalo", "Trang OA còn kết nối không, cách nối lại.",
                 "zalo_officialaccount_health_home", "zalo.connect_officialaccount",
                 "kết nối lại zalo mất kết nối hết hạn"),
            page("Giữ việc gửi", "Dừng mọi tin gửi ra, mở lại khi chắc.", "hold_show",
                 "zalo.open_sending",
                 "dừng gửi tin zalo ngừng tạm dừng khẩn cấp"),
            page("Sức khỏe hệ thống", "Máy chủ, hàng đợi, bản sao có ổn không.",
                 "accounts_healthsnapshot_page", "accounts.view_healthsnapshot",
                 "sao lưu dữ liệu máy chủ chậm lỗi hỏng ổ đĩa đầy"),
            table("Tài khoản Zalo OA", "Trang OA của xã.", "zalo.officialaccount",
                  "mã ứng dụng"),
            table("Gói nhóm của OA", "Nhóm được lập bằng OA.", "zalo.groupasset"),
            table("Cuộc gọi tới Zalo", "Từng lần gọi Zalo và lời đáp.", "zalo.apicall"),
            table("Hộp thư Zalo", "Tin Zalo gửi về.", "zalo.webhookevent"),
        )),
        Part("Danh mục của bài và tin", (
            tended("Mẫu bài", "Khung bài để soạn nhanh.", "broadcasts.posttemplate",
                   "mẫu có sẵn khung bài"),
            tended("Số điện thoại chính thức", "Số được phép ghi trong bài.",
                   "broadcasts.officialphone",
                   "đường dây nóng"),
            tended("Chủ đề", "Chủ đề của bài đăng.", "broadcasts.topic"),
            tended("Mẫu trả lời", "Lời trả lời có sẵn cho bà con.", "reports.cannedreply",
                   "câu trả lời sẵn"),
            tended("Thời hạn", "Mỗi loại tin bao lâu phải xong.", "reports.clockrule",
                   "bao lâu hạn xử lý"),
            tended("Thông báo dữ liệu", "Lời thông báo khi lấy dữ liệu của bà con.",
                   "groups.consentnotice", "đồng ý"),
        )),
        Part("Danh mục của thủ tục và tổng kết", (
            tended("Văn bản pháp luật", "Luật, nghị định làm căn cứ.", "procedures.legaltext"),
            tended("Từ đồng nghĩa", "Bà con gọi thủ tục bằng tên gì.", "procedures.synonym"),
            tended("Lĩnh vực", "Nhóm của các thủ tục.", "procedures.procedurearea"),
            tended("Tổ chức đảng", "Chi bộ, đảng bộ.", "oversight.partyorganisation"),
            tended("Cơ quan, đoàn thể", "Nơi nhận chỉ đạo, nơi giữ kế hoạch.", "oversight.body"),
            tended("Mục tiêu", "Mục tiêu của từng chỉ tiêu trên Một trang.", "oversight.target",
                   "kế hoạch phần trăm chỉ tiêu"),
            tended("Hình thức khen", "Giấy khen, biểu dương.", "oversight.commendationform"),
            tended("Tiêu chí an toàn", "Tiêu chí chấm ấp an toàn.", "oversight.safetycriterion"),
        )),
    ),
)  # fmt: skip

# What belongs to every account, whatever its role.
OWN: Final = (
    Entry(
        "Tài khoản của tôi",
        "Mật khẩu, lớp bảo vệ thứ hai, đăng xuất.",
        "own_account",
        bool,
        "đổi mật khẩu mất điện thoại máy lạ bước hai khóa đăng nhập",
    ),
    Entry(
        "Việc của tôi",
        "Việc đang chờ, việc gấp nhất trước.",
        "index",
        bool,
        "hôm nay làm gì điểm danh nhóm ai chưa vào nhóm zalo trang chủ",
    ),
    Entry(
        "Hướng dẫn",
        "Cách làm từng việc, theo vai trò.",
        "guides",
        bool,
        "hướng dẫn sử dụng cách dùng trợ giúp không biết làm",
    ),
)
# Things to do, beside the pages that stand behind sections.
VERBS: Final = (
    page("Soạn bài mới", "", "broadcasts_broadcast_add", "broadcasts.add_broadcast",
         "viết bài đăng bài tuyên truyền"),
    page("Thêm người vào danh sách", "", "groups_member_add", "groups.add_member",
         "người mới chuyển đến hộ mới thêm bà con nhân khẩu"),
    page("Giao việc", "", "oversight_job_add", "oversight.add_job",
         "giao nhiệm vụ phân công cho cán bộ"),
    page("Thêm nhóm Zalo", "", "groups_zalogroup_add", "groups.add_zalogroup", "lập nhóm mới"),
    page("Ghi cuộc họp lấy ý kiến", "", "groups_consultationmeeting_add",
         "groups.add_consultationmeeting", "họp dân họp ấp họp tổ biên bản"),
    page("Thêm tài khoản", "", "accounts_user_add", "accounts.add_user",
         "tạo lập tài khoản cán bộ mới người dùng"),
    page("Ra chỉ đạo", "", "oversight_directionround_add",
         "oversight.add_directionround",
         "giao việc yêu cầu ấp báo cáo"),
    page("In sổ tiếp nhận", "", "reports_tipreport_register", "reports.print_register",
         "sổ tin báo danh sách tin in"),
)  # fmt: skip

SECTIONS: Final = (HOME, POSTS, TIPS, PEOPLE, DUTY, PROCEDURES, FIGURES, SETTINGS)
