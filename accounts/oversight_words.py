"""Words of the audit trail for papers, direction, reviews and summaries; see `audit_words`."""

ACTIONS = {
    "paper.report_printed": "Mở dự thảo báo cáo để in",
    "figures.list_opened": "Mở danh sách của một số liệu",
    "paper.report_exported": "Lấy dự thảo báo cáo ra tệp Word",
    "paper.figures_exported": "Lấy bảng số liệu ra tệp Excel",
    "summary.drafted": "Lập dự thảo báo cáo số liệu",
    "summary.signed": "Ký báo cáo, chốt số liệu",
    "summary.discarded": "Bỏ dự thảo thay báo cáo đã ký",
}
SECTIONS = {"paper": "Văn bản", "summary": "Báo cáo số liệu"}
DETAILS = {
    "figures": "số bảng",
    "revision": "dự thảo lần",
    "numbers": "sha256 số liệu",
    "paper": "sha256 văn bản",
    "docx": "sha256 tệp Word",
    "xlsx": "sha256 bảng tính",
}
