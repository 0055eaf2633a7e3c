import pickle
import re
import shutil

import pytest
from small_world import SMALL_EVIDENCE, small_catalogue

from simulation.evidence import catalogue as evidence
from simulation.evidence.catalogue import EVIDENCE, load_catalogue
from simulation.evidence.schema import EVIDENCE_CLASSES, SOURCED, ActorEntry, Additions
from simulation.inputs import files
from simulation.inputs.problems import Problems
from simulation.inputs.validation import Wrong


@pytest.fixture
def small():
    return small_catalogue()


def assigned(catalogue, key, value):
    values, refused = catalogue.assign(key, value)
    return values, [(place, str(wrong), wrong.hint) for place, wrong in refused]


def test_numbers_are_known_by_their_full_keys(small):
    assert small.values["basing.notice.karshi_khanabad"] == 180
    assert small.values["basing.review_chance"] == 0.02
    assert small.declaration_of("basing.notice.manas").key == "basing.notice"
    assert small.range_of("basing.notice.manas") == (90, 360)
    assert small.evidence_of("basing.notice.karshi_khanabad") == "stated"
    assert small.evidence_of("basing.notice.manas") == "assumed"


def test_what_is_not_declared_is_none(small):
    for key in ("basing", "basing.notice", "basing.notice.kant", "nothing", ""):
        assert small.declaration_of(key) is None
        assert small.value(key) is None
    assert small.range_of("nothing.at.all") is None


def test_otherwise_holds_for_identifiers_that_are_not_listed(small):
    key = "trade.share.united_states.uzbekistan"
    assert key not in small.values
    assert small.value(key) == 0.01
    assert small.declaration_of(key).key == "trade.share"
    assert small.value("trade.share.japan.uzbekistan") is None
    assert small.expanded(small.parameters["trade.share"])[key] == 0.01


def test_only_uncertain_numbers_are_drawn(small):
    drawable = small.drawable()
    assert [*drawable] == sorted(drawable)
    assert "basing.notice.manas" in drawable
    assert "basing.notice.karshi_khanabad" not in drawable  # stated
    assert "basing.noise_scale" not in drawable  # fixed
    assert "trade.friction.china.china" not in drawable  # nobody is its own rival
    assert "trade.share.china.kyrgyzstan" not in drawable  # external


def test_a_table_is_assigned_whole_or_in_part(small):
    assert assigned(small, "basing.notice", {"manas": 90}) == ({"basing.notice.manas": 90}, [])
    assert assigned(small, "trade.share.china", {"uzbekistan": 0.3})[0] == {
        "trade.share.china.uzbekistan": 0.3
    }
    values, _ = assigned(small, "trade.share", {"united_states": {"uzbekistan": 0.3}})
    assert values == {"trade.share.united_states.uzbekistan": 0.3}


def test_an_assignment_may_leave_the_range_but_not_the_bounds(small):
    assert assigned(small, "basing.notice.manas", 0) == ({"basing.notice.manas": 0}, [])
    _, refused = assigned(small, "basing.notice", {"manas": -1, "karshi_khanabad": 0.5})
    assert refused == [
        (("manas",), "is -1; it can only be 0 or more (day)", None),
        (("karshi_khanabad",), "is 0.5; a whole number is due (day)", None),
    ]


def test_an_assignment_to_nothing_names_the_nearest_key(small):
    _, refused = assigned(small, "basing.notise.manas", 90)
    assert refused == [
        ((), "no parameter 'basing.notise.manas'", "did you mean 'basing.notice.manas'?")
    ]
    assert assigned(small, "basing.notice", {})[1][0][1] == "is an empty table; write {KEY: NUMBER}"


def test_a_misspelt_key_is_sent_to_its_group(small):
    assert small.no_parameter("basing.notise").listing == "parameters basing"
    assert small.no_parameter("bassing.notice").listing == "parameters basing"
    assert small.no_parameter("zzz").listing == "parameters"


