-- One reservation a request, each of another order and buyer. Numbers have a fixed width, so that the length of
-- the body is always the same and a request is put together from three pieces.
local path, key, sku, prefix = os.getenv("BENCH_PATH"), os.getenv("BENCH_KEY"), os.getenv("BENCH_SKU"), os.getenv("BENCH_PREFIX")
local before = '{"channel":"douyin","orderId":"' .. prefix
local between = '","buyer":"' .. prefix
local after = '","lines":[{"sku":"' .. sku .. '","quantity":1,"amount":9900}]}'
local length = #before + #between + #after + 24
local head = "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. key ..
  "\r\nContent-Type: application/json\r\nContent-Length: " .. length .. "\r\n\r\n"
local sent = 0

function request()
  sent = sent + 1
  local id = string.format("%012d", sent)
  return head .. before .. id .. between .. id .. after
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50Ms":%.4f,"p99Ms":%.4f,"refused":%d,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
