// Where things are. A matrix is [a, b, c, d, e, f] as on a canvas: x' = a x + c y + e, y' = b x + d y + f.
// Picture coordinates are pixels with (0, 0) at the outer corner of the first pixel; panes are {x, y, width, height}.

const RADIANS = Math.PI / 180;

export const multiply = ([a, b, c, d, e, f], [A, B, C, D, E, F]) => [
  a * A + c * B, b * A + d * B,
  a * C + c * D, b * C + d * D,
  a * E + c * F + e, b * E + d * F + f,
];

export const apply = ([a, b, c, d, e, f], [x, y]) => [a * x + c * y + e, b * x + d * y + f];

export function invert([a, b, c, d, e, f]) {
  const det = a * d - b * c;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

// Screen pixels per picture pixel.
export const scaleOf = ([a, b, c, d]) => Math.sqrt(Math.abs(a * d - b * c));

export const scaled = (matrix, factor) => matrix.map((value) => value * factor);

const shortSide = (pane) => Math.max(1, Math.min(pane.width, pane.height));

// The scale at zoom 1: the pane's shorter side shows as many pixels as the picture's longer side has.
export const baseScale = (picture, pane) => shortSide(pane) / Math.max(picture.width, picture.height);

// Picture to screen: (x, y) in the pane's middle, mirrored first where asked, then turned clockwise.
export function viewMatrix(view, picture, pane) {
  const scale = baseScale(picture, pane) * view.zoom;
  const cos = Math.cos(view.rotate * RADIANS) * scale;
  const sin = Math.sin(view.rotate * RADIANS) * scale;
  const mirror = view.flip ? -1 : 1;
  const turn = [cos * mirror, sin * mirror, -sin, cos, pane.x + pane.width / 2, pane.y + pane.height / 2];
  return multiply(turn, [1, 0, 0, 1, -view.x, -view.y]);
}

// The similarity that carries right-picture points to left-picture points, from two pairs of points.
// mirrored: whether exactly one of the two pictures is shown mirrored; then the map mirrors too.
export function similarity(align, mirrored) {
  const sign = mirrored ? -1 : 1;
  const [p, q] = align.right.map(([x, y]) => [sign * x, y]);
  const [u, v] = align.left;
  const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
  const [ex, ey] = [v[0] - u[0], v[1] - u[1]];
  const size = dx * dx + dy * dy;
  const [re, im] = [(ex * dx + ey * dy) / size, (ey * dx - ex * dy) / size];
  const turn = [re, im, -im, re, u[0] - re * p[0] + im * p[1], u[1] - im * p[0] - re * p[1]];
  return multiply(turn, [sign, 0, 0, 1, 0, 0]);
}

// The view of the right picture that corresponds to the view of the left one under `map` (right to left).
export function correspondingView(leftView, sizes, map) {
  const [x, y] = apply(invert(map), [leftView.x, leftView.y]);
  const unit = { x: 0, y: 0, width: 1, height: 1 };
  const matrix = multiply(viewMatrix(leftView, sizes.left, unit), map);
  const flip = matrix[0] * matrix[3] - matrix[1] * matrix[2] < 0;
  const rotate = Math.atan2(matrix[2] * -1, matrix[3]) / RADIANS;
  return { x, y, zoom: scaleOf(matrix) / baseScale(sizes.right, unit), rotate, flip };
}

// Which level of a pyramid to read, and whether between its pixels, at `scale` device pixels per picture pixel.
// Magnified pixels stay pixels unless the examiner asks otherwise.
export function sampling(scale, smooth, levels) {
  const level = Math.min(levels - 1, Math.max(0, Math.floor(Math.log2(1 / scale) + 1e-9)));
  return { level, linear: scale <= 1 + 1e-9 ? scale < 1 - 1e-9 : smooth };
}

export const distance = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

export const within = ([x, y], pane) =>
  x >= pane.x && y >= pane.y && x < pane.x + pane.width && y < pane.y + pane.height;
