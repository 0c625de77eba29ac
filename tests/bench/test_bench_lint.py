"""What the benchmark of the linter measures is real work."""

from tests.bench.bench_lint import lint, write


def test_the_scripts_of_the_benchmark_are_judged(tmp_path):
    from ampglow_plugin import api

    paths = write(tmp_path, 48)
    lint(paths)
    failed = [{f.rule for f in api.lint(path) if f.outcome == "failed"} for path in paths]
    without_dark = {i for i in range(48) if not i & 2}
    assert {i for i, rules in enumerate(failed) if "AG306" in rules} == without_dark
