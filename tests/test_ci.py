"""What the CI files run, and when."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


def read(name: str) -> dict[Any, Any]:
    found = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_github_runs_all_tests_for_commits_and_the_long_ones_by_schedule() -> None:
    found = read(".github/workflows/ci.yml")
    assert {"push", "pull_request", "schedule"} <= set(found[True])  # YAML 1.1 takes “on” for a boolean
    (clock,) = found[True]["schedule"]
    assert len(clock["cron"].split()) == 5
    commits, nights = found["jobs"]["test"], found["jobs"]["nightly"]
    assert "github.event_name != 'schedule'" in commits["if"]
    assert "github.event_name == 'schedule'" in nights["if"]
    assert [job["steps"][-1]["run"] for job in (commits, nights)] == ["bash .ci/run", "bash .ci/run -m nightly"]


def test_gitlab_runs_all_tests_for_commits_and_the_long_ones_by_schedule() -> None:
    found = read(".gitlab-ci.yml")
    commits, nights = found["test"], found["nightly"]
    assert commits["rules"] == [{"if": '$CI_PIPELINE_SOURCE != "schedule"'}]
    assert nights["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    assert (commits["script"], nights["script"]) == (["bash .ci/run"], ["bash .ci/run -m nightly"])
    assert {found[job["extends"]]["cache"]["key"]["prefix"] for job in (commits, nights)} == {"venv-$PYTHON"}


def test_what_ci_runs_hands_its_arguments_on() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith('exec python3 build.py test "$@"\n')
