/* Small conveniences of every page. Each has a way without script; none is needed. */
"use strict";

const say = (sentence) => {
  const notice = document.createElement("div");
  notice.className = "notice stop";
  notice.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  document.getElementById("notices").replaceChildren(notice);
};

/* htmx: the same protection against forged requests as a form has, and a word when something fails. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") {
    event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]')?.content;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  say(`The page could not be brought up to date (${event.detail.xhr.status}). Load it anew to see what holds.`);
});
document.addEventListener("htmx:sendError", () => {
  say("The site does not answer. What this page shows may be old; nothing you have not sent is kept.");
});

/* A link with data-confirm="id" leads to a page that asks; here the dialog of that id asks on the spot. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-confirm]");
  const dialog = link && document.getElementById(link.dataset.confirm);
  if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("dialog [data-close]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
});

/* Copying a code: the button is only there where it can work. */
const offerCopy = (root) => {
  for (const code of root.querySelectorAll("[data-copy]:not([data-offered])")) {
    if (!navigator.clipboard) {
      return;
    }
    code.dataset.offered = "";
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
    const told = Object.assign(document.createElement("span"), { className: "quiet" });
    told.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.dataset.copy);
        told.textContent = "Copied.";
      } catch {
        told.textContent = "Not copied: select the code and copy it by hand.";
      }
    });
    code.after(button, told);
  }
};
offerCopy(document);
document.addEventListener("htmx:load", (event) => offerCopy(event.detail.elt));
