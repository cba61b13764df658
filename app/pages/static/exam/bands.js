// What a person must know beside the item, in one calm place. It lies over the foot of the sheet:
// a band that pushed the options would put another one under the finger.
import { inAppBrowser } from '../core/device.js';
import { button, clear, h } from '../kit/dom.js';
/** @import { Session } from '../core/session.js' */

// Milliseconds a fault of the network lasts before it is worth a sentence.
const CALM = 2000;
/** @type {Record<string, string>} a notice's kind → its look */
const TONES = { extend: 'ok', resume: 'ok', reopen: 'ok', admit: 'ok', pause: 'warn', submit: 'warn' };
/** @type {Record<string, string>} */
const NETWORK = { offline: 'Belum ada jaringan.', busy: 'Server sedang sibuk.', recovering: 'Server sedang dipulihkan.' };

/** @param {Session} session */
function networkSaid(session) {
  const { network, unsent, durable, leading, state, phase, submitting } = session;
  const fault = NETWORK[network];
  const answering = state === 'open' && phase === 'live' && !submitting && session.leftMs() !== 0;
  if (!fault) return leading ? '' : 'Ujian ini juga terbuka di tab lain; tab itu yang mengirim jawaban.';
  return `${fault} ${answering ? 'Teruslah menjawab. ' : ''}${unsent && durable ? 'Jawaban aman di perangkat ini. ' : ''}${
    unsent ? 'Tetap buka halaman ini; dikirim otomatis.' : 'Dicoba lagi otomatis.'}`;
}

/** @param {Session} session */
export function bands(session) {
  const device = h('div', { role: 'status' });
  const network = h('div', { role: 'status' });
  const notices = h('div');
  const element = h('div', { class: 'bands' }, notices, device, network);
  /** @type {Map<string, HTMLElement>} notices on the screen */
  const shown = new Map();
  let timer = 0;

  /** @param {string} key @param {string} text @param {string} [tone] @param {() => void} [done] */
  function put(key, text, tone, done) {
    if (shown.has(key)) return;
    const band = h('div', { class: `band ${tone || ''}`, role: 'alert' }, h('p', null, text),
      button('Mengerti', () => {
        take(key);
        if (done) done();
        // The focus was on what is gone.
        const title = document.querySelector('h1');
        if (title) title.focus({ preventScroll: true });
      }));
    shown.set(key, band);
    notices.append(band);
    place();
  }

  /** @param {string} key */
  function take(key) {
    const band = shown.get(key);
    if (band) band.remove();
    shown.delete(key);
    place();
  }

  /** @param {HTMLElement} where @param {string} text @param {string} tone */
  function line(where, text, tone) {
    if (where.textContent === text) return;
    clear(where);
    if (text) where.append(h('p', { class: `band ${tone}` }, text));
    place();
  }

  function draw() {
    line(device, session.durable ? '' : 'Jangan tutup halaman ini: perangkat menolak menyimpan.', 'bad');
    const said = networkSaid(session);
    if (!said || network.textContent) {
      clearTimeout(timer);
      timer = 0;
      line(network, said, 'warn');
    } else if (!timer) {
      timer = window.setTimeout(() => line(network, networkSaid(session), 'warn'), CALM);
    }
    const wanted = new Set(session.notices.map(({ id }) => `n${id}`));
    for (const key of [...shown.keys()]) if (key[0] === 'n' && !wanted.has(key)) take(key);
    for (const { id, kind, text } of session.notices) {
      put(`n${id}`, kind === 'message' ? `Pesan panitia: ${text}` : text, TONES[kind], () => session.dismiss(id));
    }
  }

  /** On the lower bar where that one stays in sight, else on the edge of the screen. */
  function place() {
    const foot = element.nextElementSibling;
    const sticks = foot instanceof HTMLElement && getComputedStyle(foot).position.includes('sticky');
    element.style.bottom = sticks ? `${foot.offsetHeight}px` : '0';
    // What scrolls must be reachable by keyboard.
    if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  }

  session.on(draw);
  addEventListener('resize', place);
  if (inAppBrowser()) put('app', 'Buka di Chrome atau Safari: peramban di dalam aplikasi obrolan dapat tertutup sendiri.', 'warn');
  return {
    /** @param {HTMLElement} root the screen that just came */
    settle(root) {
      root.insertBefore(element, root.querySelector('footer'));
      draw();
      place();
    },
    tell: (/** @type {string} */ text) => put('told', text),
  };
}
