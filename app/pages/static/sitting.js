// Everything after login: opens the sitting and shows the screen that its state asks for.
import { openSession } from './core/session.js';
import { bands } from './exam/bands.js';
import * as exam from './exam/exam.js';
import { arrive, clear, h, heading, listening } from './kit/dom.js';
import { applySize } from './kit/size.js';
/** @import { Session } from './core/session.js' */

/** What the first item does not need.
 * @type {Record<string, () => Promise<{show: (root: HTMLElement, session: Session, name: string, tell: (text: string) => void) => () => void}>>} */
const LATER = {
  end: () => import('./exam/end.js'),
  ready: () => import('./ready/ready.js'),
  closed: () => import('./ready/closed.js'),
  lost: () => import('./ready/lost.js'),
};
const root = /** @type {HTMLElement} */ (document.getElementById('screen'));
const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** @param {Session} session */
function screenOf(session) {
  const { phase, state, sitting } = session;
  if (phase === 'superseded') return phase;
  if (session.receipt || state === 'sealed' || state === 'recorded') return 'receipt';
  if (phase === 'lost') return phase;
  if (!sitting) return '';
  if (state === 'absent') return 'closed';
  if (state === 'assigned' || state === 'admitted') return 'ready';
  if (session.submitting) return 'handing';
  if (state === 'paused') return state;
  // The session hands in by itself.
  return session.leftMs() === 0 ? 'handing' : 'exam';
}

/** @param {Session} session */
function run(session) {
  const band = bands(session);
  let shown = '';
  let leave = () => {};
  let timer = 0;

  async function draw() {
    clearTimeout(timer);
    if (session.phase === 'left') return;
    const left = session.leftMs();
    // Time up is a screen.
    if (left) timer = window.setTimeout(draw, Math.min(left, 60000));
    const name = screenOf(session);
    if (!name || name === shown) return;
    try {
      const { show } = name === 'exam' ? exam : await (LATER[name] || LATER.end)();
      if (name === shown || name !== screenOf(session)) return;
      leave();
      leave = show(clear(root), session, name, band.tell);
      shown = name;
      band.settle(root);
      arrive(root);
    } catch {
      // The module is not here yet.
      timer = window.setTimeout(draw, 2000);
    }
  }

  session.on(draw);
  draw();
}

async function open() {
  applySize();
  listening();
  for (;;) {
    try {
      run(await openSession(document.body.dataset.sitting || ''));
      return;
    } catch {
      const said = 'Belum tersambung. Biarkan halaman ini terbuka; dicoba lagi sendiri.';
      clear(root).append(h('main', { class: 'sheet' }, heading('Membuka ujian…'),
        h('p', { class: 'band warn', role: 'status' }, said)));
      // All at once must not come back all at once.
      await sleep(3000 + Math.random() * 5000);
    }
  }
}

/** When the first item stands: what an offline phone will need. */
async function gather() {
  await sleep(1500);
  if (navigator.serviceWorker && isSecureContext) {
    navigator.serviceWorker.register('/sw.js', { scope: '/ujian/' }).catch(() => {});
  }
  for (const get of [exam.lists, ...Object.values(LATER)]) {
    while (!(await get().catch(() => null))) await sleep(3000);
  }
}

open();
if (document.readyState === 'complete') gather();
else addEventListener('load', gather);
