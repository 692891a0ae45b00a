// Which way of drawing suits the machine.

import { CanvasRenderer } from "./draw_2d.js";
import { WebglRenderer, webglContext } from "./draw_gl.js";
import { make } from "./dom.js";

const SURROUND = [91, 91, 91]; // the same neutral grey in every theme: tones are judged against it

// WebGL where a graphics processor draws, else the plain canvas. wanted: "webgl", "canvas" or undefined.
// lost: called when the graphics processor goes away. The canvas to put on the page is the renderer's.
export function newRenderer(pictures, wanted, lost) {
  const canvas = () => make("canvas", { class: "pixels", "aria-hidden": "true" });
  const largest = Math.max(...Object.values(pictures).flatMap(({ width, height }) => [width, height]));
  const gl = wanted !== "canvas" && webglContext(canvas(), { evenSoftware: wanted === "webgl", largest });
  if (!gl) return new CanvasRenderer(canvas(), pictures, SURROUND);
  gl.canvas.addEventListener("webglcontextlost", lost);
  return new WebglRenderer(gl, pictures, SURROUND);
}
