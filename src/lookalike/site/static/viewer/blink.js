// Showing the two pictures in turn: at most three changes a second, one in two seconds for people who asked for little
// motion (WCAG 2.3.1 allows three flashes, which are six changes), and stoppable.

import { other } from "./state.js";

const SLOWEST = 2000; // milliseconds a picture

export class Blink {
  // overlay: () => the state's overlay; changed: called whenever the other picture is shown.
  constructor(overlay, changed) {
    Object.assign(this, { overlay, changed, shows: "left", held: false, timer: 0 });
  }

  // Begin again, after the overlay has changed.
  restart() {
    this.stop();
    if (this.overlay().mode !== "blink") {
      this.shows = "left";
      return;
    }
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pause = calm ? SLOWEST : 1000 / (0.5 + 2.5 * this.overlay().amount);
    this.timer = setTimeout(() => {
      if (!this.held) this.shows = other(this.shows);
      this.changed();
      this.restart();
    }, pause);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
