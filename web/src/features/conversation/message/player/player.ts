import { useSyncExternalStore } from "react";
import { createStore } from "@/app/store";

/*
 * One player for all audio, so that two never speak at once and one goes on when its row is scrolled
 * out of sight. Times are in seconds.
 */

export type Playing = { url: string; playing: boolean; at: number; rate: number; failed: boolean };

const NOTHING: Playing = { url: "", playing: false, at: 0, rate: 1, failed: false };
const store = createStore<Playing>(NOTHING);
const durations = createStore<Readonly<Record<string, number>>>({});
let element: HTMLAudioElement | undefined;

function player(): HTMLAudioElement {
  if (element) return element;
  const audio = new Audio();
  const update = (values: Partial<Playing>) => store.set({ ...store.get(), ...values });
  audio.ontimeupdate = () => update({ at: audio.currentTime });
  audio.onplay = () => update({ playing: true, failed: false });
  audio.onpause = () => update({ playing: false });
  audio.onended = () => update({ playing: false, at: 0 });
  audio.onerror = () => audio.src && update({ playing: false, failed: true });
  audio.onloadedmetadata = () => noteDuration(store.get().url, audio.duration);
  element = audio;
  return audio;
}

function noteDuration(url: string, seconds: number): void {
  if (Number.isFinite(seconds)) durations.set({ ...durations.get(), [url]: seconds });
}

export function toggle(url: string): void {
  const audio = player();
  if (store.get().url === url && !audio.paused) return audio.pause();
  load(url);
  // A refused play shows itself by the player's error.
  void audio.play().catch(() => {});
}

function load(url: string): void {
  if (store.get().url === url) return;
  const audio = player();
  const { rate } = store.get();
  audio.pause();
  store.set({ ...NOTHING, url, rate });
  audio.src = url;
  audio.playbackRate = rate;
}

export function seek(url: string, at: number): void {
  load(url);
  player().currentTime = at;
  store.set({ ...store.get(), at });
}

const RATES = [1, 1.5, 2];

/** To the next speed; it stays for what is played later. */
export function nextRate(): void {
  const rate = RATES[(RATES.indexOf(store.get().rate) + 1) % RATES.length] ?? 1;
  player().playbackRate = rate;
  store.set({ ...store.get(), rate });
}

/** Finds out how long an audio is, without playing it. */
export function learnDuration(url: string): () => void {
  if (durations.get()[url] !== undefined) return () => {};
  const probe = new Audio();
  probe.preload = "metadata";
  probe.onloadedmetadata = () => noteDuration(url, probe.duration);
  probe.src = url;
  return () => {
    probe.onloadedmetadata = null;
    probe.removeAttribute("src");
  };
}

export function usePlaying(url: string): Playing {
  const playing = useSyncExternalStore(store.subscribe, store.get);
  return playing.url === url ? playing : { ...NOTHING, url, rate: playing.rate };
}

/** In seconds; null as long as it is not known. */
export function useDuration(url: string): number | null {
  return useSyncExternalStore(durations.subscribe, () => durations.get()[url] ?? null);
}

/** 0:07, 1:02:33 */
export function playTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}
