"""The linter keeps within its limit, on fewer scripts than the benchmark takes."""

from tests.bench.bench_lint import LIMIT, lint, measure, write


def test_lint_takes_at_most_five_times_as_long_as_shlex():
    ours, theirs = measure(count=160, rounds=4)
    assert ours <= LIMIT * theirs, f"ratio {ours / theirs:.2f}"


def test_the_scripts_of_the_benchmark_are_judged(tmp_path):
    from ampglow_plugin import api

    paths = write(tmp_path, 48)
    lint(paths)
    failed = [{f.rule for f in api.lint(path) if f.outcome == "failed"} for path in paths]
    without_dark = {i for i in range(48) if not i & 2}
    assert {i for i, rules in enumerate(failed) if "AG306" in rules} == without_dark
