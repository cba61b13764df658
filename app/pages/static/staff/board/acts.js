// What can be done to somebody, or to several: two taps, a sentence first where it weighs.
import { button, clear, h } from '../../kit/dom.js';
import { newAction, send, whyNot } from './order.js';
import { count, KINDS, outcome } from './words.js';

/** @import { Kind, State, Whom } from './types.js' */

const MINUTES = [5, 10, 15, 30];
const TEXT_MOST = 280;
const REASON_MOST = 200;
const REST = 1200; // ms in which a second click is the first one's twin

/** @type {Record<State, Kind[]>} */
const BY_STATE = {
  assigned: ['admit', 'extend', 'message'],
  admitted: ['extend', 'message'],
  open: ['extend', 'pause', 'message', 'submit'],
  paused: ['resume', 'extend', 'message', 'submit'],
  sealed: ['reopen', 'message'],
  recorded: ['reopen', 'message'],
  absent: ['message'],
};
/** @type {Kind[]} */
const FOR_MANY = ['extend', 'message', 'pause', 'resume', 'admit', 'submit', 'reopen'];
/** @type {Partial<Record<Kind, (whom: Whom, minutes: number) => string>>} what is asked first */
const SENTENCES = {
  submit: ({ name }) => `Ujian ${name} dikumpulkan sekarang dengan jawaban yang sudah ada. Peserta tidak dapat menjawab lagi.`,
  reopen: ({ name }) => `Ujian ${name} dibuka lagi. Bukti pengumpulan yang lama tidak berlaku lagi.`,
  pause: ({ name }) => `Ujian ${name} dijeda: jam berhenti dan tidak ada yang dapat menjawab sampai dilanjutkan.`,
  resume: ({ name }) => `Ujian ${name} dilanjutkan: jam berjalan lagi.`,
  admit: ({ name }) => `${name} diterima dan boleh mulai.`,
};

/** @param {string} event @param {Whom} whom */
export function actions(event, whom) {
  const choices = h('div', { class: 'acts' });
  const place = h('div', { class: 'act-form' });
  const said = h('p', { role: 'status', class: 'act-said' });
  const el = h('section', { class: 'stack', 'aria-label': 'Tindakan' }, choices, place, said);
  let action = '';
  // What it is the name of: the same order again, or another one.
  let ordered = '';
  let last = '';
  let doneAt = -REST;
  let busy = false;
  let stood = '';
  /** @type {State | null} */
  let state = null;

  /** @param {Kind} kind @param {{minutes?: number, text?: string, reason?: string}} more */
  async function order(kind, more) {
    const what = JSON.stringify([kind, more]);
    if (busy || (what === last && performance.now() - doneAt < REST)) return;
    busy = true;
    if (what !== ordered) action = newAction();
    ordered = what;
    el.setAttribute('aria-busy', 'true');
    said.className = 'act-said';
    said.textContent = 'Mengirim…';
    try {
      const reply = await send(event, { kind, action, ...more }, whom.scope);
      const did = reply.done + reply.again > 0;
      said.className = `act-said band ${did && !reply.failed ? 'ok' : 'warn'}`;
      said.textContent = outcome(kind, reply, whom.one ? whom.name : '');
      // Who did not come through is tried again under the same name; else the order is over.
      if (!reply.failed) {
        ordered = '';
        back(false);
      }
      last = what;
      doneAt = performance.now();
    } catch (error) {
      said.className = 'act-said band bad';
      said.textContent = whyNot(error);
    }
    busy = false;
    el.removeAttribute('aria-busy');
  }

  /** To the choices again. @param {boolean} focus */
  function back(focus) {
    const had = place.contains(document.activeElement);
    clear(place);
    choices.hidden = false;
    const first = choices.querySelector('button');
    if ((focus || had) && first) first.focus({ preventScroll: true });
  }

  /** @param {Kind} kind */
  function open(kind) {
    ordered = '';
    said.className = 'act-said';
    said.textContent = '';
    choices.hidden = true;
    const form = formOf(kind, whom, (more) => order(kind, more), () => back(true));
    clear(place).append(form);
    const first = /** @type {HTMLElement | null} */ (form.querySelector('textarea, input, button'));
    if (first) first.focus({ preventScroll: true });
  }

  function draw() {
    const kinds = whom.one && state ? BY_STATE[state] : FOR_MANY;
    if (stood === kinds.join()) return;
    stood = kinds.join();
    const had = choices.contains(document.activeElement);
    clear(choices);
    if (whom.one && kinds.includes('extend')) {
      choices.append(h('div', { class: 'quick', role: 'group', 'aria-label': 'Tambah waktu' },
        h('span', { class: 'label' }, 'Tambah waktu, menit'),
        ...MINUTES.map((n) => h('button', { type: 'button', class: 'btn', 'aria-label': `+${n} menit`,
          onclick: () => order('extend', { minutes: n }) }, `+${n}`))));
    }
    const row = h('div', { class: 'actions' });
    for (const kind of kinds) {
      if (whom.one && kind === 'extend') continue;
      const direct = whom.one && ['pause', 'resume', 'admit'].includes(kind);
      row.append(button(direct ? KINDS[kind] : `${KINDS[kind]}…`,
        () => (direct ? order(kind, {}) : open(kind)),
        direct && kind !== 'pause' ? 'btn primary' : 'btn'));
    }
    choices.append(row);
    const first = choices.querySelector('button');
    if (had && first) first.focus({ preventScroll: true });
  }

  return {
    el,
    /** What can be done follows the state. @param {State | null} now */
    update(now) {
      state = now;
      // Under a second click no other button comes to stand.
      if (!busy && performance.now() - doneAt >= REST) draw();
    },
  };
}

