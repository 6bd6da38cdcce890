import { h, icon } from './dom.js';

const clock = (s) => (Number.isFinite(s) ? `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}` : '0:00');

// player plays a voice message; onHeard is called when it starts.
export function player(m, onHeard) {
  const audio = new Audio(m.media.url.replace(/^\/sim\//, ''));
  audio.preload = 'metadata';
  const button = h('button', { type: 'button', class: 'icon-button solid', onclick: () => (audio.paused ? audio.play() : audio.pause()) });
  const seek = h('input', { type: 'range', min: 0, max: 100, value: 0, step: 'any', 'aria-label': 'Position', oninput: () => { audio.currentTime = (seek.value / 100) * (audio.duration || 0); } });
  const time = h('span', { class: 'voice-time' }, '0:00');
  const show = () => {
    const name = audio.paused ? 'Play' : 'Pause';
    button.replaceChildren(icon(audio.paused ? 'play' : 'pause'));
    button.setAttribute('aria-label', `${name} ${m.media.voice ? 'voice message' : 'audio'}`);
  };
  const move = () => {
    if (audio.duration) seek.value = (audio.currentTime / audio.duration) * 100;
    seek.setAttribute('aria-valuetext', clock(audio.currentTime));
    time.textContent = clock(audio.paused && audio.currentTime === 0 ? audio.duration : audio.currentTime);
  };
  for (const name of ['play', 'pause', 'ended']) audio.addEventListener(name, show);
  for (const name of ['timeupdate', 'loadedmetadata', 'durationchange']) audio.addEventListener(name, move);
  audio.addEventListener('ended', () => { audio.currentTime = 0; move(); });
  audio.addEventListener('play', onHeard, { once: true });
  show();
  return h('div', { class: 'voice' }, button, seek, time);
}
