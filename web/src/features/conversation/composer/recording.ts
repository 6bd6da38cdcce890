/** How a browser records, and what becomes of it. */
export type RecordingFormat = {
  /** For MediaRecorder. */
  mime: string;
  /** webm holds the same Opus packets that a voice note has, in another container. */
  container: "ogg" | "webm" | "mp4";
};

export type Recording = { finish: () => Promise<File | null>; cancel: () => void };

const FORMATS: readonly RecordingFormat[] = [
  { mime: "audio/ogg;codecs=opus", container: "ogg" },
  { mime: "audio/webm;codecs=opus", container: "webm" },
  { mime: "audio/mp4;codecs=mp4a.40.2", container: "mp4" },
];

/** The best that this browser can do for WhatsApp: a voice note in Ogg, else audio in MP4; null where neither. */
export function chooseRecording(
  supports:
    | ((mime: string) => boolean)
    | undefined = globalThis.MediaRecorder?.isTypeSupported?.bind(MediaRecorder),
): RecordingFormat | null {
  if (!supports || !globalThis.navigator?.mediaDevices?.getUserMedia) return null;
  return FORMATS.find(({ mime }) => supports(mime)) ?? null;
}

/** Asks for the microphone and records until it is finished or given up. */
export async function startRecording({ mime, container }: RecordingFormat): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
  });
  const recorder = new MediaRecorder(stream, { mimeType: mime, audioBitsPerSecond: 32_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise<void>((resolve) => {
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      resolve();
    };
  });
  recorder.start();
  return {
    cancel: () => recorder.state !== "inactive" && recorder.stop(),
    async finish() {
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      const whole = new Blob(parts);
      if (whole.size === 0) return null;
      if (container === "mp4") return new File([whole], "audio.m4a", { type: "audio/mp4" });
      const bytes = new Uint8Array(await whole.arrayBuffer());
      const ogg = container === "ogg" ? bytes : (await import("./webmToOgg")).webmToOgg(bytes);
      return new File([ogg], "voice.ogg", { type: "audio/ogg" });
    },
  };
}
