"""Pages of one's account."""

from __future__ import annotations

from django.contrib.auth import views
from django.urls import path, reverse_lazy
from django.views.decorators.cache import never_cache

from cbec_portal.accounts.account_pages import AccountView, SecondFactorView, TokensView, VerifyView
from cbec_portal.accounts.passwords import ResetForm
from cbec_portal.sessions import with_its_session

app_name = "account"
urlpatterns = [
    path("", AccountView.as_view(), name="overview"),
    path(
        "log-in/",
        views.LoginView.as_view(
            template_name="accounts/log_in.html", redirect_authenticated_user=True
        ),
        name="log-in",
    ),
    path("verify/", with_its_session(VerifyView.as_view()), name="verify"),
    path("second-factor/", with_its_session(SecondFactorView.as_view()), name="second-factor"),
    path("tokens/", TokensView.as_view(), name="tokens"),
    path("log-out/", views.LogoutView.as_view(), name="log-out"),
    path(
        "password/",
        never_cache(
            with_its_session(
                views.PasswordChangeView.as_view(
                    template_name="accounts/form.html", success_url=reverse_lazy("account:overview")
                )
            )
        ),
        name="password",
    ),
    path(
        "reset/",
        views.PasswordResetView.as_view(
            form_class=ResetForm,
            template_name="accounts/form.html",
            email_template_name="accounts/reset_mail.txt",
            subject_template_name="accounts/reset_subject.txt",
            success_url=reverse_lazy("account:reset-sent"),
        ),
        name="reset",
    ),
    path(
        "reset/sent/",
        views.PasswordResetDoneView.as_view(template_name="accounts/reset_sent.html"),
        name="reset-sent",
    ),
    path(
        "reset/<uidb64>/<token>/",
        with_its_session(
            views.PasswordResetConfirmView.as_view(
                template_name="accounts/reset.html", success_url=reverse_lazy("account:log-in")
            )
        ),
        name="reset-confirm",
    ),
]
