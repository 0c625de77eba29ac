"""Whole files for every reader, made by code, and the small committed corpus of what once went wrong or was hard to reach."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

CORPUS: Final = Path(__file__).parent / "corpus"
_GOLDEN: Final = Path(__file__).resolve().parents[1] / "golden"
_CARDS: Final[dict[str, Any]] = {
    "IMAGETYP": "Light Frame",
    "EXPTIME": 180.0,
    "CCD-TEMP": -10.1,
    "SET-TEMP": -10.0,
    "GAIN": 120,
    "OFFSET": 30,
    "INSTRUME": "ZWO ASI533MC Pro",
    "BAYERPAT": "RGGB",
    "DATE-OBS": "2026-01-31T22:10:00.123",
    "SWCREATE": "N.I.N.A. 3.1",
    "ROWORDER": "TOP-DOWN",
    "READOUTM": "High Gain Mode",
    "OBJECT": "M 31",
}


def committed(name: str) -> Iterator[bytes]:
    """Files of the corpus, in order of their names."""
    folder = CORPUS / name
    yield from (path.read_bytes() for path in sorted(folder.iterdir())) if folder.is_dir() else ()


def _fits(**how: Any) -> bytes:
    import numpy as np
    from astropy.io import fits

    kind = how.pop("kind", fits.PrimaryHDU)
    data = how.pop("data", np.arange(24, dtype=np.uint16).reshape(4, 6))
    hdu = kind(data, **how)
    hdu.header.update(_CARDS)
    hdu.header["HISTORY"] = "Calibrated with a master dark"
    hdu.header["HIERARCH ESO DET MODE"] = "fast"
    hdu.header["LONGTEXT"] = "x" * 100
    stream = io.BytesIO()
    if kind is fits.PrimaryHDU:
        hdu.writeto(stream)
    else:
        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(stream)
    return stream.getvalue()


def fits_files() -> Iterator[bytes]:
    """Plain, of floats, of three planes, tile-compressed, gzipped, without an image, cut short."""
    import numpy as np
    from astropy.io import fits

    plain = _fits()
    yield plain
    yield _fits(data=np.linspace(0, 1, 24, dtype=np.float32).reshape(4, 6))
    yield _fits(data=np.zeros((3, 4, 6), np.int16))
    for method in ("RICE_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1"):
        shape = (8, 8) if method == "HCOMPRESS_1" else (4, 6)
        data = np.arange(shape[0] * shape[1], dtype=np.int16).reshape(shape)
        yield _fits(kind=fits.CompImageHDU, data=data, compression_type=method)
    yield gzip.compress(plain, mtime=0)
    yield plain[:3000]
    yield plain[:2880]


def xisf_files() -> Iterator[bytes]:
    """Blocks of every kind, with keywords and properties."""
    import numpy as np

    from tests.pixinsight.xisf_files import write

    image = np.arange(24, dtype=np.uint16).reshape(1, 4, 6)
    keywords = (("EXPTIME", "180.0", "s"), ("INSTRUME", "'ZWO ASI533MC Pro'", ""))
    ways: tuple[dict[str, Any], ...] = (
        {},
        {"codec": "zlib+sh", "checksum": "sha256"},
        {"codec": "lz4"},
        {"codec": "zstd"},
        {"location": "inline:base64"},
        {"location": "embedded"},
        {"big_endian": True, "normal": True},
    )
    with tempfile.TemporaryDirectory() as made:
        for way in ways:
            path = Path(made) / "x.xisf"
            with contextlib.suppress(KeyError, ValueError):
                yield write(path, image, keywords=keywords, properties={"PCL:OutputPedestal": "0"}, **way).read_bytes()


def _golden(*patterns: str) -> Callable[[], Iterator[bytes]]:
    def files() -> Iterator[bytes]:
        for pattern in patterns:
            yield from (path.read_bytes() for path in sorted(_GOLDEN.glob(pattern)))

    return files


def programs() -> Iterator[bytes]:
    """Python that sends commands to Siril."""
    yield (
        b"import sirilpy as s\nsiril = s.SirilInterface()\nsiril.connect()\nname = 'light'\n"
        b"for n in ('a', 'b'):\n    siril.cmd('calibrate', f'{n}_{name}', '-dark=d', '-cfa')\nsiril.cmd(f'stack {name} rej 3 3')\n"
    )
    yield b"from pysiril.siril import Siril\nfrom pysiril.wrapper import Wrapper\nw = Wrapper(Siril())\nw.calibrate('light', dark='d')\n"


def sequences() -> Iterator[bytes]:
    """As the three Sirils write them."""
    from tests.siril.test_sequence import V1_0, V1_2, V1_4

    yield from (text.encode() for text in (V1_0, V1_2, V1_4))


def logs() -> Iterator[bytes]:
    """What Siril says while it calibrates."""
    yield (
        b"log: Running command: calibrate\nlog: Preprocessing...\nlog: Processing image 1\nprogress: Stacking, 50.0%\n"
        b"log: Dark optimization: k0=0.998\nlog: Script execution finished successfully.\n"
    )
    source = 'P.masterDarkEnabled = true;\nP.masterDarkPath = "/m/dark.fit";'
    step = {"process": "ImageCalibration", "outputs": ["/o/pp_light_00001.xisf"], "source": source}
    yield json.dumps({"version": "1.9.3", "steps": [step]}).encode()


def histories() -> Iterator[bytes]:
    """HISTORY of both hosts."""
    yield b"Calibrated with a master dark (factor=1.000)\nCalibrated with a master flat\nRGB extracted from cfa\n"
    yield b"ImageCalibration.masterDarkEnabled: true\nImageCalibration.masterDarkFileName: d.xisf\nImageCalibration.darkScalingFactors: 0.98\n"


def console_logs() -> Iterator[bytes]:
    """PixInsight's console."""
    yield b"ImageCalibration: Global context\nCalibrating target frames:\nDark scaling factors:\nk0 = 0.987\n"


