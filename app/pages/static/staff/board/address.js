// What is looked at stands in the page's address: a reload and a link that is handed on show the
// same board. Pure, but for `Address` at the end.
import { GROUPS } from './words.js';

/** @import { Room, Shown, Unit, Wave } from './types.js' */

/** @typedef {{units: Unit[], rooms: Room[], waves: Wave[]}} Places */

/** "belum-hadir" @param {string} word */
const slug = (word) => word.toLowerCase().replace(/ /g, '-');

// So many digits are a part of a NIP (the first eight are a birthday). No name has them.
const DIGITS = 6;
const SOUGHT = '#cari=';
const TYPING = 400; // ms: browsers refuse an address that changes with every key

/** Nothing narrowed: how a board begins. @returns {Shown} */
export const everything = () => ({ group: '', unit: 0, room: '', wave: 0, text: '', sitting: '', all: false,
  byUnit: false, sort: '', charts: false });

/** Has a text so many digits that they could be somebody's NIP? @param {string} text */
export const hasNip = (text) => /^\d+$/.test(text.trim()) || text.replace(/\D/g, '').length >= DIGITS;

/** Query and fragment that show the same board. The name looked for stands in the fragment, which
 * no server's log sees; a NIP, or whom one found, nowhere. '' where nothing is narrowed.
 * @param {Shown} shown @param {Unit[]} units */
export function written(shown, units) {
  const query = new URLSearchParams();
  const { word } = GROUPS.find(({ group }) => group === shown.group) || { word: '' };
  const { code } = units.find(({ id }) => id === shown.unit) || { code: '' };
  /** @type {[string, string | number | false | undefined][]} */
  const said = [['keadaan', slug(word)], ['unit', code], ['ruang', shown.room],
    ['gelombang', shown.wave], ['semua', shown.all && 1], ['tampilan', shown.byUnit && 'unit'],
    ['urut', shown.sort], ['grafik', shown.charts && 1]];
  for (const [name, value] of said) if (value) query.set(name, String(value));
  const text = shown.text.trim();
  return `${String(query) && `?${query}`}${text && !hasNip(text) ? `${SOUGHT}${encodeURIComponent(text)}` : ''}`;
}

/** What an address says; of places that are not there, nothing.
 * @param {string} search @param {string} hash @param {Places} places @returns {Shown} */
export function read(search, hash, { units, rooms, waves }) {
  const query = new URLSearchParams(search);
  const said = (/** @type {string} */ name) => query.get(name) || '';
  const group = GROUPS.find(({ word }) => slug(word) === said('keadaan'));
  const unit = units.find(({ code }) => code === said('unit'));
  const wave = waves.find(({ id }) => String(id) === said('gelombang'));
  const text = new URLSearchParams(hash.replace(/^#/, '')).get('cari') || '';
  return {
    group: group ? group.group : '',
    unit: unit ? unit.id : 0,
    room: rooms.some(({ id }) => id === said('ruang')) ? said('ruang') : '',
    wave: wave ? wave.id : 0,
    text: hasNip(text) ? '' : text,
    sitting: '',
    all: said('semua') === '1',
    byUnit: said('tampilan') === 'unit',
    sort: said('urut'),
    charts: said('grafik') === '1',
  };
}

/** The page's own address: kept up with what is looked at, and followed when somebody goes back. */
export class Address {
  /** @param {() => Places} places @param {(shown: Shown) => void} went */
  constructor(places, went) {
    this.places = places;
    this.timer = 0;
    addEventListener('popstate', () => {
      clearTimeout(this.timer);
      if (location.hash && !location.hash.startsWith(SOUGHT)) return; // a place in the page
      went(this.read());
    });
  }

  read() {
    return read(location.search, location.hash, this.places());
  }

  /** A step one can go back from. @param {Shown} shown */
  step(shown) {
    clearTimeout(this.timer);
    const to = written(shown, this.places().units);
    if (to !== location.search + location.hash) history.pushState(null, '', location.pathname + to);
  }

  /** The same step, told otherwise. @param {Shown} shown */
  keep(shown) {
    clearTimeout(this.timer);
    history.replaceState(null, '', location.pathname + written(shown, this.places().units));
  }

  /** While somebody types it is one step, told when they rest. @param {Shown} shown */
  typing(shown) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (location.hash && written(shown, this.places().units).includes('#')) this.keep(shown);
      else this.step(shown);
    }, TYPING);
  }
}
