// Tone for display: one table of 256 levels, the same in the shader, on the canvas and in the PDF (viewer_state.py).

import { clamp } from "./state.js";

// Contrast about the middle, then brightness, then gamma (above 1 brightens the shadows), as in media/edits.
export function toneTable({ brightness, contrast, gamma }) {
  return Uint8Array.from({ length: 256 }, (_, level) => {
    const light = clamp((level / 255 - 0.5) * contrast + 0.5 + brightness, 0, 1);
    return Math.floor(255 * light ** (1 / gamma) + 0.5);
  });
}

// What was done, in words; "" when nothing was.
export function toneWords({ brightness, contrast, gamma }) {
  const words = [];
  if (brightness !== 0) words.push(`brightness ${brightness > 0 ? "+" : "−"}${Math.abs(brightness).toFixed(2)}`);
  if (contrast !== 1) words.push(`contrast × ${contrast.toFixed(2)}`);
  if (gamma !== 1) words.push(`gamma ${gamma.toFixed(2)}`);
  return words.join(", ");
}
