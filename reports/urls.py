"""Public addresses of tips."""

from django.urls import path

from reports.public import answers, receiving, telling, unfound

urlpatterns = [
    path("phan-anh/", telling.choose, name="tip_communes"),
    path("phan-anh/tra-cuu/", answers.answers, name="tip_answers"),
    path("phan-anh/<str:code>/", telling.home, name="tip_home"),
    path("phan-anh/<str:code>/bao-tin/", telling.tell, name="tip_form"),
    path("phan-anh/<str:code>/chua-thay-thu-tuc/", unfound.unfound, name="tip_unfound"),
    path("phan-anh/<str:code>/bien-nhan/", receiving.receipt, name="tip_receipt"),
]
