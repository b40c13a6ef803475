"""The front pages of the repository point at what is there; Sphinx checks the pages inside ``docs``."""

import re

import pytest

from kechuang.site.reference import ROOT


@pytest.mark.parametrize("page", ("README.md", "README.zh-CN.md", "CHANGELOG.md"))
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_both_languages_of_the_readme_lead_to_the_same_places() -> None:
    def targets(page: str) -> list[str]:
        return sorted(re.findall(r"\]\((docs/[^)#]+)", (ROOT / page).read_text(encoding="utf-8")))

    assert len(targets("README.md")) > 3
    assert targets("README.zh-CN.md") == targets("README.md")
