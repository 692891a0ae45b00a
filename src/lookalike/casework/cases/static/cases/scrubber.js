/* The scrubber: the slider and its keys show frames without a new page. Everything has a way without script. */
"use strict";

(() => {
  const box = document.getElementById("scrubber");
  const slide = document.getElementById("id_slide");
  let wanted = null;
  let busy = false;

  const show = async (number) => {
    wanted = number;
    if (busy) {
      return; /* the newest wish is fulfilled when the one on its way has come */
    }
    busy = true;
    while (wanted !== null) {
      const at = wanted;
      wanted = null;
      const address = `${box.dataset.address}?at=%23${at}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Target": "frame" } }).catch(() => null);
      if (!answer || !answer.ok) {
        location.assign(address);
        break;
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("frame");
      const picture = fresh.querySelector("img");
      await picture.decode().catch(() => null);
      const step = document.activeElement?.dataset?.step;
      document.getElementById("frame").replaceWith(fresh);
      fresh.querySelector(`[data-step="${step}"]`)?.focus();
      history.replaceState(null, "", address);
      if (wanted === null) {
        slide.value = fresh.dataset.number;
      }
      slide.setAttribute("aria-valuetext", fresh.dataset.timecode);
    }
    busy = false;
  };

  const stepTo = (name) => {
    const link = document.querySelector(`[data-step="${name}"]`);
    if (link) {
      slide.value = link.dataset.number;
      show(Number(link.dataset.number));
    }
  };

  slide.addEventListener("input", () => show(Number(slide.value)));
  slide.addEventListener("keydown", (event) => {
    const name = { ArrowLeft: "second-back", ArrowRight: "second-on" }[event.key];
    if (name && event.shiftKey) {
      event.preventDefault();
      stepTo(name);
    }
  });
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-step]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      stepTo(link.dataset.step);
    }
  });
})();
