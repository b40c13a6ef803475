"""Addresses of the register; a platform's own begin with its number."""

from django.urls import path

from kechuang.platforms.views import competence, keeping, reading, recognitions

app_name = "platforms"
urlpatterns = [
    path("", reading.platform_list, name="list"),
    path("matrix/", reading.matrix, name="matrix"),
    path("matrix/<int:key>/transfer/", competence.transfer, name="transfer"),
    path("why/", reading.why, name="why"),
    path("doubles/", reading.doubles, name="doubles"),
    path("register/", keeping.register, name="register"),
    path("recognitions/<int:key>/", recognitions.page, name="recognition"),
    path("recognitions/<int:key>/edit/", recognitions.edit, name="recognition_edit"),
    path("recognitions/<int:key>/scan/", recognitions.scan, name="scan"),
    path("recognitions/<int:key>/<slug:step>/", recognitions.move, name="recognition_move"),
    path("partners/<int:key>/end/", keeping.partner_end, name="partner_end"),
    path("<str:number>/", reading.detail, name="detail"),
    path("<str:number>/change/", keeping.change, name="change"),
    path("<str:number>/correct/", keeping.correct, name="correct"),
    path("<str:number>/conceal/", keeping.conceal, name="conceal"),
    path("<str:number>/start/", keeping.restart, name="start"),
    path("<str:number>/derive/", keeping.derive, name="derive"),
    path("<str:number>/partner/", keeping.partner, name="partner"),
    path("<str:number>/record/", recognitions.record, name="record"),
    path("<str:number>/steps/<slug:step>/", keeping.move, name="move"),
]
