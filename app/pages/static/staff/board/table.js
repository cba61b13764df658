// Everybody who is shown, one row each; only the rows in sight are in the page.
import { h } from '../../kit/dom.js';
import { leftOf } from './people.js';
import { beside, count, groupWord, span } from './words.js';

/** @import { Person } from './types.js' */

const AROUND = 6; // rows above and below what is in sight
const REST = 4000; // ms after the last touch in which no row changes its place under a hand

/** Text that is changed only where it differs. @param {Element} el @param {string} text */
function tell(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

/** @param {string} cls @param {...Node} children */
const cell = (cls, ...children) => h('div', { role: 'gridcell', class: cls }, ...children);

export class PeopleTable {
  /** @param {{open: (person: Person) => void, picked: Set<string>, pick: (() => void) | null,
   *   placeOf: (person: Person) => string, items: () => number, now: () => number}} use
   *   `pick`: something was picked; null where nothing can be done */
  constructor(use) {
    this.use = use;
    /** @type {Person[]} */
    this.list = [];
    /** @type {Map<string, ReturnType<PeopleTable['row']>>} */
    this.rows = new Map();
    this.active = 0;
    this.column = 1;
    this.touched = -REST;
    const heads = ['Nama dan unit', 'Keadaan', 'Dijawab', 'Sisa waktu'];
    if (use.pick) heads.unshift('Pilih');
    this.body = h('div', { role: 'rowgroup', class: 'people-body' });
    this.el = h('div', { role: 'grid', class: `people${use.pick ? '' : ' plain'}`, 'aria-label': 'Peserta' },
      h('div', { role: 'rowgroup' },
        h('div', { role: 'row', class: 'person people-head', 'aria-rowindex': 1 },
          ...heads.map((text) => h('div', { role: 'columnheader' }, text)))),
      this.body);
    this.body.addEventListener('keydown', (event) => this.key(event));
    for (const kind of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
      this.body.addEventListener(kind, () => { this.touched = performance.now(); }, { passive: true });
    }
    let waiting = 0;
    const soon = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => this.render());
    };
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', () => {
      this.height = 0;
      soon();
    });
  }

  /** Is a hand on it now? Then rows stay where they are. */
  isHeld() {
    return performance.now() - this.touched < REST;
  }

  /** @param {Person[]} list */
  lay(list) {
    const at = this.list[this.active];
    const now = at ? list.indexOf(at) : -1;
    this.active = Math.max(0, now >= 0 ? now : Math.min(this.active, list.length - 1));
    this.list = list;
    this.el.setAttribute('aria-rowcount', String(list.length + 1));
    this.render();
  }

  render() {
    const { list, body, rows } = this;
    if (!this.height) {
      const probe = h('div', { class: 'person', 'aria-hidden': 'true' });
      body.append(probe);
      this.height = probe.getBoundingClientRect().height || 64;
      probe.remove();
    }
    body.style.height = `${list.length * this.height}px`;
    const above = -body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(above / this.height) - AROUND);
    const last = Math.min(list.length, Math.ceil((above + innerHeight) / this.height) + AROUND);
    const focused = document.activeElement;
    const places = [];
    for (let n = first; n < last; n += 1) places.push(n);
    // Whoever has the focus stays in the page, and so does where Tab comes in.
    if (list.length && (this.active < first || this.active >= last)) places.push(this.active);
    places.sort((a, b) => a - b);
    const wanted = new Set(places.map((n) => list[n].sitting));
    for (const [sitting, row] of rows) {
      if (!wanted.has(sitting)) {
        row.el.remove();
        rows.delete(sitting);
      }
    }
    let next = body.firstElementChild;
    for (const n of places) {
      const row = rows.get(list[n].sitting) || this.row(list[n]);
      rows.set(list[n].sitting, row);
      if (row.el === next) next = next.nextElementSibling;
      else body.insertBefore(row.el, next);
      row.el.style.transform = `translateY(${n * this.height}px)`;
      row.el.setAttribute('aria-rowindex', String(n + 2));
      row.fill(n === this.active);
    }
    if (focused instanceof HTMLElement && body.contains(focused) && focused !== document.activeElement) {
      focused.focus({ preventScroll: true });
    }
  }

  /** @param {Person} person */
  row(person) {
    const { use } = this;
    const name = h('button', { type: 'button', class: 'name', onclick: () => use.open(person) });
    const unit = h('span', { class: 'unit' });
    const state = h('span');
    const more = h('span', { class: 'more' });
    const fill = h('span', { class: 'fill' });
    const answered = h('span', { class: 'n' });
    const left = cell('left');
    const box = h('input', { type: 'checkbox', onchange: () => {
      if (box.checked) use.picked.add(person.sitting);
      else use.picked.delete(person.sitting);
      if (use.pick) use.pick();
    } });
    const el = h('div', { role: 'row', class: 'person' },
      use.pick && cell('pick', h('label', null, box, h('span', { class: 'vh' }))),
      cell('named', name, unit), cell('how', state, more),
      cell('progress', h('span', { class: 'track', 'aria-hidden': 'true' }, fill), answered), left);
    const label = el.querySelector('label .vh');
    el.addEventListener('click', (event) => {
      const hit = /** @type {Element} */ (event.target);
      if (!hit.closest('label') && !hit.closest('button')) use.open(person);
    });
    return {
      el,
      name,
      box,
      /** @param {boolean} active */
      fill: (active) => {
        const at = use.now();
        const items = use.items();
        const { word, sign } = groupWord(person.group);
        tell(name, person.name);
        tell(unit, use.placeOf(person));
        state.className = `group ${person.group}`;
        state.dataset.sign = sign;
        tell(state, word);
        tell(more, beside(person, at));
        const part = items ? person.answered / items : 0;
        fill.style.width = `${Math.round(part * 100)}%`;
        const doubts = person.flagged ? `, ${person.flagged}\u00a0ragu\u2011ragu` : '';
        tell(answered, `${person.answered} dari ${items}${doubts}`);
        const time = leftOf(person, at);
        tell(left, time === null ? '' : span(time));
        el.classList.toggle('needy', person.need > 0);
        if (label) tell(label, `Pilih ${person.name}`);
        box.checked = use.picked.has(person.sitting);
        name.tabIndex = active && (!use.pick || this.column) ? 0 : -1;
        box.tabIndex = active && use.pick && !this.column ? 0 : -1;
      },
    };
  }

  /** Arrows go from row to row and between the box and the name. @param {KeyboardEvent} event */
  key(event) {
    const page = Math.max(1, Math.floor(innerHeight / (this.height || 64)) - 2);
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const here = [...this.rows.values()].find(({ el }) => el.contains(document.activeElement));
    if (!here) return;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      this.column = event.key === 'ArrowRight' || !this.use.pick ? 1 : 0;
    } else if (event.key in steps) {
      const from = Number(here.el.getAttribute('aria-rowindex')) - 2;
      this.active = Math.max(0, Math.min(this.list.length - 1, from + steps[event.key]));
    } else return;
    event.preventDefault();
    const top = this.body.getBoundingClientRect().top + this.active * (this.height || 64);
    if (top < 80 || top + (this.height || 64) > innerHeight - 80) {
      scrollBy(0, top - innerHeight / 2);
    }
    this.render();
    const row = this.rows.get(this.list[this.active].sitting);
    if (row) (this.column ? row.name : row.box).focus({ preventScroll: true });
  }

  /** What the screen reader's name for it says. @param {string} text */
  title(text) {
    this.el.setAttribute('aria-label', `${text}, ${count(this.list.length)} baris`);
  }
}
