import pickle

from simulation.inputs.problems import Problem, Problems, did_you_mean, nearest


def test_a_report_reads_as_in_the_architecture():
    problems = Problems(
        [
            Problem("scenarios/mine.yaml", 7, "no event 'close_bse'", "did you mean 'close_base'?"),
            Problem(
                "scenarios/mine.yaml",
                5,
                "no parameter 'basing.guest_reservation_prise'",
                "did you mean 'basing.guest_reservation_price'?",
                "parameters basing",
            ),
        ]
    )
    assert problems.render() == (
        "scenarios/mine.yaml has 2 problems:\n"
        "  line 5: no parameter 'basing.guest_reservation_prise'\n"
        "          did you mean 'basing.guest_reservation_price'?\n"
        "  line 7: no event 'close_bse'\n"
        "          did you mean 'close_base'?\n"
        "Nothing was run. List the names with: python run.py list parameters basing"
    )
    assert str(problems) == problems.render()


def test_one_problem_is_one_problem():
    text = Problems([Problem("a.yaml", 9, "'rent' of manas is -5")]).render()
    assert text == "a.yaml has 1 problem:\n  line 9: 'rent' of manas is -5\nNothing was run."


def test_a_problem_of_the_whole_file_has_no_line():
    text = Problems([Problem("a.yaml", None, "the file is empty", "write a title")]).render()
    assert "\n  the file is empty\n  write a title\n" in text


def test_the_same_problem_is_reported_once():
    problem = Problem("a.yaml", 1, "twice")
    assert len(Problems([problem, problem]).problems) == 1


def test_several_files_and_lists_are_all_named():
    text = Problems(
        [
            Problem("b.yaml", 2, "one", listing="actors"),
            Problem("a.yaml", 1, "two", listing="events"),
            Problem("b.yaml", 1, "three", listing="actors"),
        ]
    ).render()
    assert text.index("b.yaml") < text.index("a.yaml")
    assert text.index("three") < text.index("one")
    assert text.endswith("python run.py list actors or python run.py list events")


def test_problems_reach_another_process():
    problems = Problems([Problem("a.yaml", 1, "wrong")])
    assert pickle.loads(pickle.dumps(problems)).render() == problems.render()


def test_the_nearest_name_does_not_depend_on_order():
    names = ["manas", "manat", "kant"]
    assert nearest("mana", names) == nearest("mana", reversed(names))
    assert did_you_mean("manas_", names) == "did you mean 'manas'?"
    assert did_you_mean("incirlik", names) is None
