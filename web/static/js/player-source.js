// Where the picture comes from: the browser's own HLS, or hls.js where it has none.

const HLS = "application/vnd.apple.mpegurl";

/** Gives `video` its playlists. `library`: where hls.js is, if anywhere; `trouble`: called when one fails. */
export function sourceOf(video, library, trouble) {
  const native = Boolean(video.canPlayType(HLS));
  let hls = null;
  let ended = false;

  async function start(address) {
    const { default: Hls } = await import(library);
    if (ended) return;
    if (!Hls.isSupported()) throw new Error("unsupported");
    hls = new Hls({ enableWorker: false });
    hls.on(Hls.Events.ERROR, (_, error) => error.fatal && trouble());
    hls.loadSource(address);
    hls.attachMedia(video);
  }

  return {
    native,
    possible: native || Boolean(library),
    /** Take this playlist from now on. */
    set(address) {
      if (native) video.src = address;
      else if (hls) hls.loadSource(address);
      else start(address).catch(trouble);
    },
    end() {
      ended = true;
      hls?.destroy();
    },
  };
}
