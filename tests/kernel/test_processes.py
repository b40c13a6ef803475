"""Process versions: numbered, unchanging, and read back exactly as the catalogue wrote them."""

from __future__ import annotations

import pytest

from kechuang.catalogue.loading import installed_root, load
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import ProcessTransition
from kechuang.kernel.processes import begin, current_version, process_of, processes_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def processes():
    return load(installed_root(), "anshun").processes


def test_processes_come_back_as_they_were_written(processes):
    processes_store(processes.values())
    assert {name: process_of(current_version(name).pk) for name in processes} == processes


def test_storing_the_same_again_makes_no_version(processes):
    first = processes_store(processes.values())
    assert len(first) == len(processes)
    assert processes_store(processes.values()) == []


def test_a_changed_process_becomes_the_next_version(processes):
    life = processes["platform_life"]
    processes_store([life])
    written = life.to_dict()
    written["label"] = "平台运行（改）"
    changed = type(life).from_dict(written)
    processes_store([changed])

    version = current_version("platform_life")
    assert (version.number, version.label) == (2, "平台运行（改）")


@pytest.mark.capability("C93")
def test_transitions_are_rows_for_the_trigger(processes):
    life = processes["platform_life"]
    processes_store([life])
    stored = set(ProcessTransition.objects.values_list("source", "target"))
    assert stored == {(arrow.source, arrow.target) for arrow in life.transitions}


def test_a_process_that_was_not_loaded_is_refused_in_words():
    with pytest.raises(Refused, match="catalogue load"):
        begin("recognition_record")
