// Pictures in a box that stands before they arrive, so that no option moves under a finger.
import { button, h } from '../kit/dom.js';
/** @import { Item } from '../core/types.js' */

/** @param {string} sitting @param {string} id */
const address = (sitting, id) => `/api/v1/sittings/${sitting}/media/${encodeURIComponent(id)}`;

/** An item's pictures, each with a way to ask for it again.
 * @param {string} sitting @param {Item} item */
export function media(sitting, item) {
  return (item.media || []).map(({ id, alt, width, height }) => {
    const src = address(sitting, id);
    const again = button('Muat gambar lagi', () => {
      again.hidden = true;
      image.src = src;
    });
    again.hidden = true;
    const image = h('img', {
      class: 'media', src, alt, width, height,
      onerror: () => {
        again.hidden = false;
      },
    });
    return h('figure', null, image, again);
  });
}

/** All pictures of a form into the browser's cache, one after the other, for when it is offline.
 * @param {string} sitting @param {Item[]} items */
export async function fetchAll(sitting, items) {
  for (const { id } of items.flatMap((item) => item.media || [])) {
    await fetch(address(sitting, id)).catch(() => {});
  }
}
