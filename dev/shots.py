"""List of the pictures of docs/screenshots: account, screen, address.

`dev.screenshots` takes them.
"""

from dataclasses import dataclass

DESKTOP, PHONE, TABLET = (1440, 900), (390, 844), (720, 900)
CHIEF, OFFICER, HEAD = "truong.congan", "canbo.diaban", "truong.ap"
DUTY, PARTY = "truc.ban", "capuy.vien"
OFFICE, TECHNICIAN, CITY = "vp.danguy", "quantri", "thanh.pho"
POSTS = "/admin/broadcasts/broadcast/"
LISTS = "/admin/groups/memberimport/"
SCHEDULES = "/admin/broadcasts/schedule/"
GROUPS = "/admin/groups/zalogroup/"
ACCOUNT = "/admin/zalo/officialaccount/"
TIPS = "/admin/reports/tipreport/"
LIBRARY = "/admin/procedures/edition/"
FIRST_ROW = "tr.data-row th a >> nth=0"
EXPIRING = "text=Gói nhóm hết hạn ngày >> nth=0"
type Step = str | tuple[str, str]
GO_ON = "button:has-text('Tiếp tục')"
# From the first page for residents to the one with everything they said.
BEGUN_TIP: tuple["Step", ...] = (
    "text=Báo tin cho Công an >> nth=-1", "text=Không, đã qua rồi", "text=Ma túy, cờ bạc",
    ("[name=words]", "Tối nào cũng có người tụ tập đánh bài ăn tiền sau quán nước đầu hẻm."),
)  # fmt: skip
FILLED_TIP: tuple["Step", ...] = (
    *BEGUN_TIP, GO_ON, ("[name=place]", "Sau quán nước đầu hẻm"), GO_ON,
    ("[name=when]", "Tối nào cũng vậy"), GO_ON, GO_ON, "button:has-text('Không nêu tên')",
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, from which screen, where, and what is done on the way there.

    A step is what is clicked, or a field and what is typed into it. `title` and `words` fill the
    form of a post or a schedule; `then` is done after them. `top` is brought to the top of the
    screen.
    """

    name: str
    user: str | None
    size: tuple[int, int]
    address: str
    steps: tuple[Step, ...] = ()
    words: str = ""
    title: str = "Cảnh giác với người tự xưng là công an"
    then: tuple[Step, ...] = ()
    top: str = ""


SHOTS = (
    Shot("dang-nhap", None, DESKTOP, "/admin/login/"),
    Shot("cai-buoc-hai", HEAD, PHONE, "/admin/xac-thuc/cai-dat/"),
    Shot("tai-khoan-cua-toi", HEAD, PHONE, "/admin/tai-khoan-cua-toi/"),
    Shot("nhap-danh-sach", HEAD, PHONE, f"{LISTS}tai-len/"),
    Shot("xem-danh-sach", HEAD, DESKTOP, f"{LISTS}?viec=cho", (FIRST_ROW,)),
    Shot(
        "sua-o-sai", HEAD, PHONE, f"{LISTS}?viec=cho",
        (FIRST_ROW, ".imp-lanes a:has-text('Không nhận')", "text=Sửa dòng này >> nth=0"),
    ),
    Shot("hom-nay", CHIEF, DESKTOP, "/admin/"),
    Shot("danh-sach-nhom", CHIEF, DESKTOP, GROUPS),
    Shot(
        "soan-bai", OFFICER, DESKTOP, f"{POSTS}add/",
        words="Công an xã đề nghị bà con không cho người lạ mượn căn cước, tài khoản ngân hàng.\n\n"
        "Khi có người tự xưng là công an yêu cầu chuyển tiền qua điện thoại, hãy tắt máy và báo "
        "trực ban Công an xã.",
    ),
    Shot("duyet-bai", CHIEF, PHONE, f"{POSTS}?viec=duyet", ("tr.data-row th a >> nth=0",)),
    Shot(
        "nhat-ky-gui", CHIEF, DESKTOP, f"{POSTS}?viec=xong",
        ("tr.data-row th a >> nth=0", "text=Nhật ký gửi"),
    ),
    Shot(
        "bat-dau-nhom", CHIEF, DESKTOP, f"{GROUPS}?status__exact=consulting",
        ("tr.data-row th a >> nth=0", "text=Bắt đầu nhóm"),
    ),
    Shot(
        "quy-che", CHIEF, DESKTOP, "/admin/groups/regulation/?status__exact=consulting",
        ("tr.data-row th a >> nth=0",),
    ),
    Shot("suc-khoe-nhom", HEAD, PHONE, f"{GROUPS}suc-khoe/"),
    Shot(
        "thu-moi", OFFICER, DESKTOP, f"{GROUPS}?kind__exact=ordinary",
        ("tr.data-row th a >> nth=0", "text=Bắt đầu nhóm", "text=In thư mời từng hộ"),
    ),
    Shot("do-phu", CHIEF, DESKTOP, "/admin/groups/hamlet/do-phu/"),
    Shot(
        "sap-xep-ap", CHIEF, DESKTOP, "/admin/groups/hamletchange/",
        ("tr.data-row th a >> nth=0",),
    ),
    Shot("yeu-cau-du-lieu", OFFICER, PHONE, "/admin/groups/datarequest/"),
    Shot(
        "gop-nguoi-trung", OFFICER, PHONE, "/admin/groups/member/nguoi-trung/",
        ("text=So sánh, gộp >> nth=0",),
    ),
    Shot("ban-giao", OFFICER, PHONE, "/admin/", ("text=Chờ bạn ký nhận.",)),
    Shot(
        "soan-tu-mau", OFFICER, PHONE, "/admin/broadcasts/posttemplate/soan/",
        ("text=Tìm trẻ đi lạc",),
    ),
    Shot("kho-bai", OFFICER, PHONE, f"{POSTS}kho/?q=cap+nuoc"),
    Shot(
        "ban-in-chu-to", OFFICER, DESKTOP, f"{POSTS}kho/?q=vneid", ("text=Bản in chữ to >> nth=0",)
    ),
    Shot("lich-thang", CHIEF, DESKTOP, f"{POSTS}lich/", (".by a:has-text('›')",)),
    Shot("mot-lich-dang", OFFICER, PHONE, SCHEDULES, ("text=Nhắc khóa cửa",)),
    Shot(
        "lap-lich-dang", OFFICER, DESKTOP, f"{SCHEDULES}add/",
        title="Nhắc khóa cửa buổi tối", words="Trước khi đi ngủ, bà con nhớ khóa cửa, tắt bếp.",
        then=(
            "[name=weekdays][value='0']", ("[name=at]", "19:30"),
            ("[name=first_on]", "2027-01-25"),
        ),
        top="#by-dates",
    ),
    Shot(
        "gui-yeu-cau", OFFICE, PHONE, "/admin/broadcasts/postrequest/add/",
        (
            ("[name=title]", "Treo cờ Tổ quốc dịp lễ"),
            ("[name=message]", "Mời bà con treo cờ từ ngày 30 tháng 12 đến hết ngày 01 tháng 01."),
            ("[name=due_on]", "2026-12-12"),
        ),
        top="text=Cần nói gì với bà con",
    ),
    Shot(
        "yeu-cau-dang-bai", CHIEF, PHONE, "/admin/broadcasts/postrequest/?q=phong+chay",
        (FIRST_ROW,),
    ),
    Shot(
        "suc-khoe-ket-noi", TECHNICIAN, DESKTOP, f"{ACCOUNT}suc-khoe/",
        ("button:has-text('Kiểm tra ngay')",),
    ),
    Shot("ket-noi-zalo", TECHNICIAN, DESKTOP, f"{ACCOUNT}suc-khoe/", ("text=Xem từng bước",)),
    Shot(
        "cap-quyen-zalo", TECHNICIAN, DESKTOP, f"{ACCOUNT}suc-khoe/",
        ("text=Xem từng bước", "text=Mở trang cấp quyền của Zalo"),
    ),
    Shot("nhom-tren-zalo", CHIEF, DESKTOP, "/admin/", (EXPIRING,)),
    Shot(
        "cai-dat-nhom", CHIEF, PHONE, "/admin/", (EXPIRING, ".by-tab:has-text('Cài đặt')"),
    ),
    Shot(
        "cho-duyet-vao-nhom", CHIEF, PHONE, "/admin/", (EXPIRING, ".by-tab:has-text('Chờ duyệt')"),
    ),
    Shot("to-qr", CHIEF, DESKTOP, "/admin/", (EXPIRING, "text=In tờ QR (A4)")),
    Shot("doi-chieu-nhom", CHIEF, DESKTOP, "/admin/groups/groupreconciliation/", (FIRST_ROW,)),
    Shot("nhom-chinh-thuc", None, PHONE, "/nhom-chinh-thuc/"),
    Shot("bao-tin", None, PHONE, "/phan-anh/"),
    Shot(
        "bao-tin-khan", None, PHONE, "/phan-anh/",
        ("text=Báo tin cho Công an >> nth=-1", "text=Có, đang xảy ra"),
    ),
    Shot("bao-tin-ke-chuyen", None, PHONE, "/phan-anh/", BEGUN_TIP),
    Shot("bao-tin-xem-lai", None, PHONE, "/phan-anh/", FILLED_TIP),
    Shot(
        "ma-bien-nhan", None, PHONE, "/phan-anh/",
        (*FILLED_TIP, "button:has-text('Gửi cho Công an')"),
    ),  # fmt: skip
    Shot("xem-tra-loi", None, PHONE, "/phan-anh/tra-cuu/"),
    Shot("nguoi-quan-tam", CHIEF, DESKTOP, "/admin/groups/linkproposal/nguoi-quan-tam/"),
    Shot(
        "diem-can-xac-nhan", CHIEF, PHONE, f"{POSTS}?viec=duyet", ("text=Tìm chủ xe máy",),
        top=".by-finding",
    ),
    Shot(
        "ly-do-phai-neu", OFFICER, PHONE, f"{POSTS}add/",
        words="Tại nhà văn hóa ấp còn một xe máy bỏ quên, biển số 60B1-000.17. Ai là chủ xe xin "
        "đến trụ sở Công an xã.",
        title="Xe máy bỏ quên ở nhà văn hóa", then=("text=Lưu và trình duyệt",),
        top=".by-finding",
    ),
    Shot("bai-viet-oa", CHIEF, DESKTOP, "/admin/", ("text=Thẻ căn cước cho trẻ dưới 6 tuổi",)),
    Shot("dinh-chinh", CHIEF, DESKTOP, f"{POSTS}?q=dinh+chinh", (FIRST_ROW,)),
    Shot(
        "dang-tay-dien-thoai", HEAD, PHONE, "/admin/broadcasts/delivery/dang-tay/",
        (".hand-line >> nth=0",),
    ),
)  # fmt: skip

# Pages of tips, each on the screen that it is used on most.
WORKED, ROOMS = f"{TIPS}?q=tạt+sơn", f"{TIPS}?q=nghi+ma+túy"
STOLEN, ASKED = f"{TIPS}?q=mất+trộm+xe", f"{TIPS}?q=căn+cước"
OF_TIPS = (
    Shot("phan-anh", CHIEF, DESKTOP, TIPS),
    Shot("phan-anh-dien-thoai", CHIEF, PHONE, TIPS),
    Shot("mot-phan-anh", CHIEF, PHONE, WORKED, (FIRST_ROW,)),
    Shot("mot-phan-anh-may-tinh", CHIEF, DESKTOP, WORKED, (FIRST_ROW,)),
    Shot("phan-anh-moi", CHIEF, PHONE, f"{TIPS}?viec=moi", (FIRST_ROW,)),
    Shot("phan-loai", CHIEF, PHONE, f"{TIPS}?viec=moi", (FIRST_ROW, "text=Phân loại >> nth=-1")),
    Shot(
        "gach-bo", CHIEF, DESKTOP, ROOMS,
        (FIRST_ROW, "text=Sửa tóm tắt", "text=Mở lời gốc và gợi ý gạch bỏ"),
    ),
    Shot("trao-doi", CHIEF, PHONE, WORKED, (FIRST_ROW, ".by-tab:has-text('Trao đổi')")),
    Shot("qua-trinh", CHIEF, PHONE, WORKED, (FIRST_ROW, ".by-tab:has-text('Quá trình')")),
    Shot("giao-phan-anh", CHIEF, PHONE, WORKED, (FIRST_ROW, "text=Giao, phối hợp")),
    Shot("chuyen-co-quan", CHIEF, PHONE, STOLEN, (FIRST_ROW, "text=Báo nhanh, chuyển")),
    Shot("thoi-han", CHIEF, PHONE, WORKED, (FIRST_ROW, "a:has-text('Thời hạn') >> nth=-1")),
    Shot("tach-phan-anh", CHIEF, PHONE, WORKED, (FIRST_ROW, "text=Tách việc thứ hai")),
    Shot(
        "tra-loi-tu-thu-vien", CHIEF, DESKTOP, ASKED, (FIRST_ROW, ".by-tab:has-text('Trao đổi')"),
        top="text=Trả lời từ thư viện",
    ),
    Shot("phan-anh-trung", CHIEF, PHONE, f"{TIPS}?viec=moi", (FIRST_ROW, "text=Phản ánh trùng")),
    Shot("danh-tinh", CHIEF, PHONE, ROOMS, (FIRST_ROW, "text=Danh tính người báo tin")),
    Shot("ghi-tin-bao", DUTY, PHONE, f"{TIPS}ghi/"),
    Shot("tin-trong-nhom", DUTY, PHONE, f"{TIPS}tu-nhom/"),
    Shot("chuyen-tin", HEAD, PHONE, f"{TIPS}chuyen-tin/"),
    Shot("so-tiep-nhan", CHIEF, DESKTOP, f"{TIPS}so-tiep-nhan/"),
    Shot("danh-muc-ban-giao", CHIEF, DESKTOP, STOLEN, (FIRST_ROW, "text=In danh mục bàn giao")),
    Shot("to-qr-bao-tin", CHIEF, DESKTOP, f"{TIPS}to-qr/"),
    Shot("mau-tra-loi", CHIEF, DESKTOP, "/admin/reports/cannedreply/"),
    Shot("thoi-han-ap-dung", CHIEF, DESKTOP, "/admin/reports/clockrule/"),
    Shot(
        "tra-loi-cua-toi", None, PHONE, "/phan-anh/tra-cuu/",
        (("[name=ma]", "2026 0430 2026 0430 2027"), "button[type=submit] >> nth=0"),
    ),
)  # fmt: skip

# The pages of figures.
OF_FIGURES = (
    Shot("so-lieu-toan-xa", PARTY, DESKTOP, "/admin/so-lieu/toan-xa/"),
    Shot("so-lieu-toan-xa-dien-thoai", PARTY, PHONE, "/admin/so-lieu/toan-xa/"),
    Shot("so-lieu-cong-an", CHIEF, DESKTOP, "/admin/so-lieu/cong-an/"),
    Shot("so-lieu-ap", HEAD, PHONE, "/admin/so-lieu/ap/"),
    Shot("ban-truc-ban", DUTY, PHONE, "/admin/so-lieu/truc-ban/"),
)

# What the Party directs, and what the bodies plan.
DIRECTED = "/admin/oversight/direction/?viec=cho"
OF_DIRECTION = (
    Shot("chi-dao", OFFICE, PHONE, "/admin/oversight/direction/"),
    Shot(
        "tra-loi-chi-dao", CHIEF, PHONE, DIRECTED, (FIRST_ROW, "summary:has-text('Trả lời')"),
        top=".by-ask",
    ),
    Shot("ke-hoach", CHIEF, DESKTOP, "/admin/oversight/plan/?q=xay+dung", (FIRST_ROW,)),
    Shot(
        "quan-triet", OFFICE, PHONE, "/admin/oversight/guidingdocument/?q=21-CV", (FIRST_ROW,),
        top=".by-lines",
    ),
)  # fmt: skip

# Of the library of procedures.
OF_LIBRARY = (
    Shot("thu-vien-thu-tuc", CHIEF, DESKTOP, LIBRARY),
    Shot("mot-thu-tuc", OFFICER, DESKTOP, f"{LIBRARY}?q=tam+tru", (FIRST_ROW,)),
    Shot("cho-cong-bo", CHIEF, PHONE, f"{LIBRARY}?ban=checked", (FIRST_ROW,)),
    Shot("cau-hoi-cua-ba-con", CHIEF, DESKTOP, "/admin/procedures/question/"),
    Shot(
        "bai-tu-thu-tuc",
        OFFICER,
        PHONE,
        f"{LIBRARY}?q=tam+tru",
        (FIRST_ROW, "button:has-text('Soạn bài đăng') >> nth=0"),
        top="#id_title",
    ),
    Shot("nhap-thu-vien", CHIEF, PHONE, f"{LIBRARY}nhap/"),
    Shot("thu-tuc-trang-dau", None, PHONE, "/thu-tuc/"),
    Shot("thu-tuc-tim", None, PHONE, "/thu-tuc/?q=lam+tam+tru+cho+nguoi+o+tro"),
    Shot("thu-tuc-mot-viec", None, PHONE, "/thu-tuc/dang-ky-tam-tru/"),
    Shot("thu-tuc-to-a5", None, TABLET, "/thu-tuc/dang-ky-thuong-tru/in/"),
)

# Papers as they are printed.
QUARTER = "?tu=2026-07-01&den=2026-09-30"
OF_PAPERS = (
    Shot("bao-cao-cong-an", CHIEF, TABLET, f"/admin/so-lieu/bao-cao/{QUARTER}", top=".sheet"),
    Shot(
        "bao-cao-dang-uy", OFFICE, TABLET, f"/admin/so-lieu/bao-cao-dang-uy/{QUARTER}", top=".sheet"
    ),
)

# The year and what is signed; the first signed summary of a list is of the Party Committee.
THANKS, SUMMARIES = "/admin/oversight/commendation/", "/admin/oversight/periodsummary/"
SIGNED: tuple[Step, ...] = (FIRST_ROW, "text=Mở văn bản để in")
OF_YEAR = (
    Shot(
        "tong-ket-nam", CHIEF, DESKTOP, "/admin/oversight/yearlyreview/?status__exact=signed",
        (FIRST_ROW,),
    ),
    Shot("khen-thuong", CHIEF, PHONE, f"{THANKS}?status__exact=nominated", (FIRST_ROW,)),
    Shot("danh-sach-khen-thuong", CHIEF, TABLET, f"{THANKS}danh-sach/in/", top=".sheet"),
    Shot(
        "bang-kiem-an-toan", CHIEF, PHONE, "/admin/oversight/safetychecklist/",
        ("tr.data-row:has-text('Chưa có văn bản') th a >> nth=0",), top="#cac-dong",
    ),
    Shot("bao-cao-da-ky", OFFICE, DESKTOP, f"{SUMMARIES}?status__exact=signed", (FIRST_ROW,)),
    Shot(
        "bao-cao-da-ky-dien-thoai", PARTY, PHONE, f"{SUMMARIES}?status__exact=signed",
        (FIRST_ROW,),
    ),
    Shot(
        "bao-cao-da-ky-in", OFFICE, TABLET, f"{SUMMARIES}?status__exact=signed", SIGNED,
        top=".sheet",
    ),
    Shot("toan-thanh-pho", CITY, DESKTOP, "/admin/thanh-pho/"),
    Shot("toan-thanh-pho-dien-thoai", CITY, PHONE, "/admin/thanh-pho/"),
)  # fmt: skip

# On the pages of the simulated Zalo.
OF_SIMULATOR = (
    Shot("zalo-gia-lap", None, DESKTOP, "/", ("text=Bình yên ấp >> nth=0",)),
    Shot(
        "zalo-nguoi-dan", None, DESKTOP, "/cu-dan",
        (
            "#people button >> nth=0",
            ("#text", "Cho tôi hỏi làm căn cước cho cháu ở đâu ạ?"), "#write button[type=submit]",
        ),
    ),
    Shot("zalo-dieu-khien", None, DESKTOP, "/dieu-khien"),
)  # fmt: skip
