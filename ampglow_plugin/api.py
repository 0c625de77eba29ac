"""The public API (see the package), room by room: the pre-flight, plans, proofs, the work itself, and archives."""

from __future__ import annotations

from ampglow_plugin.archive import (
    Aged,
    audit,
    build_masters,
    compare_darks,
    export_index,
    inspect_darks,
    inspect_library,
    library,
    open_journal,
    stamp,
    to_shoot,
    update_index,
    write_sequence,
)
from ampglow_plugin.catalog import Scan, scan, scan_given
from ampglow_plugin.matching import match, match_all
from ampglow_plugin.plans import plan, read_plan, rebase, recheck
from ampglow_plugin.preflight import Check, check, judge, limits_of, load_config, set_aside_by
from ampglow_plugin.proving import (
    ProofFiles,
    Proving,
    Verification,
    advise,
    diagnose,
    measure_glow,
    remove_gradient,
    verify,
    verify_each,
)
from ampglow_plugin.work import emit, fix, lint, run

__all__ = [
    "Aged",
    "Check",
    "ProofFiles",
    "Proving",
    "Scan",
    "Verification",
    "advise",
    "audit",
    "build_masters",
    "check",
    "compare_darks",
    "diagnose",
    "emit",
    "export_index",
    "fix",
    "inspect_darks",
    "inspect_library",
    "judge",
    "library",
    "limits_of",
    "lint",
    "load_config",
    "match",
    "match_all",
    "measure_glow",
    "open_journal",
    "plan",
    "read_plan",
    "rebase",
    "recheck",
    "remove_gradient",
    "run",
    "scan",
    "scan_given",
    "set_aside_by",
    "stamp",
    "to_shoot",
    "update_index",
    "verify",
    "verify_each",
    "write_sequence",
]
