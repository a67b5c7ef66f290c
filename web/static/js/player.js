// The player: goes on where one left off, tells the site how far one is, says what went wrong.
import { addControls, clock } from "./player-controls.js";
import { messages } from "./player-panels.js";
import { sourceOf } from "./player-source.js";

const BEAT_PLAYING = 10_000;
const BEAT_PAUSED = 30_000;
const PLACE_KEPT_PAUSED = 10 * 60_000;
const RETRY_AFTER = 20_000;
const PATIENCE = 8000;
const NO_SOURCE = HTMLMediaElement.NETWORK_NO_SOURCE; // also where no source was tried yet
const SIDEWAYS = matchMedia("(min-width: 36rem) and (max-height: 30rem)"); // a telephone; as in 7-player.css

for (const box of document.querySelectorAll("[data-player]")) {
  mount(box);
  if (window.top !== window) continue; // in somebody's page the focus is theirs
  if (document.activeElement === document.body) box.focus({ preventScroll: true });
  const fill = () => {
    const isElsewhere = !box.contains(document.activeElement) && document.activeElement !== document.body;
    if (SIDEWAYS.matches && !isElsewhere) scrollBy(0, box.getBoundingClientRect().top);
  };
  SIDEWAYS.addEventListener("change", fill);
  fill();
}