def test_a_number_is_described_with_its_passage(small):
    described = small.describe("basing.notice.karshi_khanabad")
    assert described["value"] == 180
    assert described["range"] == [90, 360]
    assert described["evidence"] == "stated"
    assert described["source"] == [
        {
            "document": "chung_2005",
            "anchor": "180 days from 29 July 2005",
            "title": "The Shanghai Cooperation Organization",
        }
    ]
    assert described["facts"] == ["S2-089"]
    assert not described["drawn"]


def test_a_table_and_its_parts_are_described(small):
    whole = small.describe("trade.share")
    assert whole["value"]["china"] == {"kyrgyzstan": 0.1, "uzbekistan": 0.05}
    assert whole["disputed"] == [
        {"value": {"china": {"kyrgyzstan": 0.39}}, "by": "own reports", "stated": True}
    ]
    assert small.describe("trade.share.russia")["disputed"] == []
    assert small.describe("trade.share.united_states.uzbekistan")["value"] == 0.01
    for key in ("trade.shar", "trade.share.china.kyrgyzstan.more", "trade.share.japan"):
        with pytest.raises(Wrong, match="no parameter"):
            small.describe(key)


def test_further_actors_change_no_number(small):
    turkey = ActorEntry(name="Turkey", kind="power")
    wider = small.extended(Additions(actors={"turkey": turkey}))
    assert wider.values == small.values
    assert wider.value("trade.share.turkey.uzbekistan") == 0.01
    assert wider.expanded(wider.parameters["trade.friction"])["trade.friction.turkey.china"] is None
    assert "turkey" not in small.actors
    assert small.extended(Additions()) is small


def test_the_same_newcomers_are_laid_over_the_evidence_once(small):
    turkey, iran = (ActorEntry(name=name, kind="power") for name in ("Turkey", "Iran"))
    wider = small.extended(Additions(actors={"turkey": turkey, "iran": iran}))
    again = Additions(actors={"turkey": turkey.model_copy(), "iran": iran.model_copy()})
    assert small.extended(again) is wider
    assert wider.extended(again) is wider
    other_order = small.extended(Additions(actors={"iran": iran, "turkey": turkey}))
    assert [*other_order.added.actors] == ["iran", "turkey"]
    renamed = Additions(actors={"turkey": ActorEntry(name="Ankara", kind="power"), "iran": iran})
    assert small.extended(renamed).actors["turkey"].name == "Ankara"


def test_a_catalogue_travels_to_another_process(small):
    assert pickle.loads(pickle.dumps(small)) is small
    wider = small.extended(Additions(actors={"turkey": ActorEntry(name="Turkey", kind="power")}))
    assert pickle.loads(pickle.dumps(wider)).names == wider.names


def test_nothing_of_a_catalogue_can_be_changed(small):
    with pytest.raises(TypeError):
        small.values["basing.notice.manas"] = 0
    with pytest.raises(TypeError):
        small.parameters["basing.notice"].leaves()[("manas",)] = 0
    with pytest.raises(AttributeError):
        small.hash = ""


def test_the_hash_is_that_of_the_files(tmp_path, small):
    directory = tmp_path / "evidence"
    shutil.copytree(SMALL_EVIDENCE, directory)
    assert load_catalogue(directory).hash == small.hash
    with (directory / "actors.yaml").open("a") as file:
        file.write("# a remark\n")
    assert load_catalogue(directory).hash != small.hash


def test_files_that_change_are_read_again(tmp_path):
    directory = tmp_path / "evidence"
    shutil.copytree(SMALL_EVIDENCE, directory)
    before = load_catalogue(directory)
    assert load_catalogue(directory) is before
    path = directory / "parameters" / "basing.yaml"
    path.write_text(path.read_text().replace("value: 0.02", "value: 0.03"))
    assert load_catalogue(directory).values["basing.review_chance"] == 0.03
    path.write_text("")
    with pytest.raises(Problems):
        load_catalogue(directory)


