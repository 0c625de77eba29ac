"""``ampglow``: finds the command, loads only its module, and turns errors into exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType

import click

from ampglow_plugin import __version__
from ampglow_plugin.cli.lazy import LazyGroup
from ampglow_plugin.errors import AmpglowError

#: command -> (module below ampglow_plugin.cli, one line of help). Explicit: nothing registers itself.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "Pre-flight: do these darks match these lights?"),
    "headers": ("headers", "Show what the headers of frames say."),
    "match": ("match", "Lights against darks, field by field."),
    "plan": ("plan", "Make the calibration plan."),
    "emit": ("emit", "Write the plan as a script for a host."),
    "run": ("run", "Run the plan and prove the result."),
    "verify": ("verify", "Prove that the dark was applied."),
    "glow": ("glow", "Where does a dark glow, and how much?"),
    "diagnose": ("diagnose", "What is that bright corner, and what to do?"),
    "gradient": ("gradient", "Take away a proved, marginal rest of glow."),
    "look": ("look", "What does one frame alone show?"),
    "lint": ("lint", "Judge a script that you already have."),
    "scan": ("scan", "Read the headers of an archive into the index."),
    "library": ("library", "The darks you have, how old they are, and those you lack."),
    "stamp": ("stamp", "Write what is known of a poor master into a copy of it."),
    "watch": ("watch", "Check each frame as it lands, all night."),
    "report": ("report", "One page of it all, to read, keep and show."),
    "demo": ("demo", "The whole path on a small synthetic night."),
    "rule": ("rule", "Explain a rule, or list them all."),
    "schema": ("schema", "JSON Schema of all records and of the plan."),
}


_DISK = "check that the folder can be written to and that its disk is not full"


class Commands(LazyGroup):
    """All commands."""

    table = COMMANDS


class _Ended(KeyboardInterrupt):
    """A signal that ends programs: what is half done is taken away, as on Ctrl-C."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Within it, SIGTERM and SIGHUP clean up before they end the program. Not outside of the main thread."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise _Ended(number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    # who started us may have them ignored, as nohup does
    ours = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ampglow", message="%(prog)s %(version)s")
def cli() -> None:
    """Check, plan, run and prove the dark calibration of astrophotographs.

    Exit codes: 0 clean, 1 findings, 2 could not run.
    """


def main(argv: list[str] | None = None) -> None:
    """Entry point: exit code 2 and a plain message for every error made on purpose.

    With ``--json`` the output ends with a summary in these cases, too.
    """
    words = sys.argv[1:] if argv is None else argv
    # our matrices are small and many: threads of the algebra library wait for each other, 5 times the processor time
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with _ended_in_order():
            code = cli.main(args=argv, standalone_mode=False)
    except AmpglowError as error:
        from ampglow_plugin.report.console import show_error

        show_error(error)
        code = error.exit_code
    except click.exceptions.Abort as stopped:
        click.echo("ampglow: stopped", err=True)
        ended_by = stopped.__cause__
        code = 128 + (ended_by.number if isinstance(ended_by, _Ended) else signal.SIGINT)
    except click.ClickException as error:
        from ampglow_plugin.cli.common import tell

        said = io.StringIO()
        error.show(file=said)
        tell(said.getvalue().rstrip("\n"), err=True)
        code = error.exit_code
        _summary(words, code)
    except BrokenPipeError:  # `ampglow ... | head`: not an error of ours
        sys.stderr.close()
        code = 0
    except OSError as error:
        from ampglow_plugin.report.console import show_error

        what = (error.strerror or str(error) or type(error).__name__).lower()
        show_error(AmpglowError(what, where=str(error.filename) if error.filename else None, fix=_DISK))
        code = 2
        _summary(words, code)
    sys.exit(code if isinstance(code, int) else 0)


def _summary(words: Sequence[str], code: int) -> None:
    if "--json" in words:
        from ampglow_plugin.cli.common import could_not_run

        could_not_run(code)
