"""What Siril passes over without a word, shown on the pixels and files it leaves: AG507, AG510, AG511, AG512, AG513."""

from __future__ import annotations

import numpy as np
import pytest

from tests.siril.real import GLOW, LEVEL, SERIES, run, script

LIGHT = "light_00001.fit"


@pytest.fixture
def do(siril, tmp_path):
    """Run ``body`` on one series, in a folder of its own."""
    folders = iter(range(100))

    def on(series, body):
        done = run(siril(series), tmp_path / f"r{next(folders)}", script(body, series))
        assert done.fate == "runs", done.log
        return done

    return on


def subtracted(done, prefix="pp_"):
    """What was taken away in the corner that glows, in ADU."""
    raw, output = done.pixels(LIGHT), done.pixels(f"{prefix}{LIGHT}")
    scale = 1 if output.max() > 2 else 65535  # 16 bits or 0..1
    return float(np.median((raw - output * scale)[:8, :8]))


#: what 1.0 does not take for a dark
PASSED_OVER = ("-DARK=md", "-dark md", "-dark = md", "\u2013dark=md", "--dark=md", "-Dark=md -cfa")


def test_1_0_subtracts_no_dark_and_says_nothing(do):
    commands = [f"preprocess light {words} -prefix=p{i}_" for i, words in enumerate(PASSED_OVER)]
    done = do("1.0", "\n".join([*commands, "preprocess light -dark=md", ""]))
    for i, words in enumerate(PASSED_OVER):
        assert subtracted(done, f"p{i}_") == pytest.approx(0, abs=1), words
    assert subtracted(done) == pytest.approx(LEVEL + GLOW, abs=3)
    assert "ignor" not in done.log
    assert "nknown" not in done.log


def test_1_0_does_not_scale_by_exposure(do):
    """The dark has twice the exposure of the light."""
    assert subtracted(do("1.0", "preprocess light -dark=md -opt=exp\n")) == pytest.approx(LEVEL + GLOW, abs=3)
    assert subtracted(do("1.4", "calibrate light -dark=md -opt=exp\n")) == pytest.approx((LEVEL + GLOW) / 2, abs=3)


def stacked(done, name):
    data = done.pixels(name)
    return data if data.max() > 2 else data * 65535


#: frames of three levels: their mean depends on whether they are brought to one
LEVELS = "".join(f"load light_0000{i}\noffset {i * 1000}\nsave lev_0000{i}\n" for i in (1, 2, 3))


@pytest.mark.parametrize("series", SERIES)
def test_what_is_no_normalisation_normalises_nothing(do, series):
    odd = ("-norm=ADDSCALE", "-norm=addscaling", "-norm=", "")
    words = ("-nonorm", "-norm=add", *odd)
    done = do(series, LEVELS + "".join(f"stack lev mean 0 0 {w} -out=s{i}\n" for i, w in enumerate(words)))
    none, add, *others = (stacked(done, f"s{i}.fit") for i in range(len(words)))
    assert not np.allclose(none, add, atol=100)
    for word, result in zip(odd, others, strict=True):
        assert np.allclose(none, result, atol=0.5), word


@pytest.mark.parametrize("word", ["none", "foo"])
def test_1_0_loses_the_word_behind_a_rejection_it_does_not_know(do, word):
    done = do("1.0", f"stack dark rej {word} -out=lost -norm=add\nstack dark rej {word} -norm=add -out=kept\n")
    assert not (done.folder / "lost.fit").exists()
    assert (done.folder / "kept.fit").exists()
    assert done.log.count("Normalization ............. none") == 1


#: command -> what is then in the settings, by series
KEPT = {
    "set16bits": {"1.2": "force_16bit=true", "1.4": "force_16bit=true"},
    "setmem 0.7": {"1.0": "maxmem = 0.7;", "1.2": "mem_ratio=0.69999", "1.4": "mem_ratio=0.69999"},
    "setext fits\nload md": {"1.0": 'extension = ".fits"', "1.2": "extension=.fits", "1.4": "extension=.fits"},
}


@pytest.mark.parametrize(("command", "series"), [(c, s) for c, kept in KEPT.items() for s in kept])
def test_settings_are_written_at_once_and_stay(siril, tmp_path, command, series):
    done = run(siril(series), tmp_path / "r", script(f"{command}\n", series))
    assert KEPT[command][series] in (done.folder / "case.ini").read_text(encoding="utf-8")


@pytest.mark.parametrize("series", SERIES)
def test_keys_in_names_are_letters_to_1_0(do, series):
    done = do(series, "load md\nsave x_$EXPTIME:%d$s\n")
    names = {path.name for path in done.folder.glob("x_*")}
    assert names == {"x_$EXPTIME:%d$s.fit" if series == "1.0" else "x_60s.fit"}


def test_a_wildcard_of_1_2_takes_the_newest_file(do):
    done = do("1.2", "load mb\nsave d_1\nload md\nsave d_2\ncalibrate light -dark=d_$*EXPTIME:%d$\n")
    assert "Using most recent" in done.log


def test_a_folder_with_a_blank_is_not_the_one_that_is_meant(do):
    for series in SERIES:
        done = do(series, "load md\nstack dark rej 3 3 -out=my/x\ncd my folder\nload x\nsave here\ncd ..\n")
        assert (done.folder / "my" / "here.fit").exists(), series
