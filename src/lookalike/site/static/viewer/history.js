// Undo and redo of what changes the work: marks, tones, turns, mirroring, alignment, the grid. Not of looking around.

const DEPTH = 200;
const SAME_GESTURE = 800; // milliseconds within which one slider's movements are one step

const worked = (state) => ({
  left: { tone: state.left.tone, rotate: state.left.view.rotate, flip: state.left.view.flip },
  right: { tone: state.right.tone, rotate: state.right.view.rotate, flip: state.right.view.flip },
  marks: state.marks,
  align: state.align,
  grid: state.grid,
});

export class History {
  constructor(state, now = () => performance.now()) {
    this.now = now;
    this.past = [];
    this.future = [];
    this.present = JSON.stringify(worked(state));
    this.gesture = { name: "", at: -Infinity };
  }

  // Note a change. gesture: a name shared by the steps of one movement, "" for a step of its own.
  note(state, gesture = "") {
    const text = JSON.stringify(worked(state));
    if (text === this.present) return;
    const goesOn = gesture && gesture === this.gesture.name && this.now() - this.gesture.at < SAME_GESTURE;
    if (!goesOn) this.past.push(this.present);
    if (this.past.length > DEPTH) this.past.shift();
    this.future = [];
    this.present = text;
    this.gesture = { name: gesture, at: this.now() };
  }

  undo(state) {
    return this.#step(state, this.past, this.future);
  }

  redo(state) {
    return this.#step(state, this.future, this.past);
  }

  #step(state, from, to) {
    if (from.length === 0) return null;
    to.push(this.present);
    this.present = from.pop();
    this.gesture = { name: "", at: -Infinity };
    const back = JSON.parse(this.present);
    for (const side of ["left", "right"]) {
      const { tone, rotate, flip } = back[side];
      back[side] = { tone, view: { ...state[side].view, rotate, flip } };
    }
    const overlay = back.align ? state.overlay : { ...state.overlay, mode: "none" };
    return { ...state, ...back, overlay };
  }
}
