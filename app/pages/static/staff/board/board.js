// The live board: who needs help now, and two taps to help. Everything meets here.
import { button, clear, h, listening, time } from '../../kit/dom.js';
import { Feed } from './feed.js';
import { filters } from './filters.js';
import { openMany } from './many.js';
import { openPerson } from './person.js';
import { People } from './people.js';
import { summary } from './summary.js';
import { PeopleTable } from './table.js';
import { tools } from './tools.js';
import { unitsTable } from './units.js';
import { count, GROUPS } from './words.js';

/** @import { Person, Room, Shown, Unit, View, Whom } from './types.js' */

const root = /** @type {HTMLElement} */ (document.getElementById('papan'));
const news = /** @type {HTMLElement} */ (document.getElementById('kabar'));
const { event = '', acts = '' } = root.dataset;

const people = new People();
/** @type {Shown} */
const shown = { group: '', unit: 0, room: '', text: '', sitting: '', all: false };
/** @type {Set<string>} */
const picked = new Set();
/** @type {Map<number, Unit>} */
let units = new Map();
/** @type {Room[]} */
let rooms = [];
/** @type {View | null} */
let view = null;
/** @type {{update: () => void} | null} */
let panel = null;
let byUnit = false;
let closed = 0;

const unitName = (/** @type {number} */ id) => (units.get(id) || { name: '' }).name;
/** @param {{unit: number, room: string}} place @param {string} joint */
const whereOf = ({ unit, room }, joint) =>
  [unitName(unit), room && `Ruang ${room}`].filter(Boolean).join(joint);
const items = () => people.items;
const feed = new Feed(event, {
  board(doc) {
    people.replace(doc);
    units = new Map(doc.units.map((unit) => [unit.id, unit]));
    rooms = doc.rooms;
    closed = doc.closed.length;
    if (!root.classList.contains('ready')) build();
    filter.fill(doc.units.filter(({ id }) => people.list.some((one) => one.unit === id)), rooms);
    draw(true);
  },
  rows(piece) {
    closed = piece.closed.length;
    people.take(piece.rows);
    soon();
  },
  link: drawLink,
});
const now = () => feed.now();

const glance = summary((group) => narrow({ group }));
const filter = filters(event, shown, Boolean(acts), () => draw(true));
const table = new PeopleTable({ open: openOne, picked, pick: acts ? drawScope : null, placeOf: (one) => whereOf(one, ' · '), items, now });
const unitView = unitsTable(people, (unit) => {
  byUnit = false;
  narrow({ unit, group: '' });
  heading.focus({ preventScroll: true });
});
const heading = h('h2', { tabindex: -1 });
const bands = h('div', { class: 'stack' });
const folded = h('div', { class: 'folded' });
const scopeBar = h('div', { class: 'scope' });
const toolbar = tools(event, shown, acts === 'all', { people: () => people.list, units: () => units.values(), rooms: () => rooms });
const tabs = ['Peserta', 'Unit'].map((text, n) => button(text, () => {
  byUnit = n === 1;
  draw(true);
}));
const listView = h('section', { class: 'list-view' },
  filter.el, h('div', { class: 'list-head' }, heading, scopeBar), table.el, folded);

function build() {
  root.classList.add('ready');
  listening();
  clear(root).append(bands, glance.el, h('div', { class: 'tabs' },
    h('div', { role: 'group', 'aria-label': 'Tampilan' }, ...tabs), acts && toolbar.el),
    listView, unitView.el);
}

/** @param {Partial<Shown>} change */
function narrow(change) {
  Object.assign(shown, change);
  filter.fill([...units.values()].filter(({ id }) => people.list.some((one) => one.unit === id)), rooms);
  draw(true);
}

let waiting = 0;
/** Once for all that came in this moment. */
function soon() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => draw(false));
}

/** @param {boolean} asked somebody asked for another view; else rows keep their places while held */
function draw(asked) {
  const looked = people.look(shown, feed.judgedAt());
  glance.update(looked, shown.group);
  view = looked;
  tabs.forEach((tab, n) => tab.setAttribute('aria-pressed', String(byUnit === (n === 1))));
  listView.hidden = byUnit;
  unitView.el.hidden = !byUnit;
  if (byUnit) unitView.update([...units.values()]);
  else {
    if (asked || !table.isHeld()) table.lay(looked.list);
    else table.render();
    drawHeading(looked);
    drawScope();
  }
  if (panel) panel.update();
}

