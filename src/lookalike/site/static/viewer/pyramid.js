// A picture and its halvings, made once, so that a frame never reads more pixels than it shows.

// Fetch and decode without touching the numbers in the file. Returns {width, height, levels}; throws an Error in words.
export async function loadPicture(url) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin" });
  } catch {
    throw new Error("there is no connection");
  }
  if (!answer.ok) throw new Error(`the site answered ${answer.status}`);
  let whole;
  try {
    whole = await createImageBitmap(await answer.blob(), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Error("the file is not a picture that this browser can read");
  }
  return { width: whole.width, height: whole.height, levels: halvings(whole) };
}

// Level k has floor(width / 2^k) by floor(height / 2^k) pixels; each is the mean of four of the level before.
function halvings(whole) {
  const levels = [whole];
  let last = whole;
  while (Math.min(last.width, last.height) >= 64) {
    const half = new OffscreenCanvas(last.width >> 1, last.height >> 1);
    const context = half.getContext("2d", { alpha: false, willReadFrequently: true });
    context.imageSmoothingQuality = "low"; // bilinear at exactly a half: the mean of four
    context.drawImage(last, 0, 0, last.width / 2, last.height / 2);
    last = half.transferToImageBitmap();
    levels.push(last);
  }
  return levels;
}
