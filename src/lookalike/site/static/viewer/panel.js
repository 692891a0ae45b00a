// The controls around the pictures: toolbar, one row of adjustments a side, the overlay's slider, the help.

import { rotateTo, setTone } from "./comparison.js";
import { COMMANDS, FOCUS_KEYS, shownKey } from "./commands.js";
import { flag, make, rove } from "./dom.js";
import { RANGES, SIDES } from "./state.js";

const TOOLBAR = ["View", "Marks", "Overlay", "Aids", "Work"];
const ariaKeys = (keys) => keys.map((key) => key.replace(/^Ctrl\+/, "Control+").replace(/^ $/, "Space")).join(" ");

// A button for a command. name: what a screen reader says, where the label alone would not do.
function commandButton(viewer, command, side, name) {
  const button = make("button", {
    type: "button",
    text: command.label,
    title: `${command.words} (${command.keys.map(shownKey).join(" or ")})`,
    "aria-keyshortcuts": ariaKeys(command.keys),
    "aria-label": name ?? false,
    "data-command": command.id,
    onclick: () => viewer.run(command, side ?? viewer.active),
  });
  button.refresh = () => {
    if (command.pressed) flag(button, "aria-pressed", command.pressed(viewer, side ?? viewer.active));
    if (command.off || command.work) flag(button, "aria-disabled", viewer.whyOff(command) !== "");
  };
  return button;
}

// Names that a sign alone would not give.
const SPOKEN = { "zoom-out": "Zoom out", "zoom-in": "Zoom in", actual: "100 percent", smooth: "Linear between pixels" };

export function toolbar(viewer) {
  const groups = TOOLBAR.map((group) => {
    const commands = COMMANDS.filter((command) => command.group === group && command.label);
    const buttons = commands.map((command) => commandButton(viewer, command, null, SPOKEN[command.id]));
    return make("div", { class: "group", role: "group", "aria-label": group }, ...buttons);
  });
  const bar = make("div", { class: "toolbar", role: "toolbar", "aria-label": "Comparison" }, ...groups);
  rove(bar);
  bar.refresh = () => bar.querySelectorAll("button").forEach((button) => button.refresh());
  return bar;
}

// Turn, mirror, tone and reset of one picture.
export function adjustments(viewer, side) {
  const name = viewer.names[side];
  const buttons = COMMANDS.filter((command) => command.side).map((command) =>
    commandButton(viewer, command, side, `${command.words.replace(/ \(.*/, "")}: ${name}`),
  );
  const angle = make("input", {
    type: "number", min: -180, max: 180, step: "any", inputmode: "decimal", "aria-label": `Angle in degrees: ${name}`,
    onchange: () => viewer.update((state) => rotateTo(state, side, angle.valueAsNumber || 0)),
  });
  const sliders = Object.entries(RANGES).map(([tone, range]) => slider(viewer, side, tone, range));
  const turns = make("div", { class: "turns" }, ...buttons.slice(0, 2), angle, ...buttons.slice(2));
  const tones = make("div", { class: "tones" }, ...sliders);
  const box = make("fieldset", { class: "side", "data-side": side }, make("legend", { text: name }), turns, tones);
  box.refresh = () => {
    buttons.forEach((button) => button.refresh());
    if (viewer.shadowRoot.activeElement !== angle) angle.value = Math.round(viewer.state[side].view.rotate * 100) / 100;
    sliders.forEach((each) => each.refresh());
  };
  angle.addEventListener("blur", () => box.refresh());
  return box;
}

function slider(viewer, side, tone, { least, most, step, name }) {
  const read = make("output");
  const input = make("input", {
    type: "range", min: least, max: most, step, "aria-label": `${name}: ${viewer.names[side]}`,
    oninput: () => viewer.update((state) => setTone(state, side, tone, input.valueAsNumber), `${tone} ${side}`),
  });
  const label = make("label", { class: "slider" }, make("span", { text: name }), input, read);
  label.refresh = () => {
    const value = viewer.state[side].tone[tone];
    if (input.valueAsNumber !== value) input.value = value;
    if (read.value !== value.toFixed(2)) read.value = value.toFixed(2);
  };
  return label;
}

const AMOUNTS = { swipe: "Line", fade: "Share of the right picture", blink: "Speed" };

export function overlayAmount(viewer) {
  const input = make("input", {
    type: "range", min: 0, max: 1, step: 0.01, "aria-label": "Line",
    oninput: () => viewer.setAmount(input.valueAsNumber),
  });
  const name = make("span");
  const stop = { type: "button", text: "Stop", "aria-pressed": "false", onclick: () => viewer.holdBlink() };
  const hold = make("button", stop);
  const row = make("div", { class: "amount", hidden: true }, make("label", { class: "slider" }, name, input), hold);
  row.refresh = () => {
    const { mode, amount } = viewer.state.overlay;
    row.hidden = mode === "none";
    hold.hidden = mode !== "blink";
    flag(hold, "aria-pressed", viewer.blink.held);
    if (row.hidden) return;
    if (name.textContent !== AMOUNTS[mode]) {
      name.textContent = AMOUNTS[mode];
      input.setAttribute("aria-label", AMOUNTS[mode]);
    }
    if (input.valueAsNumber !== amount) input.value = amount;
  };
  return row;
}

// The help: every key, in the groups of the table.
export function helpDialog() {
  const rows = (pairs) =>
    pairs.map(([keys, words]) => {
      const names = keys.map((key) => make("kbd", { text: key }));
      return make("div", {}, make("dt", {}, ...names), make("dd", { text: words }));
    });
  const section = (title, pairs) =>
    make("section", {}, make("h3", { text: title }), make("dl", {}, ...rows(pairs)));
  const groups = [...new Set(COMMANDS.map((command) => command.group))].map((group) => {
    const pairs = COMMANDS.filter((command) => command.group === group && !command.keys[0].startsWith("Shift+"));
    const list = pairs.map(({ keys, words }) => [keys.filter((key) => !key.startsWith("Shift+")).map(shownKey), words]);
    return section(group, list);
  });
  const focus = section("Where the focus is", FOCUS_KEYS.map(([key, words]) => [[key], words]));
  const close = make("button", { type: "submit", text: "Close" });
  const note = make("p", { text: "Single keys work while the focus is in the comparison and not in a text field." });
  return make(
    "dialog", { class: "help", "aria-labelledby": "help-title" },
    make("form", { method: "dialog" }, make("h2", { id: "help-title", text: "Keys of the comparison" }), close),
    note,
    make("div", { class: "columns", tabindex: 0, role: "region", "aria-label": "List of keys" }, ...groups, focus),
  );
}

export const adjustmentsOf = (viewer) => SIDES.map((side) => adjustments(viewer, side));
