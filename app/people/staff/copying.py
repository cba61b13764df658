"""What the record knows of staff, taken over by the room: where a copy was missed, and anew."""

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit.redis import time_ms
from app.people.staff.live import StaffRoom
from app.people.staff.store import account_versions, all_accounts, tokens_of


async def copy_staff(record: AsyncEngine, client: Redis) -> int:
    """Bring the room's copies of accounts and tokens up to the record; return how many changed.

    An account that the record does not know (it was set back) keeps its copy: whoever has worked
    with it goes on, and the next change is refused until it is made again.
    """
    room = StaffRoom(client.execute_command)
    held = await room.token_digests()  # before the record is read: one made meanwhile stays
    async with record.connect() as conn:
        behind = await _behind(await account_versions(conn), room)
        accounts = (
            [one for one in await all_accounts(conn) if one.login in behind] if behind else []
        )
        tokens = await tokens_of(conn, after=await time_ms(client))
    for account in accounts:
        await room.keep_account(account)
    new = [token for token in tokens if token.digest not in held]
    for token in new:
        await room.keep_token(token)
    await room.drop_tokens(held - {token.digest for token in tokens})
    return len(accounts) + len(new)


async def _behind(wanted: dict[str, int], room: StaffRoom) -> set[str]:
    held = await room.versions()
    return {login for login, version in wanted.items() if held.get(login, 0) < version}
