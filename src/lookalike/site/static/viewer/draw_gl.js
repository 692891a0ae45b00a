// Draws frames with WebGL2. It reads the same pyramid, at the same level, by the same rule as the plain canvas.

import { invert, sampling, scaleOf } from "./geometry.js";
import { toneTable } from "./tone.js";

const VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D picture;
uniform sampler2D table;
uniform mat3x2 toPicture;
uniform vec2 size;
uniform float height, alpha;
uniform int level;
uniform bool linear;
out vec4 colour;
vec3 texel(ivec2 at, ivec2 most) { return texelFetch(picture, clamp(at, ivec2(0), most), level).rgb; }
vec3 toned(vec3 value) {
  ivec3 at = ivec3(value * 255.0 + 0.5);
  return vec3(texelFetch(table, ivec2(at.r, 0), 0).r, texelFetch(table, ivec2(at.g, 0), 0).r,
              texelFetch(table, ivec2(at.b, 0), 0).r);
}
void main() {
  vec2 at = toPicture * vec3(gl_FragCoord.x, height - gl_FragCoord.y, 1.0);
  if (any(lessThan(at, vec2(0.0))) || any(greaterThanEqual(at, size))) discard;
  ivec2 most = textureSize(picture, level) - 1;
  vec2 here = at / float(1 << level);
  vec3 value;
  if (linear) {
    vec2 corner = here - 0.5;
    ivec2 low = ivec2(floor(corner));
    vec2 part = corner - vec2(low);
    value = mix(mix(texel(low, most), texel(low + ivec2(1, 0), most), part.x),
                mix(texel(low + ivec2(0, 1), most), texel(low + ivec2(1, 1), most), part.x), part.y);
  } else {
    value = texel(ivec2(floor(here)), most);
  }
  colour = vec4(toned(value), alpha);
}`;

// A WebGL2 context that is worth having, or null: one computed in software is slower than the plain canvas.
export function webglContext(canvas, { evenSoftware, largest }) {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, powerPreference: "high-performance" });
  if (!gl || gl.getParameter(gl.MAX_TEXTURE_SIZE) < largest) return null;
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  if (!evenSoftware && /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)) return null;
  return gl;
}

export class WebglRenderer {
  static kind = "webgl";

  constructor(gl, pictures, surround) {
    this.gl = gl;
    this.canvas = gl.canvas;
    this.pictures = pictures;
    this.surround = surround.map((level) => level / 255);
    this.program = link(gl);
    this.places = Object.fromEntries(
      ["picture", "table", "toPicture", "size", "height", "alpha", "level", "linear"].map((name) => [
        name,
        gl.getUniformLocation(this.program, name),
      ]),
    );
    this.textures = Object.fromEntries(
      Object.entries(pictures).map(([side, picture]) => [side, pyramidTexture(gl, picture)]),
    );
    this.table = tableTexture(gl);
    this.tableHolds = "";
    gl.bindVertexArray(gl.createVertexArray());
  }

  // As in draw_2d.js.
  draw(regions, smooth) {
    const { gl, places } = this;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.enable(gl.SCISSOR_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(this.program);
    gl.uniform1i(places.picture, 0);
    gl.uniform1i(places.table, 1);
    gl.uniform1f(places.height, this.canvas.height);
    for (const { x, y, width, height, layers } of regions) {
      gl.scissor(x, this.canvas.height - y - height, width, height);
      gl.clearColor(...this.surround, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      for (const layer of layers) this.#layer(layer, smooth);
    }
  }

  #layer({ side, matrix, tone, alpha }, smooth) {
    if (alpha === 0) return;
    const { gl, places } = this;
    const picture = this.pictures[side];
    const { level, linear } = sampling(scaleOf(matrix), smooth, picture.levels.length);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.textures[side]);
    this.#setTable(tone);
    gl.uniformMatrix3x2fv(places.toPicture, false, invert(matrix));
    gl.uniform2f(places.size, picture.width, picture.height);
    gl.uniform1f(places.alpha, alpha);
    gl.uniform1i(places.level, level);
    gl.uniform1i(places.linear, linear ? 1 : 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #setTable(tone) {
    const { gl } = this;
    const key = JSON.stringify(tone);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.table);
    if (key === this.tableHolds) return;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 1, gl.RED, gl.UNSIGNED_BYTE, toneTable(tone));
    this.tableHolds = key;
  }
}

function link(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "no shader");
  return program;
}

function nearest(gl) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST_MIPMAP_NEAREST);
  return texture;
}

function pyramidTexture(gl, { levels }) {
  const texture = nearest(gl);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.texStorage2D(gl.TEXTURE_2D, levels.length, gl.RGBA8, levels[0].width, levels[0].height);
  levels.forEach((level, k) => gl.texSubImage2D(gl.TEXTURE_2D, k, 0, 0, gl.RGBA, gl.UNSIGNED_BYTE, level));
  return texture;
}

function tableTexture(gl) {
  const texture = nearest(gl);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, 256, 1);
  return texture;
}
