// Picture and sound, sent in pieces of a second, in their order, each until the site has it: a crash loses the piece that
// is being made and the one that is on its way.

const PIECE = 1000; // milliseconds
const AGAIN = 700;
const LONGEST = 8000; // how long the end waits for the last pieces
const TYPES = ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];
const ASKED = { video: { width: 640, height: 480, frameRate: 15 }, audio: true };

const pause = (time) => new Promise((done) => setTimeout(done, time));

export class Recording {
  #address;
  #take;
  #token;
  #number = 0;
  #waiting = [];
  #sending = null;
  #recorder = null;
  #stream = null;

  constructor(address, take, token) {
    this.#address = address;
    this.#take = take;
    this.#token = token;
  }

  get running() {
    return this.#recorder?.state === 'recording';
  }

  async begin() {
    this.#stream = await navigator.mediaDevices.getUserMedia(ASKED);
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(this.#stream, { mimeType, videoBitsPerSecond: 600000 });
    this.#recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size) this.#send(data);
    });
    this.#recorder.start(PIECE);
  }

  // Stop, and wait until everything was sent, but not for ever.
  async finish() {
    if (!this.running) return;
    const stopped = new Promise((done) => this.#recorder.addEventListener('stop', done, { once: true }));
    this.#recorder.stop();
    await stopped;
    await Promise.race([this.#sending, pause(LONGEST)]);
    this.close();
  }

  close() {
    if (this.running) this.#recorder.stop();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }

  #send(data) {
    this.#number += 1;
    this.#waiting.push([this.#number, data]);
    this.#sending ??= this.#all().finally(() => {
      this.#sending = null;
    });
  }

  async #all() {
    while (this.#waiting.length) {
      const [number, data] = this.#waiting[0];
      if (await this.#one(number, data)) this.#waiting.shift();
      else await pause(AGAIN);
    }
  }

  // Whether the site has taken it, or will never.
  async #one(number, data) {
    const headers = { ...this.#token(), 'Content-Type': data.type.split(';')[0] };
    try {
      const answer = await fetch(`${this.#address}${this.#take}/${number}/`, { method: 'POST', body: data, headers });
      return answer.status < 500;
    } catch {
      return false;
    }
  }
}
