// Shapes only: no page loads this file.

/**
 * @typedef {'assigned'|'admitted'|'open'|'paused'|'sealed'|'recorded'|'absent'} State
 *
 * @typedef {'lost'|'paused'|'working'|'ready'|'awaited'|'done'|'absent'} Group
 *   how somebody is doing: `lost` is open and silent, `done` sealed or recorded
 *
 * @typedef {{sitting: string, name: string, unit: number, room: string, state: State,
 *   answered: number, flagged: number, started_at: number, deadline: number, left_ms: number,
 *   extra_ms: number, seen_at: number, sealed_at: number, sealed_by: string, device: string,
 *   notices: number, held: number, wave: number, remarks: number, severity: number, late: number,
 *   focus: number, network: string, away: string, card: number}} Row  times in ms since 1970, the room's clock; 0 or '' where nothing is
 *   · `severity`: the highest of its remarks · `late`: answers that wait for a decision · `focus`:
 *   times the page was left · `away`: "from:to" of its last outage · `card`: the number of the card
 *
 * @typedef {Row & {lower: string, group: Group, need: number, weight: number}} Person
 *   `lower`: the name as it is searched · `need`: 1 is the most urgent, 0 none · `weight`: the
 *   order among equals
 *
 * @typedef {{id: number, code: string, name: string}} Unit
 * @typedef {{id: string, name: string, venue: string}} Room
 * @typedef {{id: number, name: string, starts_at: number, ends_at: number}} Wave
 *
 * @typedef {{event: {id: string, title: string, items: number, closes_at: number}, at: number,
 *   cursor: string, closed: number[], units: Unit[], rooms: Room[], waves: Wave[],
 *   fields: string[], rows: any[][]}} Board
 *
 * @typedef {{cursor: string, at: number, closed: number[], rows: any[][],
 *   seen: [string, number][]}} Piece  `seen`: who was last heard of when, where nothing else changed
 *
 * @typedef {{group: Group|'', unit: number, room: string, wave: number, text: string,
 *   sitting: string, all: boolean, byUnit: boolean, sort: string, charts: boolean}} Shown
 *   what of it is looked at; `sitting`: found by NIP · `all`: the healthy too · `byUnit`: the units
 *   instead of people, `sort`: in which order, see units.js · `charts`: the overview is unfolded
 *
 * @typedef {{target: number, arrived: number, started: number, done: number}} Funnel
 *
 * @typedef {{list: Person[], groups: Record<Group, number>, funnel: Funnel, needy: number,
 *   narrowed: boolean}} View
 *
 * @typedef {'admit'|'hold'|'extend'|'message'|'pause'|'resume'|'submit'|'reopen'|'device'|'card'
 *   |'flag'|'undo'} Kind
 *
 * @typedef {{minutes?: number, text?: string, reason?: string, category?: string,
 *   severity?: number, undoes?: string}} More  what an act takes beside its kind
 *
 * @typedef {{sittings?: string[], unit?: string, room?: string, wave?: number, everybody?: boolean}} Scope
 *
 * @typedef {{scope: Scope, count: number, name: string, one: boolean}} Whom
 *   `name`: as a sentence says it, "Budi", "3 peserta yang dipilih"
 *
 * @typedef {{number: number, pin: string}} NewCard  the PIN in fours
 *
 * @typedef {{nip: string, name: string, unit: string, room?: string, sex?: string,
 *   birth_date?: string}} WalkIn  `unit`: its code
 *
 * @typedef {{at: number, who: string, category: string, severity: number, text: string}} Remark
 *
 * @typedef {{sitting: string, remarks: Remark[],
 *   late: {count: number, first_at?: number|null, last_at?: number|null}}} Detail  what no row says
 *
 * @typedef {{done: number, again: number, refused: number, failed: number,
 *   sittings: {sitting: string, result: string, state?: State|null, deadline?: number|null,
 *   why?: string|null, card?: NewCard|null}[]}} Acted
 */

export {};
