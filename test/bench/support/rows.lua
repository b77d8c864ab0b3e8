-- Posts rows for wrk: the file named first holds a JSON object of one text a line; with "fresh" after it, no two are alike.
-- At the end prints what was seen as a line of JSON, times in milliseconds.
local bodies = {}
local fresh = false
local sent = 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    bodies[#bodies + 1] = line
  end
  fresh = arguments[2] == "fresh"
end

-- A request is put together from its parts: wrk.format goes through all headers for each.
local heads = {}
local function text(body)
  local size = #body
  local head = heads[size]
  if head == nil then
    head = string.format(
      "POST %s HTTP/1.1\r\nHost: %s:%s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n",
      wrk.path, wrk.host, wrk.port, size
    )
    heads[size] = head
  end
  return head .. body
end

local texts = {}
function request()
  local place = sent % #bodies + 1
  sent = sent + 1
  -- The text's last character makes room for a number.
  if fresh then
    return text(bodies[place]:sub(1, -3) .. " " .. sent .. '"}')
  end
  local known = texts[place]
  if known == nil then
    known = text(bodies[place])
    texts[place] = known
  end
  return known
end

function done(summary, latency)
  local errors = summary.errors
  io.write(
    string.format(
      'SEEN {"perSecond":%.2f,"p50":%.3f,"p99":%.3f,"failed":%d}\n',
      summary.requests / summary.duration * 1e6,
      latency:percentile(50) / 1000,
      latency:percentile(99) / 1000,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout
    )
  )
end
