"""The paragraph that explains each page, and the guides that each role reads first."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.users.roles import Role
from config.guides.reading import address
from config.navigation.sections import bar, key_of

OF_ROLES: Final[dict[Role, tuple[str, ...]]] = {
    Role.CHIEF: ("chi-huy", "phan-anh", "lap-nhom", "lich-dang", "tong-ket-nam", "so-lieu"),
    Role.OFFICER: ("can-bo-phu-trach", "phan-anh", "nhap-danh-sach", "lap-nhom",
                   "du-lieu-ca-nhan"),
    Role.DUTY_OFFICER: ("truc-ban", "so-tiep-nhan", "phan-anh"),
    Role.HAMLET_HEAD: ("truong-ap", "nhap-danh-sach", "lap-nhom"),
    Role.TEAM_LEADER: ("to-truong", "truong-ap"),
    Role.PARTY_MEMBER: ("cap-uy-vien", "so-lieu"),
    Role.PARTY_OFFICE: ("van-phong-dang-uy", "so-lieu", "tong-ket-nam"),
    Role.FRONT: ("mat-tran", "so-lieu"),
    Role.TECH_ADMIN: ("quan-tri-ky-thuat", "thu-bao-viec"),
    Role.SUPERIOR: ("phan-anh",),
    Role.CITY: ("thanh-pho", "so-lieu"),
}  # fmt: skip

_CHECKLIST: Final = "bảng-kiểm-an-toàn-về-an-ninh-trật-tự-thông-tư-1242021"
# By the name of a view, or by a part of it up to an underscore: the longest that is known counts.
OF_PAGES: Final[dict[str, str]] = {
    "broadcasts_broadcast": "can-bo-phu-trach#soạn-bài",
    "broadcasts_broadcast_month": "lich-dang#lịch-tháng",
    "broadcasts_broadcast_library": "can-bo-phu-trach#kho-bài-bản-in-bản-đọc-loa",
    "broadcasts_schedule": "lich-dang#lập-lịch",
    "form_draft": "can-bo-phu-trach#bản-nháp-tự-lưu-ảnh-và-tệp-không-mất",
    "broadcasts_delivery": "can-bo-phu-trach#xác-minh-nhóm-chưa-rõ",
    "broadcasts_delivery_hand": "can-bo-phu-trach#đăng-tay-vào-nhóm-thường",
    "broadcasts_article": "chi-huy#bài-viết-oa",
    "broadcasts_postrequest": "van-phong-dang-uy#gửi-một-yêu-cầu",
    "broadcasts_posttemplate": "chi-huy#mẫu-bài-và-yêu-cầu-đăng-bài",
    "reports_tipreport": "phan-anh#năm-bước",
    "reports_tipreport_record": "truc-ban#có-người-gọi-tới-hoặc-tới-trụ-sở",
    "reports_tipreport_capture": "truc-ban#thấy-tin-trong-nhóm-zalo",
    "reports_tipreport_relay": "truong-ap#bà-con-kể-chuyện-cần-báo-công-an",
    "reports_tipreport_register": "so-tiep-nhan#xem-và-in-sổ",
    "reports_identityopening": "phan-anh#danh-tính-người-báo-tin",
    "reports_conflictproposal": "phan-anh#tin-nói-về-cán-bộ",
    "reports_clockrule": "phan-anh#thời-hạn",
    "reports_diversion": "phan-anh#ba-loại-chỉ-giữ-một-dòng",
    "groups_member": "du-lieu-ca-nhan#thôi-tham-gia-trở-lại-xóa",
    "groups_memberimport": "nhap-danh-sach#ba-màn-hình",
    "groups_memberimport_result": "nhap-danh-sach#nhập-nhầm-thì-hoàn-tác",
    "groups_memberimport_undo": "nhap-danh-sach#nhập-nhầm-thì-hoàn-tác",
    "groups_zalogroup": "lap-nhom#tám-bước-bắt-đầu-một-nhóm",
    "groups_zalogroup_roll": "truong-ap#điểm-danh-ai-đang-ở-trong-nhóm-zalo",
    "groups_zalogroup_care": "lap-nhom#sức-khỏe-nhóm",
    "groups_groupreconciliation": "lap-nhom#nhóm-của-zalo-oa",
    "groups_hamlet": "chi-huy#nhập-chia-đổi-tên-ấp",
    "groups_hamletchange": "chi-huy#nhập-chia-đổi-tên-ấp",
    "groups_hamlet_coverage": "chi-huy#độ-phủ-theo-hộ",
    "groups_hamlet_households": "truong-ap#hộ-nào-chưa-nghe-được-tin",
    "groups_team": "chi-huy#danh-sách-thành-viên-của-các-ấp",
    "groups_officer": "chi-huy#bàn-giao-địa-bàn-trực-thay",
    "groups_handover": "chi-huy#bàn-giao-địa-bàn-trực-thay",
    "groups_linkproposal": "du-lieu-ca-nhan#liên-kết-tài-khoản-zalo",
    "groups_datarequest": "du-lieu-ca-nhan#yêu-cầu-về-dữ-liệu",
    "groups_databreach": "du-lieu-ca-nhan#sự-cố-lộ-mất-dữ-liệu",
    "groups_consentnotice": "du-lieu-ca-nhan#thông-báo-về-dữ-liệu-chỉ-huy",
    "groups_regulation": "lap-nhom#quy-chế",
    "groups_consultationmeeting": "lap-nhom#ghi-cuộc-họp-trưởng-ấp-làm-trên-điện-thoại",
    "groups_membermerge": "du-lieu-ca-nhan#một-người-ghi-hai-lần-cán-bộ-phụ-trách-chỉ-huy",
    "duty_roster": "chi-huy#lịch-trực-nghỉ-và-ủy-quyền-duyệt-bài",
    "duty_absence": "chi-huy#lịch-trực-nghỉ-và-ủy-quyền-duyệt-bài",
    "duty_office": "chi-huy#đường-báo-chung",
    "duty_shift": "truc-ban#nhìn-nhanh-đầu-ca",
    "duty_occasion": "truc-ban#máy-báo-việc",
    "duty_device": "quan-tri-ky-thuat#báo-việc-trên-điện-thoại",
    "procedures_edition": "thu-tuc-can-bo#sửa-một-thủ-tục",
    "procedures_procedure": "thu-tuc-can-bo#tra-cứu",
    "procedures_question": "thu-tuc-can-bo#câu-hỏi-chưa-có-câu-trả-lời",
    "procedures_legaltext": "thu-tuc-can-bo#văn-bản-thay-đổi",
    "procedures_synonym": "thu-tuc-can-bo#từ-đồng-nghĩa",
    "oversight_one_page": "cap-uy-vien#một-trang",
    "oversight_target": "van-phong-dang-uy#mục-tiêu-của-từng-chỉ-tiêu",
    "oversight_party": "cap-uy-vien#xem-trong-một-phút",
    "oversight_police": "chi-huy#xem-số-liệu-của-công-an-xã",
    "oversight_hamlets": "truong-ap#xem-số-liệu-của-ấp",
    "oversight_duty": "truc-ban#nhìn-nhanh-đầu-ca",
    "oversight_city": "thanh-pho",
    "oversight_periodsummary": "chi-huy#ký-báo-cáo-số-liệu",
    "oversight_job": "chi-huy#giao-một-việc",
    "oversight_directionround": "van-phong-dang-uy#chỉ-đạo",
    "oversight_direction": "van-phong-dang-uy#chỉ-đạo",
    "oversight_guidingdocument": "van-phong-dang-uy#văn-bản-chỉ-đạo-quán-triệt",
    "oversight_spreading": "van-phong-dang-uy#văn-bản-chỉ-đạo-quán-triệt",
    "oversight_plan": "mat-tran#lập-kế-hoạch",
    "oversight_milestone": "mat-tran#báo-việc-đã-làm",
    "oversight_proposal": "mat-tran#kiến-nghị-với-đảng-ủy",
    "oversight_yearlyreview": "tong-ket-nam#tổng-kết-năm",
    "oversight_reviewhamlet": "tong-ket-nam#tổng-kết-năm",
    "oversight_commendation": "tong-ket-nam#khen-thưởng",
    "oversight_safetychecklist": f"tong-ket-nam#{_CHECKLIST}",
    "oversight_hamlet": "truong-ap#xem-số-liệu-của-ấp",
    "oversight_list": "so-lieu",
    "oversight_report": "chi-huy#dự-thảo-báo-cáo",
    "oversight_workbook": "cap-uy-vien#in-báo-cáo-tải-bảng-số-liệu",
    "groups_hamletassignment": "chi-huy#bàn-giao-địa-bàn-trực-thay",
    "groups_membership": "truong-ap#hộ-nào-chưa-nghe-được-tin",
    "groups_regulationacknowledgement": "lap-nhom#ai-đã-biết-quy-chế",
    "duty_kind": "chi-huy#loại-việc-thử-báo-việc",
    "duty_drill": "chi-huy#loại-việc-thử-báo-việc",
    "duty_ways": "truc-ban#máy-báo-việc",
    "zalo_officialaccount": "quan-tri-ky-thuat#kết-nối-zalo-oa",
    "accounts_healthsnapshot": "quan-tri-ky-thuat#sức-khỏe-hệ-thống",
    "accounts_user": "quan-tri-ky-thuat#tài-khoản",
    "accounts_communeprofile": "quan-tri-ky-thuat#tên-cơ-quan-người-ký-trên-văn-bản",
    "accounts_holiday": "quan-tri-ky-thuat#lịch-nghỉ-lễ",
    "hold": "quan-tri-ky-thuat#giữ-việc-gửi-sau-khi-khôi-phục-dữ-liệu",
    "saved_filters": "can-bo-phu-trach#tìm-lọc-trong-danh-sách",
    "own_account": "quan-tri-ky-thuat#đăng-nhập-hai-bước",
}

# Pages without a paragraph of their own have the one of their section.
OF_SECTIONS: Final[dict[str, str]] = {
    "hom-nay": "chi-huy#trang-hôm-nay",
    "bai-dang": "can-bo-phu-trach#soạn-bài",
    "phan-anh": "phan-anh#đồng-chí-thấy-những-gì",
    "nhom-ba-con": "lap-nhom#tám-bước-bắt-đầu-một-nhóm",
    "truc": "truc-ban",
    "thu-tuc": "thu-tuc-can-bo",
    "so-lieu": "so-lieu",
    "thiet-lap": "quan-tri-ky-thuat",
}

# Pages on which accounts with a right do another work than all others: view or section → the right
# and the paragraph. Looked up before the two tables above, by whole names.
_APPROVES: Final = ("broadcasts.approve_broadcast", "chi-huy#duyệt-một-bài-hai-lần-bấm")
OF_RIGHTS: Final[dict[str, tuple[str, str]]] = {
    "bai-dang": _APPROVES,
    "broadcasts_broadcast_changelist": _APPROVES,
    "broadcasts_broadcast_review": _APPROVES,
}


def place_for(user: Any, view: str, section: str = "") -> str:
    """The paragraph of a page for an account; "" without one."""
    right, place = OF_RIGHTS.get(section or view, ("", ""))
    return place if right and user.has_perm(right) else place_of(view, section)


def place_of(view: str, section: str = "") -> str:
    """The paragraph of a page by the name of its view, or of its section; "" without one."""
    words = view.split("_")
    for end in range(len(words), 0, -1):
        if place := OF_PAGES.get("_".join(words[:end])):
            return place
    return OF_SECTIONS.get(section or key_of(view), "")


def page_context(request: HttpRequest) -> dict[str, Any]:
    """For templates: the bar of sections and the address of the paragraph about this page.

    Both are made when a page shows them.
    """

    def found() -> str:
        match = request.resolver_match
        if match is None or match.namespace != "admin":
            return ""
        view, section = match.url_name or "", match.kwargs.get("key", "")
        place = place_for(request.user, view, section)
        return address(place) if place else reverse("admin:guides")

    return {
        "section_bar": SimpleLazyObject(lambda: bar(request)),
        "guide_here": SimpleLazyObject(found),
    }


def first_for(roles: set[str]) -> list[str]:
    """Keys of the guides that accounts with these roles (names of groups) read first."""
    keys = [key for role, own in OF_ROLES.items() if str(role.label) in roles for key in own]
    return list(dict.fromkeys(keys))
