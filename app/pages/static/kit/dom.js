// What every screen builds with. All text goes in as text: there is no way to markup from here.

/**
 * A function among the props is a listener (`onclick`), true an empty attribute; false and null
 * are left out, among the children too.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, ((event: any) => void) | string | number | boolean | null | undefined> | null} [props]
 * @param {...(Node | string | number | false | null | undefined)} children
 */
export function h(tag, props, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if ((value ?? false) !== false) made.setAttribute(name, String(value));
  }
  for (const child of children) {
    if ((child ?? false) !== false) made.append(/** @type {Node | string} */ (child));
  }
  return made;
}

/** @template {Element} E @param {E} el */
export function clear(el) {
  while (el.lastChild) el.lastChild.remove();
  return el;
}

/** @param {string} text @param {(event: MouseEvent) => void} onclick @param {string} [cls] */
export const button = (text, onclick, cls = 'btn') =>
  h('button', { type: 'button', class: cls, onclick }, text);

/** The one heading of a screen. @param {string} text */
export const heading = (text) => h('h1', { tabindex: -1 }, text);

/** A new screen stands in `root`: focus and title follow its heading. @param {HTMLElement} root */
export function arrive(root) {
  const title = root.querySelector('h1');
  if (!title) return;
  document.title = `${title.textContent} · Serentak`;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** @type {HTMLElement[]} polite, assertive */
let voices = [];

/** The live regions; they must stand before they speak, so call this early. */
export function listening() {
  if (!voices.length) {
    voices = ['polite', 'assertive'].map((how) => h('div', { class: 'vh', 'aria-live': how }));
    document.body.append(...voices);
  }
  return voices;
}

/** Say something to who cannot look; assertive interrupts.
 * @param {string} text @param {boolean} [assertive] */
export function announce(text, assertive = false) {
  const voice = listening()[assertive ? 1 : 0];
  // The same sentence twice is not heard twice unless the text changes.
  voice.textContent = voice.textContent === text ? `${text}\u00a0` : text;
}

/** "12:34", from an hour on "1:02:34"; counted up, so that 00:00 is the end and not before.
 * @param {number} ms */
export function minutes(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(Math.floor(n) % 60).padStart(2, '0');
  return `${s < 3600 ? '' : `${Math.floor(s / 3600)}:`}${two(s / 60)}:${two(s)}`;
}

/** "08.05 WITA", by this device's zone; with the day in front if asked.
 * @param {number} ms since 1970 @param {boolean} [day] */
export function time(ms, day = false) {
  const say = (/** @type {Intl.DateTimeFormatOptions} */ how) =>
    new Intl.DateTimeFormat('id', how).format(ms);
  const face = say({ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  return day ? `${say({ day: 'numeric', month: 'long', year: 'numeric' })}, ${face}` : face;
}
