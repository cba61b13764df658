"""The journal's rules, pure, with many random cases in the browser that will run them."""

from typing import Any

import pytest

from tests.pages.core import tab
from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# A journal at random: few items, so that they have several entries; some acknowledged.
_RANDOM = """
const rules = await core('rules');
let seed = 20230804;
const random = () => {  // mulberry32
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const upTo = (n) => Math.floor(random() * n);
const at = (epoch) => `${epoch}:${1e12 + upTo(4)}-${upTo(12)}`;
const expect = (holds, what) => { if (!holds) throw new Error(JSON.stringify(what)); };
const journal = () => {
  const entries = [];
  for (let rev = 65537 * 2 ** 20 + upTo(3), n = upTo(12); n; n -= 1) {
    rev += 1 + upTo(3);
    const told = random() < 0.6 ? at(1 + upTo(3)) : null;
    if (random() < 0.2) entries.push({ rev, at: told, type: 'focus-lost' });
    else {
      const [item, value] = [`i${upTo(3)}`, 'abc'[upTo(3)]];
      entries.push({ rev, at: told, item, value, flagged: random() < 0.3 });
    }
  }
  return entries.sort(() => random() - 0.5);
};
const ids = (text) => text.split(/[:-]/).map(Number);
"""


async def proves(hall: Hall, script: str) -> Any:  # noqa: ANN401 - JSON
    return await (await tab(hall)).does(_RANDOM + script)


async def test_only_what_postgres_has_is_forgotten(hall: Hall) -> None:
    await proves(
        hall,
        """for (let n = 0; n < 20000; n += 1) {
          const entries = journal();
          const flushed = at(1 + upTo(3));
          const [epoch, ms, seq] = ids(flushed);
          const has = (one) => {  // told in the same life, and not after it
            if (one.at === null) return false;
            const [e, m, s] = ids(one.at);
            return e === epoch && (m < ms || (m === ms && s <= seq));
          };
          const { gone, again } = rules.settle(entries, flushed);
          for (const one of entries) {
            const newer = entries.some((two) =>
              one.item && two.item === one.item && two.rev > one.rev && has(two));
            expect(gone.includes(one.rev) === (has(one) || newer), { one, flushed, entries });
            const lost = one.at !== null && ids(one.at)[0] < epoch;
            expect(again.includes(one) === (lost && !newer), { one, flushed, again });
          }
        }""",
    )


async def test_of_an_item_the_newest_is_sent_and_nothing_that_was_acknowledged(
    hall: Hall,
) -> None:
    await proves(
        hall,
        """for (let n = 0; n < 20000; n += 1) {
          const entries = journal();
          const { changes, events } = rules.unsent(entries);
          for (const list of [changes, events]) {
            list.forEach((one, i) => expect(!i || list[i - 1].rev < one.rev, list));
          }
          for (const one of entries) {
            const top = entries.every((two) => two.item !== one.item || two.rev <= one.rev);
            const is = (one.item ? changes : events).includes(one);
            expect(is === (one.at === null && (!one.item || top)), { one, entries });
          }
        }""",
    )


async def test_a_request_holds_what_fits(hall: Hall) -> None:
    await proves(
        hall,
        """const changes = [...Array(700)].map((_, n) =>
          ({ rev: 2 ** 50 + n, at: null, item: `LD-${n}`, value: 'b', flagged: n % 2 === 0 }));
        const events = [...Array(300)].map((_, n) =>
          ({ rev: 2 ** 51 + n, at: null, type: 'focus-lost', detail: 'é'.repeat(n % 150) }));
        const sizes = [];
        for (let left = { changes, events }; left.changes.length + left.events.length;) {
          const { body, entries } = rules.pack(left, 7);
          const said = JSON.parse(body);
          expect(new TextEncoder().encode(body).length < 60000, body.length);
          expect((said.changes || []).length <= 512 && (said.events || []).length <= 256, said);
          expect(entries.length > 0 && said.seen === 7, said);
          sizes.push(entries.length);
          left = { changes: left.changes.filter((one) => !entries.includes(one)),
            events: left.events.filter((one) => !entries.includes(one)) };
        }
        expect(sizes.reduce((a, b) => a + b) === 1000, sizes);
        expect(rules.pack({ changes, events }, 0, 3).entries.length === 3, 'most');
        expect(rules.pack({ changes: [], events: [] }, 0).body === '', 'a heartbeat');
        expect(rules.pack({ changes: changes.slice(1, 2), events: [] }, 0).body
          === '{"changes":[{"item":"LD-1","rev":1125899906842625,"value":"b"}]}', 'short');""",
    )


async def test_the_newest_rev_of_device_and_server_wins(hall: Hall) -> None:
    await proves(
        hall,
        """for (let n = 0; n < 20000; n += 1) {
          const entries = journal();
          const server = {};
          for (const { item, ...held } of journal()) if (item) server[item] = held;
          const merged = rules.merge(server, entries);
          for (const item of ['i0', 'i1', 'i2']) {
            const revs = entries.filter((one) => one.item === item).map(({ rev }) => rev);
            if (server[item]) revs.push(server[item].rev);
            expect((merged[item] ? merged[item].rev : -Infinity) === Math.max(...revs), merged);
          }
        }""",
    )


async def test_revs_rise_above_everything_seen(hall: Hall) -> None:
    await proves(
        hall,
        """const { nextRev } = rules;
        expect(nextRev(65537, 0) === 65537 * 2 ** 20 + 1, 'first');
        expect(nextRev(65537, 65537 * 2 ** 20 + 9) === 65537 * 2 ** 20 + 10, 'next');
        expect(nextRev(65538, 65537 * 2 ** 20 + 9) === 65538 * 2 ** 20 + 1, 'after a claim');
        expect(Number.isSafeInteger(nextRev(2 ** 32, 2 ** 52)), 'below 2^53');""",
    )


async def test_waiting_is_random_grows_and_keeps_to_what_the_server_asks(hall: Hall) -> None:
    await proves(
        hall,
        """for (let tries = 1; tries < 40; tries += 1) {
          for (const asked of [null, 3000, 1e9]) {
            const waits = [...Array(200)].map(() => rules.backoff(tries, asked));
            const least = Math.min(asked || 0, 60000);
            expect(Math.min(...waits) >= least + 500, waits);
            expect(Math.max(...waits) <= least + Math.min(30000, 1000 * 2 ** tries), waits);
            expect(new Set(waits).size > 100, waits);
          }
        }""",
    )


async def test_time_goes_on_by_the_larger_clock_within_a_day(hall: Hall) -> None:
    await proves(
        hall,
        """const { advance } = rules;
        expect(advance(1000, 1001) === 1001 && advance(1000, 5) === 1000, 'awake');
        expect(advance(1000, 3.6e6) === 3.6e6, 'asleep');
        expect(advance(1000, -864e5) === 1000 && advance(1000, 864e5) === 1000, 'set');
        expect(advance(0, -5) === 0, 'back');""",
    )
