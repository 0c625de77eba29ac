"""Which files a command works on: one folder to be sorted, or lights with their calibration frames.

``check`` and ``plan`` share these options, so that the same words mean the same frames::

    ampglow check NIGHT                                    one folder: sorted by header and folder name
    ampglow check LIGHT... --darks D... --flats F...       lights, whatever their IMAGETYP says

An option takes every word up to the next option, as shells expand ``--darks d*.fit`` to several.
Lights therefore stand first, or after ``--``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from ampglow_plugin.cli.places import Given

F = TypeVar("F", bound=Callable[..., Any])

#: option -> (role in a Context, help)
ROLE_OPTIONS: dict[str, tuple[str, str]] = {
    "--darks": ("dark", "Darks, or a master dark."),
    "--flats": ("flat", "Flats, or a master flat."),
    "--flat-darks": ("darkflat", "Darks of the flats' exposure, or their master."),
    "--bias": ("bias", "Bias frames, or a master bias."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What the user pointed at.

    ``folder`` is set where one folder was given alone: its frames are to be sorted by header and
    folder name. Otherwise ``given`` maps roles (``light``, ``dark``, ``flat``, ``darkflat``,
    ``bias``) to the files and folders that the user gave for them; a role not given is absent.
    ``config`` is the settings file named, if any; ``pixels`` is False where headers alone are to be read.
    """

    folder: Path | None = None
    given: Mapping[str, tuple[Path, ...]]
    config: Path | None = None
    pixels: bool = True

    @property
    def places(self) -> tuple[Path, ...]:
        """The folder, or the lights."""
        return (self.folder,) if self.folder is not None else self.given.get("light", ())


class Many(click.Option):
    """An option that takes one or more values: every word up to the next option (or ``--``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "multiple": True})


class ManyCommand(click.Command):
    """A command that understands :class:`Many`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        names = {opt for param in self.params if isinstance(param, Many) for opt in param.opts}
        try:
            spread = list(_spread(args, names))
        except click.UsageError as error:
            error.ctx = ctx
            raise
        return super().parse_args(ctx, spread)


def _spread(args: Iterable[str], names: set[str]) -> Iterable[str]:
    """``--darks a b`` as ``--darks a --darks b``, which click can read. ``--darks=a`` takes just that one."""
    current: str | None = None  # the Many option whose values are being read
    taken = 0

    def complete() -> None:
        if current is not None and not taken:
            raise click.UsageError(f"Option '{current}' needs at least one path.")

    words = iter(args)
    for word in words:
        if word.startswith("-") and word != "-":
            complete()
            current, taken = (word if word in names else None), 0
            if word == "--":
                yield word
                yield from words
                return
            if current is None:
                yield word
        elif current is None:
            yield word
        else:
            taken += 1
            yield current
            yield word
    complete()


def many_option(*names: str, required: bool = False, help: str) -> Callable[[F], F]:
    """An option of one or more existing files or folders, as a tuple of :class:`~pathlib.Path`."""
    kind = Given(exists=True, path_type=Path)
    return click.option(*names, cls=Many, type=kind, required=required, metavar="PATH...", help=help)


def input_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Positional PATHS, the options of :data:`ROLE_OPTIONS`, ``--config`` and ``--no-pixels``, as one ``inputs``.

    The command must be made with ``cls=ManyCommand``.
    """

    @functools.wraps(function)
    def gathered(*, paths: tuple[Path, ...], config: Path | None, pixels: bool, **kwargs: Any) -> Any:
        roles = {role: kwargs.pop(_parameter(option)) for option, (role, _) in ROLE_OPTIONS.items()}
        return function(inputs=replace(_inputs(paths, roles), config=config, pixels=pixels), **kwargs)

    decorated: Callable[..., Any] = gathered
    decorated = click.option(
        "--config",
        type=Given(exists=True, dir_okay=False, path_type=Path),
        help="Settings, instead of ampglow.yaml next to the frames and in your own folder of settings.",
    )(decorated)
    text = "Look into the pixels of a few frames: does the dark hold the glow of the lights? (default: yes)"
    decorated = click.option("--pixels/--no-pixels", default=True, help=text)(decorated)
    for option, (_, text) in reversed(ROLE_OPTIONS.items()):
        decorated = many_option(option, help=text)(decorated)
    kind = Given(exists=True, path_type=Path)
    return click.argument("paths", nargs=-1, type=kind, metavar="FOLDER | LIGHT...")(decorated)


#: option -> (parameter of ``api.verify``, help)
PROOF_OPTIONS: dict[str, tuple[str, str]] = {
    "--light": ("lights", "Raw lights or their folder, in any order; several are paired by DATE-OBS and exposure."),
    "--dark": ("dark", "Master dark that should have been subtracted."),
    "--dark-frames": ("dark_frames", "Singles of the master dark, where its own header has lost their settings."),
    "--flat": ("flat", "Master flat."),
    "--bias": ("bias", "Master bias; also only to count the bias levels."),
    "--log": ("log", "What the host printed."),
    "--seq": ("sequence", "How frames were aligned: Siril's pp_light_.seq or PixInsight's NAME_r.xdrz."),
}
_SEVERAL = ("--light", "--dark-frames")


def proof_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of :data:`PROOF_OPTIONS`, as one ``named``: those that were given, as ``api.verify`` takes them.

    The command must be made with ``cls=ManyCommand``.
    """

    @functools.wraps(function)
    def gathered(**kwargs: Any) -> Any:
        found = {parameter: kwargs.pop(parameter) for parameter, _ in PROOF_OPTIONS.values()}
        return function(named={name: given for name, given in found.items() if given}, **kwargs)

    decorated: Callable[..., Any] = gathered
    file = Given(exists=True, dir_okay=False, path_type=Path)
    for option, (parameter, text) in reversed(PROOF_OPTIONS.items()):
        if option in _SEVERAL:
            decorated = many_option(option, parameter, help=text)(decorated)
        else:
            decorated = click.option(option, parameter, type=file, help=text)(decorated)
    return decorated


def _parameter(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def _inputs(paths: tuple[Path, ...], roles: Mapping[str, tuple[Path, ...]]) -> Inputs:
    given = {role: found for role, found in roles.items() if found}
    if not paths:
        what = "No lights given: name them first, or after '--'." if given else "No folder and no lights given."
        raise click.UsageError(what, click.get_current_context())
    if not given and len(paths) == 1 and paths[0].is_dir():
        return Inputs(folder=paths[0], given={})
    return Inputs(given={"light": paths, **given})
