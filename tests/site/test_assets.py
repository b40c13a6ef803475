"""The browser's files: locked, named by content, judged against their manifest."""

import json
from pathlib import Path

from kechuang.site import assets

ROOT = Path(__file__).resolve().parents[2]


def test_lock_files_name_no_address():
    found = [
        path.name for path in (*ROOT.glob("*.lock"), ROOT / "package-lock.json") if "://" in path.read_text("utf-8")
    ]
    assert found == []


def test_every_locked_package_has_its_content_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if name and not entry.get("integrity")] == []


def test_every_requirement_is_hashed():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert pinned
        assert [line for line in pinned if not line.endswith("\\")] == []


def test_installed_files_are_those_of_the_lock():
    assert assets.problems() == []
    assert assets.is_current()
    assert not assets.install()


def test_no_file_asks_for_a_source_map():
    names = [name for name in assets.FILES if b"sourceMappingURL=" in (assets.VENDOR / name).read_bytes()]
    assert names == []


def test_a_changed_and_a_missing_file_are_named(tmp_path):
    (tmp_path / "a.js").write_text("changed")
    manifest = {"fingerprint": "", "files": {"a.js": "0" * 64, "b.js": "0" * 64}}
    (tmp_path / assets.MANIFEST).write_text(json.dumps(manifest))
    assert assets.problems(tmp_path) == ["页面资源 a.js 与清单不符", "缺少页面资源 b.js"]
    assert assets.problems(tmp_path / "nowhere") == ["页面资源还没有安装"]


def test_every_package_is_named_with_its_licence():
    text = (assets.VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    named = [name.partition("node_modules/")[2] for name in packages if name]
    assert [name for name in named if f"{name} {packages[f'node_modules/{name}']['version']} (" not in text] == []
