// Feature marks: numbered points that can be dragged or moved with the arrow keys, and the list that describes them.

import { changeMark, moveMark, removeMark } from "./comparison.js";
import { flag, make, say } from "./dom.js";
import { drag } from "./gestures.js";
import { apply, invert, within } from "./geometry.js";
import { LONGEST_NOTE, SIDES } from "./state.js";

const NONE_YET = "None yet. Choose Mark, then a point in one picture and the same point in the other.";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The points of one side, as buttons inside its pane.
export class MarkLayer {
  constructor(viewer, side, pane) {
    Object.assign(this, { viewer, side, pane, buttons: new Map() });
  }

  // sights: as from scene.sightOf, one for each mark. box: the pane. loupes: what lies over it.
  refresh(marks, sights, box, loupes) {
    const wanted = new Set(marks.filter((mark) => mark[this.side]).map((mark) => mark.id));
    for (const [id, button] of this.buttons) {
      if (wanted.has(id)) continue;
      if (button.matches(":focus")) this.pane.focus();
      button.remove();
      this.buttons.delete(id);
    }
    marks.forEach((mark, i) => {
      if (!mark[this.side]) return;
      const button = this.buttons.get(mark.id) ?? this.#add(mark.id);
      const at = sights[i][this.side];
      button.hidden = !at;
      button.classList.toggle("covered", Boolean(at) && loupes.some((loupe) => within(at, loupe)));
      flag(button, "aria-label", this.#name(mark));
      flag(button, "aria-pressed", mark.id === this.viewer.selected);
      if (at) button.style.transform = `translate(${at[0] - box.x}px, ${at[1] - box.y}px)`;
    });
  }

  #name(mark) {
    const [x, y] = mark[this.side].map(Math.round);
    const about = mark.component ? `, ${mark.component}` : "";
    return `Mark ${mark.id} on ${this.viewer.names[this.side]}${about}, at ${x}, ${y}`;
  }

  #add(id) {
    const { viewer, side } = this;
    const button = make("button", {
      type: "button", class: "mark", "data-mark": id,
      onclick: () => viewer.select(id),
      onfocus: () => viewer.select(id, side),
      onkeydown: (event) => this.#key(event, id),
    }, make("span", { text: String(id) }));
    drag(button, (moved) => {
      if (viewer.readOnly) return;
      const inverse = invert(viewer.matrices[side]);
      const [dx, dy] = apply([inverse[0], inverse[1], inverse[2], inverse[3], 0, 0], moved);
      this.#move(id, [dx, dy]);
    });
    this.pane.append(button);
    this.buttons.set(id, button);
    return button;
  }

  #key(event, id) {
    const { viewer, side } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS || event.key === "Delete")) return;
    event.preventDefault();
    event.stopPropagation();
    if (viewer.readOnly) viewer.tell("Read only: marks cannot be changed.");
    else if (event.key === "Delete") viewer.update((state) => removeMark(state, id, side));
    else this.#move(id, STEPS[event.key].map((step) => step * (event.shiftKey ? 10 : 1)));
  }

  // By picture pixels.
  #move(id, [dx, dy]) {
    const { viewer, side } = this;
    viewer.update((state) => {
      const [x, y] = state.marks.find((mark) => mark.id === id)[side];
      return moveMark(state, viewer.sizes, id, side, [x + dx, y + dy]);
    }, `mark ${id} ${side}`);
  }
}

// The list under the pictures: component and note of each mark.
export function markList(viewer, components) {
  const rows = new Map();
  const count = make("span", { class: "count" });
  const body = make("ol", { class: "rows" });
  const empty = make("p", { class: "empty", text: NONE_YET });
  const name = make("p", { class: "name" }, "Marks ", count);
  const list = make("div", { class: "marks", role: "group", "aria-label": "Marks" }, name, empty, body);
  list.refresh = () => {
    const { marks } = viewer.state;
    const wanted = new Set(marks.map((mark) => mark.id));
    for (const [id, row] of rows) {
      if (!wanted.has(id)) {
        row.remove();
        rows.delete(id);
      }
    }
    say(count, marks.length ? String(marks.length) : "");
    empty.hidden = marks.length > 0;
    marks.forEach((mark, i) => {
      const row = rows.get(mark.id) ?? markRow(viewer, components, mark.id);
      rows.set(mark.id, row);
      if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
      row.refresh(mark);
    });
  };
  return list;
}

function markRow(viewer, components, id) {
  const change = (part, gesture = "") => viewer.update((state) => changeMark(state, id, part), gesture);
  const option = (value, text = value) => make("option", { value, text });
  const options = [option("", "Component …"), ...components.map((text) => option(text))];
  const component = make("select", {
    "aria-label": `Component of mark ${id}`, disabled: viewer.readOnly,
    onchange: () => change({ component: component.value }),
  }, ...options);
  const note = make("input", {
    type: "text", maxlength: LONGEST_NOTE, placeholder: "Note", "aria-label": `Note on mark ${id}`,
    readonly: viewer.readOnly,
    oninput: () => change({ note: note.value }, `note ${id}`),
  });
  const where = SIDES.map((side) => make(
    "button", { type: "button", class: "where", onclick: () => viewer.showMark(id, side) },
    make("span", { text: viewer.names[side] }), make("b"),
  ));
  const away = make("button", {
    type: "button", class: "away", text: "Remove", "aria-label": `Remove mark ${id}`, disabled: viewer.readOnly,
    onclick: () => {
      viewer.update((state) => removeMark(state, id, null));
      viewer.panes.left.element.focus();
    },
  });
  const number = make("span", { class: "number", text: String(id) });
  const row = make("li", { class: "row" }, number, component, note, ...where, away);
  row.addEventListener("focusin", () => viewer.select(id));
  row.refresh = (mark) => {
    if (!options.some(({ value }) => value === mark.component)) {
      options.push(option(mark.component)); // kept from a longer list
      component.append(options.at(-1));
    }
    if (component.value !== mark.component) component.value = mark.component;
    if (note.value !== mark.note) note.value = mark.note;
    row.classList.toggle("selected", viewer.selected === id);
    SIDES.forEach((side, i) => {
      const name = viewer.names[side];
      const at = mark[side]?.map(Math.round).join(", ");
      say(where[i].lastChild, at ?? "–");
      flag(where[i], "aria-label", at ? `Go to mark ${id} on ${name}, at ${at}` : `Place mark ${id} on ${name}`);
    });
  };
  return row;
}
