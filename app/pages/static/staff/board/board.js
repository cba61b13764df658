// The live board: who needs help now, and two taps to help. Everything meets here.
import { button, clear, h, listening } from '../../kit/dom.js';
import { Address } from './address.js';
import { bandsOf } from './bands.js';
import { Desk } from './desk.js';
import { Feed } from './feed.js';
import { filters } from './filters.js';
import { listOf } from './list.js';
import { outages } from './outages.js';
import { overview } from './overview.js';
import { openPerson } from './person.js';
import { summary } from './summary.js';
import { tools } from './tools.js';
import { unitsBoard } from './units.js';

/** @import { Person, Shown } from './types.js' */

const root = /** @type {HTMLElement} */ (document.getElementById('papan'));
const { event = '', acts = '' } = root.dataset;
const now = () => feed.now();
const desk = new Desk(event, acts, now);
const { people, shown } = desk;
/** @type {{update: () => void} | null} */
let panel = null;

const feed = new Feed(event, {
  board(doc) {
    desk.take(doc);
    if (root.classList.contains('ready')) {
      filter.update();
      draw(true);
    } else build();
  },
  rows(piece) {
    desk.closed = piece.closed.length;
    people.take(piece.rows);
    people.hear(piece.seen);
    soon();
  },
  link,
});
const closed = () => { panel = null; };
const address = new Address(() => desk.places(), look);

// From above to below. A part that says something of its own stands between bands and glance.
const bands = bandsOf(/** @type {HTMLElement} */ (document.getElementById('kabar')), desk, feed);
const glance = summary((group) => narrow({ group, byUnit: false }));
const charts = overview(desk, (open) => arrange({ charts: open }));
const filter = filters(desk, typed, narrow);
const list = listOf(desk, { open: openOne, narrow, redraw: () => draw(true), closed });
const units = unitsBoard(desk, {
  choose(unit) {
    narrow({ unit, group: '', byUnit: false });
    list.heading.focus({ preventScroll: true });
  },
  sort: (sort) => arrange({ sort }),
});
const toolbar = tools(desk);
const tabs = ['Peserta', 'Unit'].map((text, n) => button(text, () => narrow({ byUnit: n === 1 })));

function build() {
  root.classList.add('ready');
  listening();
  clear(root).append(bands.el, outages(event, feed, people, acts === 'all'), glance.el, charts.el,
    h('div', { class: 'tabs' }, h('div', { role: 'group', 'aria-label': 'Tampilan' }, ...tabs), toolbar.el), filter.el, list.el, units.el);
  look(address.read());
}

/** Look at what an address says. @param {Shown} to */
function look(to) {
  Object.assign(shown, to);
  filter.type(to.text);
  filter.update();
  draw(true);
}

/** Look at something else, from where one can go back. @param {Partial<Shown>} change */
function narrow(change) {
  Object.assign(shown, change);
  if (change.text === '') filter.type('');
  filter.update();
  address.step(shown);
  draw(true);
}

/** The same board in another order. @param {Partial<Shown>} change */
function arrange(change) {
  Object.assign(shown, change);
  address.keep(shown);
  draw(true);
}

/** Somebody types. @param {Partial<Shown>} change */
function typed(change) {
  Object.assign(shown, change);
  address.typing(shown);
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
  const at = feed.judgedAt();
  const view = desk.view = people.look(shown, at);
  glance.update(view, shown.group);
  toolbar.update();
  charts.update(at, asked);
  tabs.forEach((tab, n) => tab.setAttribute('aria-pressed', String(shown.byUnit === (n === 1))));
  list.el.hidden = shown.byUnit;
  units.el.hidden = !shown.byUnit;
  if (shown.byUnit) units.update(at);
  else list.update(view, asked);
  if (panel) panel.update();
}

/** @param {Person} person */
function openOne(person) {
  panel = openPerson(person, {
    event,
    canAct: Boolean(acts),
    chief: acts === 'all',
    items: () => people.items,
    now,
    placeOf: (one) => desk.whereOf(one, ' · '),
    closed,
  });
}

/** The connection may be another than before. */
function link() {
  bands.update();
  if (feed.ended && !bands.el.isConnected) clear(root).append(bands.el);
  if (panel) panel.update();
}

feed.start();
setInterval(() => { if (desk.view && !shown.byUnit) list.tick(); }, 15000);