/** Make a player of a box drawn by templates/watch/_player.html. Returns a function that ends it. */
export function mount(box) {
  const video = box.querySelector("video");
  const still = box.querySelector("template[data-still]");
  const tracks = [...box.querySelectorAll("track")];
  const at = { ...box.dataset };
  const isFilm = Boolean(at.beat);
  const say = messages(box);
  const played = stopwatch(video);
  const picture = sourceOf(video, at.hls, () => recover());
  let fresh = null;
  let over = false;
  let lastBeat = performance.now();
  let pausedSince = lastBeat;
  let recovering = -RETRY_AFTER;
  let waitingSince = null;
  let troubled = false;
  const begun = !video.paused; // by the browser's own button, before this script was here

  still?.replaceWith(still.content);
  video.controls = false;
  const { close } = addControls(box, { name: box.getAttribute("aria-label"), play });

  /** Play or pause; a player whose place was given up asks for a new one first. */
  function play() {
    if (!video.paused) video.pause();
    else if (over) renew(true);
    else video.play().catch(() => {});
  }

  async function ask(address, { body, method = "POST", keepalive = false } = {}) {
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    const answer = await fetch(address, {
      method,
      keepalive,
      body: body && JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, ...(isJson ? await answer.json() : {}) };
  }

  /** Tell the site where the player stands; a position it did not hear is kept in this browser. */
  async function report(address, keepalive = false) {
    const seconds = played.take();
    const position = Math.floor(video.currentTime);
    lastBeat = performance.now();
    try {
      const answer = await ask(address, { body: { position, seconds }, keepalive });
      if (answer.status >= 500) throw new Error("unavailable");
      keepHere(null);
      return answer;
    } catch {
      played.give(seconds);
      keepHere(position);
      return { status: 0 };
    }
  }

  async function beat() {
    const answer = await report(at.beat);
    if (answer.status === 200) fresh = answer.source;
    else if (answer.status === 410) {
      over = true;
      if (!video.paused) await renew(true);
    } else if (answer.status === 403) refused(answer);
    return answer;
  }

  /** Fresh addresses from the site, in the same page at the same second. */
  async function renew(andPlay) {
    let answer;
    try {
      answer = await ask(at.renew, { method: isFilm ? "POST" : "GET" });
    } catch {
      return failed();
    }
    if (answer.status === 409) tooMany(answer);
    else if (answer.status === 403) refused(answer);
    else if (answer.source) {
      over = false;
      Object.assign(at, answer);
      for (const track of tracks) {
        const renewed = answer.captions.find((one) => one.language === track.srclang);
        if (renewed && track.readyState !== HTMLTrackElement.LOADED) track.src = renewed.source;
      }
      load(answer.source, andPlay);
    } else failed();
  }

  function load(source, andPlay) {
    const second = video.currentTime || resumeAt();
    const rate = video.playbackRate;
    resumed = true;
    picture.set(source);
    video.addEventListener(
      "loadedmetadata",
      () => {
        video.currentTime = second;
        video.playbackRate = rate;
        if (andPlay) video.play().catch(() => {});
      },
      { once: true },
    );
    say(null);
  }

  /** An address may only have grown old: try a fresh one, once in a while, before saying anything. */
  async function recover(andPlay = !video.paused && !video.ended) {
    if (performance.now() - recovering < RETRY_AFTER) return failed();
    recovering = performance.now();
    if (!isFilm || over) return renew(andPlay);
    const answer = await beat();
    if (answer.status === 200) load(fresh, andPlay);
    else if (answer.status === 410 && video.paused) renew(andPlay);
    else if (answer.status === 0) failed();
  }

  function failed() {
    troubled = true;
    const again = () => {
      recovering = -RETRY_AFTER;
      recover(true);
    };
    const words = "The film could not be loaded. Check your connection and try again.";
    say(words, [["Try again", again]]);
  }

  function refused({ message, link }) {
    over = true;
    video.pause();
    say(message, link ? [[link.label, link.href]] : []);
  }

  function tooMany({ message, streams }) {
    over = true;
    video.pause();
    say(
      `${message} Stop one of them to watch here.`,
      streams.map(({ device, film, since, stop }) => [
        "Stop here",
        () => ask(stop).then(() => renew(true), failed),
        `${device}: ${film}, since ${since}`,
      ]),
    );
  }

  const place = `matinee.position.${at.film}`;
  function keepHere(position) {
    try {
      if (position === null) localStorage.removeItem(place);
      else if (position >= 5) localStorage.setItem(place, position);
    } catch {
      // A browser that keeps nothing still plays.
    }
  }

  function resumeAt() {
    let here = null;
    try {
      here = localStorage.getItem(place);
    } catch {
      // As above.
    }
    return Number(here ?? at.at ?? 0);
  }

  let resumed = false;
  function resume() {
    if (resumed || !isFilm) return;
    resumed = true;
    const second = resumeAt();
    if (second < 5 || second > video.duration * 0.95 || video.currentTime > 1) return;
    video.currentTime = second;
    say(`Resuming at ${clock(second)}`, [["Start over", () => (video.currentTime = 0)]], 8000);
  }

  function tick() {
    const now = performance.now();
    if (waitingSince !== null && now - waitingSince > PATIENCE) {
      waitingSince = null;
      recover();
    }
    if (!isFilm || over) return;
    if (!video.paused) {
      if (now - lastBeat >= BEAT_PLAYING) beat();
    } else if (now - pausedSince > PLACE_KEPT_PAUSED) {
      over = true;
      report(at.stop);
    } else if (now - lastBeat >= BEAT_PAUSED) beat();
  }

  function leave() {
    if (isFilm && !over) {
      over = true;
      report(at.stop, true);
    }
  }

  video.addEventListener("loadedmetadata", resume);
  video.addEventListener("error", () => recover());
  video.addEventListener("waiting", () => (waitingSince = performance.now()));
  video.addEventListener("playing", () => {
    waitingSince = null;
    if (troubled) say(null);
    troubled = false;
  });
  video.addEventListener("play", () => box.classList.add("player--begun"));
  video.addEventListener("seeking", () => box.classList.add("player--sought"));
  const [first, ...plain] = video.querySelectorAll("source");
  if (picture.possible) for (const one of plain) one.remove(); // for browsers without script
  // The browser may have gone on to a plain one before that was taken away.
  if (picture.native) for (const one of [first, ...plain]) one.addEventListener("error", () => recover());
  if (video.readyState) resume();
  const timer = setInterval(tick, 2000);
  if (isFilm) {
    video.addEventListener("pause", () => {
      pausedSince = performance.now();
      if (!over && !video.error) beat();
    });
    addEventListener("pagehide", leave);
  }
  if (!picture.possible && !plain.length) {
    say("This browser cannot play protected films. Open this page in Chrome, Edge or Safari.");
  } else if (picture.possible && !picture.native) {
    first.remove();
    picture.set(first.src);
  } else if (video.error || (video.currentSrc && video.networkState === NO_SOURCE)) recover();
  if (begun && !video.paused) video.dispatchEvent(new Event("play"));
  else if (begun) video.play().catch(() => {}); // another source took its place

  return function end() {
    clearInterval(timer);
    removeEventListener("pagehide", leave);
    leave();
    video.pause();
    picture.end();
    close();
  };
}

/** Counts the seconds in which the picture really moves. */
function stopwatch(video) {
  let seconds = 0;
  let since = null;
  const count = () => {
    const now = performance.now();
    if (since !== null) seconds += (now - since) / 1000;
    since = video.paused || video.seeking || video.readyState < 3 ? null : now;
  };
  for (const event of ["playing", "pause", "waiting", "seeking", "seeked", "ended", "error"]) {
    video.addEventListener(event, count);
  }
  return {
    take() {
      count();
      const whole = Math.floor(seconds);
      seconds -= whole;
      return whole;
    },
    give(back) {
      seconds += back;
    },
  };
}
