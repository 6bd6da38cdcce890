import { h, icon } from './dom.js';
import { t } from './words.js';

const clock = (s) => (Number.isFinite(s) ? `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}` : '0:00');

let playing;

// player plays a voice message; onHeard is called when it starts, onGone when
// there are no bytes any more. Only one plays at a time.
export function player(m, onHeard, onGone) {
  const audio = new Audio(m.media.url.replace(/^\/sim\//, ''));
  audio.preload = 'metadata';
  const button = h('button', { type: 'button', class: 'icon-button solid', onclick: () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()) });
  const seek = h('input', { type: 'range', min: 0, max: 100, value: 0, step: 'any', 'aria-label': t('player.position'), oninput: () => { audio.currentTime = (seek.value / 100) * (audio.duration || 0); } });
  const time = h('span', { class: 'voice-time' }, '0:00');
  const show = () => {
    button.replaceChildren(icon(audio.paused ? 'play' : 'pause'));
    button.setAttribute('aria-label', t(audio.paused ? 'player.play' : 'player.pause', { what: t(m.media.voice ? 'kind.voice' : 'kind.audio') }));
  };
  const move = () => {
    if (audio.duration) seek.value = (audio.currentTime / audio.duration) * 100;
    seek.setAttribute('aria-valuetext', clock(audio.currentTime));
    time.textContent = clock(audio.paused && audio.currentTime === 0 ? audio.duration : audio.currentTime);
  };
  for (const name of ['play', 'pause', 'ended']) audio.addEventListener(name, show);
  for (const name of ['timeupdate', 'loadedmetadata', 'durationchange']) audio.addEventListener(name, move);
  audio.addEventListener('ended', () => { audio.currentTime = 0; move(); });
  audio.addEventListener('play', () => {
    if (playing !== audio) playing?.pause();
    playing = audio;
  });
  audio.addEventListener('play', onHeard, { once: true });
  audio.addEventListener('error', onGone, { once: true });
  show();
  return h('div', { class: 'voice' }, button, seek, time);
}
