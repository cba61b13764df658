// "Peserta berikutnya": the device forgets this person, but not while something is unsent.
import { button, h } from '../kit/dom.js';
/** @import { Session } from '../core/session.js' */

/** @param {Session} session */
export function next(session) {
  const problem = h('p', { class: 'error', role: 'alert', hidden: true });
  let busy = false;
  const press = button('Peserta berikutnya', async () => {
    if (busy) return;
    busy = problem.hidden = true;
    problem.hidden = await session.leave().catch(() => false);
    problem.textContent = 'Belum bisa: masih ada yang belum terkirim dari perangkat ini. Tunggu sampai tersambung, lalu tekan lagi.';
    busy = false;
  });
  return h('div', { class: 'stack' }, press, problem);
}
