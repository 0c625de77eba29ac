"""``ampglow plan``: the one calibration plan for these frames, or the reasons why there is none."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options, tell
from ampglow_plugin.cli.inputs import Inputs, ManyCommand, input_options
from ampglow_plugin.model.plan import Allowance

_ALLOWANCE = re.compile(r"(?P<rule>AG\d{3})(?:@(?P<where>[^=]+))?=(?P<reason>.*)", re.DOTALL | re.IGNORECASE)


class AllowanceType(click.ParamType[Allowance]):
    """``AG211="reason"``, or ``AG211@GROUP="reason"`` for one group alone."""

    name = "CODE=REASON"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Allowance:
        found = _ALLOWANCE.fullmatch(value)
        if found is None:
            self.fail(f'{value!r} is not of the form AG211="reason" (or AG211@GROUP="reason")', param, ctx)
        return Allowance(rule=found["rule"].upper(), reason=found["reason"].strip(), where=found["where"])


@click.command("plan", cls=ManyCommand)
@input_options
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the plan here (else to stdout).")
@click.option("--force", is_flag=True, help="Overwrite an existing plan.")
@click.option("--stack", is_flag=True, help="Integrate the aligned lights of each group, too.")
@click.option("--cosmetic/--no-cosmetic", default=True, help="Replace hot pixels found in the dark (default: yes).")
@click.option(
    "--hot-sigma",
    type=click.FloatRange(min=0, min_open=True),
    default=3.0,
    show_default=True,
    help="What is a hot pixel, in standard deviations of the dark; strong glow wants 5.",
)
@click.option("--equalize-cfa/--no-equalize-cfa", default=True, help="Equal means of the flat's colours (default).")
@click.option(
    "--allow",
    "allow",
    type=AllowanceType(),
    multiple=True,
    help='Accept a failed rule, with the reason: AG201="..." uses the nearest dark in spite of its exposure, '
    'AG209="..." goes on without a dark. AG201@GROUP="..." for one group alone.',
)
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    inputs: Inputs,
    output: Path | None,
    force: bool,
    stack: bool,
    cosmetic: bool,
    hot_sigma: float,
    equalize_cfa: bool,
    allow: tuple[Allowance, ...],
    as_json: bool,
    strict: bool,
) -> int:
    """Make the calibration plan: masters, then calibrate, cosmetic correction, debayer, align.

    Lights whose dark is missing, unknown or wrong are refused, and nothing is written.
    """
    from ampglow_plugin import api
    from ampglow_plugin.cli.check import checked
    from ampglow_plugin.planning import PlanOptions, to_yaml
    from ampglow_plugin.report.plan import headline, show_findings, show_plan
    from ampglow_plugin.rules.check_plan import blocks, set_aside
    from ampglow_plugin.writing import refuse_overwriting, write_text

    if output is not None:
        refuse_overwriting(output, force=force)
    preflight = checked(inputs, api.load_config(inputs.places, file=inputs.config), quiet=as_json)
    options = PlanOptions(stack=stack, cosmetic=cosmetic, hot_sigma=hot_sigma, equalize_cfa=equalize_cfa, allow=allow)
    out = Output(as_json=as_json, strict=strict)
    planned = api.plan(preflight, options)
    # errors that are left concern frames the plan does not use; `check` shows them
    before = [f for f in set_aside(preflight.findings, planned.plan.allowed) if not blocks(f)]
    findings = (*before, *planned.findings)
    out.count(findings)
    out.record("plan", planned.plan)
    text = to_yaml(planned.plan)
    if output is not None:
        write_text(output, text, replace=force)
    elif not as_json:
        click.echo(text, nl=False)
    if not as_json:
        show_plan(planned.plan, stderr=output is None)
        tell(headline(planned.plan), err=output is None)
        show_findings(findings)
        if output is not None:
            tell(f"written to {output}; next: ampglow run {shlex.quote(str(output))}")
    return out.finish()
