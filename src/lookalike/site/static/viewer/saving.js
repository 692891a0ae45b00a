// Keeps the state on the site: a second after the last change and when the page goes away; never over somebody else's.

import { MOST_BYTES } from "./state.js";

export const PENDING = "Not saved yet";
const QUIET = 1000; // milliseconds without a change
const PAUSES = [2000, 4000, 8000, 15000, 30000];
const FINAL = {
  400: "the site could not read it",
  403: "you may no longer change it, or you are signed out. Sign in again in another tab",
  404: "the examination is not there any more",
  413: "it is too long. Shorten a note",
};

export class Saver {
  // url: where to; version: what the page was given; read: () => state; say: (words, isTrouble) tells the person.
  constructor(url, version, read, say) {
    Object.assign(this, { url, version, read, say });
    Object.assign(this, { stopped: false, sending: null, timer: 0, failures: 0, trouble: false });
    this.saved = JSON.stringify(read());
    this.leave = () => this.#leave();
    this.online = () => this.failures && this.#send();
    this.unload = (event) => this.trouble && this.unsaved && event.preventDefault(); // the browser asks
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("online", this.online);
    window.addEventListener("beforeunload", this.unload);
  }

  close() {
    this.leave();
    clearTimeout(this.timer);
    this.stopped = true;
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("online", this.online);
    window.removeEventListener("beforeunload", this.unload);
  }

  get unsaved() {
    return JSON.stringify(this.read()) !== this.saved;
  }

  // The state has changed.
  changed() {
    if (this.stopped || this.failures) return;
    this.say(PENDING, false);
    this.#later(QUIET);
  }

  #later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(), pause);
  }

  async #send() {
    clearTimeout(this.timer);
    if (this.stopped || this.sending) return;
    const text = JSON.stringify(this.read());
    if (text === this.saved) {
      this.say("Saved", false);
      return;
    }
    this.sending = text;
    const answer = await this.#post(this.version, text).catch(() => null);
    this.sending = null;
    const body = answer?.ok ? await answer.json().catch(() => null) : null;
    if (Number.isInteger(body?.version)) this.#arrived(text, body.version);
    else this.#refused(answer?.status ?? 0);
  }

  #post(version, text) {
    const body = `{"version":${version},"state":${text}}`;
    if (new TextEncoder().encode(text).length > MOST_BYTES) return Promise.resolve({ ok: false, status: 413 });
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const keepalive = body.length < 60000; // browsers refuse more
    return fetch(this.url, { method: "POST", headers, body, credentials: "same-origin", keepalive });
  }

  #arrived(text, version) {
    this.version = version;
    this.saved = text;
    this.failures = 0;
    this.trouble = false;
    if (this.unsaved) this.#later(QUIET);
    else this.say("Saved", false);
  }

  #refused(status) {
    this.trouble = true;
    if (status === 409) {
      this.stopped = true;
      this.say("Not saved: the examination is locked or was changed elsewhere. Reload the page to go on.", true);
    } else if (status in FINAL) {
      this.say(`Not saved: ${FINAL[status]}.`, true);
    } else {
      const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
      this.failures += 1;
      const why = status ? `the site answered ${status}` : "there is no connection";
      this.say(`Not saved: ${why}, trying again.`, true);
      this.#later(pause);
    }
  }

  // The page goes away. What is on its way arrives; what is newer follows it with the version that will then be due.
  #leave() {
    if (this.stopped) return;
    const text = JSON.stringify(this.read());
    if (text === (this.sending ?? this.saved)) return;
    this.#post(this.sending ? this.version + 1 : this.version, text)
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((body) => Number.isInteger(body?.version) && this.#arrived(text, body.version)) // the page may come back
      .catch(() => null);
  }
}
