// The page was left: recorded, and said to the person. It proves nothing: a phone rings.
/** @import { Session } from '../core/session.js' */

const SAID = 'Anda sempat meninggalkan halaman ini. Ini dicatat; panggilan telepon bukan pelanggaran.';
// Milliseconds that are worth no word.
const SHORT = 2000;

/** @param {Session} session @param {(text: string) => void} tell @returns {() => void} stops */
export function watchFocus(session, tell) {
  let since = 0;

  function look() {
    const hidden = document.visibilityState === 'hidden';
    const away = hidden || !document.hasFocus();
    if (away && !since) {
      since = performance.now();
      session.note('focus-lost', { how: hidden ? 'hidden' : 'blur' });
    } else if (!away && since) {
      const ms = Math.round(performance.now() - since);
      since = 0;
      session.note('focus-back', { ms });
      if (ms >= SHORT) tell(SAID);
    }
  }

  document.addEventListener('visibilitychange', look);
  addEventListener('blur', look);
  addEventListener('focus', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    removeEventListener('blur', look);
    removeEventListener('focus', look);
  };
}
