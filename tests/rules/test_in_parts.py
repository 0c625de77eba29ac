"""Rules over contexts that come one after another."""

from __future__ import annotations

from ampglow_plugin.model.evidence import Evidence, Proof, Verdict
from ampglow_plugin.model.finding import Where
from ampglow_plugin.rules import Context, Rule, RulesInParts, finding, run_rules


def proof(path):
    return Proof(
        path=path,
        inputs={},
        evidence=Evidence(path=path),
        verdict=Verdict(done="undecided", success="undecided", decided_by=None),
    )


def of_paths(context):
    for one in context.proofs:
        if one.path == "bad":
            raise ValueError(one.path)
        if one.path != "silent":
            yield finding(RULE, "passed", "seen", where=Where(path=one.path))


def nothing(_context):
    return ()


RULE = Rule(code="AG901", name="seen", severity="error", needs=("proofs",), check=of_paths)
IDLE = Rule(code="AG902", name="idle", severity="error", needs=("proofs",), check=nothing)
LACKS = Rule(code="AG903", name="lacks", severity="error", needs=("plan",), check=nothing)


def test_parts_find_what_the_whole_finds_and_skip_each_rule_once():
    proofs = tuple(map(proof, ("a", "silent", "b")))
    rules = (RULE, IDLE, LACKS)
    parts = RulesInParts(rules)
    found = [f for one in proofs for f in parts.over(Context(proofs=(one,)))]
    whole = run_rules(Context(proofs=proofs), rules)
    assert [f.where.path for f in found] == ["a", "b"]
    assert (*found, *parts.skipped()) == whole


def test_a_crash_costs_one_part():
    parts = RulesInParts((RULE,))
    found = [f for path in ("a", "bad", "b") for f in parts.over(Context(proofs=(proof(path),)))]
    assert [f.outcome for f in found] == ["passed", "crashed", "passed"]
    assert parts.skipped() == ()


def test_without_any_part_every_rule_is_skipped():
    (one,) = RulesInParts((RULE,)).skipped()
    assert (one.outcome, one.message) == ("skipped", "nothing to look at")
