// Several at once: who is picked, a unit, a room, a wave, everybody.
import { actions } from './acts.js';
import { openPanel } from './panel.js';

/** @import { Person, Scope, Unit, Whom } from './types.js' */

/** Whom a scope means. @param {Scope} scope @param {Person[]} people @param {Iterable<Unit>} units */
function membersOf({ sittings, unit, room, wave }, people, units) {
  if (sittings) {
    const picked = new Set(sittings);
    return people.filter((one) => picked.has(one.sitting));
  }
  const id = unit === undefined ? 0 : ([...units].find(({ code }) => code === unit) || { id: -1 }).id;
  return people.filter((one) => (!id || one.unit === id) && (room === undefined || one.room === room)
    && (wave === undefined || one.wave === wave));
}

/** @param {string} event @param {Whom} to
 * @param {{people: () => Person[], units: () => Iterable<Unit>, closed: () => void}} use */
export function openMany(event, to, { people, units, closed }) {
  const { content, told } = openPanel(`Tindakan untuk ${to.name}`, closed);
  const all = actions(event, to, { members: () => membersOf(to.scope, people(), units()), told });
  content.append(all.el);
  return { update: () => all.update() };
}
