"""What only one system has is called where it is, or has a way round; names and paths hold on the other, too."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

import ampglow_plugin
from ampglow_plugin import api
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers.places import _missing, of_other_system
from ampglow_plugin.hosts.entries import set_names
from ampglow_plugin.hosts.folder import check_lengths
from ampglow_plugin.hosts.pixinsight.paths import absolute, folder_names, rounds, stem
from ampglow_plugin.hosts.siril import runner
from ampglow_plugin.hosts.siril.dialects import PYSIRIL
from ampglow_plugin.library import template
from ampglow_plugin.model.manifest import InputFile, OutputFile, RunManifest
from ampglow_plugin.model.plan import Calibrate, Group, Plan
from ampglow_plugin.planning.naming import Names
from ampglow_plugin.planning.text import to_yaml

PACKAGE = Path(ampglow_plugin.__file__).parent
#: modules that POSIX alone has
MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
#: functions and constants that POSIX alone has, by module
NAMES = {
    "os": {
        "fork", "forkpty", "getuid", "geteuid", "getgid", "getpgid", "setsid", "killpg", "mkfifo", "mknod", "chown",
        "lchown", "chroot", "O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_DIRECTORY", "uname", "sysconf", "nice", "wait",
        "WNOHANG", "sched_getaffinity", "openpty", "statvfs", "posix_spawn",
    },
    "signal": {
        "SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGCHLD", "SIGSTOP", "SIGCONT", "alarm",
        "setitimer", "pthread_sigmask", "sigwait",
    },
    "select": {"poll", "epoll", "kqueue"},
}  # fmt: skip
KEYWORDS = {"preexec_fn", "pass_fds", "start_new_session", "process_group"}
#: modules that work on POSIX alone: `check_engine` stands before them, and they are imported where they are used
BEHIND_THE_ENGINE = {"hosts/siril/pipe.py", "hosts/siril/pysiril.py", "hosts/siril/guard.py"}
#: (file, name): guarded where it stands
GUARDED = {
    ("hosts/lock.py", "fcntl"),  # by sys.platform
    ("hosts/siril/program.py", "start_new_session"),  # its value is os.name == "posix"
    ("hosts/siril/ending.py", "os.killpg"),  # by os.name
    ("hosts/siril/ending.py", "signal.SIGKILL"),  # by os.name
    ("hosts/siril/process.py", "start_new_session"),  # its value is os.name == "posix"
    ("writing.py", "os.O_DIRECTORY"),  # AttributeError is expected
}


def _posix_only(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            yield node.module
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{a.name}" for a in node.names if a.name in NAMES.get(node.module or "", ()))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in NAMES.get(node.value.id, ()):
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            yield node.arg


def test_nothing_of_posix_stands_outside_guarded_places():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in BEHIND_THE_ENGINE:
            found |= {(name, what) for what in _posix_only(path)}
    assert found == GUARDED


#: imports every module as Windows would: without what POSIX alone has
_AS_WINDOWS = """
import importlib, pkgutil, sys, types
modules, behind = set(sys.argv[1].split(",")), set(sys.argv[2].split(","))
import asyncio, concurrent.futures.process, getpass, multiprocessing, shutil, sqlite3, subprocess, tempfile
import astropy.io.fits, astropy.table, click, matplotlib.figure, numpy, platformdirs, rich.console, rich.progress, yaml
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
for name in modules:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Missing())
sys.modules["msvcrt"] = types.SimpleNamespace(locking=None, LK_NBLCK=0)
sys.platform = "win32"
import ampglow_plugin
for found in pkgutil.walk_packages(ampglow_plugin.__path__, "ampglow_plugin."):
    if found.name.endswith(("__main__", "inside.window", "pysiril_child")) or found.name in behind:
        continue
    importlib.import_module(found.name)
    assert not behind & set(sys.modules), found.name
