"""Parameters and their values exist.

What it checks
    Every parameter that is set is one of the process in some version, or an old name that PixInsight still
    takes; every element of an enumeration is one of that parameter. A name of other versions than the one
    written for is an info.

Why it matters
    PixInsight up to 1.9.3 takes an assignment to a name that does not exist without a word, and the parameter
    keeps its factory value: a dark that is optimised although the script says no, a path that is never set.

How to fix it
    Use the name in the message. Edit Instance Source Code on an icon shows all names.

Source
    Table of process parameters from 1.8.6 on; names seen in public scripts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.pixinsight import Process, processes, versions
from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.process import Listed
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import fine, known, say


def check(context: Context) -> Iterator[Finding]:
    """One finding per name or element that does not exist; passed for a process without any."""
    for instance in known(context):
        process = processes()[instance.process]
        wrong = [w for key, listed in instance.values.items() if (w := _wrong(context, process, key, listed))]
        for key, message, severity, fix in wrong:
            yield say(RULE, context, instance, key, message, severity=severity, fix=fix)
        if not wrong and instance.values:
            yield fine(RULE, context, instance, "all names exist")


Wrong = tuple[str, str, Severity, str]


def _wrong(context: Context, process: Process, key: str, listed: Listed) -> Wrong | None:
    if key in process.wrong_names:
        meant = process.wrong_names[key]
        return key, f"there is no parameter {key}; {meant} is meant", "error", f"write {meant}"
    if key in process.outputs or key in process.aliases:
        return None
    if key not in process.ids:
        near = [i for i in sorted(process.ids) if i.casefold() == key.casefold()]
        fix = f"write {near[0]}" if near else "remove it, or use the right name"
        return key, f"there is no parameter {key}, and PixInsight may not tell you", "error", fix
    elements = process.elements(key)
    if elements and listed.literal and isinstance(listed.value, str) and listed.value not in elements:
        fix = f"use one of {', '.join(sorted(elements))}"
        return key, f"{key} has no value {listed.value}", "error", fix
    if elements and listed.literal and _not_a_number_of(process, key, listed):
        return key, f"{key} has no value {listed.value}", "error", "use a name: " + ", ".join(sorted(elements))
    return _other_version(context, process, key)


def _not_a_number_of(process: Process, key: str, listed: Listed) -> bool:
    if isinstance(listed.value, bool) or not isinstance(listed.value, int):
        return False
    rows = [p for v in versions() for p in process.at(v) if p.id == key]
    numbers = {n for p in rows for n in p.enum.values()}
    return bool(numbers) and None not in numbers and listed.value not in numbers


def _other_version(context: Context, process: Process, key: str) -> Wrong | None:
    assert context.listing is not None
    target, order = context.listing.host_version, versions()
    if target not in order or key in process.row.get("ids_only_in_1_8_9_2_listing", ()):
        return None
    since, until = process.history_of(key)
    if since and order.index(since) > order.index(target):
        return key, f"{key} exists from {since} on, not in {target}", "info", "leave it out, or update PixInsight"
    if until and order.index(until) < order.index(target):
        return key, f"{key} was retired after {until}", "info", "leave it out"
    return None


RULE = Rule(code="AG612", name="pixinsight-names", severity="error", needs=("listing",), check=check)
