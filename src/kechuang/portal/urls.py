"""Addresses of the portal."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import URLPattern, path

from kechuang.portal import data_views, feeds, views
from kechuang.portal.sitemaps import SITEMAPS

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:key>/", views.figure, name="figure"),
    path("embed/<slug:key>/", views.embed, name="embed"),
    path("notices/", views.news, name="notices"),
    path("notices/rss.xml", feeds.NoticesRss(), name="rss"),
    path("notices/atom.xml", feeds.NoticesAtom(), name="atom"),
    path("notices/<slug:kind>/", views.news, name="notices_of"),
    path("notices/<slug:kind>/rss.xml", feeds.NoticesRss(), name="rss_of"),
    path("notices/<slug:kind>/atom.xml", feeds.NoticesAtom(), name="atom_of"),
    path("data/", data_views.data, name="data"),
    path("data/catalogue.jsonld", data_views.catalogue, name="catalogue"),
    path("data/<slug:code>/", data_views.dataset, name="dataset"),
    path("data/<slug:code>/schema.json", data_views.schema, name="schema"),
    path("data/<slug:code>/metadata.json", data_views.national, name="metadata"),
    path("data/<slug:code>/latest.<slug:kind>", data_views.latest, name="latest"),
    path("data/<slug:code>/<str:version>.<slug:kind>.sha256", data_views.checksum, name="checksum"),
    path("data/<slug:code>/<str:version>.<slug:kind>", data_views.file, name="file"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "portal:sitemap_of"}, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap_of"),
    path("robots.txt", views.robots, name="robots"),
]
