// The player's own controls: a bar of real buttons and ranges, keys, captions, spoken positions.
import { addSettings, element, remembered } from "./player-panels.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const IDLE_AFTER = 3000;
const SHAPES = {
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  sound: "M4 9v6h4l5 4V5L8 9zM16 8.5a5 5 0 0 1 0 7l-1.2-1.2a3.2 3.2 0 0 0 0-4.6zM18.5 6a8.5 8.5 0 0 1 0 12l-1.3-1.3a6.7 6.7 0 0 0 0-9.4z",
  silence: "M4 9v6h4l5 4V5L8 9zM15.3 9.7l1.4-1.4 2.1 2.1 2.1-2.1 1.4 1.4-2.1 2.1 2.1 2.1-1.4 1.4-2.1-2.1-2.1 2.1-1.4-1.4 2.1-2.1z",
  full: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
};
/** 41:10, or 1:51:03 */
export function clock(seconds) {
  const [h, m, s] = parts(seconds);
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 41 minutes 10 seconds */
function spoken(seconds) {
  const names = ["hour", "minute", "second"];
  const said = parts(seconds).map((n, i) => n && `${n} ${names[i]}${n === 1 ? "" : "s"}`);
  return said.filter(Boolean).join(" ") || "0 seconds";
}

function parts(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** Fill the bar of ``box`` and listen to its keys. ``play`` plays or pauses. */
export function addControls(box, { name, play }) {
  const video = box.querySelector("video");
  const bar = box.querySelector(".player__bar");
  const status = element("p", { class: "visually-hidden", role: "status" });
  const tell = (text) => (status.textContent = text);
  const isLive = () => Number.isFinite(video.duration);
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Player controls");

  const button = (words, content, act) => {
    const made = element("button", { type: "button", class: "player__button" });
    made.addEventListener("click", (event) => {
      act();
      if (event.detail) box.focus({ preventScroll: true }); // a mouse has no use for the focus
    });
    show(made, words, content);
    return made;
  };
  const show = (made, words, content) => {
    made.setAttribute("aria-label", words);
    made.title = words;
    made.replaceChildren(SHAPES[content] ? icon(content) : content);
  };
  const range = (words, max, step) =>
    element("input", { type: "range", min: 0, max, step, value: 0, "aria-label": words });

  const seek = range("Position", 1, 1);
  seek.className = "player__seek";
  const playing = button("Play (K)", "play", play);
  const muting = button("Mute (M)", "sound", mute);
  const volume = range("Volume", 1, 0.05);
  volume.className = "player__volume";
  const time = element("span", { class: "player__time" }, clock(0));
  const captions = button("CC, captions (C)", "CC", toggleCaptions);
  const speed = button("1x, speed", "1x", () => setSpeed(nextSpeed(1, true)));
  const full = button("Full screen (F)", "full", fullScreen);
  full.hidden = !document.fullscreenEnabled && !video.webkitEnterFullscreen; // as in a frame
  const help = addSettings(box);
  bar.append(
    seek,
    playing,
    button("-10 seconds (J)", "-10", () => jump(-10)),
    button("+10 seconds (L)", "+10", () => jump(10)),
    muting,
    volume,
    time,
    captions,
    speed,
    full,
    button("?, keys and captions", "?", () => help.showModal()),
  );
  const start = element("span", { class: "player__start", "aria-hidden": "true" });
  start.append(icon("play"));
  box.append(start, status);

  function goTo(second) {
    if (!isLive()) return;
    video.currentTime = Math.min(video.duration, Math.max(0, second));
    tell(`${spoken(video.currentTime)} of ${spoken(video.duration)}`);
  }

  function jump(seconds) {
    goTo(video.currentTime + seconds);
  }

  function mute() {
    video.muted = !video.muted;
    tell(video.muted ? "Sound off" : "Sound on");
  }

  function louder(by) {
    video.volume = Math.min(1, Math.max(0, video.volume + by));
    video.muted = false;
    tell(`Volume ${Math.round(video.volume * 100)} percent`);
  }

  function nextSpeed(by, around) {
    const next = SPEEDS.indexOf(video.playbackRate) + by;
    return around ? SPEEDS[next % SPEEDS.length] : (SPEEDS[next] ?? video.playbackRate);
  }

  function setSpeed(rate) {
    video.playbackRate = rate;
    tell(`Speed ${rate}`);
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (box.requestFullscreen) box.requestFullscreen().catch(() => {});
    else video.webkitEnterFullscreen?.();
  }

  function setCaptions(on) {
    const tracks = [...video.textTracks];
    const chosen = tracks.find((one) => one.language === remembered("captions-language"));
    const shown = chosen ?? tracks[0];
    for (const one of tracks) one.mode = on && one === shown ? "showing" : "disabled";
    captions.setAttribute("aria-pressed", on);
  }

  function toggleCaptions() {
    const on = captions.getAttribute("aria-pressed") !== "true";
    setCaptions(on);
    remembered("captions", on);
    tell(on ? "Captions on" : "Captions off");
  }

  function draw() {
    if (!isLive()) return;
    seek.max = video.duration;
    seek.value = video.currentTime;
    seek.setAttribute("aria-valuetext", `${spoken(video.currentTime)} of ${spoken(video.duration)}`);
    time.textContent = `${clock(video.currentTime)} / ${clock(video.duration)}`;
  }

  const listen = (event, act) => video.addEventListener(event, act);
  listen("timeupdate", draw);
  listen("durationchange", draw);
  listen("seeking", draw);
  listen("click", play);
  listen("play", () => show(playing, "Pause (K)", "pause"));
  listen("pause", () => show(playing, "Play (K)", "play"));
  listen("ratechange", () => show(speed, `${video.playbackRate}x, speed`, `${video.playbackRate}x`));
  listen("volumechange", drawVolume);
  function drawVolume() {
    volume.value = video.muted ? 0 : video.volume;
    volume.setAttribute("aria-valuetext", `${Math.round(volume.value * 100)} percent`);
    show(muting, video.muted ? "Unmute (M)" : "Mute (M)", video.muted ? "silence" : "sound");
  }
  seek.addEventListener("input", () => goTo(Number(seek.value)));
  volume.addEventListener("input", () => {
    video.volume = Number(volume.value);
    video.muted = false;
  });

  let timer;
  const wake = () => {
    box.classList.remove("player--idle");
    clearTimeout(timer);
    timer = setTimeout(rest, IDLE_AFTER);
  };
  /** Controls go only when nobody needs them: not while paused, focused, or beside a message. */
  const rest = () => {
    const inUse = bar.contains(document.activeElement) || box.querySelector(".player__message");
    if (!video.paused && !inUse && !help.open) box.classList.add("player--idle");
    else timer = setTimeout(rest, IDLE_AFTER);
  };
  for (const event of ["pointermove", "pointerdown", "keydown", "focusin"]) {
    box.addEventListener(event, wake, { passive: true });
  }
  listen("pause", wake);
  listen("play", wake);

  box.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
    const key = latin(event);
    const acts = {
      k: play,
      j: () => jump(-10),
      l: () => jump(10),
      m: mute,
      c: toggleCaptions,
      f: fullScreen,
      "?": () => help.showModal(),
      ">": () => setSpeed(nextSpeed(1)),
      "<": () => setSpeed(nextSpeed(-1)),
    };
    if (target !== volume) {
      Object.assign(acts, {
        ArrowLeft: () => jump(-10),
        ArrowRight: () => jump(10),
        ArrowUp: () => louder(0.1),
        ArrowDown: () => louder(-0.1),
        Home: () => goTo(0),
        End: () => goTo(video.duration),
      });
    }
    if (!target.closest("button, a")) acts[" "] = play;
    if (/^\d$/.test(key)) acts[key] = () => goTo((video.duration * Number(key)) / 10);
    if (acts[key]) {
      event.preventDefault();
      acts[key]();
    }
  });

  for (const track of video.querySelectorAll("track")) {
    track.addEventListener("load", () => {
      const text = track.track;
      const { mode } = text;
      text.mode = "hidden"; // a cue on the screen moves only when it is shown again
      for (const cue of text.cues) if (cue.line === "auto") cue.line = -4;
      text.mode = mode;
    });
  }
  help.addEventListener("change", () =>
    setCaptions(captions.getAttribute("aria-pressed") === "true"),
  );
  const byAccount = video.querySelector("track[default]") !== null;
  if (video.textTracks.length) setCaptions((remembered("captions") ?? `${byAccount}`) === "true");
  else captions.hidden = true;
  offerMediaKeys(name, { play, jump, goTo });
  drawVolume();
  draw();
  wake();
  return { close: () => clearTimeout(timer) };
}

/** The key that was meant, by its place on the keyboard where the layout is not Latin. */
function latin({ key, code }) {
  if (key.length !== 1) return key;
  const other = key.charCodeAt(0) > 0x24f && /^Key[A-Z]$/.test(code);
  return (other ? code[3] : key).toLowerCase();
}

function offerMediaKeys(name, { play, jump, goTo }) {
  const session = navigator.mediaSession;
  if (!session) return;
  session.metadata = new MediaMetadata({ title: name.replace(/^Player: /, "") });
  session.setActionHandler("play", play);
  session.setActionHandler("pause", play);
  session.setActionHandler("seekbackward", () => jump(-10));
  session.setActionHandler("seekforward", () => jump(10));
  session.setActionHandler("seekto", ({ seekTime }) => goTo(seekTime));
}
