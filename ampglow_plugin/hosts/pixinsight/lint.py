"""A file of PixInsight as the Context that rules judge, with the headers of the frames it names."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.hosts.pixinsight.reader import read
from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.process import Listing
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES
from ampglow_plugin.rules.pixinsight import RULES
from ampglow_plugin.rules.pixinsight.batch_optimize import KEY
from ampglow_plugin.rules.pixinsight.look import targets
from ampglow_plugin.rules.runner import run_rules

MASTER_PATHS = ("masterDarkPath", "masterBiasPath", "masterFlatPath")
#: headers read for one file; the settings of a set show in its first frames
MAX_FRAMES = 200


def context_of(path: Path) -> Context:
    """What the file does, and the headers of those frames that are found where it says.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    reading = read(path)
    assert reading.listing is not None
    return Context(plan=reading.plan, places=reading.places, listing=reading.listing, frames=_frames(reading.listing))


def lint(path: Path) -> tuple[Finding, ...]:
    """Every finding of the AG3xx and AG6xx rules about icons or a script; () where nothing in it is ours to judge."""
    context = context_of(path)
    assert context.listing is not None
    judged = any(i.process in processes() or KEY in i.values for i in context.listing.instances)
    if not judged and not context.listing.dark_factors:
        return ()
    return run_rules(context, (*PIPELINE_RULES, *RULES))


def _frames(listing: Listing) -> dict[str, Frame]:
    from ampglow_plugin.headers import read_frame

    paths: dict[str, None] = {}
    for instance in listing.instances:
        if instance.process not in processes():
            continue
        masters = [v.value for k in MASTER_PATHS if (v := instance.values.get(k)) is not None and v.literal]
        paths.update(dict.fromkeys(str(m) for m in masters if m))
        paths.update(dict.fromkeys((targets(instance) or ())[:MAX_FRAMES]))
    found = {}
    for name in list(paths)[:MAX_FRAMES]:
        if not Path(name).is_file():
            continue
        try:
            found[name] = read_frame(name)
        except AmpglowError:  # a frame that cannot be read is the pre-flight's business; here it says nothing
            continue
    return found
