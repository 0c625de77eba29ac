"""A rule says of many processes in one file what it says of each alone: none hides the one behind it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from ampglow_plugin.rules.pixinsight import RULES
from tests.pixinsight import test_rule_cases as single


def alone(code, folder):
    """Contexts of the rule's cases that hold one process, of a script that runs it, in no named version."""
    for number, param in enumerate(p for p in single.cases() if p.values[0] == code):
        place = folder / str(number)
        place.mkdir()
        context = single.context(param.values[1], place)
        listing = context.listing
        if listing and len(listing.instances) == 1 and not (listing.log or listing.host_version):
            yield replace(context, listing=replace(listing, path="one.js"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("backwards", [False, True])
def test_processes(rule, backwards, tmp_path):
    kinds = defaultdict(list)
    for one in alone(rule.code, tmp_path):
        kinds[replace(one.listing, instances=()), str(one.frames)].append(one)
    for contexts in kinds.values():
        ordered = contexts[::-1] if backwards else contexts
        said = [found for one in ordered for found in rule.check(one)]
        listing = replace(ordered[0].listing, instances=tuple(one.listing.instances[0] for one in ordered))
        assert list(rule.check(replace(ordered[0], listing=listing))) == said
