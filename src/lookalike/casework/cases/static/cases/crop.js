/* Drawing the rectangle of a crop on the edited picture. Without script, or without a pointer, its numbers are typed. */
"use strict";

(() => {
  const form = document.querySelector("form[data-crop]");
  const figure = document.querySelectorAll(".side .picture")[1];
  if (!form || !figure) {
    return;
  }
  const [frame, image] = [figure.querySelector(".frame"), figure.querySelector("img")];
  const [width, height] = [Number(form.dataset.width), Number(form.dataset.height)];
  const field = (name) => form.elements[`crop-${name}`];
  const details = form.closest("details");
  const box = Object.assign(document.createElement("div"), { className: "crop-box", hidden: true });
  frame.append(box);

  /* where the picture stands in its frame, for it is fitted into it */
  const place = () => {
    const around = image.getBoundingClientRect();
    const scale = Math.min(around.width / width, around.height / height);
    const left = around.left + (around.width - width * scale) / 2;
    const top = around.top + (around.height - height * scale) / 2;
    return { left, top, scale };
  };
  const draw = () => {
    const { left, top, scale } = place();
    const around = frame.getBoundingClientRect();
    const at = Object.fromEntries(["left", "top", "width", "height"].map((name) => [name, Number(field(name).value)]));
    box.hidden = !details.open;
    box.style.left = `${left - around.left + at.left * scale}px`;
    box.style.top = `${top - around.top + at.top * scale}px`;
    box.style.width = `${at.width * scale}px`;
    box.style.height = `${at.height * scale}px`;
  };

  let from = null;
  const point = (event) => {
    const { left, top, scale } = place();
    const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    return [within((event.clientX - left) / scale, width), within((event.clientY - top) / scale, height)];
  };
  details.addEventListener("toggle", () => {
    figure.classList.toggle("cropping", details.open);
    draw();
  });
  frame.addEventListener("click", (event) => details.open && event.preventDefault());
  frame.addEventListener("dragstart", (event) => details.open && event.preventDefault());
  frame.addEventListener("pointerdown", (event) => {
    if (details.open) {
      from = point(event);
      frame.setPointerCapture(event.pointerId);
    }
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) {
      return;
    }
    const to = point(event);
    field("left").value = Math.min(from[0], to[0]);
    field("top").value = Math.min(from[1], to[1]);
    field("width").value = Math.max(1, Math.abs(to[0] - from[0]));
    field("height").value = Math.max(1, Math.abs(to[1] - from[1]));
    draw();
  });
  frame.addEventListener("pointerup", () => {
    from = null;
  });
  form.addEventListener("input", draw);
  addEventListener("resize", draw);
})();
