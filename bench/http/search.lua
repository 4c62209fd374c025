-- wrk runs this for each thread. Posts the queries of the file named in CAIRN_BODIES (one JSON body a line), one after the other.
local bodies, headers, at = {}, { ["Content-Type"] = "application/json" }, 0

function init(_)
  for line in io.lines(os.getenv("CAIRN_BODIES")) do
    bodies[#bodies + 1] = line
  end
end

function request()
  at = at % #bodies + 1
  return wrk.format("POST", "/v1/search", headers, bodies[at])
end
