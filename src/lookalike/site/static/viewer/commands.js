// Everything that a key or a button does, once: the toolbar, the keyboard and the help are made from this table.
// A command: {id, group, keys, words, act(viewer, side, event), label?: of its button, pressed?(viewer, side),
// off?(viewer): why not, work?: it changes marks, side?: its button stands with each picture, panes?: its keys work on
// the pictures only}.

import * as compare from "./comparison.js";
import { GRID_STEPS, RANGES, clamp } from "./state.js";

const overlay = (id, key, label, words) => ({
  id, group: "Overlay", keys: [key], label, words,
  act: (viewer) => viewer.setOverlay(id),
  pressed: (viewer) => viewer.state.overlay.mode === id,
  off: (viewer) => (id === "none" || viewer.state.align ? "" : "Align on two points first."),
});

const tone = (name, [less, more]) => [
  { id: `${name}-less`, group: "Tone", keys: [less], words: `Less ${name}`, act: toneStep(name, -1) },
  { id: `${name}-more`, group: "Tone", keys: [more], words: `More ${name}`, act: toneStep(name, 1) },
];

const toneStep = (name, sign) => (viewer, side) => {
  const value = viewer.state[side].tone[name] + sign * RANGES[name].step;
  viewer.update((state) => compare.setTone(state, side, name, value), `${name} ${side}`);
};

const move = (id, key, words, direction) => ({
  id, group: "Move", keys: [key, `Shift+${key}`], words: `${words}; with Shift by one screen pixel`, panes: true,
  act: (viewer, side, event) => viewer.pan(side, direction.map((d) => d * (event?.shiftKey ? 1 : 40))),
});

const turn = (id, key, label, words, degrees) => ({
  id, group: "Picture", keys: [key], label, words, side: true,
  act: (viewer, side) => viewer.update((state) => compare.rotate(state, side, degrees), `rotate ${side}`),
});

