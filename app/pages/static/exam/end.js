// The screens on which there is nothing to answer: paused, handing in, time up, another device,
// the receipt.
import { button, clear, h, heading, time } from '../kit/dom.js';
import { bar } from './bar.js';
import { next } from './next.js';
/** @import { Session } from '../core/session.js' */
/** @typedef {(sheet: HTMLElement, session: Session) => (() => void) | void} Draw returns how to redraw */

const p = (/** @type {string} */ text) => h('p', null, text);
/** @param {HTMLElement} el @param {string} text */
const set = (el, text) => {
  // A status speaks at each change.
  if (el.textContent !== text) el.textContent = text;
};

/** @type {Draw} */
function paused(sheet) {
  sheet.append(heading('Ujian dijeda'),
    p('Pengawas menghentikan waktu Anda untuk sementara. Sisa waktu tidak berkurang.'),
    p('Tetap buka halaman ini. Soal muncul lagi sendiri saat ujian dilanjutkan.'));
}

/** @type {Draw} */
function handing(sheet, session) {
  const said = h('p', { role: 'status' });
  const rest = h('p');
  sheet.append(heading(session.leftMs() === 0 ? 'Waktu habis' : 'Mengumpulkan jawaban'), said, rest);
  return () => {
    set(said, session.network === 'ok'
      ? 'Jawaban sedang dikumpulkan. Tunggu sebentar.'
      : 'Menunggu jaringan. Jawaban akan dikumpulkan begitu tersambung.');
    const unsent = session.unsent ? `Belum terkirim: ${session.unsent}. ` : '';
    const safe = session.durable ? 'Jawaban aman di perangkat ini. ' : '';
    set(rest, `${unsent}${safe}Tetap buka halaman ini.`);
  };
}

/** Answers that came too late, or from a replaced device: where they are, and who decides.
 * @param {Session} session */
function late(session) {
  const said = h('div', { class: 'stack', role: 'status' });
  let drawn = '';
  return {
    said,
    update() {
      const { kept, waiting } = session.late;
      if (drawn === `${kept} ${waiting}`) return;
      drawn = `${kept} ${waiting}`;
      clear(said);
      if (waiting) said.append(h('p', { class: 'band warn' }, `${waiting} jawaban di perangkat ini belum terkirim. Tetap buka halaman ini; dikirim otomatis sebagai jawaban terlambat.`));
      if (kept) said.append(h('p', { class: 'band' }, `${kept} jawaban diterima sebagai jawaban terlambat. Jawaban itu disimpan terpisah; panitia yang memutuskan apakah dihitung.`));
    },
  };
}

/** @type {Draw} */
function superseded(sheet, session) {
  const kept = late(session);
  sheet.append(heading('Dilanjutkan di perangkat lain'),
    p('Ujian Anda sekarang terbuka di perangkat lain. Lanjutkan di sana: jawaban yang sudah tersimpan ada di sana juga.'),
    kept.said,
    p('Bukan Anda yang membukanya? Panggil pengawas sekarang.'),
    h('div', { class: 'actions' }, h('a', { class: 'btn', href: '/' }, 'Masuk lagi di sini'), next(session)));
  return kept.update;
}

/** @type {Draw} */
function receipt(sheet, session) {
  const facts = h('div', { class: 'card' });
  const recorded = h('p', { role: 'status' });
  const kept = late(session);
  let drawn = '';
  sheet.append(heading('Ujian sudah dikumpulkan'), recorded, facts, kept.said,
    h('div', { class: 'actions' }, button('Cetak', () => print()), next(session)));

  return () => {
    const { sitting, receipt: held } = session;
    kept.update();
    const done = held && session.state === 'recorded';
    recorded.className = `save-state ${done ? 'stored' : 'device'}`;
    set(recorded, done ? 'Tercatat ✓' : 'Sedang dicatat…');
    const code = held ? held.code : '-';
    if (drawn === code) return;
    drawn = code;
    clear(facts);
    if (sitting) {
      const { name, unit } = sitting.participant;
      facts.append(h('p', null, h('strong', null, name), h('br'),
        unit, h('br'), sitting.event.title));
    }
    if (!held) {
      facts.append(p('Tanda terima sedang diambil. Tetap buka halaman ini.'));
      return;
    }
    const total = session.form ? session.form.items.length : sitting && sitting.event.items;
    const groups = code.split('-').flatMap((group, n) => (n ? ['-', h('wbr'), group] : [group]));
    const of = total ? ` dari ${total}` : '';
    facts.append(p(`Dijawab ${held.answered}${of} soal`),
      p(`Dikumpulkan ${time(held.sealed_at, true)}`),
      h('h2', null, 'Kode tanda terima'), h('p', { class: 'code' }, ...groups),
      h('p', null, h('a', { href: `/receipts/${encodeURIComponent(code)}` }, 'Periksa keaslian tanda terima')));
  };
}

/** @type {Record<string, Draw>} */
const SCREENS = { paused, handing, superseded, receipt };

/** @param {HTMLElement} root @param {Session} session @param {string} name of the screen */
export function show(root, session, name) {
  const top = bar(session);
  const sheet = h('main', { class: 'sheet' });
  root.append(...(name === 'paused' ? [top.bar] : []), sheet);
  const redraw = SCREENS[name](sheet, session) || top.update;
  redraw();
  const stop = session.on(redraw);
  return () => {
    stop();
    top.leave();
  };
}
