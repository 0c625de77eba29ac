"""The report in a real Chromium: it is whole, quiet, legible on every screen, and runs nothing of what it shows."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.html import Options, html_report
from ampglow_plugin.report.results import Results
from tests.injection.hostile import TEXTS, steering

pytestmark = pytest.mark.usefixtures("chromium")
MADE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def write(*words: object) -> None:
    with pytest.raises(SystemExit):
        main(["report", *map(str, words)])


@pytest.fixture(scope="session")
def pages(tmp_path_factory, night, proved, spoiled_page):
    """A night that is proved, one whose darks are wrong, and the run that was made with those."""
    folder = tmp_path_factory.mktemp("pages")
    write("-o", folder / "proved.html", night.folder, proved)
    wrong = tmp_path_factory.mktemp("wrong")
    for name in ("lights", "wrong_darks"):
        (wrong / name).symlink_to(night.folder / name)
    write("-o", folder / "wrong.html", wrong)
    return {"proved": folder / "proved.html", "wrong": folder / "wrong.html", "spoiled": spoiled_page}


@pytest.mark.parametrize("name", ["proved", "wrong", "spoiled"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_complaint_and_no_overflow(chromium, axe, pages, name, theme, width):
    chromium.open(pages[name], width=width, theme=theme)
    assert chromium.complaints() == []
    chromium.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert chromium.run("return document.documentElement.scrollWidth") <= width
    assert chromium.axe(axe) == []
    paper = chromium.run("return getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", paper)[:3]))
    assert brightness > 600 if theme == "light" else brightness < 150


def test_axe_would_complain(chromium, axe, tmp_path):
    """The check above can fail: a picture without words, a page without a language."""
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><title>x</title><main><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></main>"
    )
    chromium.open(page)
    assert {rule for rule, _ in chromium.axe(axe)} >= {"image-alt", "html-has-lang"}


def test_the_verdict_stands_on_top(chromium, pages):
    chromium.open(pages["proved"])
    assert chromium.run("return document.querySelector('h1').innerText") == "PROVED"
    assert chromium.run("return document.querySelector('.sentence').innerText") == (
        "The dark was applied, and all 4 frames are clean."
    )
    assert chromium.run("return document.querySelector('h1').getBoundingClientRect().top") < 300
    chromium.open(pages["wrong"], width=360)
    assert chromium.run("return document.querySelector('h1').innerText") == "NO GO"
    assert "Shoot 20 darks of 180 s" in chromium.run("return document.querySelector('#do h3').innerText")
    assert (
        chromium.run("return document.querySelector('#darks tr.bad').innerText").split("\n")[0].startswith("exposure")
    )


def test_pictures_are_there_and_show_what_they_should(chromium, pages):
    from PIL import Image

    chromium.open(pages["proved"])
    shown = chromium.run("return [...document.images].map((i) => [i.alt, i.naturalWidth, i.complete])")
    assert all(width > 0 and complete for _, width, complete in shown)
    assert [alt.partition(" ")[0] for alt, _, _ in shown if alt] == ["Brightness", "Raw", "The", "The", "What"]
    screen = np.asarray(Image.open(io.BytesIO(chromium.screenshot())).convert("RGB"), float)

    def seen(selector):
        place = (
            f"const r = document.querySelectorAll('{selector}')[0].getBoundingClientRect();"
            "return [r.left + scrollX, r.top + scrollY, r.width, r.height]"
        )
        left, top, width, height = (round(v) for v in chromium.run(place))
        return screen[top : top + height, left : left + width]

    glow = seen(".map img").mean(axis=2)
    height, width = glow.shape
    # the truth: on the right edge, at three quarters of the height
    third, half = width // 3, height // 2
    assert glow[half:, -third:].mean() > 3 * glow[:half, :third].mean()
    assert glow[half:, -third:].mean() > 1.3 * glow[:half, -third:].mean()
    # red is light: much of it in the dark, on the right, and next to none in the calibrated frame
    had_to_go, left = (seen(f"img[alt^={word}]") for word in ('"The glow of"', '"What is left"'))
    redness = [(side[..., 0] - side[..., 2])[half:, -third // 2 :].mean() for side in (had_to_go, left)]
    assert redness[0] > 60
    assert abs(redness[1]) < redness[0] / 3


def test_no_number_is_broken_over_two_lines(chromium, pages):
    chromium.open(pages["proved"], width=1440)
    broken = """
        const cells = [...document.querySelectorAll('#proof td')].filter((c) => /^[-\\d.\\s\u00b1]+$/.test(c.textContent));
        return [cells.length, cells.filter((c) => {
            const range = document.createRange();
            return [...c.textContent.matchAll(/\\S+/g)].some((word) => {
                range.setStart(c.firstChild, word.index); range.setEnd(c.firstChild, word.index + word[0].length);
                return range.getClientRects().length > 1;
            });
        }).length];"""
    found, wrong = chromium.run(broken)
    assert found >= 8
    assert wrong == 0


def test_it_is_read_with_keyboard_and_screen_reader(chromium, pages):
    chromium.open(pages["proved"])
    headings = chromium.run("return [...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))")
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    assert chromium.run("return document.querySelectorAll('header, nav, main, footer').length") == 4
    assert chromium.run("return [...document.querySelectorAll('table')].every((t) => t.caption)")
    unscoped = "return [...document.querySelectorAll('th')].filter((h) => !h.scope).length"
    assert chromium.run(unscoped) == 0
    links = chromium.run("return [...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))")
    assert all(chromium.run(f"return document.querySelector('{link}') !== null") for link in links)
    first = "const all = [...document.querySelectorAll('a, summary, [tabindex=\"0\"]')]; return all[0].innerText"
    assert chromium.run(first) == "Skip to the verdict"


def test_it_prints_with_everything_open(chromium, pages):
    chromium.open(pages["proved"])
    assert chromium.run("return [...document.querySelectorAll('details')].some((d) => d.open)") is False
    pdf = chromium.pdf()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    assert chromium.run("return [...document.querySelectorAll('details')].every((d) => d.open)")
    chromium.run("dispatchEvent(new Event('afterprint'))")
    assert chromium.run("return [...document.querySelectorAll('details')].some((d) => d.open)") is False


@pytest.fixture(scope="session")
def plain(checked):
    """The pre-flight of the night."""
    return Results(source="a folder", told=checked.verdict, matches=checked.matches, findings=checked.findings)


#: those of the hostile texts that mean something in a page
HOSTILE = ("script", "image", "style", "template", "right to left", "four bytes", "attribute", "address", "cdata")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("full", [True, False], ids=["full", "redacted"])
def test_hostile_names_are_text(chromium, plain, tmp_path, name, full):
    text = TEXTS[name]
    found = replace(plain, source=text)
    spoiled = [
        replace(m, id=text, group={**m.group, "camera": text, "object": text, "filter": text, "readout_mode": text})
        for m in found.matches
    ]
    file = "/darks/" + text.replace("/", "\u2215")
    spoiled = [replace(m, dark=file, darks=(file,)) if m.dark else m for m in spoiled]
    findings = [
        replace(f, message=text, fix=text, measured=text, unit=text, source=text, outcome="failed")
        for f in found.findings[:3]
    ]
    page = tmp_path / "hostile.html"
    results = [replace(found, matches=tuple(spoiled), findings=tuple(findings))]
    page.write_text(html_report(results, Options(title=text, made=MADE, full=full)), "utf-8")
    chromium.open(page)
    assert chromium.complaints() == []
    assert chromium.run("return document.scripts.length") == 1
    assert chromium.run("return document.querySelectorAll('img, iframe, object, embed, form, link, base').length") == 0
    assert chromium.run("return document.querySelectorAll('[onerror], [onload], [onmouseover], [style]').length") == 0
    assert "\u202e" not in chromium.run("return document.documentElement.outerHTML")
    assert "OWNED" not in chromium.run("return document.title").partition("document.title")[0]
    if not full:  # what looks like a folder is taken out
        return
    seen = "".join(c if not steering(c) else f"\\u{ord(c):04x}" for c in text)
    assert chromium.run("return document.title").endswith(" ".join(seen.split()))
    message = chromium.run("return document.querySelector('#findings .message').textContent")
    assert message == seen


def test_the_policy_stops_what_would_run(chromium, pages, tmp_path):
    """A script that got into the page all the same would not run, and the browser would say so."""
    page = tmp_path / "broken.html"
    text = pages["proved"].read_text("utf-8")
    page.write_text(text.replace("<footer>", "<script>document.title = 'OWNED'</script><footer>"), "utf-8")
    chromium.open(page)
    assert chromium.run("return document.title") != "OWNED"
    assert any("Content Security Policy" in said for said in chromium.complaints())


def test_nothing_is_loaded_from_anywhere(pages):
    for page in pages.values():
        text = Path(page).read_text("utf-8")
        assert set(re.findall(r"(?:src|href)=\W?(?:#|data:)?", text)) <= {'href="#', 'src="data:'}
        assert "url(" not in text
        assert "http" not in re.sub(r'http-equiv="[^"]*"', "", text)
