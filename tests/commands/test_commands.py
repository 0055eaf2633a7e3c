"""The commands: what they say, where they say it, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from simulation.commands import program as cli
from simulation.commands import simulate as running
from simulation.commands.commandline import COMMANDS
from simulation.commands.output import Watch, note
from simulation.commands.reference import KINDS
from simulation.inputs.problems import Problem, Problems
from simulation.scenario.scenario import check_scenarios


@pytest.fixture
def said(capsys):
    """Run a command line; returns (exit status, standard output, standard error)."""

    def run(line: str = "", *words: str):
        status = cli.main([*line.split(), *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def batches(monkeypatch):
    """What a batch would have been asked for, in place of running it."""
    asked = []

    def run_batch(scenarios, **given):
        asked.append({"scenarios": scenarios, **given})
        return "record"

    monkeypatch.setattr("simulation.batch.batch.run_batch", run_batch)
    monkeypatch.setattr(running, "present", lambda record: None)
    return asked


def raising(error):
    def act(given):
        raise error

    return act


@pytest.fixture
def ending(monkeypatch, said):
    """Run a command that ends in an error."""

    def run(error):
        monkeypatch.setattr(cli, "dispatch", raising(error))
        return said("check")

    return run


# -- help ----------------------------------------------------------------------------------------


def test_the_overview_lists_every_command_and_the_first_steps(said):
    status, out, err = said("--help")
    assert (status, err) == (0, "")
    for name, command in COMMANDS.items():
        assert f"  {name} " in out
        assert command.summary in out
    assert "python run.py new my_question" in out


def test_every_group_of_commands_has_its_place_in_the_overview():
    assert {command.group for command in COMMANDS.values()} == set(cli.GROUPS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_a_command_explains_every_argument_and_gives_an_example(name, said):
    status, out, _ = said(f"{name} --help")
    assert status == 0
    assert out.startswith(f"usage: python run.py {name}")
    assert COMMANDS[name].help.splitlines()[0] in out
    assert f"  python run.py {name}" in out.partition("examples:")[2]
    assert all(given.get("help") for _, given in COMMANDS[name].arguments)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_examples_of_a_command_can_be_read_by_it(name):
    for example in COMMANDS[name].examples:
        words = example.partition(" > ")[0].split()
        assert words[0] == name
        COMMANDS[name].parser().parse_intermixed_args(words[1:])


def test_help_can_be_asked_for_in_words(said):
    assert said("help") == said("--help")
    assert said("help check") == said("check --help")


def test_the_version_is_told(said):
    status, out, _ = said("--version")
    assert status == 0
    assert out.startswith("heartland ")


def test_where_it_is_installed_the_command_is_called_heartland(said, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/heartland"])
    assert "heartland --quick" in said("--help")[1]


def test_results_go_where_the_user_stands(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "present", lambda record: None)
    said("batch baseline --runs 2 --seed 1 --until 2001Q4 --parameters point")
    assert len(list((tmp_path / "results").iterdir())) == 1


# -- misuse --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("chek", "There is no command 'chek'; did you mean 'check'?"),
        ("batch --run 5", "batch has no option '--run'; did you mean '--runs'?"),
        ("--qick", "batch has no option '--qick'; did you mean '--quick'?"),
        ("batch --worker=2", "batch has no option '--worker'; did you mean '--workers'?"),
        ("batch --runs many", "--runs: 'many' is no whole number of 1 or more"),
        ("batch --runs 0", "--runs: '0' is no whole number of 1 or more"),
        ("batch --runs 2.5", "--runs: '2.5' is no whole number of 1 or more"),
        ("batch --seed -3", "--seed: '-3' is no whole number of 0 or more"),
        ("batch --runs", "--runs: a value is missing"),
        ("batch --until 2005Q5", "--until: '2005Q5' is neither a quarter"),
        ("batch --precision china_share", "--precision: 'china_share' is not OUTCOME=WIDTH"),
        ("plot --format svgg", "--format: there is no 'svgg'; did you mean 'svg'?"),
        ("list scenarioz", "KIND: there is no 'scenarioz'; did you mean 'scenarios'?"),
        ("source", "source needs NAME"),
        ("new", "new needs NAME"),
        ("compare one two", "'two' is one word too many for compare"),
    ],
)
def test_misuse_is_answered_in_a_line_with_the_nearest_name(line, answer, said):
    status, out, err = said(line)
    assert status == 2
    assert out == ""
    assert answer in err.splitlines()[0]
    assert err.splitlines()[1].startswith("Nothing was run. More: python run.py ")


def test_the_name_of_a_scenario_is_not_taken_for_a_command(said):
    status, _, err = said("us_base_withdrawal")
    assert status == 2
    assert "python run.py batch us_base_withdrawal" in err


def test_options_are_never_guessed_from_their_beginning(said):
    assert said("batch --work 2")[0] == 2


# -- the default command --------------------------------------------------------------------------


def test_without_a_command_everything_is_run(said, batches):
    assert said("")[0] == 0
    assert batches[0]["scenarios"] is None
    assert batches[0]["runs"] == 1000
    assert batches[0]["seed"] is None


def test_quick_is_two_scenarios_and_a_hundred_runs(said, batches):
    said("--quick")
    assert batches[0]["scenarios"] == ["baseline", "us_base_withdrawal"]
    assert batches[0]["runs"] == 100


def test_quick_takes_other_scenarios_and_runs_if_they_are_named(said, batches):
    said("batch --quick no_andijan --runs 7")
    assert batches[0]["scenarios"] == ["no_andijan"]
    assert batches[0]["runs"] == 7


def test_run_is_another_name_of_batch(said, batches):
    said("run baseline --seed 4")
    assert batches[0]["scenarios"] == ["baseline"]
    assert batches[0]["seed"] == 4


def test_scenarios_and_options_may_stand_in_any_order(said, batches):
    said("batch baseline --runs 5 no_andijan --until 2008-12-31")
    assert batches[0]["scenarios"] == ["baseline", "no_andijan"]
    assert batches[0]["until"] == "2008Q4"


def test_settings_are_told_from_scenarios_by_their_sign(said, batches):
    said("batch --set basing.notice.manas=90 basing.notice.kant=90 no_andijan --set a=1")
    assert batches[0]["settings"] == ["basing.notice.manas=90", "basing.notice.kant=90", "a=1"]
    assert batches[0]["scenarios"] == ["no_andijan"]


def test_precision_is_a_width_by_outcome(said, batches):
    said("batch --precision china_share=0.002 --precision manas_open=0.01")
    assert batches[0]["precision"] == {"china_share": 0.002, "manas_open": 0.01}


# -- how it ends ----------------------------------------------------------------------------------


def test_problems_are_printed_on_standard_error_without_a_traceback(ending):
    status, out, err = ending(Problems([Problem("scenarios/mine.yaml", 3, "no event 'opn'")]))
    assert status == 2
    assert out == ""
    assert "  line 3: no event 'opn'" in err
    assert "Nothing was run." in err
    assert "Traceback" not in err


def test_a_stop_says_what_was_kept(ending):
    status, _, err = ending(KeyboardInterrupt("Stopped. 500 of 1,000 runs are kept in results/x"))
    assert status == 130
    assert "500 of 1,000 runs are kept" in err


def test_a_stop_with_nothing_to_say_is_short(ending):
    assert ending(KeyboardInterrupt())[0::2] == (130, "\nStopped.\n")


def test_what_the_machine_refuses_is_named(ending):
    status, _, err = ending(PermissionError(13, "Permission denied", "results"))
    assert (status, err) == (1, "results: Permission denied\n")


def test_a_missing_package_is_answered_with_the_extra_that_brings_it(ending):
    status, _, err = ending(ModuleNotFoundError("no", name="solara.server"))
    assert status == 2
    assert "pip install -e '.[app]'" in err


def test_a_missing_module_of_ours_is_a_bug_and_is_not_hidden(ending):
    with pytest.raises(ModuleNotFoundError):
        ending(ModuleNotFoundError("no", name="simulation.nowhere"))


def test_a_reader_who_leaves_the_pipe_is_no_error():
    command = f'"{sys.executable}" run.py list parameters | head -n 1; echo "${{PIPESTATUS[0]}}"'
    answer = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.stderr == ""
    assert answer.stdout.splitlines()[-1] in {"0", "141"}


# -- progress ------------------------------------------------------------------------------------


def test_progress_off_a_terminal_is_a_line_a_scenario_on_standard_error(capsys):
    with Watch("runs") as watch:
        for done, what in ((500, "baseline"), (1000, "baseline"), (1500, "other"), (2000, "other")):
            watch(done, 2000, what)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "500 of 2,000 runs: baseline",
        "1,500 of 2,000 runs: other",
        "2,000 of 2,000 runs: other",
    ]


# -- scenarios of one's own ----------------------------------------------------------------------


def test_a_new_scenario_passes_the_check_as_it_is(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = said("new my_question")
    assert status == 0
    assert (tmp_path / "scenarios" / "my_question.yaml").is_file()
    assert "python run.py check my_question" in out
    status, out, err = said("check my_question")
    assert (status, err) == (0, "")
    assert out.startswith("my_question  fine")


def test_a_new_scenario_overwrites_nothing(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said("new my_question")
    path = tmp_path / "scenarios" / "my_question.yaml"
    path.write_text("mine", encoding="utf-8")
    for name in ("my_question", "scenarios/my_question.yaml", "baseline"):
        status, _, err = said(f"new {name}")
        assert status == 2
        assert "already" in err
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["my question", "../x y", "a/b c.yaml", "-"])
def test_a_new_scenario_needs_a_name_that_can_be_typed(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said("new", name)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_check_reads_every_scenario_of_the_project(said):
    status, out, err = said("check")
    assert (status, err) == (0, "")
    assert out.startswith("baseline ")


def test_check_reports_every_problem_and_runs_nothing(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        text = (
            "title: A\nquestion: B?\nevents:\n  - {date: 2004-03-01, close_bse: manas, why: C.}\n"
        )
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    status, out, err = said("check one.yaml two.yaml")
    assert (status, out) == (2, "")
    assert err.count("did you mean 'close_base'?") == 2
    assert "line 4" in err
    assert "Nothing was run." in err


BROKEN = "title: Broken\nquestion: Is it?\nevents:\n  - {date: 2004-03-01, opn_base: manas}\n"
FINE = "title: Fine\nquestion: Is it?\noutcome: china_share\n"


@pytest.fixture
def drafts(tmp_path, monkeypatch):
    """A working directory with a broken draft among good ones, one of them of a shipped name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    for name, text in (("bad", BROKEN), ("good", FINE), ("no_andijan", FINE)):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("folder", [None, "scenarios"])
