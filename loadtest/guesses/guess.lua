-- wrk … -s guess.lua URL -- KIND COUNT NAMES: exactly COUNT wrong tries, a name in turn, each another guess.
-- Prints how many were refused, throttled and turned away, and ends at once when one was let in.

local kind, count
local names, sent, done = {}, nil, 0
local said = { [401] = 0, [429] = 0, [503] = 0 }

local function post(path, body)
  return 'POST ' .. path .. ' HTTP/1.1\r\nHost: guesses\r\nContent-Type: application/json\r\nContent-Length: '
    .. #body .. '\r\n\r\n' .. body
end

local made = {
  cards = function(name, n)
    return post('/api/v1/login', string.format('{"nip":"%s","pin":"%012.0f","device":"guesser"}', name,
      (n * 7919 + 104729) % 1e12))
  end,
  staff = function(name, n)
    return post('/api/v1/staff/session', string.format('{"login":"%s","password":"guess number %d"}', name, n))
  end,
}

function init(args)
  kind, count = args[1], tonumber(args[2])
  for line in io.lines(args[3]) do names[#names + 1] = line end
end

function request()
  if sent == nil or sent == count then
    sent = sent or 0 -- the first one only shows wrk what requests look like; it is not sent
    return 'GET /health/live HTTP/1.1\r\nHost: guesses\r\n\r\n'
  end
  sent = sent + 1
  return made[kind](names[(sent - 1) % #names + 1], sent)
end

local function finish(words)
  io.write(words, '\n')
  io.flush()
  os.exit(0)
end

function response(status, _, body)
  if body:find('"live"', 1, true) then return end
  if said[status] == nil then finish('entered: ' .. status .. ' ' .. body) end
  said[status] = said[status] + 1
  done = done + 1
  if done == count then finish(string.format('done %d %d %d', said[401], said[429], said[503])) end
end
