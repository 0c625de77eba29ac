"""Outputs and their inputs to evidence: header, log, pixels; and to a verdict over it."""

from __future__ import annotations

from ampglow_plugin.proof.pairing import Job, Joined, Pairing, pair_folder, pair_lights
from ampglow_plugin.proof.verify import prove_all, prove_what_is_there, sampled, verify, verify_folder

__all__ = [
    "Job",
    "Joined",
    "Pairing",
    "pair_folder",
    "pair_lights",
    "prove_all",
    "prove_what_is_there",
    "sampled",
    "verify",
    "verify_folder",
]
