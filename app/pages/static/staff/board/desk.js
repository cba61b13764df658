// What every part of the board looks at: the event, who and which places are in it, what is shown.
import { everything } from './address.js';
import { People } from './people.js';
import { roomWord } from './words.js';

/** @import { Board, Room, Shown, Unit, View, Wave } from './types.js' */

export class Desk {
  /** @param {string} event @param {string} acts what can be done: 'all', 'own', or '' for nothing
   * @param {() => number} now the room's time, in ms since 1970 */
  constructor(event, acts, now) {
    this.now = now;
    this.event = event;
    this.acts = acts;
    this.people = new People();
    /** @type {Shown} */
    this.shown = everything();
    /** @type {View | null} what was drawn last */
    this.view = null;
    /** @type {Set<string>} sittings */
    this.picked = new Set();
    /** @type {Map<number, Unit>} */
    this.units = new Map();
    /** @type {Room[]} */
    this.rooms = [];
    /** @type {Wave[]} */
    this.waves = [];
    /** partitions whose doors are closed */
    this.closed = 0;
  }

  /** A whole board came. @param {Board} board */
  take(board) {
    this.people.replace(board);
    this.units = new Map(board.units.map((unit) => [unit.id, unit]));
    this.rooms = board.rooms;
    this.waves = board.waves;
    this.closed = board.closed.length;
  }

  /** The units of who is here: a proctor's board need not have all. */
  unitsHere() {
    const here = new Set(this.people.list.map(({ unit }) => unit));
    return [...this.units.values()].filter(({ id }) => here.has(id));
  }

  places() {
    return { units: [...this.units.values()], rooms: this.rooms, waves: this.waves };
  }

  /** @param {number} id */
  unitName(id) {
    return (this.units.get(id) || { name: '' }).name;
  }

  /** "Ruang Lab 1" @param {string} id */
  roomName(id) {
    const room = this.rooms.find((one) => one.id === id);
    return id && roomWord(room ? room.name : id);
  }

  /** @param {number} id */
  waveName(id) {
    return (this.waves.find((one) => one.id === id) || { name: '' }).name;
  }

  /** Where somebody sits, the room first: one walks there, and a long unit's end is cut.
   * @param {{unit: number, room: string}} place */
  seatOf({ unit, room }) {
    return [this.roomName(room), this.unitName(unit)].filter(Boolean).join(' · ');
  }

  /** Where somebody sits, or what is looked at. @param {{unit: number, room: string}} place @param {string} joint */
  whereOf({ unit, room }, joint) {
    return [this.unitName(unit), this.roomName(room)].filter(Boolean).join(joint);
  }
}
