// What can be done to a comparison: pure functions from one state to the next. No page in here.
// Movements on the screen are in units of the pane's shorter side, so that they mean the same in every window.

import { apply, baseScale, correspondingView, distance, invert, scaleOf, similarity, viewMatrix } from "./geometry.js";
import { LONGEST_NOTE, MOST_MARKS, NEUTRAL, RANGES, SIDES, ZOOM } from "./state.js";
import { clamp, nextMarkId, placed, turned, wholeView } from "./state.js";

const UNIT = { x: -0.5, y: -0.5, width: 1, height: 1 };

const withSide = (state, side, part) => ({ ...state, [side]: { ...state[side], ...part } });
export const withView = (state, side, view) => withSide(state, side, { view: { ...state[side].view, ...view } });

const moving = (state, side) => (state.locked ? SIDES : [side]);

// A free picture keeps its middle in the pane's reach; locked ones may go further, or they would come apart.
function held(view, { width, height }, locked) {
  const reach = locked ? 1 : 0;
  return {
    ...view,
    x: clamp(view.x, -reach * width, (1 + reach) * width),
    y: clamp(view.y, -reach * height, (1 + reach) * height),
  };
}

export function pan(state, sizes, side, [dx, dy]) {
  return moving(state, side).reduce((next, each) => {
    const view = next[each].view;
    const [a, b, c, d] = invert(viewMatrix(view, sizes[each], UNIT));
    const moved = { ...view, x: view.x - a * dx - c * dy, y: view.y - b * dx - d * dy };
    return withView(next, each, held(moved, sizes[each], state.locked));
  }, state);
}

// Zoom about a point given from the pane's middle.
export function zoomAt(state, sizes, side, at, factor) {
  const sides = moving(state, side);
  const most = Math.min(...sides.map((each) => Math.min(ZOOM.most, mostZoom(sizes[each])) / state[each].view.zoom));
  const least = Math.max(...sides.map((each) => ZOOM.least / state[each].view.zoom));
  if (least > most) return state;
  const by = clamp(factor, least, most);
  return sides.reduce((next, each) => {
    const view = next[each].view;
    const fixed = apply(invert(viewMatrix(view, sizes[each], UNIT)), at);
    const closer = { ...view, zoom: view.zoom * by };
    const now = apply(invert(viewMatrix(closer, sizes[each], UNIT)), at);
    const kept = { ...closer, x: closer.x + fixed[0] - now[0], y: closer.y + fixed[1] - now[1] };
    return withView(next, each, held(kept, sizes[each], state.locked));
  }, state);
}

// At the closest, eight pixels span the pane.
const mostZoom = ({ width, height }) => Math.max(1, Math.max(width, height) / 8);

export function fit(state, sizes, side) {
  return moving(state, side).reduce((next, each) => {
    const { x, y, zoom } = wholeView(sizes[each]);
    return withView(next, each, { x, y, zoom });
  }, state);
}

// Zoom so that one picture pixel of `side` is `scale` device pixels. shortSide: of the pane, in device pixels.
export function zoomTo(state, sizes, side, scale, shortSide) {
  const now = baseScale(sizes[side], { width: shortSide, height: shortSide }) * state[side].view.zoom;
  return zoomAt(state, sizes, side, [0, 0], scale / now);
}

export const rotate = (state, side, degrees) =>
  withView(state, side, { rotate: turned(state[side].view.rotate + degrees) });
export const rotateTo = (state, side, degrees) => withView(state, side, { rotate: turned(degrees) });

// Mirroring one picture undoes an alignment made for the other hand.
export function flip(state, side) {
  const next = withView(state, side, { flip: !state[side].view.flip });
  return { ...next, align: null, overlay: { ...next.overlay, mode: "none" } };
}

export function setTone(state, side, name, value) {
  const { least, most } = RANGES[name];
  const tidy = clamp(Math.round(value * 100) / 100, least, most);
  return withSide(state, side, { tone: { ...state[side].tone, [name]: tidy } });
}

export function resetSide(state, sizes, side) {
  const upright = state[side].view.flip ? flip(state, side) : state;
  return withSide(upright, side, { view: wholeView(sizes[side]), tone: { ...NEUTRAL } });
}

// The right picture's points in the left picture; null before an alignment.
export const mapOf = (state) => state.align && similarity(state.align, state.left.view.flip !== state.right.view.flip);

// Align on two points a side; the right view then shows what the left one shows. Null when a side's points coincide.
export function alignOn(state, sizes, align) {
  if (SIDES.some((side) => distance(...align[side]) < 1)) return null;
  const next = { ...state, align };
  const view = correspondingView(next.left.view, sizes, mapOf(next));
  const zoom = clamp(view.zoom, ZOOM.least, ZOOM.most);
  return withView(next, "right", held({ ...view, zoom }, sizes.right, true));
}

export const forgetAlignment = (state) => ({ ...state, align: null, overlay: { ...state.overlay, mode: "none" } });

// Where a point of one side lies on the other: by the alignment, else at the same place of the pane.
export function corresponding(state, sizes, side, point) {
  const map = mapOf(state);
  if (map) return apply(side === "left" ? invert(map) : map, point);
  const across = side === "left" ? "right" : "left";
  const at = apply(viewMatrix(state[side].view, sizes[side], UNIT), point);
  return apply(invert(viewMatrix(state[across].view, sizes[across], UNIT)), at);
}

// How many pixels of the left picture one pixel of the right one covers.
export const sizeRatio = (state) => scaleOf(mapOf(state));

// Place a point of a mark: on the open mark when it lacks this side, else as a new mark. Null when there are too many.
export function addMark(state, sizes, side, point, openId) {
  const where = placed(point, sizes[side]);
  const open = state.marks.find((mark) => mark.id === openId);
  if (open && open[side] === null) return { state: changeMark(state, openId, { [side]: where }), id: openId };
  if (state.marks.length >= MOST_MARKS) return null;
  const id = nextMarkId(state.marks);
  const mark = { id, left: null, right: null, component: "", note: "", [side]: where };
  return { state: { ...state, marks: [...state.marks, mark] }, id };
}

export function changeMark(state, id, part) {
  const note = (mark) => ({ ...mark, note: mark.note.slice(0, LONGEST_NOTE) });
  return { ...state, marks: state.marks.map((mark) => (mark.id === id ? note({ ...mark, ...part }) : mark)) };
}

export const moveMark = (state, sizes, id, side, point) =>
  changeMark(state, id, { [side]: placed(point, sizes[side]) });

// Take one side's point away; a mark without any point goes altogether. side null: the whole mark.
export function removeMark(state, id, side) {
  const less = side ? changeMark(state, id, { [side]: null }) : changeMark(state, id, { left: null, right: null });
  return { ...less, marks: less.marks.filter((mark) => mark.left || mark.right) };
}