def test_without_scenarios_of_ones_own_there_are_those_that_are_shipped(
    folder, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    if folder:
        (tmp_path / folder).mkdir()
    status, out, err = said("list scenarios")
    assert (status, err) == (0, "")
    assert {row.split()[1] for row in out.splitlines()} == {"shipped"}
    assert said("check")[0] == 0
    assert said("batch no_such_one")[0] == 2


def test_a_list_says_which_scenarios_are_yours_and_which_is_broken(said, drafts):
    status, out, err = said("list scenarios")
    assert status == 0
    rows = {row.split()[0]: row for row in out.splitlines()}
    assert " shipped " in rows["baseline"]
    assert " yours " in rows["good"]
    assert " yours, goes first " in rows["no_andijan"]
    assert "broken; see: python run.py check bad" in rows["bad"]
    assert err.startswith("scenarios/bad.yaml has ")
    assert "did you mean 'open_base'?" in err
    assert "The others can be run." in err.splitlines()[-1]
    assert said("list scenarios good")[2] == ""


def test_a_check_names_the_good_ones_beside_the_broken_one(said, drafts):
    status, out, err = said("check")
    assert status == 2
    assert "good " in out
    assert "bad " not in out
    assert "scenarios/bad.yaml has " in err
    assert "'no_andijan' is your scenarios/no_andijan.yaml, not the shipped one." in err


def test_the_plain_run_leaves_out_a_broken_draft_and_says_so_at_both_ends(
    said, drafts, monkeypatch
):
    asked = []

    def run_batch(scenarios, **given):
        note("running")
        asked.append([each.name for each in scenarios or check_scenarios()])
        return "record"

    monkeypatch.setattr("simulation.batch.batch.run_batch", run_batch)
    monkeypatch.setattr(running, "present", lambda record: None)
    status, _, err = said("")
    assert status == 0
    (names,) = asked
    assert {"baseline", "good", "us_bases_stay"} <= set(names)
    assert "bad" not in names
    start = "Left out, because of problems that are told at the end: scenarios/bad.yaml\nrunning\n"
    assert start in err
    assert "scenarios/bad.yaml has " in err.partition(start)[2]
    assert "This was left out; everything else was run." in err.splitlines()[-1]


def test_a_broken_draft_that_is_asked_for_is_refused(said, drafts):
    status, out, err = said("batch good bad")
    assert (status, out) == (2, "")
    assert "Nothing was run." in err
    assert not (drafts / "results").exists()


def test_without_a_sound_baseline_nothing_is_run(said, drafts):
    (drafts / "scenarios" / "baseline.yaml").write_text("title: 3\n", encoding="utf-8")
    status, _, err = said("")
    assert status == 2
    assert "scenarios/baseline.yaml has 1 problem" in err
    assert "Nothing was run." in err


def test_the_schema_is_json(said):
    status, out, _ = said("schema")
    assert status == 0
    assert "events" in json.loads(out)["properties"]


# -- looking things up ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("list scenarios", "us_base_withdrawal"),
        ("list parameters basing", "basing.notice"),
        ("list parameters basing.notice", "basing.notice.karshi_khanabad"),
        ("list events close", "close_base"),
        ("list outcomes china", "china_share"),
        ("list variables base", "base_open"),
        ("list mechanisms", "conditional_aid"),
        ("list theories", "hedging"),
        ("list actors u", "uzbekistan"),
        ("list organizations", "sco"),
        ("list installations", "manas"),
        ("list projects", "khorgos"),
        ("list documents", "chung_2005"),
        ("list patterns", "P1"),
    ],
)
def test_names_are_listed_one_a_line(line, name, said):
    status, out, err = said(line)
    assert (status, err) == (0, "")
    assert name in [row.split()[0] for row in out.splitlines()]


