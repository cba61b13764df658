"""What the board counts, foretells and writes into its address: pure, in a real browser."""

from typing import Any

import pytest

from app.pages.page import Pages
from tests.pages.staff.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Modules by their name; somebody at random, as `People.judge` leaves them.
_PRELUDE = """
const board = (name) => import(`${it}/staff/board/${name}.js`);
const MINUTE = 60000;
const AT = 1691110800000; // 4 August 2023, 09.00 WITA
const ITEMS = 50;
let seed = 20230804;
const random = () => {  // mulberry32
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const upTo = (n) => Math.floor(random() * n);
const expect = (holds, what) => { if (!holds) throw new Error(JSON.stringify(what)); };
const same = (a, b) => expect(JSON.stringify(a) === JSON.stringify(b), [a, b]);
const STATES = { working: 'open', lost: 'open', paused: 'paused', ready: 'admitted',
  awaited: 'assigned', done: 'sealed', absent: 'absent' };
const person = (more = {}) => {
  const group = more.group || Object.keys(STATES)[upTo(7)];
  const begun = ['working', 'lost', 'paused', 'done'].includes(group);
  const start = begun ? AT - (1 + upTo(120)) * MINUTE : 0;
  return { group, state: STATES[group], unit: 1 + upTo(4), answered: begun ? upTo(ITEMS + 1) : 0,
    started_at: start, deadline: begun ? start + 120 * MINUTE : 0, left_ms: 30 * MINUTE,
    sealed_at: group === 'done' ? start + upTo(AT - start) : 0, name: `P${upTo(999)}`, ...more };
};
const crowd = (n) => Array.from({ length: n }, () => person());
"""


async def proves(office: Office, script: str) -> Any:  # noqa: ANN401 - JSON
    desk = await office.desk()
    await desk.page.goto("/staf/masuk")
    prefix = Pages().console.prefix
    return await desk.page.evaluate(f"async (it) => {{ {_PRELUDE} {script} }}", prefix)


async def test_everybody_at_work_stands_in_one_fifth(office: Office) -> None:
    await proves(
        office,
        """const { spread, isAtWork } = await board('figures');
        const at = (answered) => spread([person({ group: 'working', answered })], ITEMS).indexOf(1);
        same([0, 9, 10, 19, 20, 29, 30, 39, 40, 49, 50].map(at), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
        for (const group of ['ready', 'awaited', 'done', 'absent']) {
          same(spread([person({ group, answered: 50 })], ITEMS), [0, 0, 0, 0, 0, 0]);
        }
        const many = crowd(500);
        const sum = spread(many, ITEMS).reduce((a, b) => a + b, 0);
        expect(sum > 0 && sum === many.filter(isAtWork).length, sum);
        same(spread([person({ group: 'lost', answered: 0 })], 0), [1, 0, 0, 0, 0, 0]);""",
    )


async def test_the_course_of_the_day_rises_to_what_there_is_now(office: Office) -> None:
    await proves(
        office,
        """const { course } = await board('figures');
        const nobody = course([person({ group: 'awaited' })], AT);
        same(nobody, { from: AT, times: [], begun: [], done: [] });
        const two = [person({ group: 'working', started_at: AT - 20 * MINUTE }),
          person({ group: 'done', started_at: AT - 19 * MINUTE, sealed_at: AT - 4 * MINUTE })];
        const { from, times, begun, done } = course(two, AT);
        same([times.map((end) => (end - AT) / MINUTE), (from - AT) / MINUTE],
          [[-15, -10, -5, 0, 5], -20]);
        same([begun, done], [[2, 2, 2, 2, 2], [0, 0, 0, 1, 1]]);
        for (let n = 0; n < 300; n += 1) {
          const many = crowd(1 + upTo(60));
          const most = 2 + upTo(200);
          const all = course(many, AT, most);
          expect(all.times.length <= most && all.begun.length === all.times.length, all);
          if (!all.times.length) continue;
          all.times.forEach((end, i) => {
            same(all.begun[i], many.filter((one) => one.started_at && one.started_at < end).length);
            same(all.done[i], many.filter((one) => one.sealed_at && one.sealed_at < end).length);
          });
          expect(all.times[all.times.length - 1] > AT, all.times);
        }""",
    )


