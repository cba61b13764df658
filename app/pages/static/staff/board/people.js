// Who sits in the event, how each is doing, and who needs help first. Pure: no page in here.

/** @import { Board, Group, Person, Row, Shown, View } from './types.js' */

const MINUTE = 60000;
// A page that is well calls once a minute at least, and boards are told within 16 seconds.
const SILENT = 90000;
// Little time with much unanswered; many in doubt: a proctor may walk by and ask.
const SHORT = 10 * MINUTE;
const MUCH = 0.25;
const FEW = 5;

/** @param {Row} person @param {number} at @returns {Group} */
export function groupOf({ state, seen_at }, at) {
  switch (state) {
    case 'assigned': return 'awaited';
    case 'admitted': return 'ready';
    case 'open': return at - seen_at > SILENT ? 'lost' : 'working';
    case 'paused': return 'paused';
    case 'absent': return 'absent';
    default: return 'done';
  }
}

/** Time left in ms; null where no clock runs. @param {Row} person @param {number} at */
export function leftOf({ state, deadline, left_ms }, at) {
  if (state === 'paused') return left_ms;
  return state === 'open' ? Math.max(0, deadline - at) : null;
}

/** Does somebody sit in the unit, the room and the wave that are looked at?
 * @param {Row} person @param {{unit: number, room: string, wave: number}} shown */
export const isThere = (person, { unit, room, wave }) =>
  (!unit || person.unit === unit) && (!room || person.room === room) && (!wave || person.wave === wave);

/** Everybody on this board, by name. */
export class People {
  constructor() {
    /** @type {Map<string, Person>} */
    this.all = new Map();
    /** @type {Person[]} */
    this.list = [];
    this.items = 0;
    /** @type {string[]} */
    this.fields = [];
    /** @type {any} what each person is a copy of: one shape for all, that any value fits into */
    this.blank = {};
  }

  /** A whole board takes the place of what was; who is on both stays the same object, since rows
   * and the panel hold it. @param {Board} board */
  replace({ event, fields, rows }) {
    this.items = event.items;
    this.fields = fields;
    this.blank = Object.fromEntries([...fields, 'lower', 'group', 'need', 'weight'].map((field) => [field, null]));
    const place = fields.indexOf('sitting');
    const here = new Set(rows.map((row) => row[place]));
    for (const sitting of this.all.keys()) if (!here.has(sitting)) this.all.delete(sitting);
    this.list = [];
    this.take(rows);
  }

  /** What changed. @param {any[][]} rows */
  take(rows) {
    const { all, fields, blank } = this;
    const before = all.size;
    const id = fields.indexOf('sitting');
    for (const row of rows) {
      const person = all.get(row[id]) || { ...blank };
      for (let n = 0; n < fields.length; n += 1) person[fields[n]] = row[n];
      person.lower = person.name.toLowerCase();
      all.set(row[id], person);
    }
    if (all.size === before && this.list.length === before) return;
    // Plain comparison: a collator takes ten times as long for 12,500 names.
    this.list = [...all.values()].sort((a, b) => (a.lower < b.lower ? -1 : 1));
  }

  /** When these were last heard of, of whom nothing else has changed. @param {[string, number][]} seen */
  hear(seen) {
    for (const [sitting, at] of seen) {
      const held = this.all.get(sitting);
      if (held) held.seen_at = at;
    }
  }

  /** Who sits in the places that are looked at, whatever their state. @param {Shown} shown */
  there(shown) {
    const { unit, room, wave } = shown;
    return unit || room || wave ? this.list.filter((one) => isThere(one, shown)) : this.list;
  }

  /** Judge everybody by the room's time `at`; return those to be shown, who needs help first.
   * @param {Shown} shown @param {number} at @returns {View} */
  look(shown, at) {
    const { group, sitting } = shown;
    const text = shown.text.trim().toLowerCase();
    const narrowed = Boolean(group || text || sitting);
    const groups = { lost: 0, paused: 0, working: 0, ready: 0, awaited: 0, done: 0, absent: 0 };
    const funnel = { target: 0, arrived: 0, started: 0, done: 0 };
    /** @type {Person[]} */
    const urgent = [];
    /** @type {Person[]} */
    const calm = [];
    let needy = 0;
    for (const person of this.list) {
      this.judge(person, at);
      if (!isThere(person, shown)) continue;
      groups[person.group] += 1;
      funnel.target += 1;
      if (person.started_at) funnel.started += 1;
      if (person.need) needy += 1;
      if (sitting ? person.sitting !== sitting
        : (group && person.group !== group) || !person.lower.includes(text)) continue;
      if (person.need) urgent.push(person);
      else if (narrowed || shown.all) calm.push(person);
    }
    funnel.done = groups.done;
    funnel.arrived = funnel.target - groups.awaited - groups.absent;
    urgent.sort((a, b) => a.need - b.need || a.weight - b.weight);
    return { list: urgent.concat(calm), groups, funnel, needy, narrowed };
  }

  /** @param {Person} person @param {number} at */
  judge(person, at) {
    person.group = groupOf(person, at);
    person.need = 0;
    person.weight = 0;
    if (person.group === 'lost') {
      person.need = 1;
      person.weight = person.seen_at;
    } else if (person.group === 'paused') person.need = 2;
    else if (person.group === 'working') {
      const left = person.deadline - at;
      const open = this.items - person.answered;
      if (left <= SHORT && open >= this.items * MUCH) {
        person.need = 3;
        person.weight = left / open;
      } else if (person.flagged >= Math.max(FEW, this.items * MUCH)) {
        person.need = 4;
        person.weight = -person.flagged;
      }
    }
  }
}
