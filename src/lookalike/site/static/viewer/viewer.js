// <lookalike-viewer>: two pictures side by side, for the examiner. docs/viewer-state.md describes what it keeps.
//
// data-left, data-right: addresses of the pictures; data-left-name, data-right-name: what they are called;
// data-state-from: id of a JSON script {"version": n, "state": {...} or null}; data-save: where to POST the same;
// data-components: JSON list of feature components; data-read-only: marks cannot be changed, nothing is saved;
// data-renderer: "webgl" or "canvas" instead of the one that suits the machine.
// Its children are what is shown without JavaScript, and until both pictures are decoded.

import { Blink } from "./blink.js";
import { captionOf } from "./captions.js";
import { commandFor } from "./commands.js";
import * as compare from "./comparison.js";
import { flag, make, say } from "./dom.js";
import { apply, invert, scaled } from "./geometry.js";
import { drag, listen } from "./gestures.js";
import { History } from "./history.js";
import { paintLines } from "./lines.js";
import { MarkLayer, markList } from "./marks.js";
import { adjustmentsOf, helpDialog, overlayAmount, toolbar } from "./panel.js";
import { Picking } from "./picking.js";
import { loadPicture } from "./pyramid.js";
import { newRenderer } from "./renderers.js";
import { PENDING, Saver } from "./saving.js";
import { layOut, loupesOf, matricesOf, onDevice, regionsOf, sightOf } from "./scene.js";
import { SCHEMA, SIDES, blank, clamp } from "./state.js";

const HANDLE = 18; // screen pixels to take hold of the swipe line
const STYLE = new URL("viewer.css", import.meta.url);