/** @param {View} looked */
function drawHeading({ list, funnel, needy, narrowed }) {
  const word = (GROUPS.find(({ group }) => group === shown.group) || { word: '' }).word;
  const where = whereOf(shown, ', ');
  const what = word || (narrowed ? 'Hasil pencarian' : shown.all ? 'Semua peserta' : 'Perlu bantuan');
  const text = `${where ? [what, where].join(': ') : what} (${count(list.length)})`;
  if (heading.textContent !== text) heading.textContent = text;
  table.title(what);
  const rest = funnel.target - needy;
  const key = narrowed ? 'narrowed' : `${shown.all} ${rest} ${needy}`;
  if (folded.dataset.key === key) return;
  folded.dataset.key = key;
  const had = folded.contains(document.activeElement);
  clear(folded);
  if (narrowed) {
    folded.append(button('Tampilkan papan seluruhnya', () => {
      filter.empty();
      narrow({ group: '', text: '', sitting: '', unit: 0, room: '' });
    }));
  } else if (rest) {
    if (!shown.all) {
      folded.append(h('p', null, needy ? `${count(rest)} peserta lain tidak perlu bantuan sekarang.`
        : `${count(rest)} peserta, tidak ada yang perlu bantuan sekarang.`));
    }
    folded.append(button(shown.all ? 'Hanya yang perlu bantuan' : 'Tampilkan semua', () => narrow({ all: !shown.all })));
  }
  const first = folded.querySelector('button');
  if (had && first) first.focus({ preventScroll: true });
}

/** To whom an act of the bar goes: who is picked, else the unit, the room, everybody.
 * @returns {Whom | null} */
function whom() {
  if (picked.size) {
    const name = `${count(picked.size)} peserta yang dipilih`;
    return { scope: { sittings: [...picked] }, count: picked.size, name, one: false };
  }
  if (!view || view.narrowed) return null;
  const { target } = view.funnel;
  const { unit, room } = shown;
  const code = (units.get(unit) || { code: '' }).code;
  if (unit && room) {
    const both = people.list.filter((one) => one.unit === unit && one.room === room);
    return { scope: { sittings: both.map(({ sitting }) => sitting) }, count: target,
      name: `${count(target)} peserta ${unitName(unit)} di ruang ${room}`, one: false };
  }
  if (unit) return { scope: { unit: code }, count: target, name: `${count(target)} peserta ${unitName(unit)}`, one: false };
  if (room) return { scope: { room }, count: target, name: `${count(target)} peserta di ruang ${room}`, one: false };
  return acts === 'all' ? { scope: { everybody: true }, count: target, name: `semua ${count(target)} peserta`, one: false } : null;
}

function drawScope() {
  if (acts) toolbar.update();
  const to = acts ? whom() : null;
  const some = Boolean(view && view.narrowed && view.list.length && acts);
  const key = `${to ? to.name : ''} ${some && view ? view.list.length : 0} ${picked.size}`;
  if (scopeBar.dataset.key === key) return;
  scopeBar.dataset.key = key;
  const had = scopeBar.contains(document.activeElement);
  clear(scopeBar);
  if (some && view && view.list.length !== picked.size) {
    scopeBar.append(button(`Pilih ${count(view.list.length)} yang tampil`, () => {
      if (view) for (const { sitting } of view.list) picked.add(sitting);
      draw(true);
    }));
  }
  if (picked.size) scopeBar.append(button('Batalkan pilihan', () => {
    picked.clear();
    draw(true);
  }));
  if (to) scopeBar.append(button(`Tindakan untuk ${to.name}…`, () => { panel = openMany(event, to, { people: () => people.list, units: () => units.values(), closed: () => { panel = null; } }); }, picked.size ? 'btn primary' : 'btn quiet'));
  const first = scopeBar.querySelector('button');
  if (had && first) first.focus({ preventScroll: true });
}

/** @param {Person} person */
function openOne(person) {
  panel = openPerson(person, {
    event,
    canAct: Boolean(acts),
    chief: acts === 'all',
    items,
    now,
    placeOf: (one) => whereOf(one, ' · '),
    closed: () => { panel = null; },
  });
}

/** How the board itself stands. Spoken only when it changes from good to bad or back. */
function drawLink() {
  const { sign, kind, text } = feed.state();
  news.className = `link-state ${kind}`;
  news.dataset.sign = sign;
  const said = feed.at && kind !== 'bad' ? `${text} · ${time(feed.now())}` : text;
  if (news.textContent !== said) news.textContent = said;
  const key = `${feed.ended}|${closed > 0}`;
  if (bands.dataset.key !== key) {
    bands.dataset.key = key;
    clear(bands);
    if (feed.ended) {
      const back = encodeURIComponent(location.pathname);
      bands.append(h('div', { class: 'band bad', role: 'alert' }, h('p', null, feed.ended),
        h('p', null, h('a', { href: `/staf/masuk?ke=${back}` }, 'Masuk lagi'))));
      if (!root.classList.contains('ready')) clear(root).append(bands);
    }
    if (closed) {
      bands.append(h('p', { class: 'band warn', role: 'status' },
        'Ruang ujian sedang dipulihkan. Gangguan ada di server, bukan di jaringan peserta; jawaban mereka aman di perangkat.'));
    }
  }
  if (panel) panel.update();
}

feed.start();
// Minutes pass on rows in sight without any news.
setInterval(() => { if (view && !byUnit) table.render(); }, 15000);
