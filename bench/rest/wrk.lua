-- wrk's side of load.ts. Arguments: method, file of paths, first number, body ("" for none).
local method, paths, number, body = nil, {}, 0, nil
local at = 0

function init(args)
  method, number = args[1], tonumber(args[3])
  for path in io.lines(args[2]) do paths[#paths + 1] = wrk.format(method, path) end
  if args[4] and args[4] ~= '' then
    body = args[4]
    wrk.headers['Content-Type'] = 'application/json'
    for index, path in ipairs(paths) do paths[index] = path:match('^%S+ (%S+)') end
  end
end

function request()
  at = at % #paths + 1
  if not body then return paths[at] end
  number = number - 1
  return wrk.format(method, paths[at], nil, body:gsub('%%d', ('%d'):format(number)))
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(('\n{"answered":%d,"sec":%.6f,"p99Ms":%.3f,"failed":%d}\n'):format(
    summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3, failed))
end