def test_without_a_kind_the_kinds_are_listed(said):
    status, out, _ = said("list")
    assert status == 0
    assert [row.split()[0] for row in out.splitlines()] == list(KINDS)


def test_a_prefix_that_nothing_has_gets_the_nearest_name(said):
    status, _, err = said("list installations mannas")
    assert status == 2
    assert "did you mean 'manas'?" in err


def test_the_source_of_a_number_is_shown_with_its_passage(said):
    status, out, _ = said("source basing.notice.karshi_khanabad")
    assert status == 0
    assert "180" in out
    assert "“180 days" in out


def test_the_source_of_a_table_shows_every_number(said):
    _, out, _ = said("source basing.notice")
    assert {"karshi_khanabad", "manas"} <= {row.split()[0] for row in out.splitlines() if row}


def test_the_source_of_an_entry_shows_what_hangs_on_it(said):
    _, out, _ = said("source karshi_khanabad")
    assert "basing.notice.karshi_khanabad" in out


def test_a_misspelt_parameter_gets_the_nearest_name(said):
    status, _, err = said("source basing.notise.manas")
    assert status == 2
    assert "did you mean 'basing.notice.manas'?" in err


def test_a_misspelt_entry_gets_the_nearest_name(said):
    assert "did you mean 'manas'?" in said("source mannas")[2]


