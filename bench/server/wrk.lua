-- Arguments after `--`: method, path, access key, beginning of idempotency keys, body. Empty ones are left out.
-- The last line of the output is one of JSON: what `bench/server/wrk.py` reads.
local number = 0
local method, path, mark, body

function init(args)
  method, path, mark, body = args[1], args[2], args[4], args[5]
  if args[3] ~= "" then wrk.headers["Authorization"] = "Bearer " .. args[3] end
  if method == "POST" then wrk.headers["Content-Type"] = "application/json" else body = nil end
end

function request()
  number = number + 1
  if mark ~= "" then wrk.headers["Idempotency-Key"] = mark .. "-" .. number end
  return wrk.format(method, path, wrk.headers, body)
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '{"microseconds": %d, "requests": %d, "refused": %d, "broken": %d, "median": %d, "p95": %d}\n',
    summary.duration, summary.requests, failed.status, failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50), latency:percentile(95)
  ))
end
