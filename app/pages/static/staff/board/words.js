// What the board says, in words; each state has a sign too, since colour alone tells nobody.

/** @import { Acted, Group, Kind, Person, State } from './types.js' */

/** @type {{group: Group, word: string, sign: string}[]} in the order of their urgency */
export const GROUPS = [
  { group: 'lost', word: 'Terputus', sign: '▲' },
  { group: 'paused', word: 'Dijeda', sign: '‖' },
  { group: 'working', word: 'Mengerjakan', sign: '●' },
  { group: 'ready', word: 'Siap', sign: '◐' },
  { group: 'awaited', word: 'Belum hadir', sign: '○' },
  { group: 'done', word: 'Selesai', sign: '✓' },
  { group: 'absent', word: 'Tidak hadir', sign: '×' },
];
const BY_GROUP = new Map(GROUPS.map((one) => [one.group, one]));

/** @param {Group} group */
export const groupWord = (group) => /** @type {typeof GROUPS[0]} */ (BY_GROUP.get(group));

/** Why somebody stands above, by `Person.need`. */
export const NEEDS = ['', '', '', 'waktu hampir habis', 'banyak ragu-ragu'];

const number = new Intl.NumberFormat('id');
const share = new Intl.NumberFormat('id', { maximumFractionDigits: 1 });

/** "12.500" @param {number} n */
export const count = (n) => number.format(n);

/** "82,4 %", which no line's end takes apart. @param {number} part @param {number} whole */
export const percent = (part, whole) => `${share.format(whole ? (100 * part) / whole : 0)}\u00a0%`;

const face = new Intl.DateTimeFormat('id', { hour: '2-digit', minute: '2-digit' });

/** "08.05", where the zone is said elsewhere. @param {number} ms since 1970 */
export const clock = (ms) => face.format(ms);

/** "2 jam 5 menit" @param {number} ms */
export function span(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return 'kurang dari 1 menit';
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} hari`;
  const rest = hours && !(minutes % 60) ? '' : `${minutes % 60} menit`;
  return [hours ? `${hours} jam` : '', rest].filter(Boolean).join(' ');
}

/** @param {number} seen @param {number} at */
export function seenWords(seen, at) {
  if (!seen) return 'belum pernah';
  return at - seen < 90000 ? 'baru saja' : `${span(at - seen)} lalu`;
}

/** What stands beside the state of somebody in the list: how long, or why here.
 * @param {Person} person @param {number} at */
export function beside({ group, need, seen_at, notices, held }, at) {
  if (group === 'lost') return span(at - seen_at);
  if (held && (group === 'awaited' || group === 'ready')) return 'ditahan';
  return NEEDS[need] || (notices ? `${notices} pesan belum dibaca` : '');
}

/** @type {Record<string, string>} who sealed it */
export const SEALERS = {
  submit: 'oleh peserta',
  deadline: 'oleh sistem, waktu habis',
  close: 'oleh sistem, kegiatan ditutup',
  staff: 'oleh pengawas',
};

/** @type {Record<Kind, string>} */
export const KINDS = {
  extend: 'Tambah waktu',
  pause: 'Jeda',
  resume: 'Lanjutkan',
  message: 'Kirim pesan',
  admit: 'Terima',
  submit: 'Kumpulkan',
  reopen: 'Buka kembali',
};

/** @type {Record<State, string>} why nothing was done to somebody */
const STANDS = {
  assigned: 'belum hadir',
  admitted: 'belum mulai',
  open: 'sedang mengerjakan',
  paused: 'sedang dijeda',
  sealed: 'sudah dikumpulkan',
  recorded: 'sudah dikumpulkan',
  absent: 'tidak hadir',
};

/** @type {Record<Kind, string>} */
const DONE = {
  extend: 'Waktu ditambah',
  pause: 'Ujian dijeda',
  resume: 'Ujian dilanjutkan',
  message: 'Pesan dikirim',
  admit: 'Diterima, boleh mulai',
  submit: 'Ujian dikumpulkan',
  reopen: 'Ujian dibuka kembali',
};

/** What came of it, in a sentence: "Waktu ditambah untuk 3 peserta. 1 tidak diubah: sudah …".
 * @param {Kind} kind @param {Acted} acted @param {string} name of the only one; '' of several */
export function outcome(kind, acted, name) {
  const did = acted.done + acted.again;
  const who = (/** @type {number} */ n) => name || `${count(n)} peserta`;
  const left = new Map();
  for (const { result, state } of acted.sittings) {
    if (result !== 'state') continue;
    const word = (state && STANDS[state]) || 'keadaannya lain';
    left.set(word, (left.get(word) || 0) + 1);
  }
  const told = [];
  if (did) told.push(`${DONE[kind]} untuk ${who(did)}.`);
  for (const [word, n] of left) {
    told.push(name ? `${name} tidak diubah: ${word}.`
      : `${count(n)} peserta ${word} sehingga tidak diubah.`);
  }
  if (acted.failed) told.push(`${who(acted.failed)} belum terjangkau: coba lagi.`);
  return told.join(' ') || 'Tidak ada peserta yang diubah.';
}
