// The index is one sorted set of texts, read by ranges; in each, five fields with | between them, a stream's JSON last:
//   @|number|hash|fill             the block it is of, and a name for the fill it came from
//   i|id|cid|time|JSON             a stream by what names it
//   a||time|id|JSON                all streams, oldest registration first
//   c|cid|time|id|JSON             streams of a content, oldest registration first
//   w|wallet|time|id|JSON          streams of a wallet, oldest registration first

/** As { stamp, number|hash, number, fill }, or nothing where there is no index. */
const STAMP = `
local function stampOf(key)
  local stamp = redis.call('ZRANGEBYLEX', key, '[@|', '(@}')[1]
  if not stamp then return nil end
  local block, number, fill = stamp:match('^@|((%-?%d+)|[^|]*)|(.*)$')
  return { text = stamp, block = block, number = tonumber(number), fill = fill }
end
`;

/** ARGV: first and last text of the range, max. texts to give. @returns { stamp, texts }, or nothing. */
export const READ = `${STAMP}
local stamp = stampOf(KEYS[1])
if not stamp then return {} end
return { stamp.text, redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3]) }
`;

/**
 * ARGV: { path, to, drop, put } as JSON, life in ms. Every change is the state at the end of the path, so that it is
 * right from any block of the path on. @returns done (or someone else has done it), or unfit.
 */
export const ADVANCE = `${STAMP}
local step = cjson.decode(ARGV[1])
local stamp = stampOf(KEYS[1])
if not stamp then return 'unfit' end
local last = step.path[#step.path]
if stamp.block == last or stamp.number > step.to then return 'done' end
local onPath = false
for _, block in ipairs(step.path) do onPath = onPath or block == stamp.block end
if not onPath then return 'unfit' end

for _, id in ipairs(step.drop) do
  local old = redis.call('ZRANGEBYLEX', KEYS[1], '[i|' .. id .. '|', '(i|' .. id .. '}')[1]
  if old then
    local cid, time, json = old:sub(#id + 4):match('^([^|]*)|([^|]*)|(.*)$')
    local tail = '|' .. time .. '|' .. id .. '|' .. json
    redis.call('ZREM', KEYS[1], old, 'a|' .. tail, 'c|' .. cid .. tail, 'w|' .. id:match('[^:]*$') .. tail)
  end
end
for _, text in ipairs(step.put) do redis.call('ZADD', KEYS[1], 0, text) end
redis.call('ZREM', KEYS[1], stamp.text)
redis.call('ZADD', KEYS[1], 0, '@|' .. last .. '|' .. stamp.fill)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'done'
`;

/** ARGV: life in ms, texts. What is never put into its place goes by itself. */
export const FILL = `
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 0, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'done'
`;

/**
 * KEYS: the index, the one to put in its place. ARGV: the number of its block, 1 to replace one of a higher block too,
 * how many texts it must have, life in ms. @returns done (or there is a newer one), or torn.
 */
export const SWAP = `${STAMP}
if redis.call('ZCARD', KEYS[2]) ~= tonumber(ARGV[3]) then return 'torn' end
local stamp = stampOf(KEYS[1])
if stamp and stamp.number > tonumber(ARGV[1]) and ARGV[2] ~= '1' then
  redis.call('UNLINK', KEYS[2])
  return 'done'
end
redis.call('UNLINK', KEYS[1])
redis.call('RENAME', KEYS[2], KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 'done'
`;

/** ARGV: number|hash of a block, life in ms: an index of that block lives on. @returns the stamp, or nothing. */
export const TOUCH = `${STAMP}
local stamp = stampOf(KEYS[1])
if not stamp then return false end
if stamp.block == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return stamp.text
`;
