// The oldest browsers that an exam is held in; the linters of script and style both ask here.
import { createRequire } from "node:module";

export const require = createRequire(new URL("../../.venv/node/package.json", import.meta.url));

// As browserslist names them.
export const browsers = ["chrome >= 80", "safari >= 14", "ios_saf >= 14", "firefox >= 78"];

// As MDN's compatibility data names them.
const floor = { chrome: 80, safari: 14, safari_ios: 14, firefox: 78, webview_android: 80 };

export const mdn = require("@mdn/browser-compat-data");

const number = (given) => parseFloat(String(given).replace("≤", ""));

/** Had all of them what this entry of MDN's data is about, without a prefix or a setting? */
export function isHeld({ support }) {
  return Object.entries(floor).every(([browser, version]) =>
    [support[browser]].flat().some(
      (since) =>
        since && !since.prefix && !since.flags && number(since.version_added) <= version
        && (!since.version_removed || number(since.version_removed) > version),
    ),
  );
}

/** The names among entries of MDN's data that not all of them had. */
export function newer(entries) {
  return Object.keys(entries).filter(
    (name) => entries[name].__compat && !isHeld(entries[name].__compat),
  );
}