print(len([m for m in sys.modules if m.startswith("ampglow_plugin")]))
"""


def test_every_module_is_imported_where_posix_is_missing():
    behind = ",".join("ampglow_plugin." + name.removesuffix(".py").replace("/", ".") for name in BEHIND_THE_ENGINE)
    words = [sys.executable, "-c", _AS_WINDOWS, ",".join(MODULES), behind]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, cwd=PACKAGE.parent)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 300


def test_on_windows_siril_is_spoken_to_through_its_pipes_of_windows(monkeypatch):
    from ampglow_plugin.hosts.siril.program import Program
    from ampglow_plugin.hosts.siril.windows_pipe import WindowsPipes

    runner.check_engine(PYSIRIL)
    program = Program(command=("siril-cli.exe",), version="1.4.2", series="1.4")
    with monkeypatch.context() as patched:
        patched.setattr(runner.os, "name", "nt")
        opener = runner._opener(program)
    assert opener is WindowsPipes


DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{d}{i}" for d in ("COM", "LPT") for i in range(10))}
IDS = (
    "CON",
    "nul",
    "COM1",
    "Lpt9",
    "aux.fit",
    "PRN",
    "C:foo",
    "a/b",
    "a\\b",
    "..",
    "x" * 300,
    "trailing. ",
    "M31",
    "m31",
    "-rf",
)


def _windows_takes(name):
    """Whether a name of a file or folder is one that Windows makes and finds again."""
    return (
        name == name.rstrip(" .")
        and name.split(".")[0].upper() not in DEVICES
        and not set(name) & set('<>:"/\\|?*')
        and name.isprintable()
        and 0 < len(name) <= template.MOST_BYTES
        and PureWindowsPath(name).parts == (name,)
    )


def test_names_of_sets_and_folders_are_names_on_windows():
    groups = tuple(Group(id=name, frames=("/x",), steps=(Calibrate(),)) for name in IDS)
    for names in (list(set_names(Plan(tool="t", groups=groups)).values()), list(folder_names(IDS, "group").values())):
        assert [name for name in names if not _windows_takes(name)] == []
        assert len({name.casefold() for name in names}) == len(IDS)


@pytest.mark.parametrize("text", IDS)
def test_names_of_masters_are_names_on_windows(text):
    tidy = template._tidy(template.safe(text))
    assert tidy == "" or _windows_takes(tidy)


def test_ids_do_not_differ_by_capitals_alone():
    names = Names()
    given = [names.give("light", {"object": text}) for text in ("M31", "m31", "M 31")]
    assert len({name.casefold() for name in given}) == 3


@pytest.mark.parametrize(
    ("path", "wanted", "name"),
    [
        (r"C:\astro\M 31\light.fit", "C:/astro/M 31/light.fit", "light"),
        ("c:/astro/light.fit", "c:/astro/light.fit", "light"),
        (r"\\nas\share\x\light.v1.fit", "//nas/share/x/light.v1.fit", "light.v1"),
        (r"\\?\C:\long\light.fit", "//?/C:/long/light.fit", "light"),
        (r"/data/back\slash.fit", r"/data/back\slash.fit", r"back\slash"),
    ],
)
def test_paths_of_windows_in_scripts_for_pixinsight(path, wanted, name):
    assert absolute(path) == wanted
    assert stem(path) == name


@pytest.mark.parametrize(
    ("path", "elsewhere", "on_windows"),
    [(r"D:\a\l.fit", True, False), ("D:/a/l.fit", True, False), (r"\\nas\a\l.fit", True, False), ("/data/l.fit", False, True),
     ("//nas/a/l.fit", False, False), ("lights/l.fit", False, False), ("C:foo.fit", False, False)],
)  # fmt: skip
def test_whole_paths_of_the_other_system_are_told_apart(path, elsewhere, on_windows):
    assert of_other_system(path, windows=False) is elsewhere
    assert of_other_system(path, windows=True) is on_windows


@pytest.mark.skipif(sys.platform == "win32", reason="reads a plan of Windows elsewhere")
def test_a_plan_of_windows_is_read_or_refused_with_the_reason(tmp_path):
    def read(*frames):
        plan = Plan(tool="t", groups=(Group(id="g", frames=frames, steps=(Calibrate(bias_level_adu=500.0),)),))
        (tmp_path / "plan.yaml").write_text(to_yaml(plan))
        return api.read_plan(tmp_path / "plan.yaml").groups[0].frames

    with pytest.raises(InputError, match="another system") as caught:
        read(r"D:\night\l1.fit")
    assert caught.value.where == r"D:\night\l1.fit"
    assert read(r"lights\l1.fit") == (f"{tmp_path}/lights/l1.fit",)
    (tmp_path / r"lights\l1.fit").touch()  # a name of Linux
    assert read(r"lights\l1.fit") == (rf"{tmp_path}/lights\l1.fit",)


def _manifest(output):
    light = InputFile(path="x", size=1, sha256="0")
    return RunManifest(
        tool="t", plan_sha256="0", host="siril", host_version="1.4", script="a.ssf", commands=(),
        outputs=(OutputFile(path=output, group="g", light=light),),
    )  # fmt: skip


@pytest.mark.parametrize("length", [200, 259 - 26, 259 - 25, 300])
def test_a_path_that_windows_does_not_open_is_refused_before_anything_is_written(length):
    folder, name = PureWindowsPath(r"D:\astro\run"), "process/pp_light_"
    output = name + "x" * (length - len(str(folder / name)))
    if length + 26 <= 259:
        check_lengths(folder, _manifest(output), windows=True)
    else:
        with pytest.raises(InputError, match=f"would have {length} characters") as caught:
            check_lengths(folder, _manifest(output), windows=True)
        assert caught.value.where.startswith(r"D:\astro\run\process\pp_light_xx")
        assert f"{length + 26 - 259} characters shorter" in caught.value.fix
    check_lengths(folder, _manifest(output), windows=False)


def test_a_frame_that_windows_does_not_find_for_its_long_path_is_told_so():
    long = "D:\\" + "x" * 257
    assert "has 260 characters" in str(_missing(long, windows=True))
    assert "there is no such file" in str(_missing(long[:-1], windows=True))
    assert "there is no such file" in str(_missing("\\\\?\\" + long, windows=True))
    assert "there is no such file" in str(_missing(long, windows=False))


def test_frames_that_differ_by_capitals_get_rounds_of_their_own():
    """PixInsight names an output after the stem of its input."""
    assert rounds([r"D:\a\Light.fit", r"D:\b\light.fit"]) == [[r"D:\a\Light.fit"], [r"D:\b\light.fit"]]


@pytest.mark.parametrize("kind", [PurePosixPath, PureWindowsPath])
def test_places_in_a_manifest_are_read_on_either_system(kind, planned):
    """They are relative to its folder, with forward slashes."""
    from ampglow_plugin.hosts.siril.dialects import dialect
    from ampglow_plugin.hosts.siril.writer import write_script

    script = write_script(planned, dialect("1.4"))
    places = [*script.master_paths.values(), *script.products, *script.intermediates]
    assert places
    for place in places:
        assert "\\" not in place
        assert not kind(place).is_absolute()
        assert kind(place).as_posix() == place
        assert all(_windows_takes(part) for part in kind(place).parts)


@pytest.fixture
def planned():
    from tests.siril.plans import OSC

    return OSC
