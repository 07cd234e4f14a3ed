"""Pages of the rules."""

from __future__ import annotations

from django.urls import path

from zones import views

app_name = "zones"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("cities/", views.CityListView.as_view(), name="city-list"),
    path("cities/<slug:slug>/", views.CityView.as_view(), name="city"),
    path("compare/", views.CompareView.as_view(), name="compare"),
]
