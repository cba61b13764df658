// Several at once: who is picked, a unit, a room, a wave, everybody.
import { actions } from './acts.js';
import { openPanel } from './panel.js';

/** @import { Desk } from './desk.js' */
/** @import { Scope, Whom } from './types.js' */

const OFTEN = 1000; // ms

/** Whom a scope means now. @param {Desk} desk @param {Scope} scope */
function membersOf({ people, units }, { sittings, unit, room, wave }) {
  if (sittings) {
    const picked = new Set(sittings);
    return people.list.filter((one) => picked.has(one.sitting));
  }
  const id = unit === undefined ? 0 : ([...units.values()].find(({ code }) => code === unit) || { id: -1 }).id;
  return people.list.filter((one) => (!id || one.unit === id) && (room === undefined || one.room === room)
    && (wave === undefined || one.wave === wave));
}

/** @param {Desk} desk @param {Whom} to @param {() => void} closed */
export function openMany(desk, to, closed) {
  const { content, told } = openPanel(`Tindakan untuk ${to.name}`, () => {
    clearInterval(timer);
    closed();
  });
  const all = actions(desk.event, to, { members: () => membersOf(desk, to.scope), told });
  const timer = setInterval(() => all.update(), OFTEN);
  content.append(all.el);
}
