// Until the doors open: how long; and then the one button that starts the clock.
import { retry } from '../door/retry.js';
import { announce, button, clear, h, minutes, time } from '../kit/dom.js';

/** @import { Session } from '../core/session.js' */
/** @import { SittingDoc } from '../core/types.js' */

const SPREAD = 4000; // ms: ten thousand phones do not come in one instant
const ASK = 30000; // ms between looks at what staff may have changed
const SOON = 43200000; // ms: an opening farther away is told with its day

/** @param {Session} session @param {() => void} changed it opened, or was shut again */
export function opening(session, changed) {
  const late = Math.random() * SPREAD;
  const element = h('div');
  const problem = h('div', { role: 'alert' });
  const wait = h('div', { class: 'stack' });
  const count = h('p', { class: 'count', role: 'timer' });
  const start = button('Mulai ujian', begin, 'btn primary');
  const doc = () => /** @type {SittingDoc} */ (session.sitting);
  const until = () => doc().opens_at + late - session.serverNow();
  let drawn = '';
  let tries = 0;
  let asked = performance.now();
  let stop = () => {};

  function draw() {
    const far = until();
    count.textContent = minutes(far);
    const { opens_at: at } = doc();
    const kind = session.state === 'assigned' ? 'assigned' : far > 0 ? `${at}` : 'open';
    if (kind === drawn) return;
    if (drawn && kind === 'open') announce('Ujian sudah dibuka. Anda dapat mulai.', true);
    drawn = kind;
    clear(element);
    if (kind !== 'open') {
      const hall = kind === 'assigned';
      element.append(h('div', { class: 'band' },
        h('h2', null, hall ? 'Menunggu pengawas membuka' : 'Ujian belum dibuka'),
        !hall && count,
        h('p', null, `${hall ? 'Jadwal' : 'Dibuka'} ${time(at, far > SOON)}. Tetap buka halaman ini; tombol “Mulai ujian” muncul sendiri.`)));
    }
    changed();
  }

  function look() {
    draw();
    if (drawn === 'open' || performance.now() < asked + ASK) return;
    asked = performance.now() + Math.random() * ASK;
    session.refresh().catch(() => {});
  }

  async function begin() {
    if (start.getAttribute('aria-disabled')) return;
    stop();
    clear(problem);
    start.textContent = 'Memulai…';
    start.setAttribute('aria-disabled', 'true');
    try {
      await session.start(); // another screen comes by itself
    } catch (error) {
      start.textContent = 'Mulai ujian';
      start.removeAttribute('aria-disabled');
      refused(/** @type {import('../core/api.js').Refused} */ (error));
    }
  }

  /** @param {{status?: number, detail?: string, retryMs?: number | null}} error */
  function refused({ status, detail, retryMs }) {
    const again = !status || status === 503;
    const why = status ? 'Server sedang sibuk.' : 'Server belum terjangkau. Periksa jaringan.';
    problem.append(h('p', { class: 'band warn' }, again ? `${why} Waktu Anda belum berjalan.` : detail));
    if (again) {
      tries += 1;
      stop = retry(wait, tries, retryMs, begin);
    } else {
      session.refresh().catch(() => {});
    }
    problem.scrollIntoView({ block: 'nearest' });
  }

  /** Less than the working time, when the doors close earlier; '' otherwise. */
  function shorter() {
    const left = doc().closes_at - session.serverNow();
    return left < doc().event.duration_ms
      && `Ujian ditutup ${time(doc().closes_at)}: bila mulai sekarang, waktu Anda ${Math.max(0, Math.floor(left / 60000))} menit.`;
  }

  const timer = setInterval(look, 1000);
  const off = session.on(draw);
  draw();
  return {
    element,
    start,
    isOpen: () => drawn === 'open',
    /** What stands above the button. */
    terms() {
      const less = shorter();
      return [
        h('p', null, 'Waktu berjalan begitu Anda menekan “Mulai ujian”.'),
        ...(less ? [h('p', { class: 'band warn' }, less)] : []),
        problem,
        wait,
      ];
    },
    leave() {
      clearInterval(timer);
      off();
      stop();
    },
  };
}
