import pytest

from simulation.evidence.schema import Parameter, Source, leaves_of, part_at


def parameter(**fields):
    given = {
        "key": "basing.notice",
        "description": "Days of notice.",
        "unit": "day",
        "value": 180,
        "range": [90, 360],
        "evidence": "assumed",
        "why": "Argued.",
    }
    return Parameter.model_validate({**given, **fields})


def test_a_single_number_has_no_axes():
    single = parameter()
    assert not single.is_table
    assert single.depth == 0
    assert single.axes == ()
    assert single.leaves() == {(): 180}
    assert single.range_at(()) == (90, 360)
    assert single.bounds_at(()) == (None, None)


def test_one_range_covers_a_table_and_a_partial_one_a_part():
    value = {"china": {"a": 1, "b": 2}, "russia": {"a": 3, "b": 4}}
    whole = parameter(value=value, over=["power", "kind"], range=[0, 5])
    assert whole.range_at(("russia", "b")) == (0, 5)
    part = parameter(value=value, over=["power", "kind"], range={"china": [0, 2]})
    assert part.range_at(("china", "b")) == (0, 2)
    assert part.range_at(("russia", "b")) is None


def test_otherwise_stands_for_the_keys_that_are_not_named():
    evidence = {"manas": "stated", "otherwise": "assumed"}
    table = parameter(value={"manas": 1, "kant": 2}, evidence=evidence)
    assert table.evidence_at(("manas",)) == "stated"
    assert table.evidence_at(("kant",)) == "assumed"


def test_a_table_without_axes_has_nameless_ones():
    assert parameter(value={"a": {"b": 1}}).axes == ("", "")


def test_a_power_is_not_its_own_rival():
    table = parameter(value={"a": {"a": 1, "b": 1}}, over=["power", "rival"])
    assert table.is_diagonal(("a", "a"))
    assert not table.is_diagonal(("a", "b"))


def test_what_a_parameter_holds_cannot_be_changed():
    table = parameter(value={"manas": 180})
    with pytest.raises(TypeError):
        table.value["manas"] = 0
    with pytest.raises(ValueError, match="frozen"):
        table.unit = "week"


def test_leaves_come_in_order_with_their_paths():
    assert list(leaves_of({"b": {"c": 1}, "a": 2})) == [(("b", "c"), 1), (("a",), 2)]
    assert part_at({"a": {"b": 1}}, ("a", "b", "c")) == 1
    assert part_at({"a": {"b": 1}}, ("z",)) is None


def test_a_source_is_a_passage_or_a_figure():
    assert Source.model_validate({"dataset": "votes", "detail": "2001"}).document is None
    with pytest.raises(ValueError, match="incomplete"):
        Source.model_validate({"detail": "2001"})
