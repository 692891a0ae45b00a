// What is drawn over the pictures: grid, lines between marks, the cross, the points of an alignment, frames of loupes.

import { apply } from "./geometry.js";

export const LINE = "#7fe3ff"; // seen on skin of every shade, with its dark edge
const EDGE = "rgb(0 0 0 / 60%)";

// Paint onto `context`, in screen pixels.
export function paintLines(context, { state, panes, matrices, sights, selected, cross, picked, loupes }) {
  const stroke = (path, colour, width = 1) => {
    for (const [style, wide] of [[EDGE, width + 2], [colour, width]]) {
      context.strokeStyle = style;
      context.lineWidth = wide;
      context.beginPath();
      path();
      context.stroke();
    }
  };
  const line = ([x, y], [u, v]) => () => {
    context.moveTo(x, y);
    context.lineTo(u, v);
  };

  if (state.grid.on) {
    const shown = state.overlay.mode === "none" ? [panes.left, panes.right] : [panes.left];
    for (const pane of shown) {
        paintGrid(context, pane, state.grid.step);
    }
  }
  state.marks.forEach((mark, i) => {
    const { left, right } = sights[i];
    const colour = mark.id === selected ? "#ffffff" : LINE;
    if (left && right) stroke(line(left, right), colour, mark.id === selected ? 2 : 1);
    const hidden = right && state.overlay.mode !== "none"; // with the right pane, in which its button is
    if (hidden) stroke(() => context.rect(right[0] - 4, right[1] - 4, 8, 8), colour);
  });
  for (const { side, point, number } of picked) {
    const [x, y] = apply(matrices[side], point);
    stroke(() => {
      context.moveTo(x - 7, y);
      context.lineTo(x, y - 7);
      context.lineTo(x + 7, y);
      context.lineTo(x, y + 7);
      context.closePath();
    }, "#ffd75e");
    paintNumber(context, number, x + 9, y - 5, "#ffd75e");
  }
  if (cross) {
    const [x, y] = cross;
    stroke(line([x - 16, y], [x - 4, y]), "#ffffff");
    stroke(line([x + 4, y], [x + 16, y]), "#ffffff");
    stroke(line([x, y - 16], [x, y - 4]), "#ffffff");
    stroke(line([x, y + 4], [x, y + 16]), "#ffffff");
  }
  for (const { x, y, width, height } of loupes) {
    context.clearRect(x, y, width, height);
    stroke(() => context.rect(x + 0.5, y + 0.5, width - 1, height - 1), "#ffffff");
    const [u, v] = [x + width / 2, y + height / 2];
    stroke(line([u - 6, v], [u - 2, v]), "#ffffff");
    stroke(line([u + 2, v], [u + 6, v]), "#ffffff");
    stroke(line([u, v - 6], [u, v - 2]), "#ffffff");
    stroke(line([u, v + 2], [u, v + 6]), "#ffffff");
  }
}

// From the pane's middle outwards, `step` percent of its shorter side apart: the same heights in both panes.
function paintGrid(context, pane, step) {
  const apart = (Math.min(pane.width, pane.height) * step) / 100;
  const path = new Path2D();
  for (const [start, length, place] of [
    [pane.x, pane.width, (at) => { path.moveTo(at, pane.y); path.lineTo(at, pane.y + pane.height); }],
    [pane.y, pane.height, (at) => { path.moveTo(pane.x, at); path.lineTo(pane.x + pane.width, at); }],
  ]) {
    const most = Math.floor(length / 2 / apart);
    for (let k = -most; k <= most; k += 1) place(Math.floor(start + length / 2 + k * apart) + 0.5);
  }
  context.lineWidth = 1;
  context.strokeStyle = "rgb(0 0 0 / 35%)";
  context.save();
  context.translate(1, 1);
  context.stroke(path);
  context.restore();
  context.strokeStyle = "rgb(255 255 255 / 50%)";
  context.stroke(path);
}

function paintNumber(context, number, x, y, colour) {
  context.font = "600 12px system-ui, sans-serif";
  context.lineWidth = 3;
  context.strokeStyle = EDGE;
  context.strokeText(number, x, y);
  context.fillStyle = colour;
  context.fillText(number, x, y);
}