async def test_a_finish_is_foretold_by_ones_own_pace_and_never_after_the_deadline(
    office: Office,
) -> None:
    await proves(
        office,
        """const { finishOf } = await board('figures');
        const ends = (more) => (finishOf(person({ group: 'working', started_at: AT - 40 * MINUTE,
          deadline: AT + 30 * MINUTE, ...more }), ITEMS, AT) - AT) / MINUTE;
        same(ends({ answered: 40 }), 10);
        same(ends({ answered: 25 }), 30);
        same(ends({ answered: 0 }), 30);
        same(ends({ answered: 50 }), 0);
        same(ends({ answered: 60 }), 0);
        same(ends({ group: 'paused', state: 'paused', answered: 20, left_ms: 12 * MINUTE }), 12);
        same(ends({ answered: 0, deadline: AT - MINUTE }), 0);
        for (let n = 0; n < 5000; n += 1) {
          const one = person({ group: ['working', 'lost'][upTo(2)] });
          const end = finishOf(one, ITEMS, AT);
          expect(end >= AT && end <= Math.max(AT, one.deadline), [one, end]);
          const more = finishOf({ ...one, answered: one.answered + 1 }, ITEMS, AT);
          expect(more <= end, [one, end, more]);
        }""",
    )


async def test_a_unit_is_the_sum_of_its_people(office: Office) -> None:
    await proves(
        office,
        """const { linesOf, finishOf, isAtWork } = await board('figures');
        const many = crowd(800);
        const lines = linesOf(many, ITEMS, AT);
        same([...lines.keys()].sort(), [1, 2, 3, 4]);
        for (const [unit, line] of lines) {
          const mine = many.filter((one) => one.unit === unit);
          const n = (...groups) => mine.filter(({ group }) => groups.includes(group)).length;
          const ends = mine.filter(isAtWork).map((one) => finishOf(one, ITEMS, AT));
          same([line.target, line.missing, line.working], [mine.length,
            n('awaited', 'absent'), n('working', 'lost', 'paused')]);
          same([line.done, line.yet], [n('done'), n('awaited', 'ready')]);
          same(line.arrived + line.missing, line.target);
          same(line.finish, Math.max(...ends));
          const until = ends.filter((end) => end <= line.most).length;
          expect(until >= 0.9 * ends.length && line.most <= line.finish, line);
          expect(ends.filter((end) => end < line.most).length < 0.9 * ends.length, line);
        }
        const none = linesOf([person({ group: 'done', unit: 7 })], ITEMS, AT).get(7);
        same([none.finish, none.most], [0, 0]);""",
    )


async def test_units_stand_in_the_order_that_is_asked_for(office: Office) -> None:
    await proves(
        office,
        """const { ordered, orderOf, forecast } = await board('units');
        const units = ['Camat', 'Dinas', 'Badan'].map((name, n) => ({ id: n + 1, name }));
        const lines = new Map([[1, { missing: 3, arrived: 1, finish: 0 }],
          [2, { missing: 0, arrived: 9, finish: 9 }], [3, { missing: 3, arrived: 5, finish: 4 }]]);
        const by = (sort) => ordered(units, lines, sort).map(({ name }) => name[0]).join('');
        same(['', 'belum', 'belum-balik', 'hadir', 'hadir-balik', 'unit', 'unit-balik'].map(by),
          ['BCD', 'BCD', 'BCD', 'DBC', 'CBD', 'BCD', 'DCB']);
        same([by('perkiraan'), by('perkiraan-balik')], ['DBC', 'BDC']);
        same([by('<script>'), orderOf('x-balik').back], ['BCD', false]);
        same(units.map(({ id }) => id), [1, 2, 3]);

        const { clock } = await board('words');
        const none = { finish: 0, most: 0, yet: 0, done: 0 };
        same(forecast(none), ['–', '']);
        same(forecast({ ...none, done: 4 }), ['sudah selesai', '']);
        same(forecast({ ...none, done: 4, yet: 2 }), ['–', '2 belum mulai']);
        same(forecast({ ...none, finish: AT + 5 * MINUTE, most: AT, yet: 1 }),
          [clock(AT + 5 * MINUTE), `9 dari 10: ${clock(AT)} · 1 belum mulai`]);
        same(forecast({ ...none, finish: AT + 5, most: AT }), [clock(AT), '']);""",
    )


