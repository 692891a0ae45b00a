// Mouse, pen and fingers on a pane: drag moves, wheel and pinch zoom, a still press points at a place.

const STILL = 4; // screen pixels within which a press is no drag

// box: () => where the stage is. handlers, in screen pixels of the stage: {down(), pan([dx, dy]), zoom(factor, [x, y]),
// point([x, y]), hover([x, y] | null)}.
export function listen(pane, box, handlers) {
  const touching = new Map();
  let travelled = 0;
  const at = (event) => {
    const { x, y } = box();
    return [event.clientX - x, event.clientY - y];
  };
  const middle = (points) => points.reduce(([x, y], [u, v]) => [x + u / points.length, y + v / points.length], [0, 0]);
  const spread = ([p, q]) => Math.hypot(p[0] - q[0], p[1] - q[1]);

  pane.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target !== pane) return;
    pane.setPointerCapture(event.pointerId);
    if (touching.size === 0) travelled = 0;
    touching.set(event.pointerId, at(event));
    handlers.down();
  });
  pane.addEventListener("pointermove", (event) => {
    const now = at(event);
    handlers.hover(now);
    if (!touching.has(event.pointerId)) return;
    const before = [...touching.values()];
    touching.set(event.pointerId, now);
    const after = [...touching.values()];
    const [[x, y], [u, v]] = [middle(before), middle(after)];
    travelled += Math.hypot(u - x, v - y);
    if (touching.size === 2) {
      travelled = Infinity;
      handlers.zoom(spread(after) / Math.max(1, spread(before)), [u, v]);
    }
    if (travelled > STILL) handlers.pan([u - x, v - y]);
  });
  const lift = (event) => {
    const touched = touching.delete(event.pointerId);
    if (touched && event.type === "pointerup" && touching.size === 0 && travelled <= STILL) handlers.point(at(event));
  };
  pane.addEventListener("pointerup", lift);
  pane.addEventListener("pointercancel", lift);
  pane.addEventListener("pointerleave", () => handlers.hover(null));
  pane.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    handlers.zoom(Math.exp(-Math.max(-120, Math.min(120, pixels)) / 400), at(event));
  }, { passive: false });
}

// Dragging something small, a mark or the swipe line: moved([dx, dy]) for each step, done() at its end.
export function drag(handle, moved, done = () => {}) {
  let last = null;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    last = [event.clientX, event.clientY];
  });
  handle.addEventListener("pointermove", (event) => {
    if (!last) return;
    const now = [event.clientX, event.clientY];
    moved([now[0] - last[0], now[1] - last[1]]);
    last = now;
  });
  const end = () => {
    if (last) done();
    last = null;
  };
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
}
