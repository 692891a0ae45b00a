// Draws frames on a plain canvas: for machines whose WebGL would be computed in software anyway.

import { sampling, scaleOf } from "./geometry.js";
import { isNeutral } from "./state.js";
import { toneTable } from "./tone.js";

export class CanvasRenderer {
  static kind = "canvas";

  constructor(canvas, pictures, surround) {
    this.canvas = canvas;
    this.pictures = pictures;
    this.surround = `rgb(${surround.join(" ")})`;
    this.context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    this.scratch = null;
    this.tables = new Map();
  }

  // regions: [{x, y, width, height, layers: [{side, matrix, tone, alpha}]}] in device pixels, later ones on top.
  draw(regions, smooth) {
    for (const region of regions) {
      const { context } = this;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalAlpha = 1;
      context.fillStyle = this.surround;
      context.fillRect(region.x, region.y, region.width, region.height);
      for (const layer of region.layers) this.#layer(region, layer, smooth);
    }
  }

  #layer(region, layer, smooth) {
    if (layer.alpha === 0) return;
    const { x, y, width, height } = region;
    if (isNeutral(layer.tone)) {
      this.#picture(this.context, region, layer, smooth, layer.alpha);
      return;
    }
    // toned on a canvas of its own, so that the surround and a picture underneath keep their values
    const context = this.#scratch(width, height);
    const moved = { ...layer, matrix: layer.matrix.with(4, layer.matrix[4] - x).with(5, layer.matrix[5] - y) };
    this.#picture(context, { x: 0, y: 0, width, height }, moved, smooth, 1);
    const pixels = context.getImageData(0, 0, width, height);
    this.#tone(pixels.data, layer.tone);
    context.putImageData(pixels, 0, 0);
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.globalAlpha = layer.alpha;
    this.context.drawImage(context.canvas, 0, 0, width, height, x, y, width, height);
  }

  #picture(context, region, { side, matrix }, smooth, alpha) {
    const { levels } = this.pictures[side];
    const { level, linear } = sampling(scaleOf(matrix), smooth, levels.length);
    const size = 2 ** level;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(region.x, region.y, region.width, region.height);
    context.clip();
    context.globalAlpha = alpha;
    context.imageSmoothingEnabled = linear;
    context.imageSmoothingQuality = "low";
    const [a, b, c, d, e, f] = matrix;
    context.setTransform(a * size, b * size, c * size, d * size, e, f);
    context.drawImage(levels[level], 0, 0);
    context.restore();
  }

  #scratch(width, height) {
    if (!this.scratch || this.scratch.width < width || this.scratch.height < height) {
      this.scratch = new OffscreenCanvas(width, height);
      this.scratchContext = this.scratch.getContext("2d", { willReadFrequently: true });
    }
    this.scratchContext.setTransform(1, 0, 0, 1, 0, 0);
    this.scratchContext.clearRect(0, 0, width, height);
    return this.scratchContext;
  }

  #tone(data, tone) {
    const key = JSON.stringify(tone);
    if (!this.tables.has(key)) this.tables = new Map([[key, toneTable(tone)], ...[...this.tables].slice(0, 3)]);
    const table = this.tables.get(key);
    for (let i = 0; i < data.length; i += 4) {
      data[i] = table[data[i]];
      data[i + 1] = table[data[i + 1]];
      data[i + 2] = table[data[i + 2]];
    }
  }
}
