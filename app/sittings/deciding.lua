-- What the chief decides of late answers. What was decided stands in ruled, by rev:  decision and time, then what stood
-- in late  (a1700000000000 1699999999000 item:rev:value:flag); so it is not kept as late again, whoever sends it again.

-- The late answers of a sitting that wait, the oldest rev first: rev, item, entry, and as they are held.
local function waiting_late(own)
  local flat, waiting = redis.call('HGETALL', 'late:' .. own), {}
  for i = 1, #flat, 2 do
    local item, entry = string.match(flat[i + 1], '^%S+ ([^:]+):(.*)$')
    waiting[#waiting + 1] = {rev = flat[i], item = item, entry = entry, held = flat[i + 1]}
  end
  table.sort(waiting, function(one, other) return tonumber(one.rev) < tonumber(other.rev) end)
  return waiting
end

-- Would any of them change what stands? Asked before a seal is lifted for it; s.map, s.mr as weigh has them.
local function changes_something(own, s, waiting)
  for _, late in ipairs(waiting) do
    local held, number = s.map[late.item], tonumber(late.rev)
    local is_newer = not held or tonumber(rev_of(held)) < number
    if is_newer and (number > s.mr or not is_spent(own, late.rev)) then return true end
  end
  return false
end

-- decide(room, sid, accept or reject, action id, actor, standing seal, its code, key id, notice text as JSON, role, where
-- and why as JSON): all late answers that wait are decided. What is newer of accepted ones is merged; a sealed sitting is
-- sealed anew with it, upon the seal that was looked at.
-- Replies ok, same (decided before), state (none waits) or moved (another seal stands), the outcome, and how many were
-- merged.
local function decide(keys, args)
  local room = enter(keys[1])
  local s, refused = seat(room, args[1])
  if refused then return refused end
  local own, verdict, id = room.tag .. ':' .. s.sid, args[2], args[3]
  local done = 'acts:' .. own
  local function told(status, counted)
    local reply = outcome(s, status)
    reply[#reply + 1] = int(counted)
    return reply
  end
  if redis.call('SISMEMBER', done, id) == 1 then
    local last, counted = string.match(s.ld, '^(%S+) (%d+)$')
    return told('same', last == id and tonumber(counted) or 0)
  end
  if args[5] ~= s.se .. '.' .. s.sl then return told('moved', 0) end
  local waiting = waiting_late(own)
  if #waiting == 0 then return told('state', 0) end
  local before, counted, is_lifted = standing(s), 0, false
  if verdict == 'accept' then
    numbers(s)
    s.map = answers_of(own)
    is_lifted = s.st == 's' and changes_something(own, s, waiting)
    if is_lifted then
      lift_seal(room, s, args[6])
      move(room, s, 'o')
      log_state(room, s, 'lift')
    end
    for _, late in ipairs(waiting) do
      local letter = weigh(room, own, s, late.item, late.entry, string.match(late.entry, ENTRY))
      if letter == 'S' then counted = counted + 1 end
    end
    put_numbers(s)
  end
  redis.call('SADD', done, id)
  put(s, {lt = '', la = '', ld = id .. ' ' .. int(counted)})  -- nothing that was done before it can be taken back
  -- A page that hears of a reopening knows that its receipt was replaced, not lost.
  notify(room, s, is_lifted and 'reopen' or 'late-' .. verdict, args[8])
  local rest = before .. ' {"counted":' .. int(counted) .. ',' .. string.sub(args[9], 2)
  if is_lifted then
    seal(room, s, 'late', args[7], 'late-accept', args[4], id, rest)
  else
    log_state(room, s, 'late-' .. verdict, args[4], id, rest)
  end
  local mark = string.sub(verdict, 1, 1) .. string.match(s.li, '^%d+') .. ' '
  for _, late in ipairs(waiting) do redis.call('HSET', 'ruled:' .. own, late.rev, mark .. late.held) end
  redis.call('DEL', 'late:' .. own)
  return told('ok', counted)
end

redis.register_function{function_name = 'decide', callback = decide}
