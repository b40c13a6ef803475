"""The words a process may use are exactly those the program knows, each explained in the catalogue."""

import pytest

from kechuang.calls import registries
from kechuang.calls.acts import ACTS
from kechuang.calls.guards import GUARDS
from kechuang.calls.stating import FIELDS
from tests.calls.conftest import catalogue

pytestmark = pytest.mark.capability("C93")


@pytest.mark.parametrize(
    ("kind", "known"),
    (
        ("guards", lambda: set(GUARDS)),
        ("asks", lambda: set(FIELDS)),
        ("acts", lambda: set(ACTS)),
        ("effects", lambda: set(registries.effects())),
        ("clashes", lambda: set(registries.clashes())),
    ),
)
def test_the_catalogue_explains_every_word_the_program_knows_and_no_other(kind, known):
    assert catalogue().words.known(kind) == known()


def test_an_effect_takes_the_parameters_the_catalogue_says():
    said = {word.word: set(word.params) for word in catalogue().words.effects}
    assert {name: set(effect.params) for name, effect in registries.effects().items()} == said
