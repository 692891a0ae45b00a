// From a state to what is drawn: where each picture lies on the stage, and which regions show which picture.

import { apply, invert, multiply, scaled, viewMatrix, within } from "./geometry.js";
import { corresponding, mapOf } from "./comparison.js";

const LOUPE_SIZE = 168; // screen pixels
export const LOUPE_POWER = 3;

export const CAPTION = 42; // screen pixels above each pane: two lines of words
const GAP = 2;

// The panes of a stage and where their captions stand: side by side, one above the other where it is narrow, or one
// pane for both in an overlay.
export function layOut(width, height, together) {
  const half = Math.floor((width - GAP) / 2);
  const halves = { left: { x: 0, y: 0, width: half }, right: { x: half + GAP, y: 0, width: half } };
  const row = { y: CAPTION, height: Math.max(1, height - CAPTION) };
  if (together) {
    const pane = { x: 0, width, ...row };
    return { left: pane, right: pane, captions: halves };
  }
  if (width < 560) {
    const tall = Math.max(1, Math.floor(height / 2) - CAPTION);
    const pane = (y) => ({ x: 0, y: y + CAPTION, width, height: tall });
    const below = height - CAPTION - tall;
    return { left: pane(0), right: pane(below), captions: { left: { x: 0, y: 0, width }, right: { x: 0, y: below, width } } };
  }
  return { left: { ...halves.left, ...row }, right: { ...halves.right, ...row }, captions: halves };
}

// Picture to stage for both sides, in screen pixels. In an overlay the right picture follows the left one's view.
export function matricesOf(state, sizes, panes) {
  const left = viewMatrix(state.left.view, sizes.left, panes.left);
  if (state.overlay.mode !== "none") return { left, right: multiply(left, mapOf(state)) };
  return { left, right: viewMatrix(state.right.view, sizes.right, panes.right) };
}

// The regions to draw, in screen pixels. shows: which picture a blink shows now.
export function regionsOf(state, panes, matrices, shows) {
  const layer = (side, alpha = 1) => ({ side, alpha, matrix: matrices[side], tone: state[side].tone });
  const { mode, amount } = state.overlay;
  const pane = panes.left;
  if (mode === "blink") return [{ ...pane, layers: [layer(shows)] }];
  if (mode === "fade") return [{ ...pane, layers: [layer("left"), layer("right", amount)] }];
  if (mode === "swipe") {
    const line = Math.round(pane.width * amount);
    return [
      { ...pane, width: line, layers: [layer("left")] },
      { ...pane, x: pane.x + line, width: pane.width - line, layers: [layer("right")] },
    ];
  }
  return [{ ...pane, layers: [layer("left")] }, { ...panes.right, layers: [layer("right")] }];
}

// Two regions three times closer: about the pointer's place, and about the corresponding one.
export function loupesOf(state, sizes, panes, matrices, side, at) {
  const point = apply(invert(matrices[side]), at);
  const across = side === "left" ? "right" : "left";
  const points = { [side]: point, [across]: corresponding(state, sizes, side, point) };
  const together = state.overlay.mode !== "none";
  return ["left", "right"].map((each) => {
    const pane = panes[each];
    const size = Math.min(LOUPE_SIZE, Math.floor(pane.height / 2), Math.floor(pane.width / (together ? 2 : 1)));
    const [x, y] = together ? [at[0] + (each === "left" ? -size / 2 : size / 2), at[1]] : apply(matrices[each], points[each]);
    const box = { x: between(x - size / 2, pane.x, pane.width - size), y: between(y - size / 2, pane.y, pane.height - size), width: size, height: size };
    const [a, b, c, d] = scaled(matrices[each], LOUPE_POWER);
    const here = multiply([a, b, c, d, box.x + size / 2, box.y + size / 2], [1, 0, 0, 1, -points[each][0], -points[each][1]]);
    return { ...box, layers: [{ side: each, alpha: 1, matrix: here, tone: state[each].tone }] };
  });
}

const between = (value, start, room) => Math.round(Math.min(start + Math.max(0, room), Math.max(start, value)));

// The same regions in device pixels, on whole ones.
export const onDevice = (regions, ratio) =>
  regions
    .map(({ x, y, width, height, layers }) => {
      const [left, top] = [Math.round(x * ratio), Math.round(y * ratio)];
      return {
        x: left,
        y: top,
        width: Math.round((x + width) * ratio) - left,
        height: Math.round((y + height) * ratio) - top,
        layers: layers.map((layer) => ({ ...layer, matrix: scaled(layer.matrix, ratio) })),
      };
    })
    .filter(({ width, height }) => width > 0 && height > 0);

// Where the points of a mark are on the stage, null for a point that is not placed or not in sight.
export function sightOf(mark, panes, matrices) {
  const seen = (side) => {
    if (!mark[side]) return null;
    const at = apply(matrices[side], mark[side]);
    return within(at, panes[side]) ? at : null;
  };
  return { left: seen("left"), right: seen("right") };
}
