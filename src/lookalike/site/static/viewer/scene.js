// From a state to what is drawn: where each picture lies on the stage, and which regions show which picture.

import { apply, invert, multiply, scaled, viewMatrix, within } from "./geometry.js";
import { corresponding, mapOf } from "./comparison.js";

const LOUPE_SIZE = 168; // screen pixels
export const LOUPE_POWER = 3;

const GAP = 2;

// Captions stand above their panes; the narrower, the more lines they need to say everything.
const captionHeight = (width) => (width >= 520 ? 42 : width >= 340 ? 61 : 80);

// The panes of a stage and their captions: side by side, one above the other where it is narrow, or one pane for both
// in an overlay. All in screen pixels.
export function layOut(width, height, together) {
  const narrow = width < 560;
  const half = Math.floor((width - GAP) / 2);
  const tall = captionHeight(narrow ? width : half);
  const caption = (x, y) => ({ x, y, width: narrow ? width : half, height: tall });
  const pane = (x, y, wide, high) => ({ x, y, width: wide, height: Math.max(1, high) });
  if (together) {
    const top = narrow ? 2 * tall : tall;
    const whole = pane(0, top, width, height - top);
    const right = narrow ? caption(0, tall) : caption(half + GAP, 0);
    return { left: whole, right: whole, captions: { left: caption(0, 0), right } };
  }
  if (narrow) {
    const high = Math.floor(height / 2) - tall;
    const below = tall + high;
    const captions = { left: caption(0, 0), right: caption(0, below) };
    return { left: pane(0, tall, width, high), right: pane(0, below + tall, width, high), captions };
  }
  const [left, right] = [0, half + GAP].map((x) => pane(x, tall, half, height - tall));
  return { left, right, captions: { left: caption(0, 0), right: caption(half + GAP, 0) } };
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
    const beside = [at[0] + (each === "left" ? -size / 2 : size / 2), at[1]];
    const [x, y] = together ? beside : apply(matrices[each], points[each]);
    const left = between(x - size / 2, pane.x, pane.width - size);
    const top = between(y - size / 2, pane.y, pane.height - size);
    const [a, b, c, d] = scaled(matrices[each], LOUPE_POWER);
    const [u, v] = points[each];
    const matrix = multiply([a, b, c, d, left + size / 2, top + size / 2], [1, 0, 0, 1, -u, -v]);
    const layers = [{ side: each, alpha: 1, matrix, tone: state[each].tone }];
    return { x: left, y: top, width: size, height: size, layers };
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
