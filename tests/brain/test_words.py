"""What a text is found by, and what a question asks for."""

from hypothesis import given
from hypothesis import strategies as st

from kechuang.brain import alike, words
from kechuang.brain.services.keeping import vector
from kechuang.kernel.search import Document

NAMES = st.text(alphabet="安顺学院大数据科技创新中心示例ABCxyz129", min_size=1, max_size=20)


def lexemes(title: str, **more: object) -> set[str]:
    return {one.rpartition(":1")[0].strip("'") for one in vector(Document(1, title, "/", **more)).split(" ")}


def answers(title: str, text: str, **more: object) -> bool:
    """Tell whether a title holds what a question asks for, as the database would."""
    held = lexemes(title, **more)

    def holds(one: str) -> bool:
        whole, star, _rest = one.partition(":*")
        return any(lexeme.startswith(whole) for lexeme in held) if star else whole in held

    question = words.asked(text)
    return bool(question) and all(any(all(map(holds, way)) for way in term.parts) for term in question.terms)


def test_a_name_is_found_by_characters_words_spelling_and_initials():
    asked = [
        "安顺学院",
        "安顺",
        "顺学",
        "院",
        "anshunxueyuan",
        "anshun",
        "xueyuan",
        "anshunxuey",
        "asxy",
        "sxy",
        "学院 安顺",
    ]

    assert [text for text in asked if not answers("安顺学院", text)] == []
    assert answers("安顺学院", "学院 安顺")


def test_a_name_is_not_found_by_what_it_is_not():
    asked = ["安学", "学顺", "贵阳", "xueanshun", "aszy", "安顺学院附属", "anshunx1"]

    assert [text for text in asked if answers("安顺学院", text)] == []


def test_a_number_is_found_by_any_four_characters_in_a_row():
    code = "91520402MA6TEST00X"

    asked = [code, code.lower(), "9152", "6test", "00x", "0402MA6T", code[2:]]

    assert [one for one in asked if not answers("甲", one, numbers=(code,))] == []
    assert not answers("甲", "0403", numbers=(code,))


def test_a_document_number_is_found_with_and_without_its_brackets():
    numbers = ("示科发〔2023〕5号",)

    assert answers("甲", "示科发〔2023〕5号", numbers=numbers)
    assert answers("甲", "示科发[2023]5号", numbers=numbers)


def test_a_number_in_several_runs_is_one_term():
    (term,) = words.asked("PT-2021-0007").terms

    assert term.parts[0] == ("pt", "2021", "0007:*")
    assert answers("甲", "PT-2021-0007", numbers=("PT-2021-0007",))
    assert answers("甲", "2021-00", numbers=("PT-2021-0007",))
    assert not answers("甲", "PT-2021-0008", numbers=("PT-2021-0007",))


def test_both_readings_of_a_spelling_are_tried():
    assert {("xian",), ("xi", "an")} <= set(words.split_spelling("xian"))


def test_what_is_no_pinyin_is_not_read_as_pinyin():
    assert words.split_spelling("xyz") == []


@given(NAMES)
def test_every_name_is_found_by_itself(name):
    assert answers(name, name)


@given(NAMES)
def test_every_name_is_found_by_its_spelling_and_by_its_initials(name):
    key = words.key_of(name)

    assert f"={words.spelled(key)}" in lexemes(name)
    assert f"={words.initials_of(name)}" in lexemes(name)


@given(NAMES, st.integers(0, 19), st.integers(1, 8))
def test_every_piece_of_a_chinese_name_is_found(name, start, length):
    piece = "".join(one for one in name if words.IS_HAN.match(one))[start : start + length]

    assert not piece or answers("".join(one for one in name if words.IS_HAN.match(one)), piece)


@given(st.text(max_size=60))
def test_anything_may_be_asked(text):
    question = words.asked(text)

    assert len(question.terms) <= words.MOST_TERMS
    assert all(term.parts and all(term.parts) for term in question.terms)


def test_marks_stand_where_the_answer_is():
    def marks(text: str, question: str) -> list[str]:
        return [piece.text for piece in words.marked(text, words.asked(question)) if piece.hit]

    assert marks("示例安顺学院数据中心", "安顺") == ["安顺"]
    assert marks("示例安顺学院数据中心", "asxy") == ["安顺学院"]
    assert marks("示例安顺学院数据中心", "xueyuan") == ["学院"]
    assert marks("示例安顺学院数据中心", "数据 安顺") == ["安顺", "数据"]
    assert marks("示例 ABC 中心", "abc") == ["ABC"]


@given(NAMES, NAMES)
def test_marked_pieces_put_together_are_the_text(text, question):
    assert "".join(piece.text for piece in words.marked(text, words.asked(question))) == text


def test_an_excerpt_is_cut_around_the_first_hit():
    pieces = words.excerpt("甲" * 100 + "安顺" + "乙" * 100, words.asked("安顺"), 40)

    assert [piece.text for piece in pieces if piece.hit] == ["安顺"]
    assert pieces[0].text == "…"
    assert pieces[-1].text == "…"
    assert words.excerpt("甲乙丙", words.asked("安顺"), 40) == []


def test_the_piece_that_sounds_alike_is_what_was_meant():
    assert words.sounding_slice("示例安顺学院附属医院", "anshunxueyuan") == "安顺学院"
    assert words.sounding_slice("示例大学", "anshunxueyuan") == ""


def test_a_name_is_near_when_a_syllable_or_two_neighbours_differ():
    syllables = alike.syllables_of("安顺大院")

    assert syllables == ("an", "shun", "da", "yuan")
    assert ("~an.shun", "~yuan") in alike.but_for_some(syllables)
    assert alike.closest("示例安顺学院附属医院", syllables) == (3 / 12, "安顺学院")
    assert alike.syllables_of("anshunxueyuna") == ("an", "shun", "xue", "yu", "na")
    assert alike.closest("示例安顺学院", alike.syllables_of("anshunxueyuna"))[1] == "安顺学院"
    assert alike.syllables_of("PT-2021") == alike.syllables_of("安顺") == alike.syllables_of("") == ()


@given(st.text(alphabet="ab", max_size=6), st.text(alphabet="ab", max_size=6))
def test_the_distance_of_spellings_is_none_only_between_the_same(one, other):
    assert (alike.distance(one, other) == 0) is (one == other)
    assert alike.distance(one, other) == alike.distance(other, one) <= max(len(one), len(other))


@given(st.text(alphabet="abnuxyz安顺1", max_size=12))
def test_any_question_can_be_asked_for_what_is_near(text):
    assert all(any("." in lexeme for lexeme in way) for way in alike.but_for_some(alike.syllables_of(text)))
