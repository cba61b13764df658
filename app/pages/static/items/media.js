// Pictures in a box that stands before they arrive, so that no option moves under a finger.
import { button, h } from '../kit/dom.js';
/** @import { Item } from '../core/types.js' */

/** An item's pictures, each with a way to ask for it again.
 * @param {string} sitting @param {Item} item */
export function media(sitting, item) {
  return (item.media || []).map(({ id, alt, width, height }) => {
    const src = `/api/v1/sittings/${sitting}/media/${encodeURIComponent(id)}`;
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
