/* A passkey that was not used: said on the page. The buttons that need script are shown only where it runs. */
"use strict";

document.querySelectorAll("[data-needs-script]").forEach((element) => element.removeAttribute("hidden"));
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  say("The passkey was not used: it was cancelled, took too long, or is not one of this account's. Try again.");
});
