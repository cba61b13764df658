// What can be done to whom, by how they stand; and what is said before it is done.

/** @import { Kind, Person, State } from './types.js' */

/** @type {State[]} */
const BEFORE = ['assigned', 'admitted'];
/** @type {State[]} */
const DURING = ['open', 'paused'];
/** @type {State[]} */
const AFTER = ['sealed', 'recorded'];

/** @type {Partial<Record<Kind, (person: Person) => boolean>>} in the order in which they stand */
const FITS = {
  resume: ({ state }) => state === 'paused',
  admit: ({ state, held }) => state === 'assigned' || (BEFORE.includes(state) && Boolean(held)),
  extend: ({ state }) => BEFORE.includes(state) || DURING.includes(state),
  pause: ({ state }) => state === 'open',
  message: () => true,
  device: ({ state, device }) => Boolean(device) && (state === 'admitted' || DURING.includes(state)),
  card: ({ state }) => BEFORE.includes(state) || DURING.includes(state),
  hold: ({ state, held }) => BEFORE.includes(state) && !held,
  submit: ({ state }) => DURING.includes(state),
  reopen: ({ state }) => AFTER.includes(state),
  flag: () => true,
};
const ALL = /** @type {Kind[]} */ (Object.keys(FITS));

/** How many of them each act concerns; what concerns nobody is left out.
 * @param {Person[]} people @returns {Map<Kind, number>} */
export function fitting(people) {
  const found = new Map();
  for (const kind of ALL) {
    // A card is one person's: its PIN is shown.
    if (kind === 'card' && people.length !== 1) continue;
    const fits = /** @type {(person: Person) => boolean} */ (FITS[kind]);
    let n = 0;
    for (const person of people) if (fits(person)) n += 1;
    if (n) found.set(kind, n);
  }
  return found;
}

/** Done to one person with one tap: each has its way back. @type {Kind[]} */
export const AT_ONCE = ['pause', 'resume', 'admit'];

/** What can be taken back, while nothing else was done. @type {Kind[]} */
export const UNDOABLE = ['extend', 'admit', 'hold', 'pause', 'resume', 'submit'];

/** @type {Partial<Record<Kind, ('minutes' | 'category' | 'severity' | 'text' | 'reason')[]>>} */
export const ASKED = {
  extend: ['minutes'],
  message: ['text'],
  submit: ['reason'],
  reopen: ['minutes', 'reason'],
  flag: ['category', 'severity', 'text'],
};

/** @type {Partial<Record<Kind, (name: string) => string>>} what is said first */
export const SENTENCES = {
  extend: (name) => `Waktu mengerjakan ditambah untuk ${name}.`,
  submit: (name) => `Ujian ${name} dikumpulkan sekarang dengan jawaban yang sudah ada. Peserta tidak dapat menjawab lagi.`,
  reopen: (name) => `Ujian ${name} dibuka lagi. Bukti pengumpulan yang lama tidak berlaku lagi.`,
  pause: (name) => `Ujian ${name} dijeda: jam berhenti dan tidak ada yang dapat menjawab sampai dilanjutkan.`,
  resume: (name) => `Ujian ${name} dilanjutkan: jam berjalan lagi.`,
  admit: (name) => `${upper(name)} diterima dan boleh mulai.`,
  hold: (name) => `${upper(name)} ditahan: tidak dapat memulai ujian, juga dengan kartunya, sampai diterima.`,
  device: (name) => `Perangkat yang dipakai ${name} dikeluarkan. Peserta masuk di perangkat lain dengan kartu yang sama dan melanjutkan dari jawaban yang tersimpan. Yang belum terkirim dari perangkat lama disimpan sebagai jawaban terlambat.`,
  card: (name) => `Kartu baru dibuat untuk ${name}. PIN pada kartu lama tidak berlaku lagi. Perangkat yang sedang dipakai tetap masuk.`,
  flag: (name) => `Catatan tentang ${name}. Hanya staf yang membacanya.`,
};

/** @param {string} name */
const upper = (name) => name[0].toUpperCase() + name.slice(1);

/** Sentences that are said often: one tap instead of typing. @type {Partial<Record<Kind, string[]>>} */
export const READY = {
  message: ['Tetap tenang, jawaban Anda tersimpan.', 'Waktu hampir habis. Periksa jawaban Anda.', 'Angkat tangan bila perlu bantuan.'],
  submit: ['Waktu sudah habis', 'Peserta meninggalkan ruang', 'Pelanggaran tata tertib'],
  reopen: ['Terkumpul tidak sengaja', 'Gangguan jaringan', 'Listrik padam'],
};
