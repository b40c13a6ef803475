"""Every word the guide puts in quotation marks stands on a page."""

import re

from kechuang.catalogue import installed_root, load
from kechuang.site.messages import collected
from kechuang.site.reference import ROOT

GUIDE = ROOT / "docs" / "guide.md"


def words_of_the_program() -> set[str]:
    catalogue = load(installed_root(), "anshun")
    steps = {step.label for process in catalogue.processes.values() for step in process.steps}
    states = {state.label for process in catalogue.processes.values() for state in process.states}
    return collected() | steps | states


def test_every_quoted_word_is_one_the_program_shows() -> None:
    quoted = re.findall(r"“([^”]+)”", GUIDE.read_text(encoding="utf-8"))
    assert len(set(quoted)) > 50
    assert sorted(set(quoted) - words_of_the_program()) == []


def test_every_role_that_waits_for_something_is_told_so() -> None:
    catalogue = load(installed_root(), "anshun")
    roles = {role.code: role.label for role in catalogue.roles}
    movers = {
        state.waits_for
        for process in catalogue.processes.values()
        for state in process.states
        if any(state.waits_for in step.by for step in process.leaving(state.name))
    }
    text = GUIDE.read_text(encoding="utf-8")
    assert [roles[role] for role in sorted(movers) if roles[role] not in text] == []
