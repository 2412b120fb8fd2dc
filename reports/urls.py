"""Public addresses of tips."""

from django.urls import path

from reports.public import lookup, receipt, root, tip_form, unfound

urlpatterns = [
    path("", root.root, name="home"),
    path("phan-anh/", tip_form.choose, name="tip_communes"),
    path("phan-anh/tra-cuu/", lookup.answers, name="tip_answers"),
    path("phan-anh/<str:code>/", tip_form.home, name="tip_home"),
    path("phan-anh/<str:code>/bao-tin/", tip_form.tell, name="tip_form"),
    path("phan-anh/<str:code>/chua-thay-thu-tuc/", unfound.unfound, name="tip_unfound"),
    path("phan-anh/<str:code>/bien-nhan/", receipt.receipt, name="tip_receipt"),
]