/** @param {Kind} kind @param {Whom} whom
 * @param {(more: {minutes?: number, text?: string, reason?: string}) => void} go
 * @param {() => void} back */
function formOf(kind, whom, go, back) {
  const wrong = h('p', { class: 'error', id: 'isian-salah', hidden: true }, '');
  const timed = kind === 'extend' || kind === 'reopen';
  const minutes = h('div', { class: 'quick' }, ...MINUTES.map((n) => h('label', { class: 'option slim' },
    h('input', { type: 'radio', name: 'menit', value: n, checked: n === 10 }), h('span', null, `${n} menit`))));
  const typed = kind === 'message' || kind === 'reopen';
  const text = h('textarea', { id: 'isian', rows: 3, maxlength: kind === 'message' ? TEXT_MOST : REASON_MOST,
    'aria-describedby': 'isian-salah' });
  const asked = SENTENCES[kind];
  return h('form', { class: 'stack', onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const words = text.value.trim();
    wrong.hidden = !typed || Boolean(words);
    wrong.textContent = wrong.hidden ? '' : kind === 'message' ? 'Tulis pesannya dahulu.' : 'Tulis alasannya dahulu.';
    text.setAttribute('aria-invalid', String(!wrong.hidden));
    if (!wrong.hidden) {
      text.focus();
      return;
    }
    const chosen = /** @type {HTMLInputElement | null} */ (minutes.querySelector(':checked'));
    go({
      ...(timed && chosen ? { minutes: Number(chosen.value) } : {}),
      ...(kind === 'message' ? { text: words } : {}),
      ...(kind === 'reopen' ? { reason: words } : {}),
    });
  } },
  h('h3', null, KINDS[kind]),
  asked && h('p', null, asked(whom, 0)),
  !asked && !whom.one && h('p', null, `Untuk ${whom.name}.`),
  timed && h('fieldset', null, h('legend', { class: 'label' }, kind === 'extend' ? 'Ditambah berapa?' : 'Waktu untuk mengerjakan'), minutes),
  typed && h('div', { class: 'field' },
    h('label', { for: 'isian' }, kind === 'message' ? `Pesan kepada ${whom.name}` : 'Alasan (dibaca peserta juga)'), wrong, text),
  h('div', { class: 'actions' },
    h('button', { type: 'submit', class: 'btn primary' },
      whom.one || whom.count < 2 ? KINDS[kind] : `${KINDS[kind]} untuk ${count(whom.count)} peserta`),
    button('Batal', back)));
}