def plans() -> Iterator[bytes]:
    """Every plan that the tests emit."""
    from ampglow_plugin.planning.text import to_yaml
    from tests.siril.plans import PLANS

    yield from (to_yaml(plan).encode() for plan in PLANS.values())


def configs() -> Iterator[bytes]:
    """All settings."""
    yield (
        b"limits:\n  temperature_c: {cooled: {exact: 1, tolerated: 2}}\n  age_d: [30, 365, 730]\nlibrary: [~/Darks]\n"
        b"ignore:\n  - {rule: AG214, where: 'Darks/*', reason: same driver}\n"
    )
    yield b"hosts: {siril: /opt/siril}\n"
    yield b"a: &a [x]\nb: *a\n? {c: d}\n: !!python/object:os.system {}\n"


def manifests() -> Iterator[bytes]:
    """As emit writes it."""
    from ampglow_plugin.model.codec import to_dict
    from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest

    light = InputFile(path="/l/1.fit", size=1, sha256="0" * 64)
    master = MasterFile(id="dark", role="dark", path="/m/dark.fit", built=True, inputs=(light,), sha256="1" * 64)
    output = OutputFile(path="pp_1.fit", group="lights", light=light, dark="dark")
    manifest = RunManifest(
        tool="ampglow",
        plan_sha256="0" * 64,
        host="siril",
        host_version="1.4",
        script="a.ssf",
        commands=(),
        masters=(master,),
        outputs=(output,),
    )
    yield json.dumps(to_dict(manifest)).encode()


def indexes() -> Iterator[bytes]:
    """An index with a frame in it, and another database."""
    from ampglow_plugin.catalog.index import Index

    with tempfile.TemporaryDirectory() as made:
        frames = Path(made) / "frames"
        frames.mkdir()
        (frames / "a.fits").write_bytes(_fits())
        with Index(Path(made) / "i.sqlite") as index:
            index.update([frames])
        yield (Path(made) / "i.sqlite").read_bytes()
        other = Path(made) / "o.sqlite"
        with contextlib.closing(sqlite3.connect(other)) as database:
            database.execute("CREATE TABLE frames (x)")
        yield other.read_bytes()


SEEDS: Final[Mapping[str, Callable[[], Iterator[bytes]]]] = {
    "fits": fits_files,
    "pixels": fits_files,
    "xisf": xisf_files,
    "ssf": _golden("siril/*/*.ssf"),
    "py": programs,
    "xpsm": _golden("pixinsight/*/*.xpsm"),
    "js": _golden("pixinsight/1.9.4/*.js"),
    "pilog": console_logs,
    "seq": sequences,
    "log": logs,
    "history": histories,
    "plan": plans,
    "config": configs,
    "manifest": manifests,
    "index": indexes,
}
