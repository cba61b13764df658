// Before the clock runs: three steps, the wait for the doors, and the one button that starts.
import { retry } from '../door/retry.js';
import { announce, arrive, button, clear, h, heading, minutes, time } from '../kit/dom.js';
import { check, guide, practice } from './steps.js';
/** @import { Session } from '../core/session.js' */
/** @import { SittingDoc } from '../core/types.js' */

/** @type {[string, (session: Session) => HTMLElement[]][]} */
const STEPS = [['Petunjuk', guide], ['Soal latihan', practice], ['Pemeriksaan perangkat', check]];
const LAST = STEPS.length - 1;
const SPREAD = 4000; // ms: ten thousand phones do not come in one instant
const ASK = 30000; // ms between looks at what staff may have changed
const FAR = 43200000; // ms: an opening farther away is told with its day

/** @param {HTMLElement} root @param {Session} session */
export function show(root, session) {
  const late = Math.random() * SPREAD;
  const steps = STEPS.map(([name]) => h('li', null, name));
  const place = h('div', { class: 'stack' });
  const doors = h('div');
  const count = h('p', { class: 'count', role: 'timer' });
  const terms = h('div', { class: 'stack' });
  const problem = h('div', { role: 'alert' });
  const wait = h('div', { class: 'stack' });
  const foot = h('div', { class: 'actions' });
  const start = button('Mulai ujian', begin, 'btn primary');
  let at = 0;
  let drawn = '';
  let tries = 0;
  let asked = performance.now();
  let stop = () => {};

  const doc = () => /** @type {SittingDoc} */ (session.sitting);

  /** @param {number} to */
  function go(to) {
    at = to;
    clear(place).append(...STEPS[at][1](session));
    steps.forEach((one, n) => {
      one.className = n < at ? 'done' : '';
      one.setAttribute('aria-current', n === at ? 'step' : 'false');
    });
    buttons();
  }

  /** @param {string} name @param {number} to @param {string} [cls] */
  const move = (name, to, cls) => button(name, () => {
    go(to);
    arrive(root);
  }, cls);

  function buttons() {
    clear(terms);
    clear(foot).append(at ? move('Kembali', at - 1) : move('Lewati petunjuk', LAST));
    if (at < LAST) {
      foot.append(move('Lanjut', at + 1, 'btn primary'));
    } else if (drawn === 'open') {
      const { closes_at: closes, event } = doc();
      const left = closes - session.serverNow();
      terms.append(h('p', null, 'Waktu berjalan begitu Anda menekan “Mulai ujian”.'));
      if (left < event.duration_ms) {
        terms.append(h('p', { class: 'band warn' },
          `Ujian ditutup ${time(closes)}: bila mulai sekarang, waktu Anda ${Math.max(0, Math.floor(left / 60000))} menit.`));
      }
      terms.append(problem, wait);
      foot.append(start);
    }
  }

  function draw() {
    if (!session.sitting) return; // this device has just forgotten the person
    const { opens_at: opens } = doc();
    const left = opens + late - session.serverNow();
    const hall = session.state === 'assigned';
    const now = hall ? 'hall' : left > 0 ? String(opens) : 'open';
    count.textContent = minutes(left);
    if (now === drawn) return;
    if (drawn && now === 'open') announce('Ujian sudah dibuka. Anda dapat mulai.', true);
    drawn = now;
    clear(doors);
    if (now !== 'open') {
      doors.append(h('div', { class: 'band' },
        h('h2', null, hall ? 'Menunggu pengawas membuka' : 'Ujian belum dibuka'),
        !hall && count,
        h('p', null, `${hall ? 'Jadwal' : 'Dibuka'} ${time(opens, left > FAR)}. Tetap buka halaman ini; tombol “Mulai ujian” muncul sendiri.`)));
    }
    buttons();
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
    const error = await session.start().then(() => null, (fault) => fault || {});
    if (!error) return; // another screen comes by itself
    start.textContent = 'Mulai ujian';
    start.removeAttribute('aria-disabled');
    const { status, detail, retryMs } = error;
    if (status && status !== 503) {
      problem.append(h('p', { class: 'band warn' }, detail));
      session.refresh().catch(() => {});
    } else {
      const why = status ? 'Server sedang sibuk.' : 'Server belum terjangkau. Periksa jaringan.';
      problem.append(h('p', { class: 'band warn' }, `${why} Waktu Anda belum berjalan.`));
      tries += 1;
      stop = retry(wait, tries, retryMs, begin);
    }
    problem.scrollIntoView({ block: 'nearest' });
  }

  root.append(
    h('main', { class: 'sheet' },
      heading('Sebelum mulai'), doors, h('ol', { class: 'steps' }, ...steps), terms, place),
    h('footer', { class: 'bar' }, foot));
  draw();
  go(0);
  const timer = setInterval(look, 1000);
  const off = session.on(draw);
  return () => {
    clearInterval(timer);
    off();
    stop();
  };
}