export class LookalikeViewer extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" });
    this.notice = make("p", { class: "notice", role: "status" });
    const style = make("link", { rel: "stylesheet", href: STYLE });
    const styled = new Promise((done) => ["load", "error"].forEach((kind) => style.addEventListener(kind, done)));
    this.shadowRoot.append(style, this.notice, make("slot"));
    this.#start(styled).catch((error) => {
      say(this.notice, `The comparison could not be opened: ${error.message}. Reload the page.`);
    });
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return; // it was only moved
      this.saver?.close();
      this.sized?.disconnect();
      this.blink?.stop();
    });
  }

  async #start(styled) {
    this.names = { left: this.dataset.leftName ?? "Left", right: this.dataset.rightName ?? "Right" };
    const given = document.getElementById(this.dataset.stateFrom)?.textContent;
    const kept = JSON.parse(given ?? '{"version": 0, "state": null}');
    if (kept.state && kept.state.schema !== SCHEMA) throw new Error(`its state is not of the kind ${SCHEMA}`);
    const components = JSON.parse(this.dataset.components ?? "[]");
    say(this.notice, "Decoding the pictures …");
    const [left, right] = await Promise.all(SIDES.map(async (side) => {
      const loaded = loadPicture(this.dataset[side]);
      return loaded.catch((error) => Promise.reject(new Error(`${this.names[side]}: ${error.message}`)));
    }));
    await styled;
    this.pictures = { left, right };
    this.sizes = { left, right };
    this.state = kept.state ?? blank(this.sizes);
    this.history = new History(this.state);
    this.readOnly = this.hasAttribute("data-read-only");
    Object.assign(this, { active: "left", selected: null, loupe: false, hover: null, picking: null });
    this.blink = new Blink(() => this.state.overlay, () => this.#draw());
    this.#build(components);
    this.#keep(kept.version);
  }

  #keep(version) {
    if (this.readOnly) say(this.saved, "Read only: nothing is saved.");
    else if (this.dataset.save) {
      this.saver = new Saver(this.dataset.save, version, () => this.state, (words, trouble) => {
        flag(this.saved, "aria-busy", words === PENDING); // heard only once it is settled
        say(this.saved, words);
        this.saved.classList.toggle("trouble", trouble);
      });
    }
  }

  #build(components) {
    this.notice.remove();
    this.shadowRoot.querySelector("slot").remove();
    this.panes = Object.fromEntries(SIDES.map((side) => [side, this.#pane(side)]));
    this.lines = make("canvas", { class: "lines", "aria-hidden": "true", hidden: true });
    this.handle = make("div", { class: "handle", hidden: true });
    const captions = SIDES.map((side) => this.panes[side].caption);
    const panes = SIDES.map((side) => this.panes[side].element);
    this.board = make("div", { class: "board" }, this.lines, ...captions, ...panes, this.handle);
    this.stage = make("div", { class: "stage" }, this.board);
    this.#drawWith(this.dataset.renderer);
    this.bar = toolbar(this);
    this.amount = overlayAmount(this);
    this.sideRows = adjustmentsOf(this);
    this.list = markList(this, components);
    this.help = helpDialog();
    this.saved = make("span", { class: "saved", role: "status" });
    this.message = make("span", { class: "message", role: "status" });
    const status = make("div", { class: "status" }, this.message, this.saved);
    const sides = make("div", { class: "sides" }, ...this.sideRows);
    const name = `Comparison of ${this.names.left} and ${this.names.right}`;
    const body = make("div", { class: "viewer", role: "group", "aria-label": name },
      this.bar, this.amount, this.stage, status, sides, this.list, this.help);
    body.addEventListener("keydown", (event) => this.#key(event));
    this.shadowRoot.append(body);
    drag(this.handle, ([dx]) => this.setAmount(this.state.overlay.amount + dx / this.places.left.width));
    this.sized = new ResizeObserver(() => this.#resize());
    this.sized.observe(this.stage);
    document.addEventListener("fullscreenchange", () => this.changed());
    this.#resize();
    this.changed();
    this.blink.restart();
  }

  #pane(side) {
    const [scale, done] = ["scale", "done"].map((kind) => make("span", { class: kind }));
    const title = make("b", { text: this.names[side] });
    const caption = make("div", { class: "caption", id: `caption-${side}` }, title, scale, done);
    const element = make("div", {
      class: "pane", tabindex: 0, role: "application", "data-side": side,
      "aria-label": `${this.names[side]}: picture`, "aria-describedby": `caption-${side}`,
      onfocusin: () => this.#activate(side),
    });
    const pane = { element, caption, marks: new MarkLayer(this, side, element) };
    listen(element, () => this.board.getBoundingClientRect(), {
      down: () => this.#activate(side),
      hover: (at) => this.#hover(side, at),
      pan: (by) => this.pan(side, by),
      zoom: (factor, at) => this.zoom(side, factor, at),
      point: (at) => this.picking?.point(side, apply(invert(this.matrices[side]), at)),
    });
    return pane;
  }

  #drawWith(wanted) {
    this.renderer?.canvas.remove();
    this.renderer = newRenderer(this.pictures, wanted, () => {
      this.#drawWith("canvas");
      this.#resize();
    });
    this.board.prepend(this.renderer.canvas);
    this.setAttribute("data-ready", this.renderer.constructor.kind);
  }

  // -- changing ---------------------------------------------------------------------------------------------------

  // The one way in which the work changes. change: state → next state. gesture: names the steps of one movement.
  update(change, gesture = "") {
    if (!this.#take(change(this.state))) return;
    this.history.note(this.state, gesture);
    this.changed();
  }

  // Looking around: pan and zoom, of which no control shows anything.
  look(change) {
    if (this.#take(change(this.state))) this.#draw();
  }

  #take(next) {
    if (next === this.state) return false;
    if (this.readOnly && next.marks !== this.state.marks) {
      this.tell("Read only: marks cannot be changed.");
      return false;
    }
    this.state = next;
    this.saver?.changed();
    return true;
  }

  changed() {
    this.controlsDue = true;
    this.#draw();
  }

  undo() {
    this.#back(this.history.undo(this.state), "Undone.");
  }

  redo() {
    this.#back(this.history.redo(this.state), "Done again.");
  }

  #back(state, words) {
    if (!state || !this.#take(state)) return;
    if (!state.marks.some((mark) => mark.id === this.selected)) this.selected = null;
    this.tell(words);
    this.blink.restart();
    this.changed();
  }

  pan(side, by) {
    const { width, height } = this.places[side];
    const short = Math.min(width, height);
    this.look((state) => compare.pan(state, this.sizes, side, by.map((step) => step / short)));
  }

  // at: a place on the stage; the pane's middle when left out.
  zoom(side, factor, at = null) {
    const { x, y, width, height } = this.places[side];
    const short = Math.min(width, height);
    const from = at ? [(at[0] - x - width / 2) / short, (at[1] - y - height / 2) / short] : [0, 0];
    this.look((state) => compare.zoomAt(state, this.sizes, side, from, factor));
  }

  zoomTo(side, scale) {
    const short = Math.min(this.places[side].width, this.places[side].height) * devicePixelRatio;
    this.look((state) => compare.zoomTo(state, this.sizes, side, scale, short));
  }

  setOverlay(mode) {
    if (mode !== "none") {
      const leaving = this.panes.right.element.contains(this.shadowRoot.activeElement); // it is about to be hidden
      if (leaving) this.goTo("left");
      this.#activate("left");
    }
    this.update((state) => ({ ...state, overlay: { ...state.overlay, mode } }));
    this.blink.restart();
  }

  setAmount(amount) {
    const tidy = clamp(Math.round(amount * 1000) / 1000, 0, 1);
    this.update((state) => ({ ...state, overlay: { ...state.overlay, amount: tidy } }));
  }

  // Begin or end placing: "mark" or "align"; openId: the mark whose missing point is to be placed.
  pick(kind, openId = null) {
    this.picking = this.picking?.kind === kind && openId === null ? null : new Picking(this, kind, openId);
    if (kind === "align" && this.picking && this.state.overlay.mode !== "none") this.setOverlay("none");
    this.tell(this.picking?.words ?? "");
    if (this.picking) this.panes[this.active].element.focus({ preventScroll: true });
    this.changed();
  }

  endPicking(words = "") {
    this.picking = null;
    this.tell(words);
    this.changed();
  }

  select(id, side = null) {
    if (side) this.active = side;
    if (this.selected === id && !side) return;
    this.selected = id;
    this.changed();
  }

  // Show where a mark is and go to it; begin to place it where it has no point.
  showMark(id, side) {
    this.selected = id;
    const point = this.state.marks.find((mark) => mark.id === id)[side];
    if (!point) {
      this.active = side;
      this.pick("mark", id);
      return;
    }
    if (this.state.overlay.mode !== "none" && side === "right") this.setOverlay("none");
    this.#frame();
    const button = this.panes[side].marks.buttons.get(id);
    if (button.hidden) this.look((state) => compare.withView(state, side, { x: point[0], y: point[1] }));
    this.#frame();
    button.focus({ preventScroll: true });
  }

  // -- keys and commands ------------------------------------------------------------------------------------------

  whyOff(command) {
    if (command.work && this.readOnly) return "Read only: marks cannot be changed.";
    return command.off?.(this) ?? "";
  }

  run(command, side, event) {
    const why = this.whyOff(command);
    if (why) this.tell(why);
    else command.act(this, this.state.overlay.mode === "none" ? side : "left", event);
  }

  #key(event) {
    const target = event.composedPath()[0];
    const typing = target.matches("select, input:not([type=range]), textarea");
    if (event.altKey || this.help.open) return;
    if (event.key === "Escape" && this.picking) this.endPicking();
    else if (event.key === "Escape" && this.selected !== null) this.select(null);
    else if (event.key === "Enter" && this.picking && target.matches(".pane")) {
      this.picking.point(this.active, this.#target());
    } else {
      const command = typing ? null : commandFor(event);
      const inPane = target.matches(".pane, .mark");
      if (!command || (command.panes && !inPane) || (event.key === " " && !target.matches(".pane"))) return;
      if (command.id === "other-side" && this.state.overlay.mode !== "none") return;
      this.run(command, this.active, event);
    }
    event.preventDefault();
  }

  goTo(side) {
    this.panes[side].element.focus({ preventScroll: true });
  }

  #activate(side) {
    this.active = side;
    this.changed();
  }

  #hover(side, at) {
    this.hover = at && { side, at };
    if (this.loupe) this.#draw();
  }

  // The picture point under the cross, which Enter takes: the middle of the pane.
  #target() {
    return apply(invert(this.matrices[this.active]), this.#middle());
  }

  #middle() {
    const { x, y, width, height } = this.places[this.active];
    return [x + width / 2, y + height / 2];
  }

  tell(words) {
    say(this.message, words);
  }

  showHelp() {
    this.help.showModal();
  }

  toggleLoupe() {
    this.loupe = !this.loupe;
    this.changed();
  }

  get isFullScreen() {
    return document.fullscreenElement === this;
  }

  toggleFullScreen() {
    const asked = this.isFullScreen ? document.exitFullscreen() : this.requestFullscreen();
    asked.catch(() => this.tell("This browser does not allow full screen here."));
  }

  holdBlink() {
    if (this.state.overlay.mode !== "blink") return;
    this.blink.held = !this.blink.held;
    this.tell(this.blink.held ? `Stopped at ${this.names[this.blink.shows]}.` : "Blinking.");
    this.changed();
  }

  // -- drawing ----------------------------------------------------------------------------------------------------

  // The board lies on whole device pixels wherever the stage is: otherwise the browser would smooth every picture.
  #resize() {
    const box = this.stage.getBoundingClientRect();
    const ratio = devicePixelRatio;
    const [left, top] = [box.x, box.y].map((edge) => Math.round(edge * ratio) / ratio - edge);
    const [across, down] = [box.width, box.height].map((length) => Math.max(1, Math.floor(length * ratio)));
    const [width, height] = [across / ratio, down / ratio];
    putAt(this.board, { x: left, y: top, width, height });
    for (const canvas of [this.renderer.canvas, this.lines]) {
      if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    }
    const together = this.state.overlay.mode !== "none";
    this.places = layOut(Math.floor(width), Math.floor(height), together);
    this.panes.right.element.hidden = together;
    for (const side of SIDES) {
      const { element, caption } = this.panes[side];
      const place = this.places[side];
      putAt(element, place);
      putAt(caption, this.places.captions[side]);
    }
    this.#frame();
  }

  #draw() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    cancelAnimationFrame(this.due);
    this.due = 0;
    const { state, sizes, places } = this;
    if ((state.overlay.mode !== "none") !== this.panes.right.element.hidden) return void this.#resize();
    this.matrices = matricesOf(state, sizes, places);
    const regions = regionsOf(state, places, this.matrices, this.blink.shows);
    const { side, at } = this.hover ?? { side: this.active, at: this.#middle() };
    const loupes = this.loupe ? loupesOf(state, sizes, places, this.matrices, side, at) : [];
    this.renderer.draw(onDevice([...regions, ...loupes], devicePixelRatio), state.smooth);
    const sights = state.marks.map((mark) => sightOf(mark, places, this.matrices));
    this.#lines(sights, loupes);
    SIDES.forEach((side) => {
      this.panes[side].marks.refresh(state.marks, sights, places[side], loupes);
      this.#caption(side);
    });
    this.handle.hidden = state.overlay.mode !== "swipe";
    if (!this.handle.hidden) {
      const { x, width } = places.left;
      const line = x + Math.round(width * state.overlay.amount);
      putAt(this.handle, { ...places.left, x: line - HANDLE / 2, width: HANDLE });
    }
    if (this.controlsDue) this.#controls();
  }

  #lines(sights, loupes) {
    const context = this.lines.getContext("2d");
    const { state, matrices, places, selected, picking } = this;
    const cross = picking && this.#middle();
    const wanted = cross || loupes.length || state.grid.on || state.marks.length || picking?.picked.length;
    if (wanted) {
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      context.clearRect(0, 0, this.lines.width, this.lines.height);
      const picked = picking?.picked ?? [];
      paintLines(context, { state, panes: places, matrices, sights, selected, cross, picked, loupes });
    }
    if (this.lines.hidden === Boolean(wanted)) this.lines.hidden = !wanted;
  }

  #caption(side) {
    const matrix = scaled(this.matrices[side], devicePixelRatio);
    const words = captionOf(this.state, side, this.pictures[side], matrix);
    this.panes[side].caption.querySelectorAll("span").forEach((place, i) => say(place, words[i]));
  }

  #controls() {
    this.controlsDue = false;
    this.bar.refresh();
    this.amount.refresh();
    this.sideRows.forEach((row) => row.refresh());
    this.list.refresh();
    for (const side of SIDES) this.panes[side].element.classList.toggle("active", this.active === side);
    this.stage.classList.toggle("picking", Boolean(this.picking));
    flag(this.stage, "data-overlay", this.state.overlay.mode);
  }
}

function putAt(element, { x, y, width, height }) {
  Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
}

customElements.define("lookalike-viewer", LookalikeViewer);
