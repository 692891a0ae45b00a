// The state of a comparison as plain JSON: docs/viewer-state.md says what each value means.

export const SCHEMA = "lookalike.viewer/1";
export const SIDES = ["left", "right"];
export const NEUTRAL = Object.freeze({ brightness: 0, contrast: 1, gamma: 1 });
export const RANGES = Object.freeze({
  brightness: { least: -1, most: 1, step: 0.02, name: "Brightness" },
  contrast: { least: 0.2, most: 4, step: 0.05, name: "Contrast" },
  gamma: { least: 0.2, most: 5, step: 0.05, name: "Gamma" },
});
export const MODES = ["none", "swipe", "fade", "blink"];
export const GRID_STEPS = { least: 2, most: 50 }; // percent of the pane's shorter side
export const MOST_MARKS = 200;
export const LONGEST_NOTE = 500;
export const MOST_BYTES = 65536;
export const ZOOM = { least: 0.25, most: 1000 };

export const other = (side) => (side === "left" ? "right" : "left");

// The state before anybody touched anything. sizes: {left: {width, height}, right: …} in pixels.
export function blank(sizes) {
  const side = ({ width, height }) => ({ view: wholeView({ width, height }), tone: { ...NEUTRAL } });
  return {
    schema: SCHEMA,
    left: side(sizes.left),
    right: side(sizes.right),
    locked: true,
    grid: { on: false, step: 10 },
    align: null,
    overlay: { mode: "none", amount: 0.5 },
    smooth: false,
    marks: [],
  };
}

// The view that shows the whole picture upright.
export function wholeView({ width, height }) {
  return { x: width / 2, y: height / 2, zoom: 1, rotate: 0, flip: false };
}

export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

// An angle in degrees, in (-180, 180], without the dust of many additions.
export function turned(degrees) {
  const rest = ((((degrees + 180) % 360) + 360) % 360) - 180;
  return Math.round((rest === -180 ? 180 : rest) * 1000) / 1000;
}

export const isNeutral = (tone) => Object.keys(NEUTRAL).every((name) => tone[name] === NEUTRAL[name]);

// A point that a person placed: to the hundredth of a pixel, inside the picture.
export function placed([x, y], { width, height }) {
  const tidy = (value, most) => clamp(Math.round(value * 100) / 100, 0, most);
  return [tidy(x, width), tidy(y, height)];
}

export const nextMarkId = (marks) => marks.reduce((most, mark) => Math.max(most, mark.id), 0) + 1;
