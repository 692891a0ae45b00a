// A small helper to make elements; values that start with "on" are listeners, `false` leaves an attribute out.

export function make(tag, values = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// Write only what changed: the page is measured in milliseconds.
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function flag(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

// A toolbar with one tab stop, after the ARIA Authoring Practices.
export function rove(toolbar) {
  const buttons = [...toolbar.querySelectorAll("button")];
  const stop = (chosen) => buttons.forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
  stop(buttons[0]);
  toolbar.addEventListener("focusin", (event) => buttons.includes(event.target) && stop(event.target));
  toolbar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[(steps[event.key] + buttons.length) % buttons.length].focus();
  });
}
