"""The generated reference says what the program says."""

import subprocess
import sys

from click.testing import CliRunner
from django.apps import apps
from django.test import override_settings
from django.urls import path
from ninja import NinjaAPI

from kechuang.plan.resource import CLAUSE_LIST
from kechuang.site import reference
from kechuang.site.cli import ENTRIES, cli
from kechuang.ui.api import read_router

API = NinjaAPI(urls_namespace="tests-docs")
API.add_router("rooms/clauses", read_router(CLAUSE_LIST))
urlpatterns = [path("api/", API.urls)]


def test_the_pages_are_up_to_date() -> None:
    """Asked of a process of its own: what other tests did to the commands in this one stays out of it."""
    command = [sys.executable, "-m", "kechuang.site.reference", "check"]
    answer = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603 (ourselves)
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout


def test_a_page_that_lags_behind_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    for name in reference.PAGES:
        (tmp_path / name).write_text(reference.written(name), encoding="utf-8")
    assert reference.stale() == []
    (tmp_path / "events.md").write_text("# Events\n", encoding="utf-8")
    (tmp_path / "models.md").unlink()
    assert reference.stale() == ["models.md", "events.md"]


def test_every_model_of_the_house_has_a_heading() -> None:
    page = reference.written("models.md")
    ours = [model for model in apps.get_models() if model.__module__.startswith("kechuang.")]
    assert len(ours) > 30
    assert [model.__name__ for model in ours if f"\n### {model.__name__} (" not in page] == []


def test_every_command_shows_what_its_help_says() -> None:
    page = reference.written("commands.md")
    shown = [name for name, entry in ENTRIES.items() if not entry.hidden]
    assert [name for name in shown if f"\n## kechuang {name}\n" not in page] == []
    help_text = CliRunner().invoke(cli, ["db", "dump", "--help"], prog_name="kechuang").output
    assert help_text.splitlines()[0].removeprefix("用法： ") in page


@override_settings(ROOT_URLCONF="tests.docs.test_reference")
def test_the_address_of_a_read_api_is_the_one_that_is_mounted() -> None:
    assert "Read API: `GET /api/rooms/clauses/`." in reference.written("resources.md")


def test_scopes_read_as_sentences() -> None:
    page = reference.written("access.md")
    acts = "`view` `report` `request`"
    assert f"| 依托单位管理员 `host_admin` | {acts} | own organisation (`host_id`) | 本单位依托的平台 |" in page
    assert "| 社会公众 `public` | `view` | all, only `sensitive=False` | 平台登记库对外公开，不公开的平台除外 |" in page
