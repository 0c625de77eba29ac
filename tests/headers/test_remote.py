"""Frames in an object store: a real server of S3 on this machine, and every byte that comes from it counted."""

from __future__ import annotations

import gzip
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame, remote
from ampglow_plugin.headers.places import absolute, is_address, joined
from ampglow_plugin.report.records import line, record
from tests.conftest import CARDS
from tests.headers.conftest import write_xisf

pytest.importorskip("s3fs")
pytest.importorskip("moto")

SECRET = "hVq7secretKEYthatNobodyMaySee0000000000x"
KEY = "AKIAZZTESTKEY0000000"
#: pixels of each frame: 2 MB, so that a whole frame would be seen among the bytes
SIZE = (1024, 1024)


class Counter:
    """A plain TCP proxy before the server, which counts what comes back."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.received = 0
        self._to = port
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._to)) as upstream:
            asking = threading.Thread(target=self._pump, args=(client, upstream), daemon=True)
            asking.start()
            self._pump(upstream, client, counted=True)
            asking.join(10)

    def _pump(self, source: socket.socket, target: socket.socket, *, counted: bool = False) -> None:
        try:
            while data := source.recv(65536):
                self.received += len(data) if counted else 0
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        self._server.close()


@pytest.fixture(scope="module")
def server():
    """The port of moto's server."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    run = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(300):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield port
    run.terminate()
    run.wait(20)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """Darks and lights of 2 MB, one with an odd card, a packed one, an XISF, a cut one, and what is no frame."""
    from astropy.io import fits

    folder = tmp_path_factory.mktemp("night")
    noise = np.random.default_rng(1).integers(0, 65535, SIZE, np.uint16)
    for kind in ("LIGHT", "DARK"):
        (folder / f"{kind.lower()}s").mkdir()
        for i in range(4):
            header = fits.Header({**CARDS, "IMAGETYP": kind, "DATE-OBS": f"2024-01-10T22:0{i}:00"})
            fits.PrimaryHDU(noise, header).writeto(folder / f"{kind.lower()}s" / f"{kind}_{i}.fits")
    darks = folder / "darks"
    fits.PrimaryHDU(noise, fits.Header({**CARDS, "IMAGETYP": "DARK", "HIERARCH ODD CARD": 1})).writeto(
        darks / "odd card.fits"
    )
    (darks / "packed.fits.gz").write_bytes(gzip.compress((darks / "DARK_0.fits").read_bytes(), 1))
    (darks / "cut.fits").write_bytes((darks / "DARK_1.fits").read_bytes()[:500_000])
    (darks / "empty.fits").touch()
    (darks / "notes.txt").write_text("clouds")
    write_xisf(darks / "x.xisf", [["IMAGETYP", "'DARK'", ""], ["EXPTIME", "180.0", ""]], image='geometry="64:48:1"')
    return folder


@pytest.fixture
def bucket(server, night, monkeypatch):
    """The night as objects; the environment points to the server through the counter."""
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server}")
    name = f"bucket-{os.getpid()}"
    if name not in {b["Name"] for b in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=name)
        for path in sorted(p for p in night.rglob("*") if p.is_file()):
            client.upload_file(str(path), name, f"night/{path.relative_to(night).as_posix()}")
        client.put_object(Bucket=name, Key="night/darks/", Body=b"")  # as consoles make a folder
    client.close()
    counter = Counter(server)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{counter.port}")
    yield f"s3://{name}/night", counter
    counter.close()


def ampglow(*words, **env):
    """The command as its users run it."""
    command = [sys.executable, "-m", "ampglow_plugin", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **env}, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def records(*words):
    code, out, _ = ampglow(*words, "--json")
    return code, [json.loads(line) for line in out.splitlines()]


def same(found, path):
    """Whether a record is that of the file at ``path``, but for its path."""
    local = json.loads(line(record("frame", read_frame(path))))
    return {**found, "path": None} == {**local, "path": None}


@pytest.mark.parametrize(
    ("name", "most_bytes"),
    [("DARK_0.fits", 16_000), ("odd card.fits", 16_000), ("packed.fits.gz", 40_000), ("x.xisf", 8_000)],
)
def test_a_header_is_read_by_ranges_and_says_what_the_file_says(bucket, night, name, most_bytes):
    address, counter = bucket
    code, [frame, _] = records("headers", f"{address}/darks/{name}")
    assert code == 0
    assert frame["path"] == f"{address}/darks/{name}"
    assert same(frame, night / "darks" / name)
    assert 0 < counter.received < most_bytes


