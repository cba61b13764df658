-- What wrk asks: exactly `count` requests of one kind, a request each seat in turn, over and over.
-- wrk … -s calls.lua URL -- KIND COUNT SEATS [OUT]
--
-- SEATS has a line a seat: sitting token gen n items, or for logins: nip pin. `n` is the number of
-- changes made so far, from which what stands can be told: change i goes to item (i-1) % items.
-- OUT gets the body of every login.
--
-- It prints "done" and exits when as many right replies have come as were asked for: by itself wrk
-- goes on for as long as it was told. What it asks until then (its other connections do not wait)
-- is a question that costs next to nothing and changes nothing. What is refused ends it at once.

local kind, count, out
local seats, sent, done = {}, nil, 0
local letters = { 'a', 'b', 'c', 'd' }

local function rev(seat, n) return string.format('%d', seat.gen * 1048576 + n) end

local function ask(method, path, token, body)
  return method .. ' ' .. path .. ' HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ' .. token
    .. '\r\nContent-Type: application/json\r\nContent-Length: ' .. #body .. '\r\n\r\n' .. body
end

local function of(seat, call, body, method)
  return ask(method or 'POST', '/api/v1/sittings/' .. seat.sitting .. call, seat.token, body)
end

local function value(seat, n) return letters[math.floor((n - 1) / #seat.items) % 4 + 1] end

local function change(seat)
  seat.n = seat.n + 1
  local item = seat.items[(seat.n - 1) % #seat.items + 1]
  return '{"changes":[{"item":"' .. item .. '","rev":' .. rev(seat, seat.n)
    .. ',"value":"' .. value(seat, seat.n) .. '"}]}'
end

local function map(seat)
  local parts = {}
  for n = math.max(1, seat.n - #seat.items + 1), seat.n do
    parts[#parts + 1] = '"' .. seat.items[(n - 1) % #seat.items + 1] .. '":{"rev":'
      .. rev(seat, n) .. ',"value":"' .. value(seat, n) .. '"}'
  end
  return '{"answers":{' .. table.concat(parts, ',') .. '}}'
end

local made = {
  empty = function(seat) return ask('POST', '/empty', seat.token, change(seat)) end,
  save = function(seat) return of(seat, '/answers', change(seat)) end,
  beat = function(seat) return of(seat, '/answers', '') end,
  start = function(seat) return of(seat, '/start', '') end,
  form = function(seat) return of(seat, '/form', '', 'GET') end,
  resume = function(seat) return of(seat, '', '', 'GET') end,
  submit = function(seat) return of(seat, '/submit', map(seat)) end,
  login = function(seat)
    return ask('POST', '/api/v1/login', '',
      '{"nip":"' .. seat.sitting .. '","pin":"' .. seat.token .. '","device":"bench"}')
  end,
}

-- By what a reply of this kind is known to be right; one save is one stored change.
local right = {
  empty = '"ok":true', save = '"stored"', beat = '"results":[]', start = '"state":"open"',
  form = '"items"', resume = '"state":"open"', submit = '"receipt"', login = '"token"',
}

function init(args)
  kind, count = args[1], tonumber(args[2])
  for line in io.lines(args[3]) do
    local sitting, token, gen, n, list = line:match('^(%S+) (%S+) ?(%S*) ?(%S*) ?(%S*)$')
    local seat = { sitting = sitting, token = token, gen = tonumber(gen), n = tonumber(n), items = {} }
    for item in list:gmatch('[^,]+') do seat.items[#seat.items + 1] = item end
    seats[#seats + 1] = seat
  end
  if args[4] then out = io.open(args[4], 'w') end
end

function request()
  if sent == nil or sent == count then
    sent = sent or 0 -- the first one only shows wrk what requests look like; it is not sent
    return kind == 'empty' and made.empty(seats[1]) or ask('GET', '/health/live', '', '')
  end
  sent = sent + 1
  return made[kind](seats[(sent - 1) % #seats + 1])
end

function response(status, _, body)
  if status ~= 200 or not body:find(right[kind], 1, true) then
    if body:find('"live"', 1, true) then return end
    io.write('refused: ', status, ' ', body, '\n')
    io.flush()
    os.exit(1)
  end
  done = done + 1
  if out then out:write(body, '\n') end
  if done == count then
    if out then out:close() end
    io.write('done\n')
    io.flush()
    os.exit(0)
  end
end
