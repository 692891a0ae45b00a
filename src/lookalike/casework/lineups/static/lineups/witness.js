// The witness's screen. A step is exchanged in place, so that the recording goes on; without this script every step is a
// page of its own. What is not answered by the site is sent again, the same, until it is: a step is taken once.

import { Recording } from './recording.js';

const ALIVE = 10000; // a sign of life, in milliseconds
const AGAIN = 1000; // between two attempts

const pause = (time) => new Promise((done) => setTimeout(done, time));
const screen = () => document.getElementById('screen');
const elapsed = () => String(Math.round(performance.now()));

let recording = null;

function wait(on) {
  const told = document.getElementById('wait');
  if (!told) return;
  told.textContent = on ? told.dataset.wait : '';
  told.hidden = !on;
}

async function asked(address, options) {
  for (;;) {
    try {
      const answer = await fetch(address, { credentials: 'same-origin', ...options });
      if (answer.status < 500) return answer;
    } catch {
      // the site is not there: it is asked again
    }
    wait(true);
    await pause(AGAIN);
  }
}

function tell(kind, words = '') {
  const body = new URLSearchParams({ kind, words, elapsed: elapsed() });
  return fetch(screen().dataset.event, { method: 'POST', body, headers: token(), keepalive: true }).catch(() => {});
}

const token = () => ({ 'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content });

function recorded(on) {
  const told = document.getElementById('recorded');
  if (told) told.textContent = on ? told.dataset.on : told.dataset.off;
}

async function record() {
  const { records, take, recording: address } = screen().dataset;
  if (records === 'on' && !recording) {
    recording = new Recording(address, Number(take), token);
    try {
      await recording.begin();
    } catch (error) {
      tell('failed', error.name);
    }
  }
  if ('over' in screen().dataset) recording?.close();
  recorded(recording?.running ?? false);
}

function exchange(text) {
  const next = new DOMParser().parseFromString(text, 'text/html');
  const fresh = next.getElementById('screen');
  if (!fresh) {
    location.reload();
    return;
  }
  screen().replaceWith(document.adoptNode(fresh));
  document.title = next.title;
  ready();
  scrollTo(0, 0);
  document.querySelector('#screen h1')?.focus();
}

async function again() {
  await pause(AGAIN);
  exchange(await (await asked(location.href)).text());
}

// Nothing is answered of a photograph that is not there yet: a second tap on the last answer would fall on this one.
function ready() {
  const pictures = [...document.querySelectorAll('.photographs img')];
  const answers = document.querySelector('.ask .answers');
  const look = () => {
    if (answers) answers.inert = !pictures.every((picture) => picture.complete && picture.naturalWidth);
  };
  for (const picture of pictures) {
    picture.addEventListener('load', look, { once: true });
    picture.addEventListener('error', again, { once: true });
  }
  look();
  record();
}

let sending = false;

document.addEventListener('submit', async (event) => {
  const form = event.target;
  event.preventDefault();
  if (sending) return;
  sending = true;
  const clock = form.elements.elapsed;
  if (clock) clock.value = elapsed();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.inert = true;
  if ('last' in form.dataset) await recording?.finish();
  const answer = await asked(form.action, { method: 'POST', body });
  sending = false;
  exchange(await answer.text());
});

document.addEventListener('visibilitychange', () => tell(document.hidden ? 'hidden' : 'seen'));
setInterval(() => tell('alive'), ALIVE);
ready();
