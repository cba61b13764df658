// Shapes only: no page loads this file.

/**
 * @typedef {'assigned'|'admitted'|'open'|'paused'|'sealed'|'recorded'|'absent'} State
 *
 * @typedef {{id: number, kind: string, text: string, at: number}} Notice
 *
 * @typedef {{code: string, seal: number, sealed_at: number, answered: number, digest: string,
 *   signature: string, key: string}} Receipt
 *
 * @typedef {{rev: number, value: any, flagged: boolean}} Held  what stands for an item
 *
 * @typedef {{sitting: string, state: State,
 *   event: {id: string, title: string, duration_ms: number, items: number, room_pin: boolean},
 *   participant: {name: string, unit: string}, form: string, gen: number, rev: number,
 *   opens_at: number, closes_at: number, started_at?: number, deadline?: number|null,
 *   left_ms?: number, answered: number, receipt?: Receipt, server_time: number, at: string,
 *   flushed: string}} SittingDoc  times in ms since 1970, the room's clock
 *
 * @typedef {SittingDoc & {answers: Record<string, Held>, notices: Notice[]}} FullSitting
 *
 * @typedef {{id: string, type: string, stem: string, section?: string,
 *   options?: {id: string, text: string}[],
 *   targets?: {id: string, text: string}[],
 *   media?: {id: string, alt: string, width: number, height: number}[]}} Item
 *
 * @typedef {{id: string, items: Item[], sections: {id: string, title: string}[]}} FormDoc
 *
 * @typedef {{type: string, title: string, status: number, detail: string, state?: State,
 *   [more: string]: any}} Problem
 *
 * @typedef {{state: State, server_time: number, deadline: number|null, at: string,
 *   flushed: string, notices: Notice[]}} Times  what every reply of a sitting carries
 *
 * @typedef {{item?: string, rev: number, reason?: string,
 *   result: 'stored'|'same'|'superseded'|'conflict'|'invalid'|'kept'}} Result
 *
 * @typedef {{sitting: string, rev: number, at: string|null, item: string, value: any,
 *   flagged: boolean}} Change  `at`: the log's id of its acknowledgement, null while there is none
 *
 * @typedef {{sitting: string, rev: number, at: string|null, item?: undefined, type: string,
 *   detail?: any}} Noted  a client event, such as a loss of focus
 *
 * @typedef {Change|Noted} Entry
 *
 * @typedef {{server: number, wall: number}} Mark  the room's clock when the device's read `wall`
 *
 * @typedef {{sitting: string, gen: number, rev: number, doc: SittingDoc,
 *   answers: Record<string, Held>, time: Mark, notices: Notice[], noticed: number,
 *   wish: boolean, receipt: Receipt|null, sealEpoch: number, stray: Receipt|null, late: number,
 *   replaced: boolean, begun: boolean}} SittingRecord
 *   `rev`: highest seen · `answers`: what the server holds · `noticed`: highest notice received ·
 *   `wish`: the person handed in · `sealEpoch`: the room's life that showed the receipt first ·
 *   `stray`: a receipt whose seal the room has lost · `late`: answers kept as late ·
 *   `replaced`: another device took over · `begun`: the clock ran at some time
 *
 * @typedef {{value: any, flagged: boolean, saved: 'none'|'device'|'stored'|'refused'}} Answer
 */

export {};