def test_files_that_have_not_changed_for_a_while_are_not_opened_again(tmp_path, monkeypatch):
    directory = tmp_path / "evidence"
    shutil.copytree(SMALL_EVIDENCE, directory)
    opened = []

    def contents(path):
        opened.append(path)
        return files.contents(path)

    monkeypatch.setattr(evidence, "contents", contents)
    just_now = load_catalogue(directory)
    first = len(opened)
    assert load_catalogue(directory) is just_now
    assert len(opened) == 2 * first  # of files that have just changed nothing is certain
    monkeypatch.setattr(files, "_JUST_NOW", -1)  # as if some seconds had passed
    assert load_catalogue(directory) is just_now
    opened.clear()
    assert load_catalogue(directory) is just_now
    assert opened == []
    path = directory / "parameters" / "basing.yaml"
    path.write_text(path.read_text().replace("value: 0.02", "value: 0.03"))
    assert load_catalogue(directory).values["basing.review_chance"] == 0.03


def test_every_number_of_the_evidence_says_where_it_comes_from():
    catalogue = load_catalogue(EVIDENCE)
    assert catalogue.values
    for key in catalogue.values:
        described = catalogue.describe(key)
        assert described["description"], key
        assert described["unit"], key
        assert described["evidence"] in EVIDENCE_CLASSES, key
        assert described["source"] if described["evidence"] in SOURCED else described["why"], key


def test_every_uncertain_number_of_the_evidence_has_a_range():
    catalogue = load_catalogue(EVIDENCE)
    for key, value in catalogue.values.items():
        limits = catalogue.range_of(key)
        if catalogue.evidence_of(key) not in SOURCED and not catalogue.declaration_of(key).fixed:
            assert limits is not None, key
        if limits:
            assert limits[0] <= value <= limits[1], key


def test_facts_are_named_as_in_their_tables():
    catalogue = load_catalogue(EVIDENCE)
    entries = [*catalogue.parameters.values(), *catalogue.actors.values(), *catalogue.timeline]
    facts = {fact for entry in entries for fact in entry.facts}
    assert facts
    assert not [fact for fact in facts if not re.fullmatch(r"S[12]-\d{3}|H\d{3}", fact)]


def test_every_number_has_a_bound():
    """What lies outside is refused at every door, so that each needs one."""
    catalogue = load_catalogue()
    free = [
        key
        for key, parameter in catalogue.parameters.items()
        for path in parameter.leaves()
        if parameter.bounds_at(path) == (None, None)
    ]
    assert free == []


def test_what_turns_a_mechanism_off_lies_within_the_bounds():
    catalogue = load_catalogue()
    for mechanism in catalogue.mechanisms.values():
        for key, value in mechanism.neutral.items():
            declared, _ = catalogue.split(key)
            for full_key in catalogue.expanded(declared):
                if f"{full_key}.".startswith(f"{key}."):
                    assert catalogue.assign(full_key, float(value))[1] == []


def test_a_number_has_a_place_where_somebody_is():
    catalogue = load_catalogue()
    assert catalogue.has_place("basing.habit")
    assert catalogue.has_place("initial.gdp.kyrgyzstan")
    assert not catalogue.has_place("initial.gdp")
    assert not catalogue.has_place("initial.gdp.georgia")
    assert not catalogue.has_place("basing.habit.manas")
    assert not catalogue.has_place("nothing.of.the_kind")


@pytest.mark.parametrize("old", load_catalogue().replaced)
def test_a_number_of_an_earlier_version_says_what_took_its_place(old):
    """What is named is there, and the old key is not, nor any number under it."""
    catalogue = load_catalogue()
    new, said = catalogue.replaced[old].by, catalogue.replaced[old].said
    assert new in catalogue.parameters or new in catalogue.values
    assert catalogue.value(old) is None
    for key in (old, f"{old}.khorgos"):
        if catalogue.split(key) is None:
            assert catalogue.no_parameter(key).hint == f"'{new}' {said}"
    _, refused = catalogue.assign(old, 1)
    assert [str(wrong) for _, wrong in refused] == [f"no parameter '{old}'"]
    assert refused[0][1].hint == f"'{new}' {said}"
