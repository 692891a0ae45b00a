// What is shown, in words: the scale, how pixels are read, and everything that was done for display.

import { sampling, scaleOf } from "./geometry.js";
import { isNeutral } from "./state.js";
import { toneWords } from "./tone.js";

const degrees = (angle) => `${angle < 0 ? "−" : ""}${Math.abs(Math.round(angle * 10) / 10)}°`;

// matrix: picture to device pixels. Returns [the picture and its scale, what was done].
export function captionOf(state, side, picture, matrix) {
  const { view, tone } = state[side];
  const scale = scaleOf(matrix);
  const { linear } = sampling(scale, state.smooth, picture.levels.length);
  const how = scale < 1 - 1e-9 ? "reduced" : linear ? "linear between pixels" : "pixels as they are";
  const percent = scale < 0.1 ? (scale * 100).toFixed(1) : Math.round(scale * 100);
  const done = [];
  if (view.rotate !== 0) done.push(`turned ${degrees(view.rotate)}`);
  if (view.flip) done.push("mirrored");
  if (!isNeutral(tone)) done.push(toneWords(tone));
  if (side === "right" && state.align) done.push("aligned on two points");
  return [
    `${picture.width} × ${picture.height} px · ${percent} %, ${how}`,
    done.length ? `For display only: ${done.join("; ")}` : "Shown as recorded",
  ];
}