async def test_an_address_says_all_of_it_and_is_read_as_it_was_written(office: Office) -> None:
    await proves(
        office,
        """const { everything, read, written } = await board('address');
        const { GROUPS } = await board('words');
        const units = ['DIS & DIK', 'BKD'].map((code, n) => ({ id: 4 + n, code, name: 'Dinas' }));
        const rooms = [{ id: '7', name: 'Lab', venue: '' }];
        const places = { units, rooms, waves: [{ id: 2, name: 'Siang' }] };
        const names = ['', 'Ida Ayu', '#1 & é?=', "O'Neil+", '100 %'];
        same(written(everything(), places.units), '');
        same(read('', '', places), everything());
        const one = (...of) => of[upTo(of.length)];
        for (let n = 0; n < 3000; n += 1) {
          const shown = { group: one('', ...GROUPS.map(({ group }) => group)), unit: one(0, 4, 5),
            room: one('', '7'), wave: one(0, 2), text: one(...names),
            sitting: '', all: one(true, false), byUnit: one(true, false),
            sort: one('', 'hadir-balik'), charts: one(true, false) };
          const url = new URL(`http://x/staf/papan/k${written(shown, places.units)}`);
          same(read(url.search, url.hash, places), shown);
          expect(!shown.text || !url.search.includes('cari'), url.search);
        }
        same(read('?unit=TIADA&ruang=9&gelombang=3&keadaan=apa', '#lain', places), everything());
        same(read('?keadaan=belum-hadir', '', places).group, 'awaited');""",
    )


async def test_no_address_holds_a_nip_or_whom_one_found(office: Office) -> None:
    await proves(
        office,
        """const { everything, hasNip, read, written } = await board('address');
        const places = { units: [], rooms: [], waves: [] };
        const nip = '198503152010011002';
        for (let n = 1; n <= nip.length; n += 1) {
          const text = nip.slice(0, n);
          same(written({ ...everything(), text }, []), '');
          same(read('', `#cari=${text}`, places).text, '');
        }
        for (const text of ['19850315 201001 1 002', 'NIP 19850315', '1985.03.15', 'a198503b']) {
          expect(hasNip(text) && written({ ...everything(), text }, []) === '', text);
        }
        for (const text of ['Budi', 'Peserta 12', 'Peserta 00123']) expect(!hasNip(text), text);
        same(written({ ...everything(), sitting: 'abcdef012345' }, []), '');""",
    )


async def test_the_message_names_who_is_missing_and_who_does_not_begin(office: Office) -> None:
    said = await proves(
        office,
        """const { messageOf } = await board('missing');
        const groups = { Ida: 'awaited', Adi: 'ready', Budi: 'absent', Cici: 'working' };
        const people = Object.entries(groups).map(([name, group]) => ({ name, group }));
        return [messageOf('Dinas A', people, '08.05 WITA'),
          messageOf('Dinas A', people.slice(0, 1), '09.00 WITA')];""",
    )
    missing = "Dinas A, pukul 08.05 WITA\n\nBelum hadir (2 peserta):\n1. Ida\n2. Budi"
    assert said == [
        f"{missing}\n\nSudah hadir, belum mulai (1 peserta):\n1. Adi",
        "Dinas A, pukul 09.00 WITA\n\nBelum hadir (1 peserta):\n1. Ida",
    ]
