-- wrk: the requests of a whole run, one look-up and its submissions after another, as fast as the server
-- answers. What to send was written into the file MIX beforehand: two lines a request, path and body.
wrk.method = "POST"
wrk.headers["mallid"] = "634418224869329"
wrk.headers["cookie"] = "SUB_PASS_ID=made-up"
wrk.headers["anti-content"] = "x"
wrk.headers["user-agent"] = "Mozilla/5.0"
wrk.headers["content-type"] = "application/json"

local requests, at = {}, 0

function init()
  local path
  for line in io.lines(os.getenv("MIX")) do
    if path then
      requests[#requests + 1] = wrk.format(nil, path, nil, line)
      path = nil
    else
      path = line
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