def test_a_folder_is_scanned_into_the_index_by_ranges(bucket, night, tmp_path):
    address, counter = bucket
    index = tmp_path / "index.sqlite"
    code, found = records("scan", address, "--index", index)
    assert code == 0
    frames = [p for p in night.rglob("*") if p.suffix in (".fits", ".gz", ".xisf")]
    summary = found[-2]
    assert (summary["files"], summary["read"], summary["unreadable"]) == (len(frames), len(frames), 2)
    missing = 2880 + 2 * 1024 * 1024 - 500_000
    assert {p["path"].rsplit("/", 1)[-1]: p["what"] for p in found if p["record"] == "problem"} == {
        "cut.fits": f"its pixels are cut short, {missing:,} bytes are missing at its end",
        "empty.fits": "the file is empty",
    }
    assert summary["left_out"] == {"not the name of a frame": 1}
    assert counter.received < 20_000 * len(frames)  # 13 frames of 2 MB
    before = counter.received
    code, found = records("scan", address, "--index", index)
    assert (found[-2]["read"], found[-2]["unchanged"]) == (0, len(frames))
    assert counter.received - before < 20_000  # two listings
    code, cells = records("library", "--index", index)
    assert {(c["kind"], c["exposure_s"], c["gain"]) for c in cells if c["record"] == "cell"} >= {("dark", 180.0, 120.0)}
    for name in tmp_path.iterdir():
        data = name.read_bytes()
        assert SECRET.encode() not in data
        assert KEY.encode() not in data
    rows = sqlite3.connect(index)
    paths = {joined(*row) for row in rows.execute("SELECT path, name FROM frames JOIN folders ON folders.id = folder")}
    rows.close()
    assert paths == {f"{address}/{p.relative_to(night).as_posix()}" for p in frames}


def test_a_remote_copy_is_known_by_its_content(bucket, night, tmp_path):
    address, _ = bucket
    index = tmp_path / "index.sqlite"
    ampglow("scan", night / "lights", "--index", index)
    _, found = records("scan", f"{address}/lights", "--index", index)
    assert (found[-2]["read"], found[-2]["copies"]) == (4, 4)


def test_what_is_not_there_or_not_allowed_loses_nothing(bucket, tmp_path, server):
    address, counter = bucket
    index = tmp_path / "index.sqlite"
    records("scan", f"{address}/lights", "--index", index)
    counter.close()
    dead = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    code, out, err = ampglow("scan", f"{address}/lights", "--index", index, **dead)
    assert "cannot be listed" in out + err
    code, out, _ = ampglow("library", "--index", index, "--json", "-v")
    rows = sqlite3.connect(index)
    assert rows.execute("SELECT count(*) FROM frames WHERE missing = 0").fetchone() == (4,)
    rows.close()
    code, _, err = ampglow("headers", f"{address}/lights/LIGHT_9.fits", AWS_ENDPOINT_URL=f"http://127.0.0.1:{server}")
    assert code == 2
    assert "there is no such file" in err


@pytest.mark.parametrize(
    "address",
    [
        f"https://user:{SECRET}@host/darks",
        f"https://host/d.fits?X-Amz-Signature={SECRET}",
        f"s3://bucket/d.fits#{SECRET}",
        f"s3://{KEY}:{SECRET}@[bad",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(tmp_path, address):
    for words in (["headers", address], ["scan", address, "--index", tmp_path / "index.sqlite"]):
        code, _, err = ampglow(*words)
        assert code == 2
        assert "must hold no password" in err


def test_without_the_extra_it_says_what_to_install(tmp_path):
    (tmp_path / "fsspec.py").write_text("raise ImportError('no module named fsspec')")
    path = os.pathsep.join([str(tmp_path), str(Path(remote.__file__).parents[2])])
    code, _, err = ampglow("headers", "s3://bucket/dark.fits", PYTHONPATH=path)
    assert code == 2
    assert "ampglow-plugin[remote]" in err


def test_paths_and_addresses_are_told_apart():
    assert [is_address(p) for p in ("s3://b", "https://h/x", Path("/a"), "C:/a", "a://", "://x", "x:y")] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip
    assert absolute("s3://bucket/darks/") == "s3://bucket/darks"
    with pytest.raises(InputError, match="chained"):
        absolute("simplecache::s3://bucket/darks")
    with pytest.raises(InputError, match="no storage"):
        remote.filesystem("nosuch://bucket/darks")
