let audio: AudioContext | undefined;
let last = Number.NEGATIVE_INFINITY;

const PAUSE = 2000;

/**
 * Two soft tones, made here: no file to load. Several within two seconds are one. Silent until one has
 * touched the page, as browsers want it.
 */
export function ring(): void {
  if (performance.now() - last < PAUSE) return;
  last = performance.now();
  audio ??= new AudioContext();
  void audio.resume();
  const start = audio.currentTime;
  for (const [index, hertz] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = start + index * 0.12;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.08, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
}
