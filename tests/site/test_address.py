"""``DATABASE_URL`` and the mail URL: read exactly, refused in a sentence without the password."""

import pytest

from kechuang.site.database.address import read_address
from kechuang.site.mail import mail_settings
from kechuang.site.stop import Stop


def test_url_is_read_with_escaped_password_and_options():
    read = read_address("postgresql://us%40er:p%2Fw%3A@db.example:6432/city?sslmode=require")
    assert read.arguments() == {
        "dbname": "city",
        "host": "db.example",
        "port": "6432",
        "user": "us@er",
        "password": "p/w:",
        "sslmode": "require",
    }
    assert not read.embedded


def test_a_socket_folder_may_stand_in_the_options():
    assert read_address("postgres:///city?host=/run/postgresql").arguments() == {
        "dbname": "city",
        "host": "/run/postgresql",
    }


@pytest.mark.parametrize(
    "url", ("mysql://u:secret@h/x", "postgresql://u:secret@h", "postgresql://u:secret@h:port/x", "sqlite:///x")
)
def test_other_urls_are_refused_without_repeating_the_password(url):
    with pytest.raises(Stop) as stop:
        read_address(url)
    assert "secret" not in str(stop.value)
    assert "postgresql://" in str(stop.value)


def test_mail_goes_to_the_log_without_a_server():
    assert mail_settings("", "") == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


def test_mail_url_is_read():
    read = mail_settings("smtp://robot:p%40ss@mail.example:587?tls=1", "k@mail.example")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"], read["EMAIL_HOST_PASSWORD"]) == ("mail.example", 587, "p@ss")
    assert (read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (True, False)


def test_half_a_mail_setting_is_refused():
    with pytest.raises(Stop, match="KECHUANG_MAIL_FROM"):
        mail_settings("smtp://robot:secret@mail.example", "")
