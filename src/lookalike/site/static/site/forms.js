/* Forms: lead to what is wrong, warn before work is lost, send once. Nothing is ever sent by itself. */
"use strict";

const summary = document.querySelector(".summary");
if (summary) {
  summary.focus();
  document.title = `Error: ${document.title}`;
}

/* A form with data-keep warns when the page is left with something written and not sent. */
const written = new Set();
document.addEventListener("input", (event) => {
  if (event.target.form?.matches("[data-keep]")) {
    written.add(event.target.form);
  }
});
document.addEventListener("reset", (event) => written.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...written].some((form) => form.isConnected)) {
    event.preventDefault();
  }
});

/* A second press while the first is on its way does nothing; coming back to the page makes it free again. */
const sent = new Set();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) {
    return;
  }
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  written.delete(form);
  if (!form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) {
    sent.add(form);
    event.submitter?.setAttribute("aria-disabled", "true");
  }
});
window.addEventListener("pageshow", () => {
  sent.clear();
  document.querySelectorAll('button[aria-disabled="true"]').forEach((button) => button.removeAttribute("aria-disabled"));
});
