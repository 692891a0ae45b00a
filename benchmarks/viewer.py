"""The comparison viewer keeps up: frames a second with two 20-megapixel pictures, beside the plain way of drawing them.

The pictures are noise (a face would compress and scale no differently). Each gesture is run through the viewer's own
handlers for 90 frames, one step a frame; the peer is the plain way: two <img> elements, panned and zoomed by a CSS
transform. Frames come at 60 a second at most, so the processor time that one frame costs, over all of the browser's
processes, is kept beside the rate: it says what is left when the machine does nothing else. Both ways of drawing are
measured; without a graphics processor WebGL is computed in software, which is why the viewer then draws on a canvas.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from benchmarks.claim import Line, Skip

SIZE = (5472, 3648)  # width, height: 20 megapixels
WINDOW = {"width": 1600, "height": 1000}
FRAMES = 90

_MEASURE = """
async ([viewer, act, frames]) => {
  %s
  const step = STEPS[act](viewer);
  const times = [];
  await new Promise(done => {
    let count = 0;
    const next = now => {
      times.push(now);
      if (count < frames) step(count);
      count += 1;
      if (count > frames) done();
      else requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  return { rate: 1000 * gaps.length / (times.at(-1) - times[0]), slow: gaps[Math.floor(gaps.length * 0.95)] };
}
"""

_STEPS = """
const STEPS = {
  pan: viewer => i => viewer.pan('left', [Math.cos(i / 9) * 14, Math.sin(i / 9) * 14]),
  zoom: viewer => i => viewer.zoom('left', i % 60 < 30 ? 1.08 : 1 / 1.08, [300, 300]),
  close: viewer => {
    viewer.zoomTo('left', 4);
    return i => viewer.pan('left', [Math.cos(i / 9) * 14, Math.sin(i / 9) * 14]);
  },
  tone: viewer => i => viewer.update(state => ({ ...state, left: { ...state.left,
    tone: { brightness: 0.1, contrast: 1.2, gamma: 1 + (i % 20) / 20 } } }), 'bench'),
  fade: viewer => i => viewer.setAmount((i % 50) / 50),
  swipe: viewer => i => viewer.setAmount((i % 50) / 50),
  peer: viewer => {
    viewer.renderer.canvas.hidden = true;
    const pictures = ['left', 'right'].map(side => {
      const [box, picture] = [document.createElement('div'), new Image()];
      const { x, y, width, height } = viewer.places[side];
      Object.assign(box.style, { position: 'absolute', overflow: 'hidden', left: `${x}px`, top: `${y}px`,
                                 width: `${width}px`, height: `${height}px` });
      picture.src = viewer.dataset[side];
      Object.assign(picture.style, { willChange: 'transform', transformOrigin: '0 0' });
      box.append(picture);
      viewer.board.append(box);
      return [picture, width / 5472];
    });
    return i => pictures.forEach(([picture, scale]) => {
      const closer = scale * 1.08 ** (i % 60 < 30 ? i % 30 : 30 - i % 30);
      picture.style.transform = `translate(${Math.cos(i / 9) * 14}px, ${Math.sin(i / 9) * 14}px) scale(${closer})`;
    });
  },
};
"""


_ALIGNED = """viewer => viewer.update(state => ({ ...state, align:
  { left: [[9, 9], [5000, 3000]], right: [[99, 9], [5000, 3100]] } }))"""
_AFRESH = """(viewer, mode) => { viewer.setOverlay(mode); viewer.zoom('left', 1e-6);
  viewer.update(state => ({ ...state, left: { ...state.left, tone: { brightness: 0, contrast: 1, gamma: 1 } } })) }"""
_ACTS = ("pan", "zoom", "close", "tone", "swipe", "fade")


def measure() -> list[Line]:
    """Every gesture with both ways of drawing, and the peer."""
    try:
        from playwright.sync_api import sync_playwright

        from tests.browser import launched
        from tests.site.viewer.page import Site, page, viewer
    except ImportError as error:
        raise Skip(f"{error.name} is not installed") from error
    site = Site()
    rng = np.random.default_rng(0)
    for side in ("left", "right"):
        coarse = rng.integers(0, 256, (SIZE[1] // 4, SIZE[0] // 4, 3), np.uint8)
        whole = cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
        site.files[f"/{side}.jpg"] = bytes(cv2.imencode(".jpg", whole)[1])
    lines: list[Line] = []
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        for renderer, acts in (("canvas", (*_ACTS, "peer")), ("webgl", _ACTS)):
            site.files["/compare.html"] = page(viewer("/left.jpg", "/right.jpg", extra=f'data-renderer="{renderer}"'))
            opened = chromium.new_page(viewport=WINDOW)  # type: ignore[arg-type]
            opened.goto(f"{site.address}/compare.html")
            host = opened.locator("lookalike-viewer")
            host.locator(".viewer").wait_for(timeout=120_000)
            host.evaluate(_ALIGNED)
            for act in acts:
                host.evaluate(_AFRESH, act if act in ("swipe", "fade") else "none")
                opened.wait_for_timeout(300)
                before = _processor_seconds()
                found = opened.evaluate(_MEASURE % _STEPS, [host.element_handle(), act, FRAMES])
                used = (_processor_seconds() - before) * 1000 / FRAMES
                asked = 57 if renderer == "canvas" and act != "peer" else None  # 60, less one dropped frame in 20
                name = "  two <img> and a CSS transform" if act == "peer" else f"viewer, {renderer}: {act}"
                numbers = {"slowest_of_20_ms": found["slow"], "processor_ms_a_frame": used, "load": os.getloadavg()[0]}
                lines.append(Line(name, found["rate"], asked, unit="/s", numbers=numbers))
            opened.close()
        chromium.close()
    site.close()
    return lines


def _processor_seconds() -> float:
    """What this process's descendants have used so far, in seconds of processor time."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)], used[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours, last = {os.getpid()}, 0
    while len(ours) > last:
        last = len(ours)
        ours |= {process for process, parent in parents.items() if parent in ours}
    return sum(used.get(process, 0) for process in ours) / os.sysconf("SC_CLK_TCK")
