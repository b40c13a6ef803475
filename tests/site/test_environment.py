"""The table of settings: read by kind, shown without secrets, refused when unsafe."""

import re

import pytest

from kechuang.site import environment
from kechuang.site.environment import TABLE, read_environment, refuse_unsafe, unknown_names, unsafe
from kechuang.site.stop import Stop

KEY = "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMN"
SAFE = {
    "KECHUANG_MODE": "production",
    "KECHUANG_SECRET_KEY": KEY,
    "KECHUANG_HOSTS": "kechuang.example",
    "KECHUANG_HTTPS": "1",
    "KECHUANG_BIND": "0.0.0.0",
}


def test_every_setting_is_declared_once_and_described():
    names = [setting.name for setting in TABLE]
    assert names == list(dict.fromkeys(names))
    assert [setting.name for setting in TABLE if not setting.description.endswith("。")] == []


def test_reference_page_is_up_to_date():
    assert environment.main(["--check"]) == 0


def test_values_are_typed_as_the_table_says():
    read = read_environment({"KECHUANG_PORT": "9000", "KECHUANG_HTTPS": "是", "KECHUANG_HOSTS": "a.example, b.example"})
    assert (read["KECHUANG_PORT"], read["KECHUANG_HTTPS"]) == (9000, True)
    assert read["KECHUANG_HOSTS"] == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("name", "value"), (("KECHUANG_PORT", "八千"), ("KECHUANG_MODE", "prod"), ("KECHUANG_DEBUG", "maybe"))
)
def test_a_value_of_the_wrong_kind_is_a_sentence_naming_the_variable(name, value):
    with pytest.raises(Stop, match=name):
        read_environment({name: value})


def test_slips_of_the_pen_are_found():
    assert unknown_names({"KECHUANG_PROT": "1", "KECHUANG_PORT": "1", "PATH": "/"}) == ["KECHUANG_PROT"]


def test_a_safe_production_environment_starts():
    assert unsafe(read_environment(SAFE)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    (
        ({"KECHUANG_DEBUG": "1"}, "KECHUANG_DEBUG"),
        ({"KECHUANG_SECRET_KEY": ""}, "KECHUANG_SECRET_KEY"),
        ({"KECHUANG_SECRET_KEY": "a" * 80}, "KECHUANG_SECRET_KEY"),
        ({"KECHUANG_HTTPS": "0"}, "KECHUANG_HTTPS"),
        ({"KECHUANG_HOSTS": "*"}, "KECHUANG_HOSTS"),
        ({"KECHUANG_TLS_KEY": "/key"}, "KECHUANG_TLS_CERTIFICATE"),
    ),
)
def test_each_unsafe_production_setting_is_refused_with_its_own_sentence(change, said):
    found = unsafe(read_environment({**SAFE, **change}))
    assert len(found) == 1
    assert said in found[0]
    assert KEY not in found[0]


@pytest.mark.parametrize("bind", ("0.0.0.0", "::", "192.0.2.7", "kechuang.example"))
def test_local_mode_is_refused_to_other_machines(bind):
    with pytest.raises(Stop, match="KECHUANG_MODE=production"):
        refuse_unsafe(read_environment({"KECHUANG_BIND": bind}))


@pytest.mark.parametrize("bind", ("127.0.0.1", "127.8.8.8", "::1", "localhost"))
def test_local_mode_serves_its_own_machine(bind):
    assert unsafe(read_environment({"KECHUANG_BIND": bind})) == []


def test_reference_marks_secrets_and_shows_no_value():
    page = environment.reference()
    secret = {setting.name for setting in TABLE if setting.secret}
    assert set(re.findall(r"\| `(\w+)` \| \S+ \| — \| 密。", page)) == secret
