// What the board says, in words; each state has a sign too, since colour alone tells nobody.

/** @import { Group, Person } from './types.js' */

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

/** "Ruang Lab 1", of a room that has the word in its name too. @param {string} name */
export const roomWord = (name) => (/^ruang/i.test(name) ? name : `Ruang ${name}`);

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
