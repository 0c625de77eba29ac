# SPDX-License-Identifier: GPL-3.0-or-later
#
# AmpGlow_Preflight: do the darks of a night match its lights?
# Version: 0.1.0
# Author: the AmpGlow project
# Contact: the issue tracker of the AmpGlow project; please attach the result file ampglow-preflight.json
# Requires: Siril 1.4.0 or later
#
# Written by siril_scripts/tools/make.py; change script.py.in beside it.
"""AmpGlow pre-flight: compares lights with darks, flats, flat-darks and biases before anything is calibrated.

Run it from Siril's Scripts menu, or without a window:

    pyscript AmpGlow_Preflight.py [FOLDER] --no-window

The package ampglow_plugin does the work. Where Siril's Python does not have it, it is installed from a wheel file
(ampglow_plugin-*.whl) that lies beside this script or that you choose; its SHA-256 is shown before. Nothing is ever
looked up by the package's name. Siril drops the exit status of scripts: the answer is also in the file
ampglow-preflight.json in Siril's working directory.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import sirilpy

JOB = "preflight"
VERSION = "0.1.0"
PACKAGE = "ampglow_plugin"
PATTERN = "ampglow_plugin-*.whl"
RESULT = "ampglow-preflight.json"

if not sirilpy.check_module_version(">=1.0.8"):
    print("AmpGlow_Preflight needs sirilpy 1.0.8 or later, which comes with Siril 1.4.0")
    sys.exit(1)


class Stopped(Exception):
    """Something the user has to know."""


def main(siril: sirilpy.SirilInterface, argv: Sequence[str]) -> int:
    """Find or install the package, and let it do the job."""
    silent = siril.is_cli()
    get_package(siril, argv, silent=silent)
    if (not silent or "--window" in argv) and "--no-window" not in argv:
        sirilpy.ensure_installed("PyQt6")
    from ampglow_plugin.inside.main import run

    return run(JOB, siril, argv, sirilpy.LogColor)


def get_package(siril: sirilpy.SirilInterface, argv: Sequence[str], *, silent: bool) -> None:
    """The package in this version or a later one; installed from a wheel where it is not there."""
    version = found()
    if version is not None and number(version) >= number(VERSION):
        return
    wheel = chosen_wheel(argv, silent=silent)
    with tempfile.TemporaryDirectory(prefix="ampglow-wheel-") as folder:
        copy = Path(folder) / wheel.name  # what is shown is what is installed
        shutil.copyfile(wheel, copy)
        digest = hashlib.sha256(copy.read_bytes()).hexdigest()
        siril.log(f"AmpGlow: installing {wheel}")
        siril.log(f"AmpGlow: SHA-256 {digest}")
        question = f"Install AmpGlow into Siril's Python from\n{wheel}?\n\nSHA-256\n{digest[:32]}\n{digest[32:]}"
        if not silent and not siril.confirm_messagebox("AmpGlow", question, "Install"):
            raise Stopped("AmpGlow was not installed, as you wished.")
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", str(copy)]
        done = subprocess.run(pip, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise Stopped(f"The wheel could not be installed; pip said:\n{tail}")
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    version = found()
    if version is None or number(version) < number(VERSION):
        raise Stopped(f"{wheel.name} holds AmpGlow {version or 'in no version'}; this script needs {VERSION} or later.")


def chosen_wheel(argv: Sequence[str], *, silent: bool) -> Path:
    """The wheel named by --wheel, or the one beside this script, or the one the user picks."""
    if "--wheel" in argv[:-1]:
        wheel = Path(argv[argv.index("--wheel") + 1]).expanduser()
        if not wheel.is_file():
            raise Stopped(f"There is no wheel at {wheel}.")
        return wheel
    here = sorted(Path(__file__).resolve().parent.glob(PATTERN))
    if len(here) == 1:
        return here[0]
    if here:
        names = ", ".join(wheel.name for wheel in here)
        raise Stopped(f"There are several wheels beside this script; keep the one to install: {names}")
    if silent:
        how = f"Put its wheel ({PATTERN}) beside this script, or name it with --wheel."
        raise Stopped(f"AmpGlow is not installed in Siril's Python. {how}")
    return picked_wheel()


def picked_wheel() -> Path:
    """Ask for the file."""
    sirilpy.ensure_installed("PyQt6")
    from PyQt6.QtWidgets import QApplication, QFileDialog

    application = QApplication.instance() or QApplication(["AmpGlow"])
    title = f"AmpGlow is not installed yet: choose its wheel ({PATTERN})"
    chosen, _ = QFileDialog.getOpenFileName(None, title, str(Path.home()), f"Wheels ({PATTERN})")
    application.processEvents()
    if not chosen:
        raise Stopped("No wheel was chosen, so there is nothing to run.")
    return Path(chosen)


def found() -> str | None:
    """Version of the package in this Python."""
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    return str(importlib.import_module(PACKAGE).__version__)


def number(version: str) -> tuple[int, ...]:
    """The first three numbers of a version, to be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", f"{version}.0.0")[:3])


def tell(siril: sirilpy.SirilInterface, message: str, details: str) -> None:
    """A failure reaches the user: in the log, in a message, and in the result file."""
    for line in f"AmpGlow: {message}".splitlines():
        siril.log(line, sirilpy.LogColor.RED)
    result = {
        "tool": f"ampglow {VERSION}",
        "job": JOB,
        "exit": 2,
        "verdict": "FAILED",
        "message": message,
        "lines": [message],
        "records": [],
        "details": details,
    }
    for folder in (siril.get_siril_wd(), tempfile.gettempdir()):
        path = Path(folder) / RESULT
        try:
            path.write_text(json.dumps(result, indent=1), encoding="utf-8")
        except OSError:
            continue
        siril.log(f"AmpGlow: result file: {path}")
        break
    if not siril.is_cli():
        siril.error_messagebox(message)


if __name__ == "__main__":
    interface = sirilpy.SirilInterface()
    interface.connect()
    code = 2
    try:
        code = main(interface, sys.argv[1:])
    except Stopped as stopped:
        tell(interface, str(stopped), "")
    except SystemExit as ended:
        code = 0 if not ended.code else 2
        if code:
            tell(interface, "The arguments of the script are not understood; Siril's log says which.", str(ended))
    except BaseException as error:  # noqa: BLE001 - Siril would swallow it
        tell(interface, f"{type(error).__name__}: {error}", traceback.format_exc())
    interface.log(f"AmpGlow_Preflight: exit {code}")
    interface.disconnect()
    sys.exit(code)
