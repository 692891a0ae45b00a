// Placing points: feature marks one after the other, or the four points of an alignment.

import { addMark, alignOn } from "./comparison.js";
import { SIDES, placed } from "./state.js";

const ORDER = [["left", 1], ["left", 2], ["right", 1], ["right", 2]];

export class Picking {
  // kind: "mark" or "align". openId: a mark that lacks the point to be placed.
  constructor(viewer, kind, openId) {
    Object.assign(this, { viewer, kind, openId, points: { left: [], right: [] } });
  }

  // The points placed so far that no mark shows.
  get picked() {
    return SIDES.flatMap((side) => this.points[side].map((point, i) => ({ side, point, number: String(i + 1) })));
  }

  get words() {
    const { names } = this.viewer;
    if (this.kind === "align") {
      const [side, number] = ORDER[this.points.left.length + this.points.right.length];
      return `Align: choose point ${number} in ${names[side]}, for instance ${number === 1 ? "a" : "the other"} pupil.`;
    }
    return "Mark: choose a point in one picture, then the same point in the other. Escape ends.";
  }

  // A point of the picture was chosen.
  point(side, at) {
    if (this.kind === "align") this.#align(side, at);
    else this.#mark(side, at);
  }

  #mark(side, at) {
    const { viewer } = this;
    const added = addMark(viewer.state, viewer.sizes, side, at, this.openId);
    if (!added) {
      viewer.tell("There are 200 marks already; remove one first.");
      return;
    }
    viewer.update(() => added.state);
    const mark = viewer.state.marks.find(({ id }) => id === added.id);
    this.openId = mark.left && mark.right ? null : mark.id;
    viewer.select(added.id);
    viewer.tell(`Mark ${added.id} placed on ${viewer.names[side]}.`);
  }

  #align(side, at) {
    const { viewer, points } = this;
    const [wanted] = ORDER[points.left.length + points.right.length];
    if (side !== wanted) {
      viewer.tell(this.words);
      return;
    }
    points[side].push(placed(at, viewer.sizes[side]));
    if (points.right.length < 2) {
      const [next] = ORDER[points.left.length + points.right.length];
      if (next !== side) viewer.goTo(next);
      viewer.tell(this.words);
      viewer.changed();
      return;
    }
    const aligned = alignOn(viewer.state, viewer.sizes, points);
    if (!aligned) {
      viewer.endPicking("Not aligned: the two points of one picture are the same.");
      return;
    }
    viewer.update(() => aligned);
    viewer.endPicking("Aligned. Swipe, Fade and Blink lay the right picture over the left one.");
  }
}