export const COMMANDS = [
  move("pan-left", "ArrowLeft", "Look further left", [1, 0]),
  move("pan-right", "ArrowRight", "Look further right", [-1, 0]),
  move("pan-up", "ArrowUp", "Look further up", [0, 1]),
  move("pan-down", "ArrowDown", "Look further down", [0, -1]),
  {
    id: "other-side", group: "Move", keys: ["c"],
    words: "Go to the other picture",
    act: (v, side) => v.goTo(side === "left" ? "right" : "left"),
  },

  {
    id: "zoom-out", group: "View", keys: ["-"], label: "−",
    words: "Zoom out",
    act: (v, side) => v.zoom(side, 1 / 1.25),
  },
  {
    id: "zoom-in", group: "View", keys: ["+", "="], label: "+",
    words: "Zoom in",
    act: (v, side) => v.zoom(side, 1.25),
  },
  {
    id: "fit", group: "View", keys: ["0"], label: "Whole",
    words: "Show the whole picture",
    act: (v, side) => v.update((s) => compare.fit(s, v.sizes, side)),
  },
  {
    id: "actual", group: "View", keys: ["1"], label: "100 %",
    words: "One picture pixel on one screen pixel",
    act: (v, side) => v.zoomTo(side, 1),
  },
  {
    id: "lock", group: "View", keys: ["l"], label: "Locked",
    words: "Pan and zoom both pictures together, or each freely",
    act: (v) => v.update((s) => ({ ...s, locked: !s.locked })), pressed: (v) => v.state.locked,
  },

  turn("left-90", "{", "−90°", "Turn a quarter anticlockwise", -90),
  turn("left-1", "[", "−1°", "Turn one degree anticlockwise", -1),
  turn("right-1", "]", "+1°", "Turn one degree clockwise", 1),
  turn("right-90", "}", "+90°", "Turn a quarter clockwise", 90),
  {
    id: "flip", group: "Picture", keys: ["f"], label: "Mirror", side: true,
    words: "Mirror the picture left to right (an alignment is forgotten)",
    act: (v, side) => v.update((s) => compare.flip(s, side)), pressed: (v, side) => v.state[side].view.flip,
  },
  {
    id: "reset", group: "Picture", keys: ["x"], label: "Reset", side: true,
    words: "Whole picture, upright, without display tone",
    act: (v, side) => v.update((s) => compare.resetSide(s, v.sizes, side)),
  },
  ...tone("brightness", ["q", "w"]),
  ...tone("contrast", ["e", "r"]),
  ...tone("gamma", ["t", "y"]),

  {
    id: "mark", group: "Marks", keys: ["m"], label: "Mark",
    words: "Place feature marks: click, or Enter at the cross; Escape ends",
    act: (v) => v.pick("mark"), pressed: (v) => v.picking?.kind === "mark", work: true,
  },
  {
    id: "align", group: "Marks", keys: ["a"], label: "Align",
    words: "Align on two points: two in the left picture, the same two in the right one",
    act: (v) => v.pick("align"), pressed: (v) => v.picking?.kind === "align",
  },
  {
    id: "unalign", group: "Marks", keys: ["A"], label: "Unalign",
    words: "Forget the alignment",
    act: (v) => v.update(compare.forgetAlignment),
    off: (v) => (v.state.align ? "" : "The pictures are not aligned."),
  },

  overlay("none", "n", "Side by side", "Both pictures side by side"),
  overlay("swipe", "s", "Swipe", "The right picture over the left one, from a line onwards"),
  overlay("fade", "d", "Fade", "The right picture over the left one, transparent"),
  overlay("blink", "b", "Blink", "The two pictures in turn, at most three changes a second"),
  {
    id: "less", group: "Overlay", keys: [","],
    words: "Line further left, fainter, slower",
    act: (v) => v.setAmount(v.state.overlay.amount - 0.05),
  },
  {
    id: "more", group: "Overlay", keys: ["."],
    words: "Line further right, stronger, faster",
    act: (v) => v.setAmount(v.state.overlay.amount + 0.05),
  },
  {
    id: "hold", group: "Overlay", keys: [" "],
    words: "Stop blinking, or go on", panes: true,
    act: (v) => v.holdBlink(),
  },

  {
    id: "grid", group: "Aids", keys: ["g"], label: "Grid",
    words: "Lines at the same heights in both panes",
    act: (v) => v.update((s) => ({ ...s, grid: { ...s.grid, on: !s.grid.on } })), pressed: (v) => v.state.grid.on,
  },
  { id: "grid-finer", group: "Aids", keys: ["<"], words: "Finer grid", act: (v) => gridStep(v, -1) },
  { id: "grid-coarser", group: "Aids", keys: [">"], words: "Coarser grid", act: (v) => gridStep(v, 1) },
  {
    id: "loupe", group: "Aids", keys: ["z"], label: "Loupe",
    words: "Three times closer, at the corresponding place of both pictures",
    act: (v) => v.toggleLoupe(), pressed: (v) => v.loupe,
  },
  {
    id: "smooth", group: "Aids", keys: ["i"], label: "Linear",
    words: "Above 100 %: linear between pixels instead of pixels as they are",
    act: (v) => v.update((s) => ({ ...s, smooth: !s.smooth })), pressed: (v) => v.state.smooth,
  },

  {
    id: "undo", group: "Work", keys: ["Ctrl+z"], label: "Undo",
    words: "Undo marks and adjustments",
    act: (v) => v.undo(), off: (v) => (v.history.past.length ? "" : "There is nothing to undo."),
  },
  {
    id: "redo", group: "Work", keys: ["Ctrl+y", "Ctrl+Z"], label: "Redo",
    words: "Redo",
    act: (v) => v.redo(), off: (v) => (v.history.future.length ? "" : "There is nothing to redo."),
  },
  {
    id: "full", group: "Work", keys: ["F"], label: "Full screen",
    words: "Full screen, or back",
    act: (v) => v.toggleFullScreen(), pressed: (v) => v.isFullScreen,
  },
  { id: "help", group: "Work", keys: ["?"], label: "Keys", words: "This list of keys", act: (v) => v.showHelp() },
];

function gridStep(viewer, by) {
  viewer.update((state) => {
    const step = clamp(state.grid.step + by, GRID_STEPS.least, GRID_STEPS.most);
    return { ...state, grid: { on: true, step } };
  }, "grid");
}

// What else the keyboard does where the focus is on something particular.
export const FOCUS_KEYS = [
  ["Enter", "On a picture: place the mark or point at the cross in its middle"],
  ["Escape", "Stop placing; then let go of the chosen mark"],
  ["Arrows", "On a mark: move it by one picture pixel; with Shift by ten"],
  ["Delete", "On a mark: take this point away"],
  ["Tab", "From the toolbar to the pictures, their marks, the adjustments and the list"],
  ["Arrows, Home, End", "In the toolbar: from button to button"],
];

export const keyName = (event) => {
  const letter = /^[a-zA-Z]$/.test(event.key);
  const key = letter ? (event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key;
  const shift = event.shiftKey && key.startsWith("Arrow") ? "Shift+" : "";
  return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + shift + key;
};

const SHOWN = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
export const shownKey = (key) => {
  const parts = key === "+" ? ["+"] : key.split("+");
  const last = parts.at(-1);
  const shift = /^[A-Z]$/.test(last) ? ["Shift"] : [];
  return [...parts.slice(0, -1), ...shift, SHOWN[last] ?? (last.length === 1 ? last.toUpperCase() : last)].join(" + ");
};

export const commandFor = (event) => COMMANDS.find((command) => command.keys.includes(keyName(event)));