# -- the main job, for real ----------------------------------------------------------------------


def heed_interrupts() -> None:
    """A shell that starts the tests in the background lets them ignore Ctrl-C; undo that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*words: str, cwd: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *words],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts if os.name == "posix" else None,
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """`python run.py --quick` as a newcomer types it; (status, output, errors, folder)."""
    place = tmp_path_factory.mktemp("quick")
    process = start("--quick", "--seed", "1", "--results", "here", cwd=place)
    out, err = process.communicate(timeout=300)
    folders = list((place / "here").iterdir()) if (place / "here").exists() else []
    return process.returncode, out, err, folders


def test_the_quick_run_answers_on_standard_output_and_reports_on_standard_error(quick):
    status, out, err, folders = quick
    assert status == 0, err
    assert len(folders) == 1
    assert "baseline" in err
    assert "Traceback" not in err
    assert "runs:" not in out
    assert "Seed 1, 100 runs a scenario." in out
    assert f"open here/{folders[0].name}/report.html in a browser" in out.splitlines()[-1]


def test_the_quick_run_leaves_the_whole_folder(quick):
    folder = quick[3][0]
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        "manifest.json",
        "scenarios",
        "outcomes.parquet",
        "trajectories.parquet",
        "events.parquet",
        "paths.parquet",
        "comparison.csv",
        "figures",
        "report.html",
    }
    assert "parts" not in names
    assert any((folder / "figures").glob("*.png"))
    assert any((folder / "figures").glob("*.svg"))


def test_a_batch_is_compared_again_without_being_run_again(quick, said):
    folder = quick[3][0]
    status, out, _ = said(f"compare {folder}")
    assert status == 0
    assert out.strip()
    assert out.strip() in quick[1]


def test_one_figure_is_drawn_on_demand(quick, said):
    folder = quick[3][0]
    status, out, _ = said(f"plot {folder} --figure contest --scenario baseline")
    assert status == 0
    assert [Path(line).name for line in out.splitlines()] == [
        "contest_baseline.png",
        "contest_baseline.svg",
    ]


def test_figures_are_drawn_in_the_formats_and_the_folder_that_are_named(quick, said, tmp_path):
    line = f"plot {quick[3][0]} --figure contest --figure tornado --scenario us_base_withdrawal"
    status, out, _ = said(f"{line} --format pdf --format svg --output {tmp_path / 'here'}")
    assert status == 0
    files = [Path(word) for word in out.splitlines()]
    assert {file.parent for file in files} == {tmp_path / "here"}
    assert [file.name for file in files] == [
        "contest_us_base_withdrawal.pdf",
        "contest_us_base_withdrawal.svg",
        "tornado_us_base_withdrawal.pdf",
        "tornado_us_base_withdrawal.svg",
    ]
    assert all(file.stat().st_size > 1000 for file in files)


def test_a_misspelt_figure_gets_the_nearest_name(quick, said):
    status, _, err = said(f"plot {quick[3][0]} --figure contst")
    assert status == 2
    assert "did you mean 'contest'?" in err


def test_a_misspelt_scenario_runs_nothing_and_leaves_nothing(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = said("batch baselin --results here")
    assert (status, out) == (2, "")
    assert "did you mean 'baseline'?" in err
    assert list(tmp_path.iterdir()) == []


def test_stopping_a_batch_says_what_was_kept_and_resuming_finishes_it(said, tmp_path, monkeypatch):
    line = "batch no_andijan us_base_withdrawal --runs 300 --until 2005Q4 --workers 1"
    process = start(*line.split(), "--results", "here", cwd=tmp_path)
    assert "300 of 900 runs: baseline" in process.stderr.readline()  # the first piece is there
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "are kept in here/" in err
    folder = next((tmp_path / "here").iterdir())
    assert json.loads((folder / "manifest.json").read_text())["status"] != "finished"

    presented = []
    monkeypatch.setattr(running, "present", presented.append)
    status, _, err = said(f"batch --workers 1 --resume {folder}")
    assert status == 0, err
    assert json.loads((folder / "manifest.json").read_text())["status"] == "finished"
    assert [record.runs for record in presented] == [300]
